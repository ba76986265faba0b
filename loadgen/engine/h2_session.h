// H2Session: HTTP/2 of one connection, without its socket: requests go in as numbers and come out
// as frames, bytes of the server go in and what became of each request comes out. nghttp2 reads and
// writes the frames; what is ours is which stream is which request, its stamps, how many may be
// open, and what a reset, a GOAWAY or silence means for a request.
// Threads: the worker's. Invariants: each submitted request is told exactly once, unless the
// session is destroyed before end(); events come from inside receive(), output(), expire() and
// end(), and must not call the session.
// Limits: streams at once (ours and the server's SETTINGS), nghttp2's own on headers and floods.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/engine/arrival_queue.h"
#include "loadgen/engine/load_books.h"
#include "loadgen/engine/patched_request.h"

struct nghttp2_session;

namespace hubsim::loadgen {

enum class H2Fate {
  answered,     ///< whatever the status
  unknown,      ///< sent, and nobody knows what became of it
  refused,      ///< sent, and the server said it did nothing about it (REFUSED_STREAM)
  unprocessed,  ///< the server is going away and did nothing about it: it may go again elsewhere
  unsent        ///< given up before it had left
};

struct H2Outcome {
  H2Fate fate = H2Fate::unknown;
  WaitingArrival arrival;
  RequestStamps stamps;
  int status = 0;
  std::string why;
};

class H2Events {
 public:
  H2Events() = default;
  H2Events(const H2Events&) = delete;
  H2Events& operator=(const H2Events&) = delete;
  virtual void on_outcome(const H2Outcome& outcome) = 0;

 protected:
  ~H2Events() = default;
};

class H2Session {
 public:
  /// `fields` and `events` outlive it; the fields may be shared by sessions of one thread.
  H2Session(PatchedFields& fields, std::size_t max_streams, H2Events& events);
  H2Session(const H2Session&) = delete;
  H2Session& operator=(const H2Session&) = delete;
  ~H2Session();

  /// Until the server's SETTINGS have come, one request; then as many as both sides allow.
  [[nodiscard]] bool can_take() const noexcept {
    return used_ < limit_ && !going_away_ && !silent_ && !failed_;
  }
  void submit(const WaitingArrival& arrival, std::chrono::nanoseconds now);

  void receive(std::string_view bytes, std::chrono::nanoseconds now);
  /// What is to be written next; empty: nothing for now.
  [[nodiscard]] std::string_view output();
  /// The kernel took so many of them: requests that left with them are stamped.
  void took(std::size_t bytes, std::chrono::nanoseconds now);

  /// Cancels what was sent longer ago than that.
  void expire(std::chrono::nanoseconds now, std::chrono::nanoseconds timeout);
  /// The connection is gone, or nobody cares any more.
  void end(std::chrono::nanoseconds now, const std::string& why);

  /// The server's SETTINGS have come.
  [[nodiscard]] bool is_greeted() const noexcept { return greeted_; }
  /// There is nothing more to be done with the connection; broken_by() says whose fault it is.
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] const char* broken_by() const noexcept;
  /// Streams in use, those included that wait only for their cancelling to leave.
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  /// Requests not told yet.
  [[nodiscard]] std::size_t at_hand() const noexcept { return at_hand_; }

 private:
  struct Template;
  struct Callbacks;
  struct Stream {
    RequestStamps stamps;
    std::uint64_t index = 0;
    std::chrono::nanoseconds submitted{0};
    std::size_t body_at = 0;
    std::int32_t id = 0;
    std::int16_t status = 0;
    bool used = false;
    bool told = false;
    bool reset_by_server = false;
  };
  /// A request whose HEADERS are among the bytes to be written, and where they end.
  struct Leaving {
    Stream* stream;
    std::int32_t id;
    std::uint64_t end;
  };

  void tell(Stream& stream, H2Fate fate, std::string why);
  void answer(Stream& stream);
  void close(Stream& stream, std::uint32_t code);
  void cancel(Stream& stream);

  PatchedFields& fields_;
  H2Events& events_;
  nghttp2_session* session_ = nullptr;
  std::unique_ptr<Template> template_;
  std::deque<Stream> streams_;  ///< as many as were ever in use at once
  std::vector<Stream*> free_;
  std::size_t max_streams_;
  std::size_t limit_ = 1;
  std::size_t used_ = 0;
  std::size_t at_hand_ = 0;
  std::string out_;
  std::size_t out_at_ = 0;
  std::uint64_t taken_ = 0;  ///< of all bytes ever put out, those the kernel has
  std::vector<Leaving> leaving_;
  std::size_t leaving_at_ = 0;
  std::size_t unplaced_ = 0;
  std::chrono::nanoseconds now_{0};
  std::chrono::nanoseconds heard_{0};
  std::chrono::nanoseconds next_expiry_{0};
  bool greeted_ = false;
  bool going_away_ = false;
  bool silent_ = false;    ///< a request timed out, and nothing at all has come since it was sent
  bool failed_ = false;    ///< what came is no HTTP/2
  bool old_http_ = false;  ///< ... but HTTP/1.x
};

}  // namespace hubsim::loadgen
