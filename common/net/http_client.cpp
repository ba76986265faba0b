#include "common/net/http_client.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>

#include "common/base/text.h"
#include "common/net/http_connection.h"
#include "common/net/request_text.h"
#include "common/net/url.h"
#include "common/time/clock.h"

namespace hubsim::net {

struct HttpOrigin {
  std::vector<Address> addresses;
  std::deque<HttpExchangePtr> waiting;
  std::vector<std::unique_ptr<HttpConnection>> connections;
  std::vector<HttpConnection*> idle;  ///< of these, the last used at the end
  TlsStart tls;                       ///< without a context: http
  TlsOptions tls_options;
  std::filesystem::file_time_type ca_written;
};

class HttpClient::Impl final : public HttpPool {
 public:
  using HttpPool::HttpPool;
  ~Impl() override;

  void send(ClientRequest request, Callback callback);
  void close_idle();
  [[nodiscard]] std::size_t open() const { return open_; }

  void on_ended(HttpConnection& connection, HttpExchangePtr exchange, ClientResult result,
                bool reusable) override;
  void on_not_written(HttpConnection& connection, HttpExchangePtr exchange) override;
  void on_idle_over(HttpConnection& connection) override { remove(connection); }
  std::unique_ptr<Stream> make_stream(HttpOrigin& origin, int fd) override;

 private:
  struct Ended {
    HttpExchangePtr exchange;
    ClientResult result;
  };

  Result<HttpOrigin*, ClientResult> origin_of(const Url& url, const TlsOptions& tls);
  void start(HttpOrigin& origin, HttpExchangePtr exchange);
  void open_connection(HttpOrigin& origin, HttpExchangePtr exchange);
  HttpConnection* take_idle(HttpOrigin& origin);
  void serve_waiting(HttpOrigin& origin);
  void on_timeout(HttpOrigin& origin, HttpExchange& exchange);
  void remove(HttpConnection& connection);
  void complete(HttpExchangePtr exchange, ClientResult result);
  void fail_later(HttpExchangePtr exchange, ErrorKind kind, std::string text);
  void deliver_later(HttpExchangePtr exchange, ClientResult result);
  void call_back(Ended ended);
  void tidy_up_later();
  void tidy_up();

