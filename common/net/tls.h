// TLS for a connection's bytes, by OpenSSL: TlsContext is what a client trusts or a server shows,
// TlsEngine one connection. The engine touches no socket: ciphertext goes in by receive() and comes
// out of output(), so the HTTP client, the mock's server and tests use it alike, TLS can begin in
// the middle of a connection, and every breakage of the wire stays possible.
// Threads: a context may be shared by all; an engine and a session slot belong to one thread.
// Invariants: no plaintext before the handshake is done; an end without close_notify is a failure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace hubsim::net {

/// Whom a client believes.
struct TlsOptions {
  /// PEM certificates to trust instead of the system's; empty: the system's.
  std::string ca_file{};
  /// False: any certificate will do. Only ever where somebody asked for it by name.
  bool verify = true;
  /// By ALPN: h2 before http/1.1, instead of http/1.1 alone.
  bool offer_h2 = false;
  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

/// What a server shows, in PEM.
struct TlsIdentity {
  std::string certificate_chain;  ///< its own first
  std::string private_key;
};

class TlsContext {
 public:
  using Ptr = std::shared_ptr<const TlsContext>;
  [[nodiscard]] static Result<Ptr> for_client(const TlsOptions& options);
  [[nodiscard]] static Result<Ptr> for_server(const TlsIdentity& identity);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();
  [[nodiscard]] ssl_ctx_st* get() const noexcept { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) noexcept : context_(context) {}
  ssl_ctx_st* context_;
};

/// The newest session with one server, for the next connection to it to resume.
class TlsSession {
 public:
  TlsSession() = default;
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();
  void keep(ssl_session_st* session) noexcept;  ///< takes the reference over
  [[nodiscard]] ssl_session_st* get() const noexcept { return session_; }

 private:
  ssl_session_st* session_ = nullptr;
};

class TlsEngine {
 public:
  enum class State {
    handshake,
    open,
    ended,  ///< the other side said close_notify
    failed  ///< error() says why
  };
  /// A client's side; `host` is what the certificate must be for, and the name asked for.
  TlsEngine(TlsContext::Ptr context, const std::string& host, std::shared_ptr<TlsSession> session);
  /// A server's side.
  explicit TlsEngine(TlsContext::Ptr context);
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;
  ~TlsEngine();

  /// Ciphertext as it came; goes on with the handshake. Read afterwards until there is nothing.
  void receive(std::string_view ciphertext);
  /// The connection has ended beneath: what follows is a failure, unless it was told before.
  void receive_end();
  /// Goes on with the handshake: a client's first step comes before anything was received.
  void advance();
  /// Plaintext into `buffer`; 0: no more for now, see state().
  [[nodiscard]] std::size_t read(char* buffer, std::size_t size);
  /// Encrypts all of it; nothing happens before the handshake is done, or after a failure.
  void write(std::string_view plaintext);
  /// Says close_notify.
  void close();

  /// Ciphertext to send.
  [[nodiscard]] std::string_view output() const noexcept;
  void consume_output(std::size_t bytes);

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  /// The failure is the other side's certificate.
  [[nodiscard]] bool certificate_refused() const noexcept { return certificate_refused_; }
  /// The failure is that the connection ended beneath.
  [[nodiscard]] bool cut_off() const noexcept { return cut_off_; }
  [[nodiscard]] bool resumed() const noexcept;
  /// What ALPN agreed on, such as "h2"; empty: nothing.
  [[nodiscard]] std::string_view protocol() const noexcept;

  // For OpenSSL's callbacks.
  int take_input(char* into, int size) noexcept;
  void add_output(const char* bytes, int size) {
    out_.append(bytes, static_cast<std::size_t>(size));
  }
  [[nodiscard]] bool input_ended() const noexcept { return input_ended_; }
  void keep_session(ssl_session_st* session) noexcept { session_->keep(session); }
  [[nodiscard]] bool keeps_sessions() const noexcept { return session_ != nullptr; }

 private:
  void make(bool client);
  void fail();
  [[nodiscard]] std::string describe_failure();

  TlsContext::Ptr context_;
  std::shared_ptr<TlsSession> session_;
  std::string host_;
  ssl_st* ssl_ = nullptr;
  State state_ = State::handshake;
  std::string in_;
  std::size_t in_position_ = 0;
  bool input_ended_ = false;
  std::string out_;
  std::size_t out_position_ = 0;
  std::string error_;
  bool certificate_refused_ = false;
  bool cut_off_ = false;
};

}  // namespace hubsim::net
