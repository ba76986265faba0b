// One client's connection: reads requests, asks the handler, and carries out what it decided,
// including delays, drips and breakage. Answers leave in the order of the requests: while one is on
// its way, the bytes of the next wait in a bounded backlog.
// Threads: lives on one worker thread. Timers hold it weakly, never by descriptor, so an answer
// cannot reach a later connection that got the same number.
// Invariants: at most one answer is pending; once closed, no descriptor is touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/net/tls.h"
#include "common/time/timer_queue.h"
#include "mock_server/gateway/outcome.h"
#include "mock_server/serve/event_loop.h"
#include "mock_server/serve/request_parser.h"

namespace hubsim::serve {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(EventLoop& loop, int fd);

  /// Called once the loop watches the descriptor.
  void begin();
  /// Answers 503 and closes: the server has too many connections, or stops.
  void refuse();
  void on_readable();
  void on_writable();
  /// The descriptor is dead, or the server ends: reports what did not go out, and closes.
  void shut();
  /// The server stops: closes as soon as nothing is on its way.
  void drain();

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] bool refused() const noexcept { return refused_; }

 private:
  enum class State {
    open,       ///< reads and answers
    waiting,    ///< an answer is held back by its delay
    dripping,   ///< an answer goes out in pieces
    hanging,    ///< never answers; waits for the client to leave
    closing,    ///< writes what is left, then ends the connection
    lingering,  ///< closed by the server; waits for the client's close
    closed,
  };
  enum class Ending { fin, reset };

  struct Answer {
    gateway::Outcome outcome;
    bool head_only = false;
    bool keep_alive = true;
    Instant asked;
  };
  /// Where an answer lies in the stream of written bytes.
  struct Mark {
    std::uint64_t request_number = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool complete = true;
    Instant asked;
  };

  struct DripPlan {
    std::size_t bytes = 1;
    Duration interval{0};
    bool keep_alive = true;
  };

  // TLS, where the client speaks it: between the socket and everything else.
  void receive(std::string_view bytes);
  void choose_protocol(std::string_view first);
  void decrypt(std::string_view ciphertext);
  [[nodiscard]] std::string_view next_to_send();
  void account_sent(std::size_t bytes);
  void end_tls();

  // Requests in.
  void take(std::string_view bytes);
  std::size_t process(std::string_view bytes);
  void answer_request();
  gateway::Outcome ask_handler(const http::RequestView& request);
  void reject(int status, std::string_view message);
  void send_continue();
  void on_end_of_input();
  [[nodiscard]] bool can_process() const;
  [[nodiscard]] bool wants_input() const;

  // Answers out.
  void release_delayed();
  void carry_out(Answer& answer);
  void write_answer(const Answer& answer, std::size_t body_limit);
  void start_drip(Answer& answer);
  void drip_piece();
  void close_after_output(Ending ending);
  std::string& output();
  void return_output();
  void flush();
  void report_written();
  void report(const Mark& mark, std::uint64_t bytes, bool complete);

  // The connection as a whole.
  void run();
  void settle();
  void finish();
  [[nodiscard]] Duration linger_time() const;
  void reset_when_delivered();
  void reset_now();
  void schedule(Duration delay, void (Connection::*step)());
  void set_deadline(Instant deadline);
  [[nodiscard]] Instant next_deadline();
  void on_deadline();
  void expire();

  EventLoop& loop_;
  int fd_;
  State state_ = State::open;
  Ending ending_ = Ending::fin;
  bool refused_ = false;
  bool peer_ended_ = false;
  bool continue_sent_ = false;
  int delivery_checks_ = 0;

  /// When the event being handled came: one look at the clock serves all that follows from it.
  Instant clock_;

  std::unique_ptr<net::TlsEngine> tls_;
  bool protocol_known_;
  std::size_t encrypted_ = 0;  ///< bytes of out_ that wait in tls_ as ciphertext

  RequestParser parser_;
  std::string backlog_;
  std::unique_ptr<Answer> pending_;

  std::string out_;
  std::size_t out_position_ = 0;
  std::uint64_t queued_ = 0;
  std::uint64_t written_ = 0;
  std::vector<Mark> marks_;
  std::string drip_;
  std::size_t drip_position_ = 0;
  DripPlan drip_plan_;

  std::optional<TimerQueue::TimerId> step_timer_;
  std::optional<TimerQueue::TimerId> deadline_timer_;
  Instant deadline_ = Instant::max();
  std::optional<Instant> head_deadline_;
  Instant write_deadline_ = Instant::max();
};

}  // namespace hubsim::serve
