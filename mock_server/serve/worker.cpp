#include "mock_server/serve/worker.h"

#include <pistache/peer.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace hubsim::serve {

namespace aio = Pistache::Aio;
namespace polling = Pistache::Polling;
namespace tcp = Pistache::Tcp;

namespace {

/// Pistache tells of new connections by a Tcp::Handler; everything else it would tell is not used.
class Admitter final : public tcp::Handler {
  PROTOTYPE_OF(tcp::Handler, Admitter)

  void onConnection(const std::shared_ptr<tcp::Peer>& peer) override {
    static_cast<Worker*>(transport())->admit(peer->fd());
  }
  void onInput(const char* /*bytes*/, std::size_t /*size*/,
               const std::shared_ptr<tcp::Peer>& /*peer*/) override {}
};

// Pistache's queue of accepted connections loses a wake-up when one is pushed between its last
// pop() and the read of its eventfd: that connection would wait for the next one to arrive. Asking
// the private queue whether it is empty, after it was drained, closes the gap. An explicit
// instantiation may name a private member ([temp.spec.general]/6); nothing is copied or patched.
struct PeersQueue {
  friend bool is_empty(PeersQueue, tcp::Transport& transport);
  friend int pop_descriptor(PeersQueue, tcp::Transport& transport);
};

template <class Tag, auto member>
struct Access {
  friend bool is_empty(Tag, tcp::Transport& transport) { return (transport.*member).empty(); }
  friend int pop_descriptor(Tag, tcp::Transport& transport) {
    const auto entry = (transport.*member).popSafe();
    return entry == nullptr ? -1 : entry->peer->fd();
  }
};
template struct Access<PeersQueue, &tcp::Transport::peersQueue>;

int checked(int fd, const char* what) {
  if (fd < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return fd;
}

void drain_descriptor(int fd) {
  std::uint64_t value = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd, &value, sizeof value);
}

}  // namespace

WorkerCounters& WorkerPool::add_counters() {
  const std::lock_guard lock(mutex);
  return *counters.emplace_back(std::make_unique<WorkerCounters>());
}

Worker::Worker(Shared& shared, WorkerPool& pool)
    : Transport(std::make_shared<Admitter>()), EventLoop(shared, pool.add_counters()), pool_(pool) {
  timers.on_earlier([this] { timer_is_late_ = true; });
}

Worker::~Worker() {
  // The thread has ended. Pistache does not close the descriptors of its peers.
  for (const auto& [fd, peer] : peers) {
    ::close(fd);
  }
  for (int fd = 0; !is_empty(PeersQueue{}, *this);) {
    fd = pop_descriptor(PeersQueue{}, *this);
    if (fd >= 0) {
      ::close(fd);
    }
  }
  for (const int fd : {mailbox_fd_, timer_fd_}) {
    if (fd >= 0) {
      ::close(fd);
    }
  }
}

std::shared_ptr<aio::Handler> Worker::clone() const {
  return std::make_shared<Worker>(common, pool_);
}

void Worker::registerPoller(polling::Epoll& poller) {
  Transport::registerPoller(poller);
  mailbox_fd_ = checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");
  timer_fd_ =
      checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
  for (const int fd : {mailbox_fd_, timer_fd_}) {
    poller.addFd(fd, Pistache::Flags<polling::NotifyOn>(polling::NotifyOn::Read),
                 polling::Tag(static_cast<std::uint64_t>(fd)));
  }
  const std::lock_guard lock(pool_.mutex);
  pool_.workers.push_back(this);
}

void Worker::onReady(const aio::FdSet& fds) {
  std::vector<polling::Event> others;
  for (std::size_t i = 0; i < fds.size(); ++i) {
    const auto& event = fds[i];
    const int fd = static_cast<int>(event.getTag().value());
    if (fd == mailbox_fd_) {
      run_mailbox();
    } else if (fd == timer_fd_) {
      run_timers();
    } else if (const auto connection = connection_at(fd)) {
      serve(*connection, event);
    } else {
      polling::Event& other = others.emplace_back(event.getTag());
      other.flags.setFlag(polling::NotifyOn::Read);
    }
  }
  if (!others.empty()) {
    take_new_connections(std::move(others));
  }
  if (timer_is_late_) {
    arm_timer();
  }
}

