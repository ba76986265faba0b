#include "mock_server/serve/request_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "common/base/assert.h"
#include "common/base/text.h"
#include "common/http/body_spool.h"

namespace hubsim::serve {

namespace beast = boost::beast;
using BeastText = beast::string_view;
using BeastError = beast::http::error;

namespace {

/// The shortest thing a chunk header can be is the last chunk, "0\r\n\r\n". Beast asserts that it
/// sees as much; with less it is not asked.
constexpr std::size_t min_chunk_header_bytes = 5;
/// A chunk's size line with its extensions, or the trailers: nobody sends more.
constexpr std::size_t max_chunk_line_bytes = std::size_t{16} << 10;
/// Memory is taken as a body arrives, not as it is announced.
constexpr std::uint64_t max_body_reserve_bytes = std::uint64_t{256} << 10;
constexpr std::size_t max_kept_capacity_bytes = std::size_t{16} << 10;

std::string chunk_line_too_long() {
  return fmt::format("a chunk line or the trailers are larger than {} bytes", max_chunk_line_bytes);
}

/// Beast waits for a carriage return that never comes.
bool has_bare_line_feed(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') {
      return true;
    }
  }
  return false;
}

std::string_view to_std(BeastText text) { return {text.data(), text.size()}; }

void clear_and_bound(std::string& text) {
  if (text.capacity() > max_kept_capacity_bytes) {
    text = std::string();
  }
  text.clear();
}

/// A part of the head, by its place from the head's first byte: the head may move in memory.
struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
};

struct Field {
  Span name;
  Span value;
};

/// What Beast reported of the request under way.
struct Message {
  std::string_view head;  ///< where the head lies while Beast parses it
  Span method;
  Span target;
  int version = 11;
  std::vector<Field> fields;
  bool expects_continue = false;
  bool header_done = false;
  std::string body;
  std::string_view whole_body;  ///< set instead of `body` when it came in one piece
  std::uint64_t chunk_left = 0;
  std::unique_ptr<http::BodySpool> spool;  ///< takes a body that is too large for memory
  std::optional<ParseError> refusal;       ///< what Beast would take and this server does not

  void clear() {
    fields.clear();
    clear_and_bound(body);
    whole_body = {};
    expects_continue = header_done = false;
    chunk_left = 0;
    spool.reset();
    refusal.reset();
  }

  [[nodiscard]] bool in_head(BeastText text) const {
    return text.empty() ||
           (text.data() >= head.data() && text.data() + text.size() <= head.data() + head.size());
  }
  [[nodiscard]] Span span(BeastText text) const {
    if (text.empty()) {
      return {};
    }
    return {static_cast<std::size_t>(text.data() - head.data()), text.size()};
  }
};

