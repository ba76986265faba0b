// replay: what was recorded is sent again, at the times of the recording: a HAR file, or lines of
// JSON. Against the integration, whatever host was recorded; faster or slower by `speed`.
#include <algorithm>
#include <cmath>

#include "common/net/url.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/workloads/trace.h"

namespace hubsim::loadgen {

namespace {

using config::Problems;
using config::Settings;
using config::Type;
using std::chrono::nanoseconds;
using SharedTrace = std::shared_ptr<const std::vector<TraceEntry>>;

struct ReplayPlan {
  SharedTrace trace;
  std::string url;
  double speed = 1;
  bool repeat = false;
  nanoseconds timeout{0};
};

/// The recording, as long as it is or over and over, from a place in it on.
class TraceTimes {
 public:
  explicit TraceTimes(const ReplayPlan& plan) : plan_(plan) {
    const auto& all = *plan.trace;
    const auto last = all.back().at;
    // Over and over with the recording's own mean gap between its end and its start.
    const auto gap = all.size() > 1 ? last / static_cast<std::int64_t>(all.size() - 1)
                                    : nanoseconds(std::chrono::seconds(1));
    period_ = last + std::max(gap, nanoseconds(1));
  }

  /// Of the n-th request; nothing where the recording has ended.
  [[nodiscard]] std::optional<nanoseconds> at(std::uint64_t number) const {
    const std::uint64_t size = plan_.trace->size();
    const std::uint64_t round = number / size;
    if (round > 0 && !plan_.repeat) {
      return std::nullopt;
    }
    const auto recorded =
        (*plan_.trace)[number % size].at + period_ * static_cast<std::int64_t>(round);
    return nanoseconds(std::llround(static_cast<double>(recorded.count()) / plan_.speed));
  }

 private:
  const ReplayPlan& plan_;
  nanoseconds period_{0};
};

/// The part of the recording that falls into one phase.
class ReplayStream final : public ArrivalStream {
 public:
  ReplayStream(const ReplayPlan& plan, nanoseconds from, nanoseconds length)
      : times_(plan), from_(from), length_(length) {
    for (auto at = times_.at(next_); at && *at < from_; at = times_.at(next_)) {
      ++next_;
    }
  }

  std::optional<nanoseconds> next() override {
    const auto at = times_.at(next_);
    if (!at || *at - from_ >= length_) {
      return std::nullopt;
    }
    ++next_;
    return *at - from_;
  }

 private:
  TraceTimes times_;
  nanoseconds from_;
  nanoseconds length_;
  std::uint64_t next_ = 0;
};

class ReplayDriver final : public Driver {
 public:
  ReplayDriver(ReplayPlan plan, DriverContext context)
      : plan_(std::move(plan)), context_(std::move(context)) {}

  std::unique_ptr<ArrivalStream> own_arrivals(nanoseconds length) override {
    auto stream = std::make_unique<ReplayStream>(plan_, played_, length);
    played_ += length;
    return stream;
  }

  std::vector<Call> render(std::span<const Arrival> due) override {
    std::vector<Call> calls;
    for (const Arrival& arrival : due) {
      calls.push_back(
          {request_for((*plan_.trace)[arrival.index % plan_.trace->size()]), {arrival}});
    }
    return calls;
  }

  std::vector<Judgement> judge(const Call& /*call*/, const net::ClientResult& result) override {
    if (!result.ok()) {
      return {judge_error(result)};
    }
    if (result.status >= 400) {
      return {Judgement{Outcome::failed, "status " + std::to_string(result.status)}};
    }
    return {Judgement{}};
  }

 private:
  net::ClientRequest request_for(const TraceEntry& entry) const {
    net::ClientRequest request;
    request.method = entry.method;
    request.headers = entry.headers;
    request.body = entry.body;
    request.timeout = plan_.timeout;
    const std::string own = plan_.url.empty() ? "/" : plan_.url;
    const auto base = net::resolve_url(context_.target_url, own);
    const auto url =
        base.ok() && !entry.target.empty() ? net::resolve_url(base->origin(), entry.target) : base;
    request.url = url.ok() ? url->origin() + url->target : own;
    return request;
  }

  ReplayPlan plan_;
  DriverContext context_;
  nanoseconds played_{0};  ///< of the time line, by the phases before
};

std::unique_ptr<Driver> make(const Settings& settings, const DriverContext& context,
                             Problems& problems) {
  auto trace = load_trace(settings.text("file"));
  if (!trace) {
    problems.push_back({"/file", trace.error()});
    return nullptr;
  }
  ReplayPlan plan;
  plan.trace = std::make_shared<const std::vector<TraceEntry>>(std::move(*trace));
  plan.url = settings.has("url") ? settings.text("url") : "";
  plan.speed = settings.number("speed");
  plan.repeat = settings.boolean("repeat");
  plan.timeout = settings.duration("timeout");
  return std::make_unique<ReplayDriver>(std::move(plan), context);
}

}  // namespace

void register_driver_replay(DriverRegistry& registry);
void register_driver_replay(DriverRegistry& registry) {
  registry.add(
      {.name = "replay",
       .help = "a recording is sent again, at its own times: a HAR file, or lines of JSON",
       .fields = {{.name = "file", .help = "the recording", .required = true},
                  {.name = "url",
                   .help = "where to, when not target.url; also for lines that name no url"},
                  {.name = "speed",
                   .type = Type::number,
                   .help = "2 is twice as fast",
                   .default_value = "1",
                   .min = 0.001,
                   .max = 100'000},
                  {.name = "repeat",
                   .type = Type::boolean,
                   .help = "from the start again when it has ended",
                   .default_value = "false"},
                  {.name = "timeout",
                   .type = Type::duration,
                   .help = "to the end of the answer",
                   .default_value = "30s"}},
       .make = make,
       .own_times = true});
}

}  // namespace hubsim::loadgen
