// The members of `shard`, once, as run_result_fields.h has those of run.json.
#pragma once

#include "reports/model/shard_part.h"

namespace hubsim::reports {

template <class Visitor>
void fields(Visitor& v, ShardPhase& p) {
  v("phase", p.phase);
  v("start_ns", p.start_ns);
  v("length_ns", p.length_ns);
  v("first_planned_ns", p.first_planned_ns);
  v("last_planned_ns", p.last_planned_ns);
  v("first_sent_ns", p.first_sent_ns);
  v("last_sent_ns", p.last_sent_ns);
}

template <class Visitor>
void fields(Visitor& v, ShardSecond& s) {
  v("second", s.second);
  v("ok", s.ok);
  v("failed", s.failed);
  v("unknown", s.unknown);
  v("overflow", s.overflow);
  v("throttled", s.throttled);
  v("max_ns", s.max_ns);
  v("by_class", s.by_class);
}

template <class Visitor>
void fields(Visitor& v, ShardRules& r) {
  v("require", r.require);
  v("max_errors", r.max_errors);
  v("max_lag_ns", r.max_lag_ns);
  v("max_throttled", r.max_throttled);
  v("max_stolen", r.max_stolen);
}

template <class Visitor>
void fields(Visitor& v, ShardPart& s) {
  v("index", s.index);
  v("count", s.count);
  v("plan", s.plan);
  v("start_us", s.start_us);
  v("start_uncertainty_us", s.start_uncertainty_us);
  v("clock_error_ms", s.clock_error_ms);
  v("rules", s.rules);
  v("phases", s.phases);
  v("seconds", s.seconds);
  v("requests", s.requests);
  v("connections", s.connections);
  v("cpu_ns", s.cpu_ns);
  v("busiest_thread", s.busiest_thread);
  v("throttled", s.throttled);
  v("stolen", s.stolen);
}

}  // namespace hubsim::reports