/// Path and query of any target form; "http://host/path" is cut down to "/path".
void split_target(std::string_view target, http::RequestView& request) {
  const auto scheme = target.find("://");
  if (scheme != std::string_view::npos && scheme < target.find_first_of("/?")) {
    const auto path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  request.query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (request.path.empty()) {
    request.path = "/";
  }
}

class BeastParser final : public beast::http::basic_parser<true> {
 public:
  BeastParser(Message& message, ParserLimits limits) : message_(message), limits_(limits) {
    body_limit(boost::none);  // allow_body() holds it, because it depends on the operation
    // RequestParser holds the exact limit; this one only has to be out of its way.
    header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1024));
  }

 private:
  void refuse(int status, std::string text, beast::error_code& error) {
    message_.refusal = ParseError{status, std::move(text)};
    error = BeastError::bad_field;
  }

  void on_request_impl(beast::http::verb /*method*/, BeastText method, BeastText target,
                       int version, beast::error_code& /*error*/) override {
    message_.method = message_.span(method);
    message_.target = message_.span(target);
    message_.version = version;
  }

  void on_field_impl(beast::http::field name, BeastText name_text, BeastText value,
                     beast::error_code& error) override {
    if (message_.header_done) {
      return;  // trailers: allowed, of no meaning to anybody here
    }
    if (!message_.in_head(value)) {
      refuse(400, fmt::format("header '{}' is folded over two lines", to_std(name_text)), error);
      return;
    }
    message_.fields.push_back({message_.span(name_text), message_.span(value)});
    if (name == beast::http::field::expect) {
      on_expect(to_std(value), error);
    } else if (name == beast::http::field::transfer_encoding) {
      on_transfer_encoding(to_std(value), error);
    }
  }

  void on_expect(std::string_view value, beast::error_code& error) {
    if (!equals_ignoring_case(value, "100-continue")) {
      refuse(417, "the only expectation known is 'Expect: 100-continue'", error);
      return;
    }
    message_.expects_continue = true;
  }

  void on_transfer_encoding(std::string_view value, beast::error_code& error) {
    if (!equals_ignoring_case(value, "chunked")) {
      refuse(501, "the only Transfer-Encoding known is 'chunked'", error);
    } else if (message_.version < 11) {
      refuse(400, "HTTP/1.0 has no Transfer-Encoding; send Content-Length", error);
    }
  }

  void on_header_impl(beast::error_code& error) override {
    message_.header_done = true;
    if (const auto length = content_length()) {
      allow_body(*length, error);
    }
  }

  /// Refuses a body of that many bytes, or begins to spool it.
  void allow_body(std::uint64_t bytes, beast::error_code& error) {
    if (bytes <= allowed_) {
      return;
    }
    if (allowed_ == limits_.body_bytes && limits_.handler != nullptr) {
      http::RequestView request;
      split_target(message_.head.substr(message_.target.at, message_.target.size), request);
      const auto method = message_.head.substr(message_.method.at, message_.method.size);
      allowed_ =
          std::max(allowed_, limits_.handler->body_limit(http::parse_method(method), request.path));
    }
    if (bytes > allowed_) {
      refuse(413, fmt::format("the request body is larger than {} bytes", allowed_), error);
    } else if (!message_.spool) {
      message_.spool = std::make_unique<http::BodySpool>();
      spool(std::exchange(message_.body, {}), error);
    }
  }

  void spool(std::string_view piece, beast::error_code& error) {
    if (!message_.spool->append(piece)) {
      refuse(507, "the disk does not take the request body", error);
    }
  }

  [[nodiscard]] std::uint64_t taken_bytes() const {
    return message_.spool ? message_.spool->size() : message_.body.size();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                         beast::error_code& /*error*/) override {
    expected_bytes_ = length.value_or(0);
  }

  std::size_t on_body_impl(BeastText piece, beast::error_code& error) override {
    if (message_.spool) {
      spool(to_std(piece), error);
      return piece.size();
    }
    if (message_.body.empty() && piece.size() == expected_bytes_) {
      message_.whole_body = to_std(piece);
      return piece.size();
    }
    if (message_.body.empty()) {
      message_.body.reserve(std::min(expected_bytes_, max_body_reserve_bytes));
    }
    message_.body.append(piece.data(), piece.size());
    return piece.size();
  }

  void on_chunk_header_impl(std::uint64_t size, BeastText extensions,
                            beast::error_code& error) override {
    if (has_bare_line_feed(to_std(extensions))) {  // Beast takes one inside quotes
      refuse(400, "a chunk extension holds a line feed", error);
      return;
    }
    message_.chunk_left = size;
    // Announced is enough: nobody waits for its bytes.
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - taken_bytes();
    allow_body(taken_bytes() + std::min(size, room), error);
  }

  std::size_t on_chunk_body_impl(std::uint64_t /*left*/, BeastText piece,
                                 beast::error_code& error) override {
    if (message_.spool) {
      spool(to_std(piece), error);
    } else {
      message_.body.append(piece.data(), piece.size());
    }
    message_.chunk_left -= piece.size();
    return piece.size();
  }

  void on_finish_impl(beast::error_code& /*error*/) override {}
  void on_response_impl(int /*status*/, BeastText /*reason*/, int /*version*/,
                        beast::error_code& /*error*/) override {}

  Message& message_;
  ParserLimits limits_;
  std::uint64_t allowed_ = limits_.body_bytes;
  std::uint64_t expected_bytes_ = 0;
};

