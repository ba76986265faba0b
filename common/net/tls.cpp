#include "common/net/tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "common/base/assert.h"

namespace hubsim::net {

namespace {

/// In the form of ALPN: a length, then the name.
constexpr std::string_view http11_alpn{"\x08http/1.1"};
constexpr std::string_view h2_alpn{"\x02h2\x08http/1.1"};
constexpr std::size_t max_kept_buffer_bytes = std::size_t{256} << 10;

const unsigned char* bytes_of(std::string_view text) {
  return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}

/// The newest error OpenSSL holds, and none of them afterwards.
std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason != nullptr ? reason : "no reason given";
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return ::inet_pton(AF_INET, host.c_str(), parsed.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), parsed.data()) == 1;
}

// ---- OpenSSL's callbacks ----------------------------------------------------------------------

TlsEngine& engine_of(BIO* bio) { return *static_cast<TlsEngine*>(BIO_get_data(bio)); }

int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  engine_of(bio).add_output(bytes, size);
  return size;
}

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const int taken = engine_of(bio).take_input(into, size);
  if (taken == 0 && !engine_of(bio).input_ended()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  return taken;
}

long bio_ctrl(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_FLUSH) {
    return 1;
  }
  return command == BIO_CTRL_EOF && engine_of(bio).input_ended() ? 1 : 0;
}

const BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hubsim engine");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_ctrl);
    return made;
  }();
  return method;
}

int on_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* engine = static_cast<TlsEngine*>(SSL_get_app_data(ssl));
  if (engine == nullptr || !engine->keeps_sessions()) {
    return 0;
  }
  engine->keep_session(session);
  return 1;
}

/// Picks http/1.1 where the client offers it; a client that offers only others is served all the
/// same, as servers without ALPN do.
constexpr SSL_CTX_alpn_select_cb_func on_alpn =
    [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
       unsigned int offered_size, void*) -> int {
  unsigned char* picked = nullptr;
  const int found =
      SSL_select_next_proto(&picked, size, bytes_of(http11_alpn),
                            static_cast<unsigned int>(http11_alpn.size()), offered, offered_size);
  *chosen = picked;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
};

struct FreeBio {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, FreeBio> reader_of(const std::string& pem) {
  return std::unique_ptr<BIO, FreeBio>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// Certificates of a PEM text, its own first; false when there is none.
bool use_chain(SSL_CTX* context, const std::string& pem) {
  const auto reader = reader_of(pem);
  std::unique_ptr<X509, FreeCertificate> own(
      PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return false;
  }
  while (X509* above = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, above) != 1) {
      X509_free(above);
      return false;
    }
  }
  ERR_clear_error();  // the end of the text
  return true;
}

bool use_key(SSL_CTX* context, const std::string& pem) {
  const auto reader = reader_of(pem);
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr));
  return key != nullptr && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

std::string describe_refusal(long result, const std::string& host) {
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the certificate of '" + host + "' has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the certificate of '" + host + "' is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the certificate is for another host, not for '" + host + "'";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the certificate of '" + host +
             "' is signed by an authority that is not trusted here; name its certificate as "
             "ca_file";
    default:
      return "the certificate of '" + host +
             "' is refused: " + X509_verify_cert_error_string(result);
  }
}

}  // namespace

// ---- TlsContext, TlsSession -------------------------------------------------------------------

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<TlsContext::Ptr> TlsContext::for_client(const TlsOptions& options) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  HUBSIM_ASSERT(context != nullptr);
  const Ptr owner(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  const std::string_view offer = options.offer_h2 ? h2_alpn : http11_alpn;
  SSL_CTX_set_alpn_protos(context, bytes_of(offer), static_cast<unsigned int>(offer.size()));
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, on_new_session);
  if (!options.verify) {
    return owner;
  }
  const bool loaded = options.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context) == 1
                          : SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1;
  if (!loaded) {
    return Failure{"cannot read certificates from ca_file '" + options.ca_file +
                   "': " + take_openssl_error()};
  }
  return owner;
}

Result<TlsContext::Ptr> TlsContext::for_server(const TlsIdentity& identity) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  HUBSIM_ASSERT(context != nullptr);
  const Ptr owner(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_alpn_select_cb(context, on_alpn, nullptr);
  if (!use_chain(context, identity.certificate_chain)) {
    return Failure{"the certificate cannot be used: " + take_openssl_error()};
  }
  if (!use_key(context, identity.private_key)) {
    return Failure{"the private key cannot be used with the certificate: " + take_openssl_error()};
  }
  return owner;
}

TlsSession::~TlsSession() { SSL_SESSION_free(session_); }

