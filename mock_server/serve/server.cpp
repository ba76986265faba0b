#include "mock_server/serve/server.h"

#include <fmt/format.h>
#include <pistache/listener.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/serve/event_loop.h"
#include "mock_server/serve/worker.h"

namespace hubsim::serve {

namespace tcp = Pistache::Tcp;

namespace {

constexpr int listen_backlog = 4096;
/// Descriptors for everything that is no connection: databases, reports, webhook deliveries.
constexpr std::size_t reserved_descriptors = 512;

/// As many connections as the process may hold descriptors, with the soft limit raised.
std::size_t affordable_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return wanted;
  }
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  const std::size_t all = limit.rlim_cur;
  const std::size_t most = all > 2 * reserved_descriptors ? all - reserved_descriptors : all / 2;
  if (most < wanted) {
    spdlog::warn(
        "serve: this process may hold {} descriptors, so max_connections is {}, not {}; "
        "raise it with `ulimit -n`",
        all, most, wanted);
  }
  return std::min(wanted, most);
}

std::string bind_problem(const Options& options, std::string_view reason) {
  const std::string address = fmt::format("{}:{}", options.host, options.port);
  if (reason == "Address already in use") {
    return fmt::format(
        "cannot listen on {}: the address is in use; stop the program that listens "
        "there, or choose another port (0 takes a free one)",
        address);
  }
  return fmt::format(
      "cannot listen on {}: {}; give an address of this machine, such as 127.0.0.1, "
      "and a port this user may open (0 takes a free one)",
      address, reason);
}

}  // namespace

struct Server::Impl {
  Impl(Options options, gateway::Handler& handler) : shared(std::move(options), handler) {}

  template <class Step>
  void on_all_workers(Step step) {
    const std::lock_guard lock(pool.mutex);
    for (Worker* worker : pool.workers) {
      worker->post([worker, step] { step(*worker); });
    }
  }
  bool wait_until_none_open(std::chrono::milliseconds longest) {
    std::unique_lock lock(shared.mutex);
    return shared.none_open.wait_for(lock, longest, [this] { return shared.open == 0; });
  }

  Shared shared;
  WorkerPool pool;
  std::unique_ptr<tcp::Listener> listener;
  std::uint16_t port = 0;
};

Server::Server(Options options, gateway::Handler& handler)
    : impl_(std::make_unique<Impl>(std::move(options), handler)) {}

Server::~Server() { stop(); }

Status<> Server::start() {
  Options& options = impl_->shared.options;
  if (options.threads < 1 || options.threads > 64) {
    return Failure{fmt::format("threads is {}; it must be 1 to 64", options.threads)};
  }
  std::signal(SIGPIPE, SIG_IGN);
  options.max_connections = affordable_connections(options.max_connections);
  try {
    auto listener = std::make_unique<tcp::Listener>();
    const auto flags = tcp::Options::ReuseAddr | tcp::Options::NoDelay | tcp::Options::CloseOnExec;
    listener->init(static_cast<std::size_t>(options.threads), Pistache::Flags<tcp::Options>(flags),
                   "serve", listen_backlog);
    listener->setTransportFactory(
        [impl = impl_.get()] { return std::make_shared<Worker>(impl->shared, impl->pool); });
    listener->bind(Pistache::Address(options.host, Pistache::Port(options.port)));
    impl_->port = static_cast<std::uint16_t>(listener->getPort());
    listener->runThreaded();
    impl_->listener = std::move(listener);
  } catch (const std::exception& error) {
    return Failure{bind_problem(options, error.what())};
  }
  return Done{};
}

std::uint16_t Server::port() const noexcept { return impl_->port; }

void Server::stop() {
  if (impl_->listener == nullptr) {
    return;
  }
  impl_->shared.draining = true;
  impl_->on_all_workers([](Worker& worker) { worker.drain(); });
  if (!impl_->wait_until_none_open(impl_->shared.options.stop_timeout)) {
    impl_->on_all_workers([](Worker& worker) { worker.shut_all(); });
    impl_->wait_until_none_open(impl_->shared.options.stop_timeout);
  }
  impl_->listener.reset();  // joins the accept thread and the workers
  impl_->pool.workers.clear();
}

Counters Server::counters() const {
  const std::lock_guard lock(impl_->pool.mutex);
  Counters sum;
  for (const auto& worker : impl_->pool.counters) {
    sum.connections_accepted += worker->connections_accepted;
    sum.connections_refused += worker->connections_refused;
    sum.requests += worker->requests;
    sum.bytes_in += worker->bytes_in;
    sum.bytes_out += worker->bytes_out;
    sum.malformed += worker->malformed;
    sum.timeouts += worker->timeouts;
    sum.handler_failures += worker->handler_failures;
  }
  sum.connections_open = impl_->shared.open;
  return sum;
}

}  // namespace hubsim::serve