  std::map<std::string, HttpOrigin> origins_;
  std::vector<std::unique_ptr<HttpConnection>> closed_;
  std::vector<Ended> ended_;
  EventLoop::TimerId tidy_timer_{};
  std::size_t open_ = 0;
  bool sending_ = false;
};

namespace {

ClientResult failure(ErrorKind kind, std::string text) {
  ClientResult result;
  result.error = kind;
  result.error_text = std::move(text);
  return result;
}

std::filesystem::file_time_type written_at(const std::string& file) {
  std::error_code missing;
  return file.empty() ? std::filesystem::file_time_type()
                      : std::filesystem::last_write_time(file, missing);
}

}  // namespace

HttpClient::Impl::~Impl() {
  loop().cancel(tidy_timer_);
  std::vector<HttpExchangePtr> left;
  for (auto& [name, origin] : origins_) {
    std::move(origin.waiting.begin(), origin.waiting.end(), std::back_inserter(left));
    for (auto& connection : origin.connections) {
      if (auto exchange = connection->abandon()) {
        left.push_back(std::move(exchange));
      }
    }
  }
  origins_.clear();
  for (Ended& ended : ended_) {
    call_back(std::move(ended));
  }
  for (HttpExchangePtr& exchange : left) {
    loop().cancel(exchange->timeout);
    complete(std::move(exchange), failure(ErrorKind::cancelled, "the client was closed"));
  }
}

void HttpClient::Impl::send(ClientRequest request, Callback callback) {
  ++open_;
  auto exchange = std::make_unique<HttpExchange>();
  exchange->callback = std::move(callback);
  exchange->stamps.queued = monotonic_now();
  const auto url = parse_url(request.url);
  if (!url) {
    return fail_later(std::move(exchange), ErrorKind::bad_request, url.error());
  }
  auto wire = render_request(request, *url);
  if (!wire) {
    return fail_later(std::move(exchange), ErrorKind::bad_request, wire.error());
  }
  const auto origin = origin_of(*url, request.tls);
  if (!origin) {
    return fail_later(std::move(exchange), origin.error().error, origin.error().error_text);
  }
  exchange->method = std::move(request.method);
  exchange->wire = std::move(*wire);
  exchange->connect_timeout = request.connect_timeout;
  exchange->timeout = loop().run_after(
      request.timeout,
      [this, origin = *origin, asked = exchange.get()] { on_timeout(*origin, *asked); });
  sending_ = true;
  start(**origin, std::move(exchange));
  sending_ = false;
}

Result<HttpOrigin*, ClientResult> HttpClient::Impl::origin_of(const Url& url,
                                                              const TlsOptions& tls) {
  const bool secure = url.scheme == "https";
  std::string name = url.origin();
  if (secure && tls != TlsOptions{}) {
    name += (tls.verify ? " " : " insecure ") + tls.ca_file;
  }
  if (const auto known = origins_.find(name); known != origins_.end()) {
    return &known->second;
  }
  auto addresses = resolve(url.host, url.port);
  if (!addresses) {
    return Failure{failure(ErrorKind::resolve_failed, addresses.error())};
  }
  TlsContext::Ptr context;
  if (secure) {
    auto made = TlsContext::for_client(tls);
    if (!made) {
      return Failure{failure(ErrorKind::tls_failed, made.error())};
    }
    context = std::move(*made);
  }
  HttpOrigin& origin = origins_[name];
  origin.addresses = std::move(*addresses);
  if (secure) {
    origin.tls = {std::move(context), url.host, std::make_shared<TlsSession>()};
    origin.tls_options = tls;
    origin.ca_written = written_at(tls.ca_file);
  }
  return &origin;
}

std::unique_ptr<Stream> HttpClient::Impl::make_stream(HttpOrigin& origin, int fd) {
  // A receiver with a throw-away certificate writes a new file at every start.
  if (const auto written = written_at(origin.tls_options.ca_file); written != origin.ca_written) {
    if (auto made = TlsContext::for_client(origin.tls_options); made.ok()) {
      origin.tls.context = std::move(*made);
      origin.tls.session = std::make_shared<TlsSession>();
      origin.ca_written = written;
    }
  }
  return origin.tls.context ? make_tls_stream(fd, origin.tls) : make_plain_stream(fd);
}

void HttpClient::Impl::start(HttpOrigin& origin, HttpExchangePtr exchange) {
  if (HttpConnection* idle = take_idle(origin)) {
    idle->use(std::move(exchange));
  } else if (origin.connections.size() < options().max_connections_per_origin) {
    open_connection(origin, std::move(exchange));
  } else if (origin.waiting.size() < options().max_waiting_per_origin) {
    origin.waiting.push_back(std::move(exchange));
  } else {
    loop().cancel(exchange->timeout);
    fail_later(std::move(exchange), ErrorKind::queue_full,
               std::to_string(origin.waiting.size()) + " requests wait for a connection already");
  }
}

void HttpClient::Impl::open_connection(HttpOrigin& origin, HttpExchangePtr exchange) {
  origin.connections.push_back(std::make_unique<HttpConnection>(*this, origin, origin.addresses));
  origin.connections.back()->open(std::move(exchange));
}

/// Whoever takes it must use it. The last used first: the others may then grow idle enough to be
/// closed.
HttpConnection* HttpClient::Impl::take_idle(HttpOrigin& origin) {
  while (!origin.idle.empty()) {
    HttpConnection& connection = *origin.idle.back();
    if (!connection.stale()) {
      origin.idle.pop_back();
      return &connection;
    }
    remove(connection);
  }
  return nullptr;
}

void HttpClient::Impl::serve_waiting(HttpOrigin& origin) {
  while (!origin.waiting.empty()) {
    HttpConnection* idle = take_idle(origin);
    const bool may_open = origin.connections.size() < options().max_connections_per_origin;
    if (idle == nullptr && !may_open) {
      return;
    }
    HttpExchangePtr next = std::move(origin.waiting.front());
    origin.waiting.pop_front();
    if (idle != nullptr) {
      idle->use(std::move(next));
    } else {
      open_connection(origin, std::move(next));
    }
  }
}

void HttpClient::Impl::on_ended(HttpConnection& connection, HttpExchangePtr exchange,
                                ClientResult result, bool reusable) {
  HttpOrigin& origin = connection.origin();
  if (reusable) {
    origin.idle.push_back(&connection);
  } else {
    remove(connection);
  }
  loop().cancel(exchange->timeout);
  // A connect that fails at once ends inside send(), and frees a place while others are placed.
  const bool nested = sending_;
  if (nested) {
    deliver_later(std::move(exchange), std::move(result));
    return;
  }
  sending_ = true;
  serve_waiting(origin);
  sending_ = false;
  complete(std::move(exchange), std::move(result));
}

void HttpClient::Impl::on_not_written(HttpConnection& connection, HttpExchangePtr exchange) {
  HttpOrigin& origin = connection.origin();
  remove(connection);
  exchange->reused = false;
  exchange->connection = nullptr;
  open_connection(origin, std::move(exchange));
}

void HttpClient::Impl::on_timeout(HttpOrigin& origin, HttpExchange& exchange) {
  if (exchange.connection != nullptr) {
    exchange.connection->give_up(ErrorKind::timeout, "no complete answer within the timeout");
    return;
  }
  const auto place =
      std::find_if(origin.waiting.begin(), origin.waiting.end(),
                   [&](const HttpExchangePtr& waiting) { return waiting.get() == &exchange; });
  HUBSIM_ASSERT(place != origin.waiting.end());
  HttpExchangePtr owned = std::move(*place);
  origin.waiting.erase(place);
  complete(std::move(owned), failure(ErrorKind::timeout, "no connection was free in time"));
}

void HttpClient::Impl::remove(HttpConnection& connection) {
  auto& all = connection.origin().connections;
  const auto place = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.get() == &connection; });
  HUBSIM_ASSERT(place != all.end());
  std::erase(connection.origin().idle, &connection);
  connection.shut();
  // Its own callback may still be on the stack.
  closed_.push_back(std::move(*place));
  all.erase(place);
  tidy_up_later();
}