/// Feeding a piece of text to Beast: how much it took, and its verdict.
struct Step {
  std::size_t taken = 0;
  beast::error_code error;
};

}  // namespace

class RequestParser::Grammar {
 public:
  explicit Grammar(ParserLimits limits) : limits_(limits) { reset(); }

  void reset() {
    message.clear();
    parser.emplace(message, limits_);
  }

  Step put(std::string_view bytes) {
    Step step;
    step.taken = parser->put(boost::asio::const_buffer(bytes.data(), bytes.size()), step.error);
    last_error = step.error;
    return step;
  }

  Message message;
  std::optional<BeastParser> parser;
  beast::error_code last_error;

 private:
  ParserLimits limits_;
};

RequestParser::RequestParser(ParserLimits limits)
    : limits_(limits), grammar_(std::make_unique<Grammar>(limits)) {}
RequestParser::~RequestParser() = default;

bool RequestParser::keep_alive() const {
  return grammar_->message.header_done && grammar_->parser->keep_alive();
}

bool RequestParser::is_http_1_0() const { return grammar_->message.version < 11; }

bool RequestParser::expects_continue() const {
  return grammar_->message.expects_continue && !is_http_1_0();
}

void RequestParser::next() {
  HUBSIM_ASSERT(state_ == State::ready);
  grammar_->reset();
  clear_and_bound(head_);
  head_parsed_ = head_checked_ = 0;
  clear_and_bound(chunk_rest_);
  request_.body_keeper.reset();
  state_ = State::idle;
}

std::size_t RequestParser::consume(std::string_view input) {
  HUBSIM_ASSERT(state_ != State::ready && state_ != State::bad);
  std::size_t used = 0;
  if (state_ == State::idle) {
    // RFC 9112 2.2: empty lines before a request line are passed over.
    used = std::min(input.find_first_not_of("\r\n"), input.size());
  }
  if (used < input.size() && (state_ == State::idle || state_ == State::head)) {
    used += consume_head(input.substr(used));
  }
  if (state_ == State::body && used < input.size()) {
    used += consume_body(input.substr(used));
  }
  if (state_ == State::body) {
    keep_head();
  }
  return used;
}

/// The head was seen in the caller's bytes, which go before the body is whole.
void RequestParser::keep_head() {
  std::string_view& head = grammar_->message.head;
  if (head.data() != head_.data()) {
    head_.assign(head.substr(0, head_parsed_));
    head = head_;
  }
}

std::size_t RequestParser::consume_head(std::string_view input) {
  if (state_ == State::head) {
    return consume_head_in_pieces(input);
  }
  state_ = State::head;
  grammar_->message.head = input;
  const Step step = grammar_->put(input);
  if (step.error == BeastError::need_more) {
    head_.assign(input);
    head_parsed_ = step.taken;
    check_unfinished_head();
    return input.size();
  }
  if (step.taken > limits_.head_bytes) {
    fail(431, fmt::format("the request head is larger than {} bytes", limits_.head_bytes));
  } else if (step.error) {
    fail(*grammar_);
  } else {
    head_parsed_ = step.taken;
    finish_head();
  }
  return step.taken;
}

std::size_t RequestParser::consume_head_in_pieces(std::string_view input) {
  const std::size_t before = head_.size();
  head_.append(input);
  grammar_->message.head = head_;
  const Step step = grammar_->put(std::string_view(head_).substr(head_parsed_));
  head_parsed_ += step.taken;
  if (step.error == BeastError::need_more) {
    check_unfinished_head();
    return input.size();
  }
  if (step.error && head_parsed_ <= limits_.head_bytes) {
    fail(*grammar_);
    return input.size();
  }
  if (head_parsed_ > limits_.head_bytes) {
    fail(431, fmt::format("the request head is larger than {} bytes", limits_.head_bytes));
    return input.size();
  }
  head_.resize(head_parsed_);  // what follows is not of the head
  grammar_->message.head = head_;
  finish_head();
  return head_parsed_ - before;
}

