#include "loadgen/telemetry/otlp_pusher.h"

#include <fmt/format.h>

#include "common/net/blocking_client.h"

namespace hubsim::loadgen {

std::string otlp_metrics_url(std::string url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  if (path == std::string::npos) {
    return url + "/v1/metrics";
  }
  return path + 1 == url.size() ? url + "v1/metrics" : url;
}

OtlpPusher::OtlpPusher(OtlpTarget target, std::function<std::string()> body)
    : target_(std::move(target)), body_(std::move(body)) {
  target_.url = otlp_metrics_url(std::move(target_.url));
  thread_ = std::thread([this] { run(); });
}

void OtlpPusher::run() {
  std::unique_lock lock(mutex_);
  while (!ending_.wait_for(lock, target_.every, [this] { return stop_; })) {
    lock.unlock();
    push();
    lock.lock();
  }
  lock.unlock();
  constexpr int tries = 3;
  for (int i = 0; i < tries && !last_arrived_; ++i) {
    last_arrived_ = push();
  }
}

bool OtlpPusher::push() {
  ++pushed_;
  net::ClientRequest request;
  request.url = target_.url;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}};
  request.headers.insert(request.headers.end(), target_.headers.begin(), target_.headers.end());
  request.body = body_();
  request.timeout = target_.timeout;
  request.connect_timeout = target_.timeout;
  const net::ClientResult result = net::BlockingHttpClient().send(std::move(request));
  if (result.ok() && result.status / 100 == 2) {
    return true;
  }
  ++failed_;
  why_ = result.ok() ? fmt::format("status {}", result.status) : result.error_text;
  return false;
}

void OtlpPusher::finish() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  ending_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::string OtlpPusher::warning() const {
  if (failed_ == 0) {
    return "";
  }
  return fmt::format("{} of {} pushes of metrics to {} failed, the last of them with: {}{}",
                     failed_, pushed_, target_.url, why_,
                     last_arrived_ ? "" : "; the end of the run was not told");
}

}  // namespace hubsim::loadgen
