#include "tests/integration/support/echo_server.h"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace hubsim::testing {

std::string describe(const http::RequestView& request) {
  std::string text(http::method_name(request.method));
  text.append(" ").append(request.path);
  if (!request.query.empty()) {
    text.append("?").append(request.query);
  }
  text += "\n";
  for (const auto& [name, value] : request.headers) {
    text.append(name).append(": ").append(value).append("\n");
  }
  return text.append("\n").append(request.body);
}

gateway::Outcome outcome_of(std::string body, gateway::WirePlan wire) {
  gateway::Outcome outcome;
  outcome.response.body = std::move(body);
  outcome.wire = wire;
  return outcome;
}

EchoServer::EchoServer(serve::Options options, Answer answer)
    : answer_(std::move(answer)), server(std::move(options), *this) {
  const auto started = server.start();
  if (!started.ok()) {
    throw std::runtime_error(started.error());
  }
}

gateway::Outcome EchoServer::handle(const http::RequestView& request) {
  gateway::Outcome outcome = answer_ ? answer_(request) : outcome_of(describe(request));
  const std::lock_guard lock(mutex_);
  outcome.request_number = ++handled_;
  return outcome;
}

void EchoServer::sent(const gateway::Sent& sent) {
  const std::lock_guard lock(mutex_);
  sent_.push_back(sent);
  reported_.notify_all();
}

std::vector<gateway::Sent> EchoServer::wait_for_sent(std::size_t count) {
  std::unique_lock lock(mutex_);
  reported_.wait_for(lock, std::chrono::seconds(8), [&] { return sent_.size() >= count; });
  return sent_;
}

std::size_t EchoServer::handled() const {
  const std::lock_guard lock(mutex_);
  return handled_;
}

}  // namespace hubsim::testing
