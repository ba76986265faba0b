// The members of `comparison` and `behaviour`, once, as run_result_fields.h has those of run.json.
#pragma once

#include "reports/model/behaviour.h"
#include "reports/model/comparison.h"

namespace hubsim::reports {

template <class Visitor>
void fields(Visitor& v, Sizes& s) {
  v("count", s.count);
  v("min", s.min);
  v("p50", s.p50);
  v("p90", s.p90);
  v("max", s.max);
}

template <class Visitor>
void fields(Visitor& v, OperationBehaviour& o) {
  v("operation", o.operation);
  v("calls", o.calls);
  v("calls_per_change", o.calls_per_change);
  v("retries", o.retries);
  v("early_retries", o.early_retries);
  v("met_429", o.met_429);
  v("met_5xx", o.met_5xx);
  v("batch_sizes", o.batch_sizes);
  v("page_sizes", o.page_sizes);
  v("scopes", o.scopes);
  v("payload", o.payload);
  v("payload_cut", o.payload_cut);
}

template <class Visitor>
void fields(Visitor& v, Behaviour& b) {
  v("changes", b.changes);
  v("calls", b.calls);
  v("calls_per_change", b.calls_per_change);
  v("retries", b.retries);
  v("early_retries", b.early_retries);
  v("share_429", b.share_429);
  v("share_5xx", b.share_5xx);
  v("operations", b.operations);
}

template <class Visitor>
void fields(Visitor& v, Change& c) {
  v("what", c.what);
  v("unit", c.unit);
  v("base", c.base);
  v("fresh", c.fresh);
  v("delta", c.delta);
  v("share", c.share);
  v("low", c.low);
  v("high", c.high);
  v("effect", c.effect);
  v("verdict", c.verdict);
  v("why", c.why);
}

template <class Visitor>
void fields(Visitor& v, DistributionPoint& p) {
  v("ms", p.ms);
  v("base", p.base);
  v("fresh", p.fresh);
}

template <class Visitor>
void fields(Visitor& v, PhaseComparison& p) {
  v("driver", p.driver);
  v("phase", p.phase);
  v("verdict", p.verdict);
  v("base_samples", p.base_samples);
  v("fresh_samples", p.fresh_samples);
  v("base_seconds", p.base_seconds);
  v("fresh_seconds", p.fresh_seconds);
  v("block_s", p.block_s);
  v("effect", p.effect);
  v("slower_share", p.slower_share);
  v("ks", p.ks);
  v("changes", p.changes);
  v("distribution", p.distribution);
}

template <class Visitor>
void fields(Visitor& v, RequirementChange& r) {
  v("id", r.id);
  v("check", r.check);
  v("base", r.base);
  v("fresh", r.fresh);
  v("got", r.got);
  v("verdict", r.verdict);
}

template <class Visitor>
void fields(Visitor& v, BehaviourChange& b) {
  v("kind", b.kind);
  v("operation", b.operation);
  v("text", b.text);
  v("base", b.base);
  v("fresh", b.fresh);
  v("verdict", b.verdict);
}

template <class Visitor>
void fields(Visitor& v, RunName& r) {
  v("file", r.file);
  v("scenario", r.scenario);
  v("verdict", r.verdict);
  v("started_at_ms", r.started_at_ms);
  v("hubsim_version", r.hubsim_version);
}

template <class Visitor>
void fields(Visitor& v, Comparison& c) {
  v("verdict", c.verdict);
  v("reasons", c.reasons);
  v("base", c.base);
  v("fresh", c.fresh);
  v("warnings", c.warnings);
  v("gates", c.gates);
  v("phases", c.phases);
  v("convergence", c.convergence);
  v("requirements", c.requirements);
  v("behaviour", c.behaviour);
}

}  // namespace hubsim::reports
