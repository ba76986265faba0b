// A client that speaks bytes, not HTTP: tests send exactly what they mean, cut where they mean, and
// see exactly what came back, a reset included. Every read gives up after a bounded time.
// Threads: one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hubsim::testing {

struct RawResponse {
  int status = 0;
  std::string reason;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string head;                            ///< as it came
  std::string body;
  [[nodiscard]] std::string header(const std::string& lower_case_name) const;
};

enum class StreamEnd { open, fin, reset, timeout };

class RawClient {
 public:
  explicit RawClient(std::uint16_t port,
                     std::chrono::milliseconds patience = std::chrono::milliseconds(8'000));
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient(RawClient&& other) noexcept;
  ~RawClient();

  /// All of it, blocking; false when the server has left.
  bool send(std::string_view bytes);
  /// The next response; `body_follows` is false for answers to HEAD. Status 0 when none came.
  RawResponse read_response(bool body_follows = true);
  /// Up to this many bytes.
  std::string read_bytes(std::size_t count);
  /// Everything until the server ends the stream, and how it ended.
  std::string read_to_end();
  [[nodiscard]] StreamEnd end() const noexcept { return end_; }
  /// What came within this time; empty when nothing did.
  std::string read_within(std::chrono::milliseconds time);

  void close_sending();
  /// Leaves with a reset instead of a proper close.
  void reset();
  void close();
  void shrink_receive_buffer();
  [[nodiscard]] std::uint16_t local_port() const;

 private:
  bool fill();

  int fd_ = -1;
  std::string buffer_;
  StreamEnd end_ = StreamEnd::open;
};

/// Looks again until true; false when it never is within 8 s.
template <class Condition>
bool becomes_true(Condition condition);

/// "GET /x HTTP/1.1\r\nHost: test\r\n\r\n"
std::string get_request(std::string_view target, std::string_view more_headers = "");
std::string post_request(std::string_view target, std::string_view body,
                         std::string_view more_headers = "");

/// Gives the processor away once; the building block of becomes_true.
void yield_thread();
[[nodiscard]] bool is_past(std::chrono::nanoseconds monotonic);
[[nodiscard]] std::chrono::nanoseconds after(std::chrono::milliseconds time);

template <class Condition>
bool becomes_true(Condition condition) {
  const auto limit = after(std::chrono::milliseconds(8'000));
  while (!condition()) {
    if (is_past(limit)) {
      return false;
    }
    yield_thread();
  }
  return true;
}

}  // namespace hubsim::testing
