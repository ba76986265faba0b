#include "loadgen/engine/testing/h2_test_server.h"

#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace hubsim::loadgen::testing {

namespace {

using Then = H2TestAnswer::Then;

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {static_cast<const char*>(static_cast<const void*>(bytes)), size};
}

std::uint8_t* raw(std::string_view text) {
  return static_cast<std::uint8_t*>(const_cast<void*>(static_cast<const void*>(text.data())));
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {raw(name), raw(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

class H2TestServer::Listener final : public net::IoHandler {
 public:
  explicit Listener(H2TestServer& server) : server_(server) {}
  void on_io(bool /*readable*/, bool /*writable*/) override { server_.accept_all(); }

 private:
  H2TestServer& server_;
};

class H2TestServer::Peer final : public net::IoHandler {
 public:
  Peer(H2TestServer& server, net::Fd fd) : server_(server), fd_(std::move(fd)) {
    server_.loop_.watch(fd_.get(), *this, true, false);
    nghttp2_session_callbacks* callbacks = nullptr;
    HUBSIM_ASSERT(nghttp2_session_callbacks_new(&callbacks) == 0);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                      std::uint8_t, void* user) {
          self(user).on_header(frame->hd.stream_id, text_of(name, name_size),
                               text_of(value, value_size));
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                      std::size_t size, void* user) {
          self(user).on_data(id, text_of(bytes, size));
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    HUBSIM_ASSERT(nghttp2_session_server_new(&session_, callbacks, this) == 0);
    nghttp2_session_callbacks_del(callbacks);
    const std::array<nghttp2_settings_entry, 2> settings{
        {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server.settings_.max_streams},
         {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, server.settings_.window}}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    flush();
  }

  ~Peer() override {
    for (auto& [id, stream] : streams_) {
      server_.loop_.cancel(stream->timer);
    }
    nghttp2_session_del(session_);
    server_.loop_.unwatch(fd_.get());
  }

  void on_io(bool /*readable*/, bool /*writable*/) override {
    std::vector<char> buffer(std::size_t{64} * 1024);
    const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) {
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
      if (nghttp2_session_mem_recv(session_, raw(bytes), bytes.size()) < 0) {
        ended_ = true;
      }
    }
    if (got <= 0 || ended_) {
      server_.drop(*this);
      return;
    }
    flush();
  }

 private:
  struct Stream {
    H2TestRequest request;
    H2TestAnswer answer;
    std::size_t given = 0;
    net::EventLoop::TimerId timer{};
    bool asked = false;
  };

  static Peer& self(void* user) { return *static_cast<Peer*>(user); }

  void on_header(std::int32_t id, std::string_view name, std::string_view value) {
    auto& stream = streams_[id];
    if (!stream) {
      stream = std::make_unique<Stream>();
      note_streams();
    }
    stream->request.fields[std::string(name)] = value;
  }

  void on_data(std::int32_t id, std::string_view bytes) {
    const auto found = streams_.find(id);
    if (found != streams_.end()) {
      found->second->request.body += bytes;
    }
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const bool asks =
        frame->hd.type == NGHTTP2_HEADERS && (ends || self(user).server_.settings_.answer_at_head);
    if (asks || (frame->hd.type == NGHTTP2_DATA && ends)) {
      self(user).ask(frame->hd.stream_id);
    }
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
    Peer& it = self(user);
    if (code == NGHTTP2_CANCEL) {
      it.server_.cancelled_.fetch_add(1);
    }
    const auto found = it.streams_.find(id);
    if (found != it.streams_.end()) {
      it.server_.loop_.cancel(found->second->timer);
      it.streams_.erase(found);
    }
    return 0;
  }

  void note_streams() {
    const std::uint64_t open = streams_.size();
    if (open > server_.most_streams_.load()) {
      server_.most_streams_.store(open);
    }
  }

  void ask(std::int32_t id) {
    Stream& stream = *streams_.at(id);
    if (stream.asked) {
      return;
    }
    stream.asked = true;
    stream.request.number = server_.requests_.fetch_add(1) + 1;
    stream.answer = server_.handler_(stream.request);
    if (stream.answer.delay.count() == 0) {
      give(id);
      return;
    }
    stream.timer = server_.loop_.run_after(stream.answer.delay, [this, id] {
      give(id);
      flush();
    });
  }

  void give(std::int32_t id) {
    const H2TestAnswer& answer = streams_.at(id)->answer;
    switch (answer.then) {
      case Then::answer:
        respond(id);
        break;
      case Then::reset:
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, answer.code);
        break;
      case Then::go_away:
        nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, std::max(id - 2, 0), answer.code,
                              nullptr, 0);
        break;
      case Then::drain:
        nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, id, answer.code, nullptr, 0);
        respond(id);
        break;
      case Then::never:
        break;
      case Then::garbage:
        send_all(std::string(200, 'g'));
        break;
      case Then::close:
        ended_ = true;
        break;
    }
  }

  void respond(std::int32_t id) {
    Stream& stream = *streams_.at(id);
    if (stream.answer.early_hints) {
      const std::array<nghttp2_nv, 1> hints{field(":status", "103")};
      nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, id, nullptr, hints.data(), hints.size(),
                             nullptr);
    }
    const std::string status = std::to_string(stream.answer.status);
    const std::array<nghttp2_nv, 2> fields{field(":status", status),
                                           field("content-type", "text/plain")};
    const nghttp2_data_provider body{
        {.ptr = &stream},
        [](nghttp2_session* session, std::int32_t number, std::uint8_t* into, std::size_t size,
           std::uint32_t* flags, nghttp2_data_source* source, void*) {
          return read_body(session, number, *static_cast<Stream*>(source->ptr), {into, size},
                           flags);
        }};
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), &body);
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, Stream& stream,
                           std::span<std::uint8_t> into, std::uint32_t* flags) {
    const std::size_t copied = std::min(into.size(), stream.answer.body.size() - stream.given);
    std::copy_n(stream.answer.body.data() + stream.given, copied, into.data());
    stream.given += copied;
    if (stream.given == stream.answer.body.size()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (stream.answer.trailers) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const std::array<nghttp2_nv, 1> trailers{field("x-checksum", "none")};
        nghttp2_submit_trailer(session, id, trailers.data(), trailers.size());
      }
    }
    return static_cast<ssize_t>(copied);
  }

  void flush() {
    const std::uint8_t* piece = nullptr;
    std::string out;  // in one piece, or each frame but the first would wait for Nagle
    for (auto size = nghttp2_session_mem_send(session_, &piece); size > 0;
         size = nghttp2_session_mem_send(session_, &piece)) {
      out += text_of(piece, static_cast<std::size_t>(size));
    }
    send_all(out);
    if (ended_) {
      ::shutdown(fd_.get(), SHUT_RDWR);  // the loop will see the end
    }
  }

  void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) {
        pollfd wait{fd_.get(), POLLOUT, 0};
        ::poll(&wait, 1, 1000);
        continue;
      }
      if (sent < 0) {
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  H2TestServer& server_;
  net::Fd fd_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::unique_ptr<Stream>> streams_;
  bool ended_ = false;
};

H2TestServer::H2TestServer(Handler handler, H2TestSettings settings)
    : handler_(std::move(handler)), settings_(settings) {
  auto fd = net::listen_on_loopback(0);
  HUBSIM_ASSERT(fd.ok());
  listen_ = std::move(*fd);
  port_ = net::local_port(listen_.get());
  listener_ = std::make_unique<Listener>(*this);
  loop_.watch(listen_.get(), *listener_, true, false);
  thread_ = std::thread([this] { loop_.run(); });
}

H2TestServer::~H2TestServer() {
  stop();
  peers_.clear();
}

void H2TestServer::stop() {
  if (thread_.joinable()) {
    loop_.stop();
    thread_.join();
  }
}

std::string H2TestServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

void H2TestServer::accept_all() {
  while (true) {
    net::Fd fd(::accept4(listen_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.valid()) {
      return;
    }
    accepted_.fetch_add(1);
    auto peer = std::make_unique<Peer>(*this, std::move(fd));
    Peer* const key = peer.get();
    peers_[key] = std::move(peer);
  }
}

void H2TestServer::drop(Peer& peer) { peers_.erase(&peer); }

}  // namespace hubsim::loadgen::testing
