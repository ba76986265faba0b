#include "loadgen/engine/h2_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <span>

#include "common/base/assert.h"

namespace hubsim::loadgen {

namespace {

/// As large as can be: the generator must never be what holds an answer back.
constexpr std::int32_t window_bytes = (1 << 30) - 1;
/// Gathered for one write.
constexpr std::size_t batch_bytes = std::size_t{64} << 10;

std::uint8_t* raw(std::string_view text) noexcept {
  // nghttp2 takes names and values by pointers it could write through, and never does.
  return static_cast<std::uint8_t*>(const_cast<void*>(static_cast<const void*>(text.data())));
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) noexcept {
  return {static_cast<const char*>(static_cast<const void*>(bytes)), size};
}

}  // namespace

/// The request as nghttp2 wants it: made once, the numbered values set for each request.
struct H2Session::Template {
  std::vector<nghttp2_nv> fields;
  std::vector<std::size_t> numbered;
};

/// nghttp2's callbacks. A stream's user data is our Stream, set by submit() for as long as it
/// lives.
struct H2Session::Callbacks {
  static H2Session& self(void* user) { return *static_cast<H2Session*>(user); }

  static Stream* stream_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Stream* stream = stream_of(session, frame->hd.stream_id);
    if (stream != nullptr && stream->stamps.first_byte.count() == 0) {
      stream->stamps.first_byte = self(user).now_;
    }
    return 0;
  }

  static int on_header(Stream* stream, std::string_view name, std::string_view value) {
    // nghttp2 lets one ":status" of three digits pass, and no other such name.
    if (stream != nullptr && name.starts_with(':') && value.size() == 3) {
      stream->status = static_cast<std::int16_t>((value[0] - '0') * 100 + (value[1] - '0') * 10 +
                                                 (value[2] - '0'));
    }
    return 0;
  }

  static int on_frame_recv(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    H2Session& it = self(user);
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
      case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
          if (Stream* stream = stream_of(session, frame->hd.stream_id)) {
            it.answer(*stream);
          }
        }
        break;
      case NGHTTP2_RST_STREAM:
        if (Stream* stream = stream_of(session, frame->hd.stream_id)) {
          stream->reset_by_server = true;
        }
        break;
      case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
          it.greeted_ = true;
          it.limit_ = std::min<std::size_t>(it.max_streams_,
                                            nghttp2_session_get_remote_settings(
                                                session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS));
        }
        break;
      case NGHTTP2_GOAWAY:
        it.going_away_ = true;
        break;
      default:
        break;
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    H2Session& it = self(user);
    if (frame->hd.type == NGHTTP2_HEADERS) {
      if (Stream* stream = stream_of(session, frame->hd.stream_id)) {
        it.leaving_.push_back({stream, frame->hd.stream_id, 0});
      }
    } else if (frame->hd.type == NGHTTP2_GOAWAY) {
      it.failed_ = true;  // only ever because of what came
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t code,
                             void* user) {
    if (Stream* stream = stream_of(session, id)) {
      self(user).close(*stream, code);
    }
    return 0;
  }

  static ssize_t read_body(const PatchedText& body, Stream& stream, std::span<char> into,
                           std::uint32_t* flags) {
    const std::size_t copied = body.copy(stream.index, stream.body_at, into);
    stream.body_at += copied;
    if (stream.body_at == body.size()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(copied);
  }

  static const nghttp2_session_callbacks* all() {
    static nghttp2_session_callbacks* const made = [] {
      nghttp2_session_callbacks* callbacks = nullptr;
      HUBSIM_ASSERT(nghttp2_session_callbacks_new(&callbacks) == 0);
      nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
      nghttp2_session_callbacks_set_on_header_callback(
          callbacks, [](nghttp2_session* session, const nghttp2_frame* frame,
                        const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                        std::size_t value_size, std::uint8_t /*flags*/, void* /*user*/) {
            return name[0] != ':' ? 0
                                  : on_header(stream_of(session, frame->hd.stream_id),
                                              text_of(name, name_size), text_of(value, value_size));
          });
      nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
      nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_send);
      nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
      return callbacks;
    }();
    return made;
  }
};

H2Session::H2Session(PatchedFields& fields, std::size_t max_streams, H2Events& events)
    : fields_(fields),
      events_(events),
      template_(std::make_unique<Template>()),
      max_streams_(max_streams) {
  HUBSIM_ASSERT(nghttp2_session_client_new(&session_, Callbacks::all(), this) == 0);
  const std::array<nghttp2_settings_entry, 2> settings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
       {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, std::uint32_t{window_bytes}}}};
  HUBSIM_ASSERT(
      nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0);
  HUBSIM_ASSERT(
      nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, window_bytes) == 0);
  for (std::size_t i = 0; i < fields_.fields.size(); ++i) {
    const auto& [name, value] = fields_.fields[i];
    // A value with a number in it is copied, since more may be set before it has left, and kept out
    // of the table that the server would have to keep.
    const auto flags = value.has_number()
                           ? NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_INDEX
                           : NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
    if (value.has_number()) {
      template_->numbered.push_back(i);
    }
    template_->fields.push_back({raw(name), raw(value.text()), name.size(), value.size(),
                                 static_cast<std::uint8_t>(flags)});
  }
}

H2Session::~H2Session() { nghttp2_session_del(session_); }

