// HttpTransport: webhook requests over real sockets, by the event loop of the background thread.
// Threads: the loop's thread only. Destroy it after the loop has ended; what is still open then is
// answered as a failed connection.
#pragma once

#include "common/net/http_client.h"
#include "mock_server/webhooks/transport.h"

namespace hubsim::webhooks {

class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(net::EventLoop& loop);
  void post(DeliveryRequest request, Callback done) override;

 private:
  net::HttpClient client_;
};

}  // namespace hubsim::webhooks
