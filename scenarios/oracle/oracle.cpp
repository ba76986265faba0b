#include "scenarios/oracle/oracle.h"

#include <utility>

#include "scenarios/oracle/judge.h"
#include "scenarios/oracle/tracker.h"
#include "scenarios/oracle/truth.h"

namespace hubsim::scenarios {

class Oracle::State {
 public:
  explicit State(MirrorSpec given)
      : spec(std::move(given)), truth(spec.object_type, spec.properties), tracker(truth) {}

  MirrorSpec spec;
  Truth truth;
  Tracker tracker;
};

Oracle::Oracle(MirrorSpec spec) : state_(std::make_unique<State>(std::move(spec))) {}
Oracle::Oracle(Oracle&&) noexcept = default;
Oracle& Oracle::operator=(Oracle&&) noexcept = default;
Oracle::~Oracle() = default;

Status<> Oracle::add_history(const HistoryEntry& entry) { return state_->truth.add(entry); }

void Oracle::add_observation(Observation observation) {
  state_->tracker.observe(std::move(observation));
}

Divergence Oracle::divergence() const { return state_->tracker.divergence(); }

Findings Oracle::judge(const Deadline& deadline) const {
  return judge_mirror(state_->truth, state_->tracker, deadline);
}

const MirrorSpec& Oracle::spec() const noexcept { return state_->spec; }

}  // namespace hubsim::scenarios
