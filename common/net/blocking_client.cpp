#include "common/net/blocking_client.h"

#include <optional>

namespace hubsim::net {

BlockingHttpClient::BlockingHttpClient(ClientOptions options) : client_(loop_, options) {}

ClientResult BlockingHttpClient::send(ClientRequest request) {
  std::optional<ClientResult> answer;
  client_.send(std::move(request), [&](ClientResult result) { answer = std::move(result); });
  while (!answer) {
    loop_.run_once(std::chrono::hours(1));
  }
  return std::move(*answer);
}

ClientResult BlockingHttpClient::get(std::string url) {
  return send(ClientRequest{.url = std::move(url)});
}

ClientResult BlockingHttpClient::send_json(std::string method, std::string url, std::string body) {
  ClientRequest request{.url = std::move(url), .method = std::move(method)};
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return send(std::move(request));
}

}  // namespace hubsim::net