void HttpClient::Impl::complete(HttpExchangePtr exchange, ClientResult result) {
  exchange->stamps.done = monotonic_now();
  call_back({std::move(exchange), std::move(result)});
}

void HttpClient::Impl::call_back(Ended ended) {
  ended.result.stamps = ended.exchange->stamps;
  ended.result.reused_connection = ended.exchange->reused;
  --open_;
  ended.exchange->callback(std::move(ended.result));
}

void HttpClient::Impl::fail_later(HttpExchangePtr exchange, ErrorKind kind, std::string text) {
  deliver_later(std::move(exchange), failure(kind, std::move(text)));
}

void HttpClient::Impl::deliver_later(HttpExchangePtr exchange, ClientResult result) {
  exchange->stamps.done = monotonic_now();
  ended_.push_back({std::move(exchange), std::move(result)});
  tidy_up_later();
}

void HttpClient::Impl::tidy_up_later() {
  if (tidy_timer_.second == 0) {
    tidy_timer_ = loop().run_after(std::chrono::nanoseconds(0), [this] { tidy_up(); });
  }
}

void HttpClient::Impl::tidy_up() {
  tidy_timer_ = {};
  closed_.clear();
  if (ended_.empty()) {
    return;
  }
  for (auto& [name, origin] : origins_) {
    sending_ = true;
    serve_waiting(origin);
    sending_ = false;
  }
  std::vector<Ended> ended;
  ended.swap(ended_);
  for (Ended& one : ended) {
    call_back(std::move(one));
  }
}

void HttpClient::Impl::close_idle() {
  for (auto& [name, origin] : origins_) {
    for (std::size_t i = origin.connections.size(); i-- > 0;) {
      if (origin.connections[i]->idle()) {
        remove(*origin.connections[i]);
      }
    }
  }
}

HttpClient::HttpClient(EventLoop& loop, ClientOptions options)
    : impl_(std::make_unique<Impl>(loop, options)) {}
HttpClient::~HttpClient() = default;

void HttpClient::send(ClientRequest request, Callback callback) {
  impl_->send(std::move(request), std::move(callback));
}
std::size_t HttpClient::open_requests() const noexcept { return impl_->open(); }
void HttpClient::close_idle() { impl_->close_idle(); }

const std::string* ClientResult::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) {
      return &value;
    }
  }
  return nullptr;
}

std::string_view name_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::none:
      return "none";
    case ErrorKind::bad_request:
      return "bad_request";
    case ErrorKind::resolve_failed:
      return "resolve_failed";
    case ErrorKind::connection_refused:
      return "connection_refused";
    case ErrorKind::connect_failed:
      return "connect_failed";
    case ErrorKind::connect_timeout:
      return "connect_timeout";
    case ErrorKind::certificate_refused:
      return "certificate_refused";
    case ErrorKind::tls_failed:
      return "tls_failed";
    case ErrorKind::connection_reset:
      return "connection_reset";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::too_large:
      return "too_large";
    case ErrorKind::queue_full:
      return "queue_full";
    case ErrorKind::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace hubsim::net