void TlsSession::keep(SSL_SESSION* session) noexcept {
  SSL_SESSION_free(session_);
  session_ = session;
}

// ---- TlsEngine --------------------------------------------------------------------------------

TlsEngine::TlsEngine(TlsContext::Ptr context, const std::string& host,
                     std::shared_ptr<TlsSession> session)
    : context_(std::move(context)), session_(std::move(session)), host_(host) {
  make(true);
  if (is_address(host_)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host_.c_str());
  } else {
    SSL_set1_host(ssl_, host_.c_str());
    // The macro for this casts in C's way.
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host_.data());
  }
  if (session_ != nullptr && session_->get() != nullptr) {
    SSL_set_session(ssl_, session_->get());
  }
}

TlsEngine::TlsEngine(TlsContext::Ptr context) : context_(std::move(context)) { make(false); }

void TlsEngine::make(bool client) {
  ssl_ = SSL_new(context_->get());
  HUBSIM_ASSERT(ssl_ != nullptr);
  BIO* bio = BIO_new(bio_method());
  HUBSIM_ASSERT(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_app_data(ssl_, this);
  SSL_set_mode(ssl_, SSL_MODE_RELEASE_BUFFERS);
  if (client) {
    SSL_set_connect_state(ssl_);
  } else {
    SSL_set_accept_state(ssl_);
  }
}

TlsEngine::~TlsEngine() { SSL_free(ssl_); }

int TlsEngine::take_input(char* into, int size) noexcept {
  const std::size_t taken =
      std::min(in_.size() - in_position_, static_cast<std::size_t>(std::max(size, 0)));
  std::memcpy(into, in_.data() + in_position_, taken);
  in_position_ += taken;
  if (in_position_ == in_.size()) {
    in_.clear();
    in_position_ = 0;
  }
  return static_cast<int>(taken);
}

void TlsEngine::receive(std::string_view ciphertext) {
  in_.append(ciphertext);
  advance();
}

void TlsEngine::receive_end() {
  input_ended_ = true;
  advance();
}

void TlsEngine::advance() {
  if (state_ != State::handshake) {
    return;
  }
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  if (done == 1) {
    state_ = State::open;
  } else if (SSL_get_error(ssl_, done) != SSL_ERROR_WANT_READ) {
    fail();
  }
}

std::size_t TlsEngine::read(char* buffer, std::size_t size) {
  if (state_ != State::open) {
    return 0;
  }
  ERR_clear_error();
  std::size_t got = 0;
  const int done = SSL_read_ex(ssl_, buffer, size, &got);
  if (done == 1) {
    return got;
  }
  const int error = SSL_get_error(ssl_, done);
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::ended;
  } else if (error != SSL_ERROR_WANT_READ) {
    fail();
  }
  return 0;
}

void TlsEngine::write(std::string_view plaintext) {
  const bool may_write = state_ == State::open || state_ == State::ended;
  if (!may_write || plaintext.empty()) {
    return;
  }
  ERR_clear_error();
  std::size_t written = 0;
  // Output has no end, so that it is all or nothing.
  if (SSL_write_ex(ssl_, plaintext.data(), plaintext.size(), &written) != 1) {
    fail();
  }
}

void TlsEngine::close() {
  if (state_ == State::open || state_ == State::ended) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
}

std::string_view TlsEngine::output() const noexcept {
  return std::string_view(out_).substr(out_position_);
}

void TlsEngine::consume_output(std::size_t bytes) {
  out_position_ += bytes;
  if (out_position_ < out_.size()) {
    return;
  }
  out_position_ = 0;
  if (out_.capacity() > max_kept_buffer_bytes) {
    out_ = std::string();
  } else {
    out_.clear();
  }
}

bool TlsEngine::resumed() const noexcept { return SSL_session_reused(ssl_) == 1; }

std::string_view TlsEngine::protocol() const noexcept {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {static_cast<const char*>(static_cast<const void*>(name)), size};
}

void TlsEngine::fail() {
  const bool shaking = state_ == State::handshake;
  state_ = State::failed;
  const long result = SSL_get_verify_result(ssl_);
  certificate_refused_ =
      shaking && result != X509_V_OK && (SSL_get_verify_mode(ssl_) & SSL_VERIFY_PEER) != 0;
  error_ = certificate_refused_ ? describe_refusal(result, host_) : describe_failure();
  ERR_clear_error();
}

std::string TlsEngine::describe_failure() {
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    cut_off_ = true;
    return "the connection ended without TLS's close_notify";
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
      reason == SSL_R_HTTPS_PROXY_REQUEST) {
    return "the other side does not speak TLS here (is it http?)";
  }
  return "TLS: " + take_openssl_error();
}

}  // namespace hubsim::net
