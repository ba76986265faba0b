// ActionRuns: every call that a portal's automation makes to the outside: executions of custom
// actions, which may block and wait for their callback, and webhooks of workflows (behaviour
// reference 7, 8.4). A part of the portal: it says what is to be called and takes what came of it;
// who calls is mock_server/control/automation_link.
// Threads: under the portal's lock. Invariants: the last max_runs are kept; a run ends once, and
// the enrolment that waits for it goes on then.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

enum class RunState {
  ready,      ///< to be called
  calling,    ///< called, or to be called again
  blocked,    ///< waits for its callback
  succeeded,  ///< the action is done
  failed,     ///< it is not; the workflow goes on
  expired,    ///< nobody called back in time; the workflow goes on
};
[[nodiscard]] std::string_view run_state_name(RunState state) noexcept;

/// Of a workflow's "send a webhook": who is called.
struct WebhookCall {
  std::string method = "POST";
  std::string url;
  std::string body;
  std::uint64_t signing_app = 0;  ///< 0: not signed
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Which action is to run on what.
struct RunWish {
  std::uint64_t definition_id = 0;  ///< 0: a webhook
  std::optional<WebhookCall> webhook;
  const Record* record = nullptr;  ///< null: an action that requires no object
  Json input_fields = Json::object();
  std::uint64_t flow_id = 0;  ///< 0: run by hand
  std::string action_id;
  std::uint64_t enrollment = 0;
  std::size_t index = 0;  ///< how many actions the enrolment has run before
};

struct ActionRun {
  std::string callback_id;
  std::uint64_t definition_id = 0;
  std::optional<WebhookCall> webhook;
  std::optional<TypeIndex> type;
  ObjectId object = 0;
  Json input_fields;
  std::uint64_t flow_id = 0;
  std::string action_id;
  std::uint64_t enrollment = 0;
  std::size_t index = 0;
  RunState state = RunState::ready;
  Instant created{};
  Instant changed{};
  std::optional<Instant> expires;
  Json output_fields = Json::object();
  std::string reason;                 ///< why it failed, for people
  int status = 0;                     ///< of the last answer
  std::optional<Json> called_back{};  ///< a completion that came before the answer

  [[nodiscard]] bool over() const noexcept {
    return state != RunState::ready && state != RunState::calling && state != RunState::blocked;
  }
};

/// What came of a call, all its attempts included.
struct RunAnswer {
  bool answered = false;
  int status = 0;
  std::string body;
  std::string error;
};

enum class Completion { done, unknown, over };

class ActionRuns : public PartOf<ActionRuns> {
 public:
  static constexpr std::size_t max_runs = 20'000;
  explicit ActionRuns(const Portal& portal) : portal_id_(portal.config().portal_id) {}

  /// The run, to be called as soon as somebody looks.
  const ActionRun& start(Portal& portal, const RunWish& wish, Instant now);
  /// Those to be called, once; they count as calling from then on.
  [[nodiscard]] std::vector<ActionRun> take_ready();
  [[nodiscard]] const ActionRun* find(std::string_view callback_id) const;
  /// Oldest first.
  [[nodiscard]] const std::deque<ActionRun>& all() const noexcept { return runs_; }

  static void answered(Portal& portal, const std::string& callback_id, const RunAnswer& answer,
                       Instant now);
  /// An integration says how an action that blocked ended.
  static Completion complete(Portal& portal, std::string_view callback_id, const Json& outputs,
                             Instant now);

 private:
  [[nodiscard]] ActionRun* edit(std::string_view callback_id);
  static void end(Portal& portal, ActionRun& run, RunState state, std::string reason, Instant now);
  static void take_outputs(Portal& portal, ActionRun& run, const Json& outputs, Instant now);
  static void expire(Portal& portal, Instant now, std::uint64_t number);
  [[nodiscard]] std::uint64_t number_of(const ActionRun& run) const;

  std::uint64_t portal_id_ = 0;
  std::deque<ActionRun> runs_;
  std::uint64_t first_ = 1;                                    ///< number of runs_.front()
  std::map<std::string, std::uint64_t, std::less<>> numbers_;  ///< by callback id
  std::vector<std::uint64_t> ready_;
  std::uint64_t by_hand_ = 0;
};

/// "P1WT1H", "PT15M", "P7DT12H"; nothing when it is no duration of ISO 8601. Years and months are
/// 365 and 30 days.
[[nodiscard]] std::optional<Duration> parse_iso_duration(std::string_view text);

}  // namespace hubsim::portal
