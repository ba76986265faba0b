// The answer as bytes: status line, headers, framing. Decides what HTTP demands whatever the
// handler said: Content-Length, Connection, Date, and no body after HEAD, 204 and 304.
// Threads: pure functions; a DateHeader belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace hubsim::serve {

/// The Date header's text, made anew once a second.
class DateHeader {
 public:
  [[nodiscard]] std::string_view at(std::chrono::nanoseconds monotonic);

 private:
  std::string text_;
  std::chrono::nanoseconds valid_until_{0};
};

struct Framing {
  bool head_only = false;  ///< the request was HEAD
  bool keep_alive = true;
  std::string_view date;
  /// Bytes of the body that are written under the full Content-Length.
  std::size_t body_limit = std::numeric_limits<std::size_t>::max();
};

void append_response(std::string& out, const http::Response& response, const Framing& framing);

/// True when the handler's own headers ask for the connection to be closed.
[[nodiscard]] bool asks_to_close(const http::Response& response) noexcept;

/// An answer of the HTTP layer itself, in the shape of HubSpot's errors.
[[nodiscard]] http::Response error_response(int status, std::string_view message);

}  // namespace hubsim::serve