void H2Session::submit(const WaitingArrival& arrival, std::chrono::nanoseconds now) {
  if (free_.empty()) {
    free_.push_back(&streams_.emplace_back());
  }
  Stream& stream = *free_.back();
  stream = Stream{};
  stream.stamps.intended = arrival.intended;
  stream.index = arrival.index;
  stream.submitted = now;
  for (const std::size_t i : template_->numbered) {
    (void)fields_.fields[i].value.with(arrival.index);
  }
  nghttp2_data_provider body{
      {.ptr = &stream},
      [](nghttp2_session* /*session*/, std::int32_t /*id*/, std::uint8_t* into, std::size_t size,
         std::uint32_t* flags, nghttp2_data_source* source, void* user) {
        auto* bytes = static_cast<char*>(static_cast<void*>(into));
        return Callbacks::read_body(Callbacks::self(user).fields_.body,
                                    *static_cast<Stream*>(source->ptr), {bytes, size}, flags);
      }};
  stream.id =
      nghttp2_submit_request(session_, nullptr, template_->fields.data(), template_->fields.size(),
                             fields_.body.size() > 0 ? &body : nullptr, &stream);
  if (stream.id < 0) {  // numbers of streams have an end, after a billion
    going_away_ = true;
    events_.on_outcome({.fate = H2Fate::unprocessed, .arrival = arrival});
    return;
  }
  stream.used = true;
  free_.pop_back();
  ++used_;
  ++at_hand_;
}

void H2Session::receive(std::string_view bytes, std::chrono::nanoseconds now) {
  now_ = now;
  heard_ = now;
  silent_ = false;
  if (!greeted_ && bytes.starts_with("HTTP/1.")) {
    old_http_ = failed_ = true;
    return;
  }
  if (nghttp2_session_mem_recv(session_, raw(bytes), bytes.size()) < 0) {
    failed_ = true;
  }
}

std::string_view H2Session::output() {
  if (out_at_ == out_.size()) {
    out_.clear();
    out_at_ = 0;
    while (out_.size() < batch_bytes) {
      const std::uint8_t* piece = nullptr;
      const auto size = nghttp2_session_mem_send(session_, &piece);
      if (size <= 0) {
        failed_ = failed_ || size < 0;
        break;
      }
      out_ += text_of(piece, static_cast<std::size_t>(size));
      for (; unplaced_ < leaving_.size(); ++unplaced_) {
        leaving_[unplaced_].end = taken_ + out_.size();
      }
    }
  }
  return std::string_view(out_).substr(out_at_);
}

void H2Session::took(std::size_t bytes, std::chrono::nanoseconds now) {
  out_at_ += bytes;
  taken_ += bytes;
  for (; leaving_at_ < leaving_.size() && leaving_[leaving_at_].end <= taken_; ++leaving_at_) {
    const Leaving& one = leaving_[leaving_at_];
    if (one.stream->id == one.id) {
      one.stream->stamps.sent = now;
    }
  }
  if (leaving_at_ == leaving_.size()) {
    leaving_.clear();
    leaving_at_ = unplaced_ = 0;
  }
}

void H2Session::tell(Stream& stream, H2Fate fate, std::string why) {
  stream.told = true;
  --at_hand_;
  stream.stamps.done = now_;
  events_.on_outcome(
      {fate, {stream.index, stream.stamps.intended}, stream.stamps, stream.status, std::move(why)});
}

void H2Session::answer(Stream& stream) {
  if (stream.told) {
    return;
  }
  tell(stream, H2Fate::answered, {});
  if (stream.body_at < fields_.body.size()) {
    cancel(stream);  // answered before all of it was there: the rest is of no use
  }
}

void H2Session::close(Stream& stream, std::uint32_t code) {
  if (!stream.told) {
    if (stream.stamps.sent.count() == 0) {
      tell(stream, going_away_ ? H2Fate::unprocessed : H2Fate::unsent, "cannot be sent");
    } else if (code == NGHTTP2_REFUSED_STREAM) {
      tell(stream, stream.reset_by_server ? H2Fate::refused : H2Fate::unprocessed,
           "refused_stream");
    } else {
      tell(stream, H2Fate::unknown,
           stream.reset_by_server ? std::string("stream_reset: ") + nghttp2_http2_strerror(code)
                                  : "malformed");
    }
  }
  stream.used = false;
  stream.id = 0;
  --used_;
  free_.push_back(&stream);
}

void H2Session::cancel(Stream& stream) {
  HUBSIM_ASSERT(nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL) ==
                0);
}

void H2Session::expire(std::chrono::nanoseconds now, std::chrono::nanoseconds timeout) {
  if (at_hand_ == 0 || now < next_expiry_) {
    return;
  }
  now_ = now;
  auto oldest = now;
  for (Stream& stream : streams_) {
    if (!stream.used || stream.told) {
      continue;
    }
    const bool sent = stream.stamps.sent.count() != 0;
    const auto since = sent ? stream.stamps.sent : stream.submitted;
    if (now - since <= timeout) {
      oldest = std::min(oldest, since);
      continue;
    }
    silent_ = silent_ || heard_ < since;
    tell(stream, sent ? H2Fate::unknown : H2Fate::unsent, "timeout");
    cancel(stream);
  }
  next_expiry_ = oldest + timeout;
}

void H2Session::end(std::chrono::nanoseconds now, const std::string& why) {
  now_ = now;
  for (Stream& stream : streams_) {
    if (stream.used && !stream.told) {
      const bool sent = stream.stamps.sent.count() != 0;
      tell(stream, sent ? H2Fate::unknown : H2Fate::unprocessed, why);
    }
  }
}

bool H2Session::is_done() const {
  return failed_ || (silent_ && at_hand_ == 0) ||
         (out_at_ == out_.size() && nghttp2_session_want_read(session_) == 0 &&
          nghttp2_session_want_write(session_) == 0);
}

const char* H2Session::broken_by() const noexcept {
  return old_http_ ? "not_http2" : failed_ ? "malformed" : "connection_reset";
}

}  // namespace hubsim::loadgen
