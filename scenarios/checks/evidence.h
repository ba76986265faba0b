// RunEvidence: all that the checks may judge by, as plain values: the oracle's findings, the mock's
// request and delivery records, fault counts, phases and what the drivers saw. Filled by the
// runner from the control API; the checks neither ask nor wait for anything.
// Threads: read-only while checks run. Times are milliseconds since 1970 on the portal's clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "scenarios/oracle/effects.h"
#include "scenarios/oracle/findings.h"
#include "scenarios/oracle/history.h"

namespace hubsim::scenarios {

/// docs/control-api.md, "Request record".
struct RequestRecord {
  std::uint64_t number = 0;
  std::int64_t at_ms = 0;
  std::string method;
  std::string path;
  std::string query;
  std::string operation;
  std::string object_type;
  std::uint64_t app_id = 0;
  int status = 0;  ///< 0: no status line was sent
  std::string correlation_id;
  std::vector<std::string> faults;
  std::string limited_by;
  bool committed = false;
  std::vector<std::uint64_t> sequences;
  std::string ending;  ///< of http::WireEnding; "" is "complete"
  std::string key;     ///< what the call is about; the same again for a retry
  std::int64_t delay_us = 0;
  std::int64_t handling_us = 0;
  std::int64_t took_us = 0;
  std::int64_t inputs = 0;
  std::int64_t retry_after_ms = 0;

  /// When the caller knew: arrival plus the time to the end of the answer.
  [[nodiscard]] std::int64_t done_ms() const noexcept { return at_ms + took_us / 1000; }
  /// The caller got no whole answer, because a rule would have it so.
  [[nodiscard]] bool broken() const noexcept {
    return status == 0 || (!ending.empty() && ending != "complete" && ending != "drip");
  }
  /// An answer that asks for another try: 429, 5xx or a broken connection.
  [[nodiscard]] bool retryable() const noexcept {
    return broken() || status == 429 || status >= 500;
  }
  [[nodiscard]] bool succeeded() const noexcept {
    return !broken() && status >= 200 && status < 300;
  }
};

struct DeliveredEvent {
  std::uint64_t event_id = 0;
  std::string subscription_type;
  std::string object_id;
  std::string property_name;
  std::string property_value;
  std::int64_t occurred_at_ms = 0;
  std::uint64_t sequence = 0;
  std::string lineage;
  std::int64_t attempt_number = 0;
};

/// docs/control-api.md, "Delivery record".
struct DeliveryRecord {
  std::uint64_t number = 0;
  std::int64_t at_ms = 0;
  std::string url;
  std::int64_t attempt = 0;
  std::vector<DeliveredEvent> events;
  std::vector<std::string> faults;
  std::string forged;   ///< "" when genuine
  std::string outcome;  ///< acked | rejected | timeout | connection_failed | suppressed
  int status = 0;
  double ack_ms = 0;
};

struct FaultCount {
  std::string id;
  std::string kind;
  std::uint64_t eligible = 0;
  std::uint64_t hits = 0;
};

struct PhaseSpan {
  std::string name;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  bool measured = true;
};

/// A span in which the rig itself kept the integration down (killed or stopped).
struct Outage {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
};

/// What one driver that calls the integration (or the portal) saw.
struct DriverEvidence {
  std::string id;
  std::string kind;
  std::uint64_t planned = 0;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::map<int, std::uint64_t> statuses;  ///< what the integration answered
};

/// A write the integration accepted (2xx to a driver): it must reach HubSpot.
struct AcceptedWrite {
  std::string driver;
  std::int64_t at_ms = 0;
  std::string object_type;  ///< "0-1"
  std::string property;     ///< by which it is found again, "email"
  std::string value;
};

/// What `GET behaviour` tells of an operation's calls.
struct CallShape {
  std::string operation;
  std::vector<std::string> scopes;
  std::vector<std::string> payload;
  bool payload_cut = false;
  std::map<std::uint64_t, std::uint64_t> limits;
};

struct MirrorEvidence {
  std::string observer;
  Findings findings;
};

struct EffectsEvidence {
  std::string observer;
  EffectsFindings findings;
};

struct RunEvidence {
  std::vector<HistoryEntry> history;
  std::vector<RequestRecord> requests;
  std::vector<DeliveryRecord> deliveries;
  std::vector<FaultCount> faults;
  std::vector<PhaseSpan> phases;
  std::vector<Outage> outages;
  std::vector<DriverEvidence> drivers;
  std::vector<AcceptedWrite> accepted_writes;
  std::vector<MirrorEvidence> mirrors;
  std::vector<EffectsEvidence> effects;
  std::vector<CallShape> call_shapes;  ///< empty: of a mock that does not tell
  /// How long the mock waits for a receiver; what a timed out delivery counts as.
  double delivery_timeout_ms = 5000;
  /// Why the records are incomplete ("history lost 12 entries"); empty when they are whole.
  std::string gap;

  [[nodiscard]] const PhaseSpan* phase(std::string_view name) const;
};

[[nodiscard]] Result<RequestRecord> request_record_from_json(const Json& value);
[[nodiscard]] Result<DeliveryRecord> delivery_record_from_json(const Json& value);
[[nodiscard]] Result<FaultCount> fault_count_from_json(const Json& value);

}  // namespace hubsim::scenarios
