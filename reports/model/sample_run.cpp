#include "reports/model/sample_run.h"

namespace hubsim::reports {

namespace {

Quantiles quantiles(double median) {
  return {.count = 100,
          .min = median / 2,
          .mean = median,
          .p50 = median,
          .p90 = median * 2,
          .p99 = median * 4,
          .p999 = median * 5,
          .max = median * 6};
}

std::vector<Requirement> requirements() {
  return {{.id = "none_stale",
           .check = "stale",
           .wanted = "at most 0",
           .got = "1 stale record or value (203 records compared)",
           .verdict = RequirementVerdict::fail,
           .phases = {},
           .margin = std::nullopt,
           .explanation = "101 stale phone: wanted '2', shows '1'. ",
           .evidence = {"101"}},
          {.id = "fast_ack",
           .check = "webhook_ack",
           .wanted = "p99 < 500ms in storm",
           .got = "p99 12.5ms of 40",
           .verdict = RequirementVerdict::pass,
           .phases = {"storm"},
           .margin = 0.975,
           .explanation = "",
           .evidence = {}}};
}

WorstRecord worst_record() {
  return {.key = "101",
          .object_type = "contacts",
          .lineage = "people/17",
          .findings = {"stale phone: wanted '2', shows '1'"},
          .life = {{.at_ms = 2'100,
                    .kind = "change",
                    .text = "phone = '2' by CRM_UI",
                    .ids = {"sequence 412"}},
                   {.at_ms = 2'160,
                    .kind = "delivery",
                    .text = "contact.propertyChange phone, dropped by lost_webhooks",
                    .ids = {"delivery 31", "event 77"}}}};
}

Driver driver() {
  return {.id = "people",
          .kind = "crm_changes",
          .phases = {{.phase = "storm",
                      .planned = 100,
                      .sent = 100,
                      .ok = 99,
                      .failed = 1,
                      .unknown = 1,
                      .overflow = 0,
                      .planned_per_s = 40,
                      .sent_per_s = 40,
                      .response = quantiles(2),
                      .service = quantiles(1.5),
                      .first_byte = quantiles(1.4),
                      .schedule_lag = quantiles(0.1)}},
          .failures = {{"409 conflict", 1}},
          .statuses = {{"200", 99}, {"409", 1}},
          .cpu_us_per_request = 12.5,
          .hdr_log = "#[a log]"};
}

Behaviour behaviour() {
  return {.changes = 40,
          .calls = 60,
          .calls_per_change = 1.5,
          .retries = 15,
          .early_retries = 1,
          .share_429 = 0.25,
          .share_5xx = 0,
          .operations = {{.operation = "crm.objects.batch.read",
                          .calls = 60,
                          .calls_per_change = 1.5,
                          .retries = 15,
                          .early_retries = 1,
                          .met_429 = 15,
                          .batch_sizes = Sizes{60, 1, 20, 80, 100},
                          .page_sizes = std::nullopt,
                          .scopes = {"crm.objects.contacts.read"},
                          .payload = {"inputs[].id", "properties[]"}}}};
}

ShardPart shard() {
  return {.index = 1,
          .count = 3,
          .plan = "3f9ac0d1e2b4a596",
          .start_us = 1'732'556'100'000'000,
          .start_uncertainty_us = 1.2,
          .clock_error_ms = 0.8,
          .rules = {.require = {"p99 < 50ms"},
                    .max_errors = 0.01,
                    .max_lag_ns = 5'000'000,
                    .max_throttled = 0.01,
                    .max_stolen = 0.05},
          .phases = {{.phase = "storm",
                      .start_ns = 0,
                      .length_ns = 6'000'000'000,
                      .first_planned_ns = 10,
                      .last_planned_ns = 5'990'000'000,
                      .first_sent_ns = 20,
                      .last_sent_ns = 5'990'000'400}},
          .seconds = {{.second = 0,
                       .ok = 99,
                       .failed = 1,
                       .unknown = 0,
                       .overflow = 0,
                       .throttled = 0,
                       .max_ns = 2'000'000,
                       .by_class = {0, 0, 99, 0, 0, 1}}},
          .requests = 100,
          .connections = 4,
          .cpu_ns = 1'000'000,
          .busiest_thread = 0.2,
          .throttled = 0,
          .stolen = 0};
}

}  // namespace

Comparison sample_comparison() {
  Comparison out{.verdict = ChangeVerdict::regressed,
                 .reasons = {"api/storm p99 went from 10.0 ms to 15.0 ms"},
                 .base = {"out/base/run.json", "storm", "PASS", 1'795'000'000'000, "0.1.0"},
                 .fresh = {"out/fresh/run.json", "storm", "PASS", 1'795'500'000'000, "0.1.0"},
                 .warnings = {"different seeds: 1 and 2"},
                 .gates = {"threshold 10%"}};
  out.phases = {{.driver = "api",
                 .phase = "storm",
                 .verdict = ChangeVerdict::regressed,
                 .base_samples = 1000,
                 .fresh_samples = 1000,
                 .base_seconds = 30,
                 .fresh_seconds = 30,
                 .block_s = 4,
                 .effect = 0.4,
                 .slower_share = 0.7,
                 .ks = 0.3,
                 .changes = {{.what = "p99",
                              .unit = "ms",
                              .base = 10,
                              .fresh = 15,
                              .delta = 5,
                              .share = 0.5,
                              .low = 3,
                              .high = 7,
                              .effect = 0.4,
                              .verdict = ChangeVerdict::regressed,
                              .why = "50% slower"}},
                 .distribution = {{1, 0.5, 0.3}, {10, 0.99, 0.9}, {20, 1, 1}}}};
  out.convergence = {
      {.what = "p90", .unit = "ms", .base = 900, .fresh = 910, .delta = 10, .share = 0.011}};
  out.requirements = {
      {"none_stale", "stale", "pass", "fail", "1 stale record", ChangeVerdict::regressed}};
  out.behaviour = {{"new operation", "crm.objects.search", "is called now, 12 times", 0, 12,
                    ChangeVerdict::regressed}};
  return out;
}

RunResult sample_run() {
  RunResult run{.verdict = Verdict::fail,
                .reasons = {"none_stale failed"},
                .seed = 20261124,
                .scenario_name = "storm_then_heal_short",
                .scenario_description = "People edit contacts while HubSpot throttles.",
                .scenario_file = "scenarios/library/storm_then_heal_short.yaml",
                .scenario_text = "version: 1\nname: storm_then_heal_short\n",
                .replay_command = "hubsim run storm_then_heal_short.yaml --seed 20261124",
                .started_at_ms = 1'795'500'000'000,
                .ended_at_ms = 1'795'500'004'000};
  run.environment = {.cpu_count = 2,
                     .cpu_model = "a model",
                     .kernel = "Linux 6.1",
                     .compiler = "g++ 12.2",
                     .build_type = "Release",
                     .hubsim_version = "0.1.0",
                     .load_at_start = 0.4,
                     .load_at_end = 1.2,
                     .notes = {"2 of 2 cores shared with the target"}};
  run.phases = {{.name = "ramp", .start_ms = 0, .end_ms = 2'000, .measured = false},
                {.name = "storm", .start_ms = 2'000, .end_ms = 4'000, .note = "4 faults"}};
  run.faults = {{.id = "throttle",
                 .kind = "status",
                 .summary = "429 on 25% of calls",
                 .windows = {{.start_ms = 2'000, .end_ms = 4'000}},
                 .eligible = 40,
                 .hits = 11}};
  run.requirements = requirements();
  run.drivers = {driver()};
  run.timeline = {
      {.name = std::string(series::changes),
       .unit = "1/s",
       .values = {10.0, 20.0, std::nullopt, 40.0}},
      {.name = std::string(series::divergence), .unit = "records", .values = {0.0, 3.0, 9.0, 1.0}}};
  run.operations = {{.operation = "crm.objects.batch.read",
                     .calls = 60,
                     .statuses = {{"200", 45}, {"429", 15}},
                     .p50_ms = 1.2,
                     .p90_ms = 20.25,
                     .p99_ms = 140.5,
                     .p999_ms = 150.5,
                     .p9999_ms = 151.5,
                     .max_ms = 151.5,
                     .retries = 15,
                     .early_retries = 1}};
  run.convergence = {.records = 203,
                     .not_converged = 1,
                     .time_ms = quantiles(300),
                     .resolution_ms = 1'000,
                     .hdr_log = "#[a log]"};
  run.worst_records = {worst_record()};
  run.health = {{.name = "schedule lag p99", .value = "0.4ms", .budget = "< 50ms", .ok = true}};
  run.links = {{.name = "request log", .target = "requests.jsonl"}};
  run.behaviour = behaviour();
  run.comparison = sample_comparison();
  run.shard = shard();
  return run;
}

}  // namespace hubsim::reports
