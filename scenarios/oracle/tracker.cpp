#include "scenarios/oracle/tracker.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace hubsim::scenarios {

namespace {

constexpr std::size_t max_examples = 10;

std::uint64_t fingerprint(const ObservedRecord& row) {
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
  const auto mix = [&](const std::string& text) {
    hash = (hash ^ std::hash<std::string_view>{}(text)) * 0x100000001b3ULL;
    hash ^= hash >> 29U;
  };
  for (const auto& [name, value] : row.properties) {
    mix(name);
    mix(value);
  }
  return hash;
}

}  // namespace

// Rows mostly come in the order of the properties, so the same position is tried first.
const std::string& shown_value(const ObservedRecord& row, std::size_t position,
                               const std::string& name) {
  static const std::string empty;
  const auto& properties = row.properties;
  if (position < properties.size() && properties[position].first == name) {
    return properties[position].second;
  }
  for (const auto& [key, value] : properties) {
    if (key == name) {
      return value;
    }
  }
  return empty;
}

Matches matches_of(const std::vector<Version>& versions, std::string_view value,
                   std::int64_t until_ms) {
  Matches matches;
  for (std::size_t i = 0; i < versions.size() && versions[i].at_ms <= until_ms; ++i) {
    if (versions[i].value == value) {
      ++matches.count;
      matches.newest = i;
    }
  }
  return matches;
}

void Tracker::observe(Observation observation) {
  if (!observation.complete) {
    ++failed_;
    return;
  }
  ++number_;
  previous_window_ = window_;
  window_ = {.from_ms = observation.from_ms, .to_ms = observation.to_ms};
  tracks_.resize(truth_.objects().size());
  odd_rows_ = 0;
  odd_keys_.clear();
  for (const ObservedRecord& row : observation.records) {
    look_at(row);
  }
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (tracks_[i].seen_in != number_) {
      look_at_absent(i);
    }
  }
  last_ = std::move(observation);
}

void Tracker::look_at(const ObservedRecord& row) {
  const std::size_t index = truth_.find(row.key, window_.from_ms);
  if (index == Truth::npos || tracks_[index].seen_in == number_) {
    ++odd_rows_;
    if (odd_keys_.size() < max_examples) {
      odd_keys_.push_back(row.key);
    }
    return;
  }
  Track& track = tracks_[index];
  const std::uint64_t print = fingerprint(row);
  const bool same = unchanged(index, print);
  track.seen_in = number_;
  if (!same) {
    track.fingerprint = print;
    conclude(index, compare(index, row));
  }
}

/// The mirror shows what it showed in the observation before, and the truth had last changed before
/// that: so the conclusion stands.
bool Tracker::unchanged(std::size_t index, std::uint64_t print) const {
  const Track& track = tracks_[index];
  const auto& changes = truth_.objects()[index].changes;
  return number_ > 1 && track.seen_in + 1 == number_ && track.fingerprint == print &&
         !changes.empty() && track.compared_change == changes.back().sequence &&
         changes.back().at_ms < previous_window_.from_ms;
}

Tracker::Seen Tracker::compare(std::size_t index, const ObservedRecord& row) {
  const ObjectTruth& object = truth_.objects()[index];
  Track& track = tracks_[index];
  track.newest_seen.resize(truth_.properties().size());
  track.dropped.resize(truth_.properties().size());
  Seen seen{.matches = object.alive_some_time(window_),
            .is_latest = object.alive_at(window_.to_ms)};
  for (std::size_t i = 0; i < truth_.properties().size(); ++i) {
    const auto& versions = object.properties[i];
    if (versions.empty()) {
      continue;
    }
    const std::string& shown = shown_value(row, i, truth_.properties()[i]);
    const Version* latest = version_at(versions, window_.to_ms);
    seen.matches = seen.matches && was_current(versions, shown, window_);
    seen.is_latest = seen.is_latest && latest != nullptr && latest->value == shown;
    follow(track, i, matches_of(versions, shown, window_.to_ms));
  }
  return seen;
}

/// Only a value that was committed once names its write; others say nothing about the order.
void Tracker::follow(Track& track, std::size_t property, const Matches& matches) {
  if (matches.count != 1) {
    return;
  }
  const auto version = static_cast<std::uint32_t>(matches.newest + 1);
  const bool dropped = version < track.newest_seen[property];
  drops_ += dropped && !track.dropped[property] ? 1U : 0U;
  track.dropped[property] = dropped;
  track.newest_seen[property] = std::max(track.newest_seen[property], version);
}

void Tracker::look_at_absent(std::size_t index) {
  const ObjectTruth& object = truth_.objects()[index];
  Track& track = tracks_[index];
  const auto& lives = object.lives;
  const bool deleted = !lives.empty() && lives.back().died_ms <= window_.from_ms;
  // A mirror so late that it shows the record only after its deletion has not seen it go.
  track.absence_seen = track.absence_seen || (deleted && track.seen_in > 0);
  conclude(index, {.matches = object.absent_some_time(window_),
                   .is_latest = !object.alive_at(window_.to_ms)});
}

void Tracker::conclude(std::size_t index, Seen seen) {
  const ObjectTruth& object = truth_.objects()[index];
  Track& track = tracks_[index];
  track.matches = seen.matches;
  track.is_latest = seen.is_latest;
  track.compared_change = object.changes.empty() ? 0 : object.changes.back().sequence;
  const Change change = object.last_change(window_.to_ms);
  if (object.alive_at(window_.to_ms)) {
    track.absence_seen = false;  // a restored record may be deleted anew
  }
  if (!seen.is_latest) {
    track.equal_change = 0;
  } else if (track.equal_change != change.sequence) {
    track.equal_change = change.sequence;
    track.equal_earliest_ms = std::max(change.at_ms, previous_window_.from_ms);
    track.equal_latest_ms = window_.to_ms;
  }
}

const Track& Tracker::track(std::size_t index) const {
  static const Track unseen;
  return index < tracks_.size() ? tracks_[index] : unseen;
}

Divergence Tracker::divergence() const {
  Divergence now{.observed = number_ > 0, .count = odd_rows_, .observed_ms = window_.to_ms};
  now.examples = odd_keys_;
  const auto& objects = truth_.objects();
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const bool known = i < tracks_.size();
    if (known && !tracks_[i].matches) {
      ++now.count;
      if (now.examples.size() < max_examples) {
        now.examples.push_back(objects[i].id);
      }
      continue;
    }
    const auto& changes = objects[i].changes;
    const bool later = !changes.empty() && changes.back().at_ms > window_.to_ms;
    now.pending += !known || later || !tracks_[i].is_latest ? 1U : 0U;
  }
  return now;
}

}  // namespace hubsim::scenarios
