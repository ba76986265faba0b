#include "mock_server/webhooks/http_transport.h"

#include <algorithm>

namespace hubsim::webhooks {

namespace {

/// More than any app may have in flight, so that a delivery never waits for a connection.
constexpr std::size_t max_connections = 1024;
constexpr std::size_t max_answer_bytes = 1024 * 1024;

DeliveryResult result_of(net::ClientResult& result) {
  DeliveryResult delivery{.status = result.status, .body = std::move(result.body)};
  if (!result.ok()) {
    delivery.kind = result.error == net::ErrorKind::timeout
                        ? DeliveryResult::Kind::timeout
                        : DeliveryResult::Kind::connection_failed;
    delivery.status = 0;
    delivery.error = result.error_text;
  }
  if (const std::string* after = result.header("retry-after")) {
    delivery.retry_after = *after;
  }
  if (result.stamps.sent_last.count() != 0) {
    delivery.ack =
        std::chrono::duration_cast<Duration>(result.stamps.done - result.stamps.sent_last);
  }
  return delivery;
}

}  // namespace

HttpTransport::HttpTransport(net::EventLoop& loop)
    : client_(loop,
              {.max_connections_per_origin = max_connections, .max_body_bytes = max_answer_bytes}) {
}

void HttpTransport::post(DeliveryRequest request, Callback done) {
  net::ClientRequest call{.url = std::move(request.url),
                          .method = std::move(request.method),
                          .headers = std::move(request.headers),
                          .body = std::move(request.body),
                          .timeout = request.timeout,
                          .tls = std::move(request.tls)};
  if (request.connect_timeout > Duration(0)) {
    call.connect_timeout = request.connect_timeout;
  }
  call.connect_timeout = std::min(call.connect_timeout, call.timeout);
  client_.send(std::move(call), [done = std::move(done)](net::ClientResult result) mutable {
    done(result_of(result));
  });
}

}  // namespace hubsim::webhooks
