#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hubspot/rules/error_envelope.h"
#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "status",
     .type = config::Type::integer,
     .help = "401, 403, 423, 429, 477, 500, 503, or the edge's 502, 504, 520 to 526",
     .required = true,
     .min = 400,
     .max = 599},
    {.name = "policy",
     .type = config::Type::text,
     .help = "for 429: the limit that HubSpot says was reached",
     .default_value = "ten_secondly",
     .choices = {"ten_secondly", "secondly", "daily"}},
    {.name = "retry_after",
     .type = config::Type::duration,
     .help = "sends Retry-After in seconds; HubSpot is known to do so for 477 only (60s there)"},
    {.name = "commit",
     .type = config::Type::share,
     .help = "how many of the calls hit are carried out first (5xx only)",
     .default_value = "0%"},
};

/// What was decided when the rule was put.
struct Answer {
  int status = 500;
  std::string policy;
  std::int64_t retry_after_s = 0;
};

constexpr std::array<int, 5> refused_before_work{401, 403, 423, 429, 477};
constexpr std::array<int, 2> failed_in_service{500, 503};

bool is_edge_status(std::int64_t status) {
  return status == 502 || status == 504 || (status >= 520 && status <= 526);
}

template <std::size_t count>
bool contains(const std::array<int, count>& list, std::int64_t status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

hubspot::ApiError limit_error(std::string_view policy) {
  if (policy == "daily") {
    return hubspot::daily_limit_reached();
  }
  return policy == "secondly" ? hubspot::search_limit_reached() : hubspot::burst_limit_reached();
}

hubspot::ApiError error_of(const Answer& answer) {
  switch (answer.status) {
    case 401:
      return hubspot::missing_credentials();
    case 403:
      return hubspot::missing_scopes({});
    case 423:  // body unknown (behaviour reference 3.5)
      return {.status = 423, .message = "The resource is locked. Please try again later."};
    case 429:
      return limit_error(answer.policy);
    case 477:  // body unknown (3.6)
      return {.status = 477, .message = "This account is being moved to another data center."};
    default:  // 500, 503: recorded (3.6)
      return {.status = answer.status, .message = "internal error"};
  }
}

http::Response response_of(const Answer& answer, std::string_view correlation_id) {
  http::Response response{.status = answer.status};
  if (is_edge_status(answer.status)) {
    auto page = hubspot::edge_page(answer.status);
    response.set_header("Content-Type", std::move(page.content_type));
    response.body = std::move(page.body);
  } else {
    response.set_header("Content-Type", std::string(hubspot::json_content_type));
    response.body = hubspot::render(error_of(answer), correlation_id);
  }
  if (answer.retry_after_s > 0) {
    response.set_header("Retry-After", fmt::to_string(answer.retry_after_s));
  }
  return response;
}

std::int64_t retry_after_of(const config::Settings& settings) {
  if (settings.has("retry_after")) {
    return std::chrono::ceil<std::chrono::seconds>(settings.duration("retry_after")).count();
  }
  return settings.integer("status") == 477 ? 60 : 0;
}

Behaviour make(const config::Settings& settings, config::Problems& problems) {
  const auto status = settings.integer("status");
  const bool refused = contains(refused_before_work, status);
  if (!refused && !contains(failed_in_service, status) && !is_edge_status(status)) {
    problems.push_back(
        {"/status", fmt::format("no answer of HubSpot's is known for {}; known: 401, 403, 423, "
                                "429, 477, 500, 502, 503, 504, 520 to 526",
                                status)});
  }
  const double commit = settings.share("commit");
  if (refused && commit > 0) {
    problems.push_back(
        {"/commit", fmt::format("HubSpot answers {} before it does anything: leave 'commit' out, "
                                "or take a 5xx",
                                status)});
  }
  Answer answer{.status = static_cast<int>(status),
                .policy = settings.text("policy"),
                .retry_after_s = retry_after_of(settings)};
  return {.call =
              [answer = std::move(answer), commit](Prng& prng, const CallFacts& facts,
                                                   CallEffect& effect) {
                effect.run_operation = prng.uniform() < commit;
                effect.answer = response_of(answer, facts.correlation_id);
              },
          .ends_call = true};
}

}  // namespace

void register_fault_status(FaultRegistry& registry) {
  registry.add({.name = "status",
                .help = "an error status with HubSpot's own body instead of the answer",
                .hook = Hook::call,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
