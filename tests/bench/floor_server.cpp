// The floor that servers are measured against: the least an HTTP server on epoll can do. One
// thread, keep-alive, reads requests by their Content-Length, answers the same bytes to each.
//   floor_server ANSWER_FILE   serves the file's bytes (head and body), prints its port
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

namespace {

struct Peer {
  int fd = -1;
  std::size_t have = 0;
  std::array<char, 64 * 1024> in;  // NOLINT(*-member-init): filled by recv
};

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::size_t body_length(std::string_view head) {
  constexpr std::string_view name = "\r\nContent-Length:";
  for (std::size_t at = head.find("\r\n"); at < head.size(); at = head.find("\r\n", at + 2)) {
    if (head.size() - at > name.size() &&
        ::strncasecmp(head.data() + at, name.data(), name.size()) == 0) {
      std::size_t start = at + name.size();
      start += head[start] == ' ' ? 1U : 0U;
      std::size_t length = 0;
      std::from_chars(head.data() + start, head.data() + head.size(), length);
      return length;
    }
  }
  return 0;
}

/// Bytes of the first whole request in the buffer, 0 when there is none.
std::size_t whole_request(std::string_view in) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return 0;
  }
  const std::size_t length = end + 4 + (in[0] == 'G' ? 0 : body_length(in.substr(0, end)));
  return in.size() < length ? 0 : length;
}

void close_peer(Peer* peer) {
  ::close(peer->fd);
  delete peer;  // NOLINT(*-owning-memory): epoll holds the only pointer
}

bool answer_all(Peer& peer, const std::string& answer) {
  std::size_t used = 0;
  while (true) {
    const std::size_t length = whole_request({peer.in.data() + used, peer.have - used});
    if (length == 0) {
      break;
    }
    used += length;
    if (::send(peer.fd, answer.data(), answer.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(answer.size())) {
      return false;
    }
  }
  peer.have -= used;
  if (used > 0 && peer.have > 0) {
    std::memmove(peer.in.data(), peer.in.data() + used, peer.have);
  }
  return true;
}

void serve(Peer* peer, const std::string& answer) {
  const auto got = ::recv(peer->fd, peer->in.data() + peer->have, peer->in.size() - peer->have, 0);
  if (got <= 0) {
    close_peer(peer);
    return;
  }
  peer->have += static_cast<std::size_t>(got);
  if (!answer_all(*peer, answer)) {
    close_peer(peer);
  }
}

void accept_one(int listen_fd, int epoll_fd) {
  auto peer = std::make_unique<Peer>();
  peer->fd = ::accept4(listen_fd, nullptr, nullptr, SOCK_CLOEXEC);
  if (peer->fd < 0) {
    return;
  }
  const int on = 1;
  ::setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = peer.get();
  ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, peer->fd, &event);
  (void)peer.release();
}

int listen_somewhere() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  void* place = &address;
  auto* generic = static_cast<sockaddr*>(place);
  if (fd < 0 || ::bind(fd, generic, length) != 0 || ::listen(fd, 1024) != 0 ||
      ::getsockname(fd, generic, &length) != 0) {
    die("floor_server: listen");
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc == 2 ? argv[1] : "", std::ios::binary);
  const std::string answer{std::istreambuf_iterator<char>(file), {}};
  if (answer.empty()) {
    std::fputs("usage: floor_server ANSWER_FILE (not empty)\n", stderr);
    return 2;
  }
  const int listen_fd = listen_somewhere();
  const int epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
  std::array<epoll_event, 256> events;  // NOLINT(*-member-init): filled by epoll_wait
  while (true) {
    const int ready = ::epoll_wait(epoll_fd, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      void* peer = events[static_cast<std::size_t>(i)].data.ptr;
      if (peer == nullptr) {
        accept_one(listen_fd, epoll_fd);
      } else {
        serve(static_cast<Peer*>(peer), answer);
      }
    }
  }
}