void Worker::serve(Connection& connection, const aio::FdSet::Entry& event) {
  if (event.isWritable()) {
    connection.on_writable();
  }
  if (event.isReadable()) {
    if (connection_at(connection.fd()).get() == &connection) {
      connection.on_readable();
    }
  } else if (!event.isWritable()) {
    connection.shut();  // hang-up or error, with nothing to read
  }
}

/// What is not ours is Pistache's: its queue of accepted connections (or an event of a connection
/// closed earlier in this round, which it ignores). New ones begin last, so that no event of this
/// round can be taken for theirs.
void Worker::take_new_connections(std::vector<polling::Event> events) {
  const aio::FdSet set(std::move(events));
  do {
    Transport::onReady(set);
  } while (!is_empty(PeersQueue{}, *this));
  for (const auto& connection : std::exchange(fresh_, {})) {
    begin(connection);
  }
}

void Worker::admit(int fd) {
  const auto place = static_cast<std::size_t>(fd);
  if (slots_.size() <= place) {
    slots_.resize(std::max(place + 1, slots_.size() * 2));
  }
  slots_[place] = {.connection = std::make_shared<Connection>(*this, fd)};
  fresh_.push_back(slots_[place].connection);
}

void Worker::begin(const std::shared_ptr<Connection>& connection) {
  const std::size_t open = common.open.fetch_add(1) + 1;
  if (open > common.options.max_connections || common.draining) {
    leave_open();  // not served, so it takes nobody's place while it reads its 503
    count(counters.connections_refused);
    connection->refuse();
    return;
  }
  count(counters.connections_accepted);
  connection->begin();
}

void Worker::watch(Connection& connection, bool readable, bool writable) {
  Slot& slot = slots_[static_cast<std::size_t>(connection.fd())];
  if (slot.watched && slot.readable == readable && slot.writable == writable) {
    return;
  }
  slot.watched = true;
  slot.readable = readable;
  slot.writable = writable;
  auto interest = polling::NotifyOn::None;
  if (readable) {
    interest = polling::NotifyOn::Read;
  }
  if (writable) {
    interest = interest | polling::NotifyOn::Write;
  }
  reactor()->modifyFd(key(), connection.fd(), interest, polling::Mode::Level);
}

void Worker::close(Connection& connection) {
  const int fd = connection.fd();
  slots_[static_cast<std::size_t>(fd)] = {};
  const std::shared_ptr<tcp::Peer> peer = peers.at(fd);
  removePeer(peer);
  if (!connection.refused()) {
    leave_open();
  }
}

void Worker::leave_open() {
  if (common.open.fetch_sub(1) == 1 && common.draining) {
    const std::lock_guard lock(common.mutex);
    common.none_open.notify_all();
  }
}

std::shared_ptr<Connection> Worker::connection_at(int fd) const {
  const auto place = static_cast<std::size_t>(fd);
  return place < slots_.size() ? slots_[place].connection : nullptr;
}

std::vector<std::shared_ptr<Connection>> Worker::all_connections() const {
  std::vector<std::shared_ptr<Connection>> all;
  for (const Slot& slot : slots_) {
    if (slot.connection != nullptr) {
      all.push_back(slot.connection);
    }
  }
  return all;
}

void Worker::drain() {
  for (const auto& connection : all_connections()) {
    connection->drain();
  }
}

void Worker::shut_all() {
  for (const auto& connection : all_connections()) {
    connection->shut();
  }
}

void Worker::post(UniqueFunction<void()> task) {
  {
    const std::lock_guard lock(mailbox_mutex_);
    mailbox_.push_back(std::move(task));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(mailbox_fd_, &one, sizeof one);
}

void Worker::run_mailbox() {
  drain_descriptor(mailbox_fd_);
  std::vector<UniqueFunction<void()>> tasks;
  {
    const std::lock_guard lock(mailbox_mutex_);
    tasks.swap(mailbox_);
  }
  for (auto& task : tasks) {
    task();
  }
}

void Worker::run_timers() {
  drain_descriptor(timer_fd_);
  timers.run_due(now());
  timer_is_late_ = true;
}

void Worker::arm_timer() {
  timer_is_late_ = false;
  const auto due = timers.next_due();
  itimerspec when{};
  if (due) {
    const auto since_start = std::max(due->time_since_epoch(), Duration(1));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_start);
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = std::chrono::nanoseconds(since_start - seconds).count();
  }
  ::timerfd_settime(timer_fd_, TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace hubsim::serve
