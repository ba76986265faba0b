// RunResult: everything a report needs to know about one run; run.json is exactly this. Every
// format (console, HTML, JUnit) and `hubsim report` read it and nothing else.
// Times: started_at_ms and ended_at_ms are milliseconds since 1970; every other *_ms that names a
// moment counts from the start of the run, so that it lines up with the timeline. Durations and
// latencies are milliseconds.
// Threads: plain values. The schema of run.json (reports/run.schema.json) is generated from the
// same field lists as the reader and the writer (run_result_fields.h), so they cannot disagree.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "reports/model/behaviour.h"
#include "reports/model/comparison.h"
#include "reports/model/shard_part.h"

namespace hubsim::reports {

inline constexpr int run_format_version = 1;

enum class Verdict { pass, fail, invalid };
/// vacuous: the check saw nothing it could judge; counts as invalid for the run.
enum class RequirementVerdict { pass, fail, invalid, vacuous };

[[nodiscard]] std::string_view name_of(Verdict verdict) noexcept;             ///< "PASS"
[[nodiscard]] std::string_view name_of(RequirementVerdict verdict) noexcept;  ///< "pass"

/// Who had the machine; shown so that a surprising latency can be explained.
struct Environment {
  std::int64_t cpu_count = 0;
  std::string cpu_model;
  std::string kernel;
  std::string compiler;
  std::string build_type;
  std::string hubsim_version;
  double load_at_start = 0;  ///< one-minute load average
  double load_at_end = 0;
  std::vector<std::string> notes;
};

struct Phase {
  std::string name;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  bool measured = true;
  std::string note;  ///< "until: converged, reached after 3.2s"
};

struct Window {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
};

struct FaultRule {
  std::string id;
  std::string kind;
  std::string summary;  ///< "429 on 25% of calls"
  std::vector<Window> windows;
  std::uint64_t eligible = 0;
  std::uint64_t hits = 0;
};

struct Requirement {
  std::string id;
  std::string check;
  std::string wanted;  ///< "at most 0"
  std::string got;     ///< "3 of 512 records"
  RequirementVerdict verdict = RequirementVerdict::invalid;
  std::vector<std::string> phases;
  /// How far inside (positive) or outside (negative) the bound, as a share of it; absent where a
  /// bound of nothing has no scale.
  std::optional<double> margin;
  std::string explanation;
  std::string advice;                 ///< of a failure: what it usually means, and where to look
  std::vector<std::string> evidence;  ///< record keys; the first of them are in worst_records
};

/// Of a latency or a time, in milliseconds.
struct Quantiles {
  std::uint64_t count = 0;
  double min = 0;
  double mean = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
};

struct DriverPhase {
  std::string phase;
  std::uint64_t planned = 0;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;    ///< all that went wrong; of these:
  std::uint64_t unknown = 0;   ///< sent, no answer: the other side may have acted
  std::uint64_t overflow = 0;  ///< never sent: too many were open
  double planned_per_s = 0;
  double sent_per_s = 0;
  Quantiles response;      ///< done - intended; the one to quote
  Quantiles service;       ///< done - sent
  Quantiles first_byte;    ///< first byte of the answer - sent
  Quantiles schedule_lag;  ///< sent - intended
};

struct Driver {
  std::string id;
  std::string kind;
  std::vector<DriverPhase> phases;
  std::map<std::string, std::uint64_t> failures;  ///< what went wrong -> how often
  std::map<std::string, std::uint64_t> statuses;  ///< "200", "429"; "0" is no answer
  double cpu_us_per_request = 0;                  ///< of the generator; 0 where unknown
  /// HdrHistogram V2 log. Tag "<id>/<phase>/response": a line for each second in which answers
  /// came, counted from the start of the run; "/service", "/first_byte", "/schedule_lag": one line.
  std::string hdr_log;
};

/// One value per second since the start; null where nothing was measured.
struct Series {
  std::string name;
  std::string unit;
  std::vector<std::optional<double>> values;
};

/// Names of the series every run of a scenario has (unit in brackets). Others may follow.
namespace series {
inline constexpr std::string_view changes = "changes";                  // 1/s
inline constexpr std::string_view api_calls = "api_calls";              // 1/s
inline constexpr std::string_view api_p50 = "api_latency_p50";          // ms
inline constexpr std::string_view api_p99 = "api_latency_p99";          // ms
inline constexpr std::string_view throttled = "answers_429";            // 1/s
inline constexpr std::string_view server_errors = "answers_5xx";        // 1/s
inline constexpr std::string_view webhook_backlog = "webhook_backlog";  // events
inline constexpr std::string_view deliveries = "deliveries";            // 1/s
inline constexpr std::string_view webhook_ack_p99 = "webhook_ack_p99";  // ms
inline constexpr std::string_view divergence = "divergence";            // records not equal
// Of hubsim load; by the second of the answer.
inline constexpr std::string_view requests = "requests";          // 1/s
inline constexpr std::string_view request_errors = "errors";      // 1/s
inline constexpr std::string_view response_p50 = "response_p50";  // ms
inline constexpr std::string_view response_p99 = "response_p99";  // ms
inline constexpr std::string_view response_max = "response_max";  // ms
}  // namespace series

/// Calls of one operation of HubSpot's API, over the whole run.
struct Operation {
  std::string operation;
  std::uint64_t calls = 0;
  std::map<std::string, std::uint64_t> statuses;  ///< "200", "429", "reset"
  double p50_ms = 0;
  double p90_ms = 0;
  double p99_ms = 0;
  double p999_ms = 0;
  double p9999_ms = 0;
  double max_ms = 0;
  std::uint64_t retries = 0;
  std::uint64_t early_retries = 0;
};

/// From a record's last change to the first look at it after which it stayed equal;
/// `time_ms` counts the records that changed during the run.
struct Convergence {
  std::uint64_t records = 0;
  std::uint64_t not_converged = 0;
  Quantiles time_ms;
  double resolution_ms = 0;  ///< the observer's interval: the error bar of each time
  /// HdrHistogram V2 log: tag "convergence", a line for each second in which records changed.
  std::string hdr_log{};
};

/// One line of a record's life story.
struct LifeEvent {
  std::int64_t at_ms = 0;
  std::string kind;  ///< change | event | delivery | call | observation
  std::string text;
  std::vector<std::string> ids;  ///< "sequence 17", "delivery 9", "request 203"
};

struct WorstRecord {
  std::string key;
  std::string object_type;
  std::string lineage;
  std::vector<std::string> findings;  ///< "stale phone: wanted '2', shows '1'"
  std::vector<LifeEvent> life;
};

/// One number about the rig itself, and whether it was within its budget.
struct HealthItem {
  std::string name;
  std::string value;
  std::string budget;  ///< empty: for information
  bool ok = true;
};

struct Link {
  std::string name;
  std::string target;  ///< relative to the folder of run.json
};

struct RunResult {
  Verdict verdict = Verdict::invalid;
  std::vector<std::string> reasons;
  std::uint64_t seed = 0;
  std::string scenario_name;
  std::string scenario_description;
  std::string scenario_file;
  std::string scenario_text;
  std::string replay_command;
  std::int64_t started_at_ms = 0;
  std::int64_t ended_at_ms = 0;
  Environment environment;
  std::vector<Phase> phases;
  std::vector<FaultRule> faults;
  std::vector<Requirement> requirements;
  std::vector<Driver> drivers;
  std::vector<Series> timeline;
  std::vector<Operation> operations;
  Convergence convergence;
  std::vector<WorstRecord> worst_records;
  std::vector<HealthItem> health;
  std::vector<Link> links;
  std::optional<Behaviour> behaviour;    ///< of a scenario's run
  std::optional<Comparison> comparison;  ///< where a run to compare with was named
  std::optional<ShardPart> shard;
};

[[nodiscard]] Json to_json(const RunResult& result);
/// Refuses another format version and missing or mistyped members, naming the place.
[[nodiscard]] Result<RunResult> from_json(const Json& value);
/// JSON Schema (2020-12) of run.json.
[[nodiscard]] Json run_schema();

}  // namespace hubsim::reports
