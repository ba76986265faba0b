#include "scenarios/oracle/judge.h"

#include <algorithm>
#include <utility>

namespace hubsim::scenarios {

namespace {

class Judge {
 public:
  Judge(const Truth& truth, const Tracker& tracker, const Deadline& deadline)
      : truth_(truth), tracker_(tracker), deadline_(deadline), window_(tracker.window()) {
    lenient_ = {.from_ms = window_.from_ms - deadline.grace_ms, .to_ms = window_.to_ms};
  }
  Findings run();

 private:
  [[nodiscard]] std::string why_not() const;
  void judge_rows();
  void judge_present(std::size_t index, const ObservedRecord& row);
  void judge_value(std::size_t index, std::size_t property, const std::string& shown);
  void judge_wrong_value(std::size_t index, std::size_t property, const std::string& shown);
  void judge_deleted(std::size_t index);
  void judge_absent(std::size_t index);
  void judge_convergence();
  Finding& add(FindingKind kind, std::size_t index);

  const Truth& truth_;
  const Tracker& tracker_;
  Deadline deadline_;
  Interval window_;   ///< of the observation judged by
  Interval lenient_;  ///< with the grace before it
  Findings found_;
};

Findings Judge::run() {
  found_.complete_observations = tracker_.complete();
  found_.failed_observations = tracker_.failed();
  found_.why_not = why_not();
  if (!found_.why_not.empty()) {
    return std::move(found_);
  }
  found_.judged = true;
  found_.final_from_ms = window_.from_ms;
  found_.final_to_ms = window_.to_ms;
  judge_rows();
  judge_convergence();
  const std::uint64_t regressed = found_.count(FindingKind::regressed);
  found_.transient_regressions = tracker_.drops() - std::min(tracker_.drops(), regressed);
  return std::move(found_);
}

std::string Judge::why_not() const {
  if (!truth_.gap().empty()) {
    return truth_.gap();
  }
  if (tracker_.complete() == 0) {
    return tracker_.failed() == 0 ? "the mirror was never read"
                                  : "the mirror could never be read completely";
  }
  if (window_.from_ms < deadline_.quiet_since_ms) {
    return "the mirror was not read completely after traffic had ended";
  }
  return truth_.objects().empty() ? "the portal never had a record of this type" : "";
}

void Judge::judge_rows() {
  std::vector<std::uint32_t> rows(truth_.objects().size());
  for (const ObservedRecord& row : tracker_.last()->records) {
    const std::size_t index = truth_.find(row.key, window_.from_ms);
    if (index == Truth::npos) {
      found_.findings.push_back({.kind = FindingKind::phantom,
                                 .key = row.key,
                                 .expected = "no such record",
                                 .observed = "a record"});
      found_.not_converged.push_back(row.key);
    } else if (++rows[index] == 1) {
      judge_present(index, row);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == 0) {
      judge_absent(i);
    } else if (rows[i] > 1) {
      Finding& twice = add(FindingKind::duplicate_record, i);
      twice.expected = "one record";
      twice.observed = std::to_string(rows[i]) + " records";
    }
  }
}

Finding& Judge::add(FindingKind kind, std::size_t index) {
  const ObjectTruth& object = truth_.objects()[index];
  const Change change = object.last_change(window_.to_ms);
  found_.findings.push_back({.kind = kind,
                             .key = object.id,
                             .lineage = object.lineage,
                             .sequence = change.sequence,
                             .since_ms = change.at_ms});
  return found_.findings.back();
}

void Judge::judge_present(std::size_t index, const ObservedRecord& row) {
  ++found_.records;
  if (!truth_.objects()[index].alive_some_time(lenient_)) {
    return judge_deleted(index);
  }
  for (std::size_t i = 0; i < truth_.properties().size(); ++i) {
    judge_value(index, i, shown_value(row, i, truth_.properties()[i]));
  }
}

void Judge::judge_deleted(std::size_t index) {
  const auto& lives = truth_.objects()[index].lives;
  if (lives.empty() || lives.front().born_ms > window_.to_ms) {
    ++found_.ahead;
    return;
  }
  const bool seen_absent = tracker_.track(index).absence_seen;
  Finding& back = add(seen_absent ? FindingKind::resurrected : FindingKind::undeleted, index);
  back.expected = "no record (deleted)";
  back.observed = "a record";
}

void Judge::judge_value(std::size_t index, std::size_t property, const std::string& shown) {
  const auto& versions = truth_.objects()[index].properties[property];
  if (versions.empty()) {
    return;
  }
  ++found_.properties;
  const std::size_t matches = matches_of(versions, shown, window_.to_ms).count;
  if (was_current(versions, shown, lenient_)) {
    found_.ambiguous += matches > 1 && !shown.empty() ? 1U : 0U;
  } else if (matches == 0 && matches_of(versions, shown, never_ms).count > 0) {
    ++found_.ahead;
  } else {
    judge_wrong_value(index, property, shown);
  }
}

/// A wrong value is wrong whichever write it shows; only `regressed` needs to know which.
void Judge::judge_wrong_value(std::size_t index, std::size_t property, const std::string& shown) {
  const auto& versions = truth_.objects()[index].properties[property];
  const Matches matches = matches_of(versions, shown, window_.to_ms);
  FindingKind kind = shown.empty() ? FindingKind::lost : FindingKind::phantom;
  if (matches.count > 0) {
    const auto& seen = tracker_.track(index).newest_seen;
    const bool newer_seen = property < seen.size() && seen[property] > matches.newest + 1;
    kind = newer_seen ? FindingKind::regressed : FindingKind::stale;
  }
  Finding& wrong = add(kind, index);
  wrong.property = truth_.properties()[property];
  wrong.observed = shown;
  wrong.ambiguous = matches.count > 1;
  if (const Version* current = version_at(versions, window_.to_ms)) {
    wrong.expected = current->value;
    wrong.sequence = current->sequence;
    wrong.since_ms = current->at_ms;
  }
}

void Judge::judge_absent(std::size_t index) {
  const ObjectTruth& object = truth_.objects()[index];
  if (!object.alive_at(window_.to_ms)) {
    return;
  }
  ++found_.records;
  if (!object.absent_some_time(lenient_)) {
    Finding& lost = add(FindingKind::lost, index);
    lost.expected = "a record";
    lost.observed = "nothing";
  }
}

/// Of what changed after the last observation nothing is known, so nothing is said.
void Judge::judge_convergence() {
  const auto& objects = truth_.objects();
  for (std::size_t i = 0; i < tracker_.tracks().size(); ++i) {
    const Track& track = tracker_.tracks()[i];
    const Change change = objects[i].last_change(window_.to_ms);
    if (change.sequence == 0) {
      continue;
    }
    if (track.is_latest) {
      found_.converged.push_back({.key = objects[i].id,
                                  .changed_ms = change.at_ms,
                                  .earliest_ms = track.equal_earliest_ms,
                                  .latest_ms = track.equal_latest_ms});
    } else {
      found_.not_converged.push_back(objects[i].id);
    }
  }
}

}  // namespace

Findings judge_mirror(const Truth& truth, const Tracker& tracker, const Deadline& deadline) {
  return Judge(truth, tracker, deadline).run();
}

}  // namespace hubsim::scenarios
