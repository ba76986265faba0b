#include "common/net/response_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace hubsim::net {

namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

class Sink final : public beast::http::basic_parser<false> {
 public:
  Sink(const ParserLimits& limits, bool keep_body) : keep_body_(keep_body) {
    header_limit(static_cast<std::uint32_t>(limits.max_head_bytes));
    body_limit(limits.max_body_bytes);
    eager(true);
  }

  int status = 0;
  Headers headers;
  std::string body;

 private:
  void on_request_impl(beast::http::verb /*method*/, string_view /*method_text*/,
                       string_view /*target*/, int /*version*/, error_code& /*ec*/) override {}
  void on_response_impl(int code, string_view /*reason*/, int /*version*/,
                        error_code& /*ec*/) override {
    status = code;
  }
  void on_field_impl(beast::http::field /*name*/, string_view name, string_view value,
                     error_code& /*ec*/) override {
    headers.emplace_back(std::string(name), std::string(value));
  }
  void on_header_impl(error_code& /*ec*/) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         error_code& /*ec*/) override {}
  std::size_t on_body_impl(string_view bytes, error_code& /*ec*/) override {
    if (keep_body_) {
      body.append(bytes.data(), bytes.size());
    }
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, string_view /*extensions*/,
                            error_code& /*ec*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, string_view bytes,
                                 error_code& ec) override {
    return on_body_impl(bytes, ec);
  }
  void on_finish_impl(error_code& /*ec*/) override {}

  bool keep_body_;
};

}  // namespace

class ResponseParser::Impl {
 public:
  Impl(ParserLimits limits, bool keep_body) : limits_(limits), keep_body_(keep_body) {
    reset(false);
  }

  void reset(bool answer_to_head) {
    answer_to_head_ = answer_to_head;
    renew();
    pending_.clear();
    error_.clear();
    started_ = false;
  }

  State feed(std::string_view bytes, std::size_t& consumed) {
    started_ = started_ || !bytes.empty();
    if (pending_.empty()) {
      const State state = parse(bytes, consumed);
      if (state == State::more) {
        pending_ = bytes.substr(consumed);
        consumed = bytes.size();
      }
      return state;
    }
    const std::size_t before = pending_.size();
    pending_ += bytes;
    std::size_t used = 0;
    const State state = parse(pending_, used);
    pending_.erase(0, used);
    consumed = state == State::more ? bytes.size() : used - std::min(used, before);
    return state;
  }

  State finish() {
    if (started_ && pending_.empty()) {
      error_code ec;
      sink_->put_eof(ec);
      if (!ec && sink_->is_done()) {
        return State::done;
      }
    }
    error_ = "the connection was closed before the answer was complete";
    return State::malformed;
  }

  Sink& sink() { return *sink_; }
  [[nodiscard]] const Sink& sink() const { return *sink_; }
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void renew() {
    sink_.emplace(limits_, keep_body_);
    sink_->skip(answer_to_head_);
  }

  State parse(std::string_view bytes, std::size_t& used) {
    used = 0;
    while (true) {
      if (sink_->is_done()) {
        if (!is_interim(sink_->status)) {
          return State::done;
        }
        renew();
      }
      if (used == bytes.size()) {
        return State::more;
      }
      error_code ec;
      const std::size_t taken =
          sink_->put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), ec);
      used += taken;
      if (ec == beast::http::error::need_more || (!ec && taken == 0 && !sink_->is_done())) {
        return State::more;
      }
      if (ec) {
        error_ = ec.message();
        const bool large =
            ec == beast::http::error::header_limit || ec == beast::http::error::body_limit;
        return large ? State::too_large : State::malformed;
      }
    }
  }

  static bool is_interim(int status) { return status >= 100 && status < 200 && status != 101; }

  ParserLimits limits_;
  bool keep_body_;
  bool answer_to_head_ = false;
  bool started_ = false;
  std::optional<Sink> sink_;
  std::string pending_;
  std::string error_;
};

ResponseParser::ResponseParser(ParserLimits limits, bool keep_body)
    : impl_(std::make_unique<Impl>(limits, keep_body)) {}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

void ResponseParser::reset(bool answer_to_head) { impl_->reset(answer_to_head); }
ResponseParser::State ResponseParser::feed(std::string_view bytes, std::size_t& consumed) {
  return impl_->feed(bytes, consumed);
}
ResponseParser::State ResponseParser::finish() { return impl_->finish(); }
bool ResponseParser::started() const noexcept { return impl_->started(); }
bool ResponseParser::keep_alive() const noexcept { return impl_->sink().keep_alive(); }
int ResponseParser::status() const noexcept { return impl_->sink().status; }
Headers& ResponseParser::headers() noexcept { return impl_->sink().headers; }
std::string& ResponseParser::body() noexcept { return impl_->sink().body; }
const std::string& ResponseParser::error() const noexcept { return impl_->error(); }

}  // namespace hubsim::net
