// BlockingHttpClient: one request after the other from ordinary code (the scenario runner's
// control calls, tests). Own loop inside; no thread.
// Threads: one thread at a time.
#pragma once

#include <string>

#include "common/net/event_loop.h"
#include "common/net/http_client.h"

namespace hubsim::net {

class BlockingHttpClient {
 public:
  explicit BlockingHttpClient(ClientOptions options = {});

  [[nodiscard]] ClientResult send(ClientRequest request);
  [[nodiscard]] ClientResult get(std::string url);
  /// Content-Type is application/json.
  [[nodiscard]] ClientResult send_json(std::string method, std::string url, std::string body);

 private:
  EventLoop loop_;
  HttpClient client_;
};

}  // namespace hubsim::net
