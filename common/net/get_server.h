// GetServer: answers GET on one small listening socket, for metrics and the like. One connection
// at a time, one request each, then it is closed; who dawdles is hung up on after two seconds.
// Threads: its own thread, which calls the handler; start() and the destructor from one thread.
// Limits: 8 KB of request head; anything but GET is answered 405.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/result.h"
#include "common/net/socket.h"

namespace hubsim::net {

struct GetAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class GetServer {
 public:
  /// Of the path, without its query.
  using Handler = std::function<GetAnswer(std::string_view path)>;

  /// `listen` is "127.0.0.1:9400"; port 0 takes a free one.
  [[nodiscard]] static Result<std::unique_ptr<GetServer>> start(const std::string& listen,
                                                                Handler handler);
  GetServer(const GetServer&) = delete;
  GetServer& operator=(const GetServer&) = delete;
  ~GetServer();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  GetServer(Fd listening, Handler handler);
  void run();
  void serve(int fd) const;
  [[nodiscard]] GetAnswer answer_to(std::string_view head) const;

  Fd listening_;
  Handler handler_;
  std::uint16_t port_;
  std::thread thread_;
};

}  // namespace hubsim::net
