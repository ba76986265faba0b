#include "app/live_metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "common/base/text.h"
#include "common/net/get_server.h"
#include "common/net/url.h"
#include "common/time/clock.h"
#include "common/time/format.h"
#include "loadgen/telemetry/exposition.h"
#include "loadgen/telemetry/otlp_pusher.h"

namespace hubsim::app {

namespace {

std::int64_t unix_ns_now() { return to_unix_ms(RealClock().now()) * 1'000'000; }

/// "20261125T175541Z-4711"
std::string make_run_id() {
  std::string id;
  for (const char c : format_iso8601(RealClock().now()).substr(0, 19)) {
    id += c == '-' || c == ':' ? "" : std::string(1, c);
  }
  return fmt::format("{}Z-{}", id, ::getpid());
}

/// OpenTelemetry's own variable: "api-key=abc,other=x", values percent-encoded.
std::vector<std::pair<std::string, std::string>> headers_of_environment() {
  std::vector<std::pair<std::string, std::string>> headers;
  const char* text = std::getenv("OTEL_EXPORTER_OTLP_HEADERS");  // NOLINT(concurrency-mt-unsafe)
  for (const std::string_view pair : split(text == nullptr ? "" : text, ',')) {
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) {
      headers.emplace_back(trim(pair.substr(0, equals)),
                           percent_decode(trim(pair.substr(equals + 1))));
    }
  }
  return headers;
}

}  // namespace

void add_metrics_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("metrics",
      "serve metrics for Prometheus at this address while it runs; port 0 takes a free one",
      cxxopts::value<std::string>());
  add("metrics-linger",
      "with --metrics: wait this long at the end for one more reader, who sees the verdict",
      cxxopts::value<std::string>()->default_value("0s"));
  add("otlp",
      "push metrics to this OTLP/HTTP collector every 5 s and at the end, such as "
      "http://127.0.0.1:4318; headers from OTEL_EXPORTER_OTLP_HEADERS",
      cxxopts::value<std::string>());
}

loadgen::RunEnd end_of(const reports::RunResult& result) {
  loadgen::RunEnd end{std::string(reports::name_of(result.verdict)), {}};
  for (const reports::Requirement& one : result.requirements) {
    end.requirements.emplace_back(one.id, one.verdict == reports::RequirementVerdict::pass);
  }
  return end;
}

class LiveMetrics::Impl {
 public:
  explicit Impl(const std::string& name)
      : run_{make_run_id(), name, HUBSIM_VERSION, unix_ns_now()} {}

  Status<> serve(const std::string& listen, std::chrono::nanoseconds linger) {
    linger_ = linger;
    auto server =
        net::GetServer::start(listen, [this](std::string_view path) { return answer(path); });
    if (!server) {
      return Failure{"--metrics: " + server.error()};
    }
    server_ = std::move(*server);
    std::fprintf(stderr, "metrics: http://%s:%d/metrics\n",
                 listen.substr(0, listen.rfind(':')).c_str(), server_->port());
    return Done{};
  }

  Status<> push_to(const std::string& url) {
    if (const auto parsed = net::parse_url(url); !parsed) {
      return Failure{"--otlp: " + parsed.error()};
    }
    pusher_ = std::make_unique<loadgen::OtlpPusher>(
        loadgen::OtlpTarget{.url = url, .headers = headers_of_environment()},
        [this] { return loadgen::otlp_json(board_.totals(), run_, unix_ns_now()); });
    return Done{};
  }

  [[nodiscard]] bool is_watched() const noexcept { return server_ || pusher_; }
  loadgen::MetricsBoard& board() noexcept { return board_; }

  std::vector<std::string> finish(loadgen::RunEnd end) {
    board_.conclude(std::move(end));
    std::vector<std::string> warnings;
    if (pusher_) {
      pusher_->finish();
      if (const std::string warning = pusher_->warning(); !warning.empty()) {
        warnings.push_back(warning);
      }
    }
    return warnings;
  }

  /// Until somebody has read the end. A signal wakes nobody, so it is looked for now and then.
  void linger(const std::atomic<bool>& interrupted) {
    if (!server_) {
      return;
    }
    constexpr auto look = std::chrono::milliseconds(100);
    const auto limit = monotonic_now() + linger_;
    std::unique_lock lock(mutex_);
    while (!end_was_read_ && !interrupted.load() && monotonic_now() < limit) {
      read_.wait_for(lock, std::min<std::chrono::nanoseconds>(look, limit - monotonic_now()));
    }
  }

 private:
  net::GetAnswer answer(std::string_view path) {
    if (path != "/metrics") {
      return {404, "text/plain; charset=utf-8", "metrics are at /metrics\n"};
    }
    const auto totals = board_.totals();
    if (totals.end) {
      const std::lock_guard lock(mutex_);
      end_was_read_ = true;
      read_.notify_all();
    }
    return {200, loadgen::prometheus_content_type, loadgen::prometheus_text(totals, run_)};
  }

  loadgen::RunIdentity run_;
  loadgen::MetricsBoard board_;
  std::chrono::nanoseconds linger_{0};
  std::mutex mutex_;
  std::condition_variable read_;
  bool end_was_read_ = false;
  std::unique_ptr<loadgen::OtlpPusher> pusher_;
  std::unique_ptr<net::GetServer> server_;
};

LiveMetrics::LiveMetrics(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveMetrics::~LiveMetrics() = default;

Result<std::unique_ptr<LiveMetrics>> LiveMetrics::start(const cxxopts::ParseResult& flags,
                                                        const std::string& name) {
  auto impl = std::make_unique<Impl>(name);
  const auto linger = parse_duration(flags["metrics-linger"].as<std::string>());
  if (!linger) {
    return Failure{std::string("--metrics-linger is a time with a unit, such as 10s")};
  }
  if (flags.count("metrics") > 0) {
    if (auto done = impl->serve(flags["metrics"].as<std::string>(), *linger); !done) {
      return Failure{done.error()};
    }
  }
  if (flags.count("otlp") > 0) {
    if (auto done = impl->push_to(flags["otlp"].as<std::string>()); !done) {
      return Failure{done.error()};
    }
  }
  return std::unique_ptr<LiveMetrics>(new LiveMetrics(std::move(impl)));
}

loadgen::MetricsBoard* LiveMetrics::board() noexcept {
  return impl_->is_watched() ? &impl_->board() : nullptr;
}

std::vector<std::string> LiveMetrics::finish(loadgen::RunEnd end) {
  return impl_->finish(std::move(end));
}

void LiveMetrics::linger(const std::atomic<bool>& interrupted) { impl_->linger(interrupted); }

}  // namespace hubsim::app
