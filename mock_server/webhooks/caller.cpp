#include "mock_server/webhooks/caller.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/signature.h"

namespace hubsim::webhooks {

namespace {

constexpr std::string_view user_agent = "HubSpot Connect 2.0 (http://dev.hubspot.com/)";  // U
constexpr std::string_view outcome_words[] = {"answered", "timeout", "connection_failed"};

DeliveryRequest render(const CallPlan& plan, Instant signed_at) {
  DeliveryRequest request{.url = plan.url,
                          .headers = {{"accept", "*/*"},
                                      {"content-type", "application/json"},
                                      {"user-agent", std::string(user_agent)}},
                          .body = plan.body,
                          .timeout = call_timeout,
                          .tls = plan.tls,
                          .method = plan.method,
                          .connect_timeout = call_connect_timeout};
  request.headers.insert(request.headers.end(), plan.headers.begin(), plan.headers.end());
  if (plan.secret.empty()) {
    return request;
  }
  const hubspot::SignedRequest facts{plan.method, plan.url, plan.body};
  const std::int64_t stamp = to_unix_ms(signed_at);
  request.headers.emplace_back("x-hubspot-request-timestamp", std::to_string(stamp));
  request.headers.emplace_back("x-hubspot-signature", hubspot::signature_v2(plan.secret, facts));
  request.headers.emplace_back("x-hubspot-signature-v3",
                               hubspot::signature_v3(plan.secret, facts, stamp));
  request.headers.emplace_back("x-hubspot-signature-version", "v2");
  return request;
}

bool is_temporary(const DeliveryResult& result) {
  return result.kind != DeliveryResult::Kind::answered || result.status == 429 ||
         result.status >= 500;
}

}  // namespace

void Caller::call(CallPlan plan, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (open_ < max_waiting) {
      ++open_;
    } else {
      plan.url.clear();
    }
  }
  if (plan.url.empty()) {
    done({.answered = false, .status = 0, .body = {}, .error = "too many calls are open"});
    return;
  }
  send(std::make_shared<Open>(
      Open{.plan = std::move(plan), .done = std::move(done), .started = parts_.clock.now()}));
}

void Caller::send(const std::shared_ptr<Open>& open) {
  DeliveryRequest request = render(open->plan, parts_.signature_clock.now());
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (log_.size() >= max_log) {
      log_.pop_front();
    }
    number = ++last_number_;
    log_.push_back({.name = open->plan.name,
                    .number = number,
                    .at = parts_.clock.now(),
                    .attempt = open->attempt,
                    .request = request,
                    .result = {}});
    ++in_flight_;
  }
  parts_.transport.post(std::move(request),
                        [this, epoch = std::weak_ptr(epoch_), open, number](DeliveryResult result) {
                          if (!epoch.expired()) {
                            finish(open, number, std::move(result));
                          }
                        });
}

/// Nothing: it is over.
std::optional<Duration> Caller::gap_before_next(const Open& open,
                                                const DeliveryResult& result) const {
  if (!is_temporary(result)) {
    return std::nullopt;
  }
  Prng jitter =
      keyed_prng(seed_, {"call", open.plan.name.c_str(), std::to_string(open.attempt).c_str()});
  Duration gap = retry_gap(open.plan.retry, std::min(open.attempt, max_attempts - 2), jitter);
  const auto asked = parse_uint(result.retry_after);
  if (result.status == 429 && asked) {
    gap = std::chrono::milliseconds(std::min<std::uint64_t>(*asked, 86'400'000));
  }
  const Duration whole = call_patience;
  const Duration patience =
      open.plan.retry == RetrySchedule::compressed ? whole / compressed_divisor : whole;
  const bool in_time = parts_.clock.now() + gap <= open.started + patience;
  return in_time ? std::optional(gap) : std::nullopt;
}

void Caller::finish(const std::shared_ptr<Open>& open, std::uint64_t number,
                    DeliveryResult result) {
  const auto gap = gap_before_next(*open, result);
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    open_ -= gap ? 0U : 1U;
    const std::uint64_t first = log_.empty() ? 0 : log_.front().number;
    if (number >= first && number - first < log_.size()) {
      Attempt& attempt = log_[number - first];
      attempt.over = true;
      attempt.result = result;
      attempt.result.body.resize(std::min(attempt.result.body.size(), max_kept_body));
    }
  }
  if (!gap) {
    open->done({.answered = result.kind == DeliveryResult::Kind::answered,
                .status = result.status,
                .body = std::move(result.body),
                .error = result.error.empty() && result.kind == DeliveryResult::Kind::timeout
                             ? "no answer in time"
                             : result.error,
                .attempts = open->attempt + 1});
    return;
  }
  ++open->attempt;
  parts_.timers.schedule(parts_.clock.now() + *gap, [this, epoch = std::weak_ptr(epoch_), open] {
    if (!epoch.expired()) {
      send(open);
    }
  });
}

Json Caller::to_json(const Attempt& attempt) {
  Json headers = Json::array();
  for (const auto& [name, value] : attempt.request.headers) {
    headers.push_back({name, value});
  }
  Json out = {{"number", attempt.number},
              {"name", attempt.name},
              {"at_ms", to_unix_ms(attempt.at)},
              {"attempt", attempt.attempt},
              {"request",
               {{"method", attempt.request.method},
                {"url", attempt.request.url},
                {"headers", std::move(headers)},
                {"body", attempt.request.body}}}};
  if (!attempt.over) {
    out["outcome"] = "in_flight";
    return out;
  }
  out["outcome"] = outcome_words[static_cast<std::size_t>(attempt.result.kind)];
  out["status"] = attempt.result.status;
  out["answer"] = attempt.result.body;
  if (!attempt.result.error.empty()) {
    out["error"] = attempt.result.error;
  }
  return out;
}

Json Caller::log_of(std::string_view name, std::size_t limit) const {
  Json out = Json::array();
  const std::lock_guard lock(mutex_);
  for (const Attempt& attempt : log_) {
    if ((name.empty() || attempt.name == name) && out.size() < limit) {
      out.push_back(to_json(attempt));
    }
  }
  return out;
}

std::size_t Caller::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

void Caller::reset() {
  epoch_ = std::make_shared<Epoch>();
  const std::lock_guard lock(mutex_);
  log_.clear();
  in_flight_ = 0;
  open_ = 0;
}

}  // namespace hubsim::webhooks
