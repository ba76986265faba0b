// The members of run.json, once: each struct of run_result.h is walked by `fields`, which hands
// name and member to a visitor. The writer, the reader and the schema are such visitors. A new
// member is one line here, v.added(...), because files of older runs lack it; a renamed or removed
// one needs a new run_format_version.
#pragma once

#include "reports/model/comparison_fields.h"
#include "reports/model/run_result.h"
#include "reports/model/shard_part_fields.h"

namespace hubsim::reports {

template <class Visitor>
void fields(Visitor& v, Environment& e) {
  v("cpu_count", e.cpu_count);
  v("cpu_model", e.cpu_model);
  v("kernel", e.kernel);
  v("compiler", e.compiler);
  v("build_type", e.build_type);
  v("hubsim_version", e.hubsim_version);
  v("load_at_start", e.load_at_start);
  v("load_at_end", e.load_at_end);
  v("notes", e.notes);
}

template <class Visitor>
void fields(Visitor& v, Phase& p) {
  v("name", p.name);
  v("start_ms", p.start_ms);
  v("end_ms", p.end_ms);
  v("measured", p.measured);
  v("note", p.note);
}

template <class Visitor>
void fields(Visitor& v, Window& w) {
  v("start_ms", w.start_ms);
  v("end_ms", w.end_ms);
}

template <class Visitor>
void fields(Visitor& v, FaultRule& f) {
  v("id", f.id);
  v("kind", f.kind);
  v("summary", f.summary);
  v("windows", f.windows);
  v("eligible", f.eligible);
  v("hits", f.hits);
}

template <class Visitor>
void fields(Visitor& v, Requirement& r) {
  v("id", r.id);
  v("check", r.check);
  v("wanted", r.wanted);
  v("got", r.got);
  v("verdict", r.verdict);
  v("phases", r.phases);
  v("margin", r.margin);
  v("explanation", r.explanation);
  v.added("advice", r.advice);
  v("evidence", r.evidence);
}

template <class Visitor>
void fields(Visitor& v, Quantiles& q) {
  v("count", q.count);
  v("min", q.min);
  v("mean", q.mean);
  v("p50", q.p50);
  v("p90", q.p90);
  v("p99", q.p99);
  v("p999", q.p999);
  v("max", q.max);
}

template <class Visitor>
void fields(Visitor& v, DriverPhase& p) {
  v("phase", p.phase);
  v("planned", p.planned);
  v("sent", p.sent);
  v("ok", p.ok);
  v("failed", p.failed);
  v.added("unknown", p.unknown);
  v.added("overflow", p.overflow);
  v("planned_per_s", p.planned_per_s);
  v("sent_per_s", p.sent_per_s);
  v("response", p.response);
  v("service", p.service);
  v.added("first_byte", p.first_byte);
  v("schedule_lag", p.schedule_lag);
}

template <class Visitor>
void fields(Visitor& v, Driver& d) {
  v("id", d.id);
  v("kind", d.kind);
  v("phases", d.phases);
  v("failures", d.failures);
  v.added("statuses", d.statuses);
  v.added("cpu_us_per_request", d.cpu_us_per_request);
  v("hdr_log", d.hdr_log);
}

template <class Visitor>
void fields(Visitor& v, Series& s) {
  v("name", s.name);
  v("unit", s.unit);
  v("values", s.values);
}

template <class Visitor>
void fields(Visitor& v, Operation& o) {
  v("operation", o.operation);
  v("calls", o.calls);
  v("statuses", o.statuses);
  v("p50_ms", o.p50_ms);
  v.added("p90_ms", o.p90_ms);
  v("p99_ms", o.p99_ms);
  v.added("p999_ms", o.p999_ms);
  v.added("p9999_ms", o.p9999_ms);
  v.added("max_ms", o.max_ms);
  v("retries", o.retries);
  v("early_retries", o.early_retries);
}

template <class Visitor>
void fields(Visitor& v, Convergence& c) {
  v("records", c.records);
  v("not_converged", c.not_converged);
  v("time_ms", c.time_ms);
  v("resolution_ms", c.resolution_ms);
  v.added("hdr_log", c.hdr_log);
}

template <class Visitor>
void fields(Visitor& v, LifeEvent& e) {
  v("at_ms", e.at_ms);
  v("kind", e.kind);
  v("text", e.text);
  v("ids", e.ids);
}

template <class Visitor>
void fields(Visitor& v, WorstRecord& w) {
  v("key", w.key);
  v("object_type", w.object_type);
  v("lineage", w.lineage);
  v("findings", w.findings);
  v("life", w.life);
}

template <class Visitor>
void fields(Visitor& v, HealthItem& h) {
  v("name", h.name);
  v("value", h.value);
  v("budget", h.budget);
  v("ok", h.ok);
}

template <class Visitor>
void fields(Visitor& v, Link& l) {
  v("name", l.name);
  v("target", l.target);
}

template <class Visitor>
void fields(Visitor& v, RunResult& r) {
  v("verdict", r.verdict);
  v("reasons", r.reasons);
  v("seed", r.seed);
  v("scenario_name", r.scenario_name);
  v("scenario_description", r.scenario_description);
  v("scenario_file", r.scenario_file);
  v("scenario_text", r.scenario_text);
  v("replay_command", r.replay_command);
  v("started_at_ms", r.started_at_ms);
  v("ended_at_ms", r.ended_at_ms);
  v("environment", r.environment);
  v("phases", r.phases);
  v("faults", r.faults);
  v("requirements", r.requirements);
  v("drivers", r.drivers);
  v("timeline", r.timeline);
  v("operations", r.operations);
  v("convergence", r.convergence);
  v("worst_records", r.worst_records);
  v("health", r.health);
  v("links", r.links);
  v.added("behaviour", r.behaviour);
  v.added("comparison", r.comparison);
  v.added("shard", r.shard);
}

}  // namespace hubsim::reports
