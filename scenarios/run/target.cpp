#include "scenarios/run/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::scenarios {

namespace {
constexpr std::chrono::milliseconds health_gap{50};
constexpr std::chrono::seconds health_timeout{2};
constexpr std::size_t log_lines_shown = 20;
}  // namespace

Target::Target(TargetSpec spec, std::string log_file)
    : spec_(std::move(spec)), log_file_(std::move(log_file)) {}

Status<> Target::start() {
  if (!is_ours()) {
    return Done{};
  }
  auto process = Process::start(
      {.command = spec_.command, .env = child_environment(spec_.env), .log_file = log_file_});
  if (!process.ok()) {
    return Failure{process.error()};
  }
  process_.emplace(std::move(process).value());
  return Done{};
}

Status<> Target::wait_ready(Pump& pump) {
  const std::string url = spec_.url + spec_.health;
  const auto deadline = monotonic_now() + spec_.ready_within;
  net::BlockingHttpClient client;
  std::string last = "nothing tried";
  while (monotonic_now() < deadline && !pump.interrupted()) {
    net::ClientRequest request{.url = url};
    request.timeout = health_timeout;
    const auto result = client.send(std::move(request));
    if (result.ok() && result.status >= 200 && result.status < 300) {
      return Done{};
    }
    last = result.ok() ? fmt::format("status {}", result.status) : result.error_text;
    watch();
    if (unexpected_end_) {
      return Failure{fmt::format("the integration ended by itself ({}) before it was ready\n{}",
                                 *unexpected_end_, log_tail(log_lines_shown))};
    }
    (void)pump.run_until(monotonic_now() + health_gap);
  }
  return Failure{fmt::format("{} did not answer 2xx within {} (last: {})\n{}", url,
                             format_duration(spec_.ready_within), last, log_tail(log_lines_shown))};
}

void Target::kill() {
  if (process_) {
    process_->kill_and_wait();
    process_.reset();
  }
}

void Target::restart() {
  if (!process_) {
    if (const auto started = start(); !started.ok()) {
      unexpected_end_ = started.error();
    }
  }
}

void Target::pause() {
  if (process_) {
    (void)process_->signal(SIGSTOP);
  }
}

void Target::resume() {
  if (process_) {
    (void)process_->signal(SIGCONT);
  }
}

void Target::stop(Pump& pump) {
  if (!process_) {
    return;
  }
  stopping_ = true;
  (void)process_->signal(SIGCONT);
  (void)process_->signal(SIGTERM);
  (void)pump.run_until(monotonic_now() + spec_.stop_within,
                       [this] { return process_->ended().has_value(); });
  process_->kill_and_wait();
  process_.reset();
}

void Target::watch() {
  if (process_ && !unexpected_end_ && !stopping_) {
    unexpected_end_ = process_->ended();
  }
}

std::string Target::log_tail(std::size_t lines) const {
  if (!is_ours()) {
    return "";
  }
  std::ifstream file(log_file_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto all = split(trim(text), '\n');
  const std::size_t first = all.size() > lines ? all.size() - lines : 0;
  std::string out = "last lines of " + log_file_ + ":\n";
  for (std::size_t i = first; i < all.size(); ++i) {
    out += "  " + std::string(all[i].substr(0, 500)) + "\n";
  }
  return out;
}

}  // namespace hubsim::scenarios