/// Beast waits for the empty line once a head came in pieces; what can never become a head is
/// refused at once.
void RequestParser::check_unfinished_head() {
  if (head_.size() > limits_.head_bytes) {
    fail(431, fmt::format("the request head is larger than {} bytes", limits_.head_bytes));
    return;
  }
  for (std::size_t i = head_checked_; i < head_.size(); ++i) {
    const bool bare_line_feed = head_[i] == '\n' && (i == 0 || head_[i - 1] != '\r');
    if (bare_line_feed || head_[i] == '\0') {
      fail(400, bare_line_feed ? "a line of the request head ends without a carriage return"
                               : "the request head holds a NUL byte");
      return;
    }
  }
  head_checked_ = head_.size();
}

void RequestParser::finish_head() {
  if (grammar_->parser->is_done()) {
    finish_request();
    return;
  }
  state_ = State::body;
}

std::size_t RequestParser::consume_body(std::string_view input) {
  if (grammar_->parser->chunked()) {
    return consume_chunks(input);
  }
  const Step step = grammar_->put(input);
  if (step.error && step.error != BeastError::need_more) {
    fail(*grammar_);
  } else if (grammar_->parser->is_done()) {
    finish_request();
  }
  return step.taken;
}

std::size_t RequestParser::consume_chunks(std::string_view input) {
  if (chunk_rest_.empty()) {
    const std::size_t used = parse_chunks(input);
    if (state_ != State::body) {
      return used;
    }
    chunk_rest_.assign(input.substr(used));
  } else {
    chunk_rest_.append(input);
    const std::size_t used = parse_chunks(chunk_rest_);
    if (state_ == State::ready) {
      return input.size() - (chunk_rest_.size() - used);
    }
    if (state_ == State::bad) {
      return input.size();
    }
    chunk_rest_.erase(0, used);
  }
  if (has_bare_line_feed(chunk_rest_)) {
    fail(400, "a chunk line ends without a carriage return");
  } else if (chunk_rest_.size() > max_chunk_line_bytes) {
    fail(431, chunk_line_too_long());
  }
  return input.size();
}

std::size_t RequestParser::parse_chunks(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    if (grammar_->message.chunk_left == 0 && rest.size() < min_chunk_header_bytes) {
      break;
    }
    const bool in_line = grammar_->message.chunk_left == 0;
    const Step step = grammar_->put(rest);
    used += step.taken;
    if (in_line && step.taken > max_chunk_line_bytes) {
      fail(431, chunk_line_too_long());
      break;
    }
    if (grammar_->parser->is_done()) {
      finish_request();
      break;
    }
    if (step.error == BeastError::need_more) {
      break;
    }
    if (step.error) {
      fail(*grammar_);
      break;
    }
  }
  return used;
}

void RequestParser::finish_request() {
  const Message& message = grammar_->message;
  const auto text = [&message](Span span) { return message.head.substr(span.at, span.size); };
  request_.method = http::parse_method(text(message.method));
  split_target(text(message.target), request_);
  request_.secure = secure_;
  request_.headers.clear();
  for (const Field& field : message.fields) {
    request_.headers.push_back({text(field.name), text(field.value)});
  }
  request_.body = message.body.empty() ? message.whole_body : std::string_view(message.body);
  if (message.spool && message.spool->size() > 0) {
    const http::KeptText kept = message.spool->finish();
    if (kept.keeper == nullptr) {
      return fail(507, "the spooled request body cannot be mapped");
    }
    request_.body = kept.text;
    request_.body_keeper = kept.keeper;
  }
  state_ = State::ready;
}

void RequestParser::fail(int status, std::string message) {
  state_ = State::bad;
  error_ = ParseError{status, std::move(message)};
}

void RequestParser::fail(const Grammar& grammar) {
  if (grammar.message.refusal) {
    fail(grammar.message.refusal->status, grammar.message.refusal->message);
  } else if (grammar.last_error == BeastError::header_limit) {
    fail(431, fmt::format("the request head is larger than {} bytes", limits_.head_bytes));
  } else {
    fail(400, fmt::format("not an HTTP/1.1 request: {}", grammar.last_error.message()));
  }
}

}  // namespace hubsim::serve
