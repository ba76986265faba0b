#!/usr/bin/env python3
"""Writes sample_run.json: a made-up but plausible storm_then_heal run, for tests and screenshots.

Run it again after run.json's format changed: python3 make_sample.py > sample_run.json
"""

import json
import random

dice = random.Random(20261123)
SECONDS = 96
STORM, DARK, HEAL = (30, 60), (60, 75), (75, 96)
GATEWAY = [(36, 39), (46, 49), (56, 59)]
FROZEN = (51, 54)


def within(second, span):
    return span[0] <= second < span[1]


def around(value, spread):
    return max(0, round(value * dice.gauss(1, spread)))


def timeline():
    rows = {name: [] for name in (
        "changes", "api_calls", "api_latency_p50", "api_latency_p99", "answers_429",
        "answers_5xx", "webhook_backlog", "deliveries", "webhook_ack_p99", "divergence")}
    backlog, behind, dropped = 0, 0, 0
    for second in range(SECONDS):
        storm, dark = within(second, STORM), within(second, DARK)
        frozen = within(second, FROZEN)
        gateway = any(within(second, span) for span in GATEWAY)
        changes = around(8 if second < 10 else 40 if second < HEAL[0] else 0, 0.13)
        backlog += changes
        room = 0 if frozen else 22 if gateway else 34 if storm else 90
        sent = min(backlog, around(room, 0.08))
        backlog -= sent
        lost = sent if dark else 0
        dropped += lost
        behind += changes
        caught = 0 if frozen else min(max(0, behind - backlog - dropped), around(room, 0.1))
        if second >= 82 and dropped > 0:
            found = min(dropped, around(92, 0.1))
            dropped -= found
            caught += found
        behind = max(0, behind - caught)
        calls = 0 if frozen else around(4 + caught / 8 + (5 if second >= 82 else 0), 0.15)
        rows["changes"].append(changes)
        rows["api_calls"].append(calls)
        rows["deliveries"].append(sent - lost)
        rows["webhook_backlog"].append(backlog)
        rows["divergence"].append(round(behind * 0.4))
        rows["answers_429"].append(around(calls * 0.28, 0.3) if storm else 0)
        rows["answers_5xx"].append(around(calls * 0.8, 0.2) if gateway else 0)
        slow = 7 if storm else 1
        quiet = calls == 0
        rows["api_latency_p50"].append(None if quiet else round(dice.gauss(11, 1.2) * slow, 1))
        rows["api_latency_p99"].append(
            None if quiet else round(dice.lognormvariate(3.7, 0.25) * slow, 1))
        rows["webhook_ack_p99"].append(
            None if sent - lost == 0 else round(dice.lognormvariate(2.2, 0.3) * (2 if storm else 1)
                                                + (2600 if second == FROZEN[1] else 0), 1))
    rows["divergence"][-3:] = [0, 0, 0]
    units = {"webhook_backlog": "events", "divergence": "records"}
    return [{"name": name, "unit": units.get(name, "ms" if "_p" in name else "1/s"),
             "values": values} for name, values in rows.items()]


def quantiles(count, low, p50, p99, high):
    return {"count": count, "min": low, "mean": round(p50 * 1.18, 2), "p50": p50,
            "p90": round(p50 + (p99 - p50) * 0.45, 2), "p99": p99,
            "p999": round(p99 + (high - p99) * 0.6, 2), "max": high}


def driver(name, kind, rates):
    phases = []
    for phase, seconds, per_s in rates:
        planned = seconds * per_s
        phases.append({
            "phase": phase, "planned": planned, "sent": planned, "ok": planned, "failed": 0,
            "planned_per_s": per_s, "sent_per_s": per_s,
            "response": quantiles(planned, 0.4, 0.9, 3.4, 9.8),
            "service": quantiles(planned, 0.3, 0.8, 2.9, 9.1),
            "schedule_lag": quantiles(planned, 0.01, 0.06, 0.31, 1.9)})
    return {"id": name, "kind": kind, "phases": phases, "failures": {},
            "hdr_log": "#[Histogram log format version 1.3]\n"}


def requirement(name, check, wanted, got, margin=None, phases=()):
    return {"id": name, "check": check, "wanted": wanted, "got": got, "verdict": "pass",
            "phases": list(phases), "margin": margin, "explanation": "", "evidence": []}


def requirements():
    return [
        requirement("converged", "converged", "within 30s after lost-webhooks ends",
                    "all 512 within 17.8s", 0.41, ["heal"]),
        requirement("no-lost", "lost", "at most 0", "0 of 512 records"),
        requirement("no-stale", "stale", "at most 0", "0 of 512 records"),
        requirement("no-duplicates", "duplicate_records", "at most 0", "0 of 512 records"),
        requirement("one-welcome-mail", "duplicate_effects", "at most 0", "0 of 61 effects"),
        requirement("signature", "forged_accepted", "at most 0", "0 of 24 forged deliveries"),
        requirement("fast-ack", "webhook_ack", "p99 < 500ms in steady, dark", "p99 24ms", 0.952,
                    ["steady", "dark"]),
        requirement("polite", "early_retries", "at most 0", "0 of 148 retries"),
        requirement("backs-off", "retry_growth", "pauses grow at least 1.5x", "median growth 2.0x",
                    0.33, ["storm"]),
        requirement("batches", "calls_per_change", "at most 0.5", "0.27 calls a change", 0.46),
        requirement("no-5xx", "unhandled_5xx", "at most 0", "0 of 57 answers"),
        requirement("faults-bite", "fault_hits", "throttle >= 50, bad-gateway >= 20",
                    "throttle 91, bad-gateway 57", 0.82, ["storm"]),
    ]


def fault(name, kind, summary, windows, counts):
    return {"id": name, "kind": kind, "summary": summary,
            "windows": [{"start_ms": a * 1000, "end_ms": b * 1000} for a, b in windows],
            "eligible": counts[0], "hits": counts[1]}


def faults():
    return [
        fault("throttle", "status", "429 on 30% of calls", [STORM], (318, 91)),
        fault("bad-gateway", "status", "502 on 80% of calls, half of them committed", GATEWAY,
              (71, 57)),
        fault("slow", "latency", "lognormal delay, median 60ms", [STORM], (318, 318)),
        fault("freeze", "process", "SIGSTOP, resumed after 3s", [FROZEN], (1, 1)),
        fault("lost-webhooks", "deliveries", "every delivery dropped", [DARK], (604, 604)),
        fault("forged", "deliveries", "wrong secret on 24 extra deliveries", [(10, 60)], (24, 24)),
    ]


def operations():
    def one(name, statuses, times, retries=0):
        return {"operation": name, "calls": sum(statuses.values()), "statuses": statuses,
                "p50_ms": times[0], "p99_ms": times[1], "retries": retries, "early_retries": 0}
    return [
        one("crm.contacts.batch_read", {"200": 391, "429": 71, "502": 44, "reset": 3}, (14.2, 412),
            118),
        one("crm.contacts.batch_upsert", {"200": 84, "207": 6, "429": 14, "502": 9}, (21.7, 533),
            22),
        one("crm.contacts.search", {"200": 41, "429": 6, "502": 3}, (26.4, 380), 8),
        one("crm.contacts.list", {"200": 12, "502": 1}, (31.0, 144), 0),
        one("account_info.details", {"200": 1}, (6.1, 6.1)),
    ]


def life(key, sequence, start_ms):
    def at(offset, kind, text, *ids):
        return {"at_ms": start_ms + offset, "kind": kind, "text": text, "ids": list(ids)}
    event, delivery, request = sequence + 70000, sequence // 9, sequence // 5
    return [
        at(-31250, "change", "lifecyclestage 'lead' → 'customer' by driver crm-edits",
           f"sequence {sequence - 1310}"),
        at(-31238, "event", "contact.propertyChange lifecyclestage = 'customer'",
           f"event {event - 1310}"),
        at(-31180, "delivery", "batch of 34, attempt 1, answered 204 in 9 ms",
           f"delivery {delivery - 145}"),
        at(-30644, "call", "batch read of 34: 429, Retry-After 2 s",
           f"request {request - 260}", "correlation 5f0c77be"),
        at(-28611, "call", "batch read of 34: 502 as HTML", f"request {request - 250}",
           "correlation 9a41d0c2"),
        at(-24577, "call", "batch read of 34: 200", f"request {request - 231}",
           "correlation 1c77aa90"),
        at(-24100, "observation", "equal: lifecyclestage 'customer'", "look 44"),
        at(0, "change", f"phone '+1 555 0{sequence % 900 + 100}' by driver crm-edits",
           f"sequence {sequence}"),
        at(11, "event", "contact.propertyChange phone", f"event {event}"),
        at(64, "delivery", "batch of 41, attempt 1, dropped by lost-webhooks",
           f"delivery {delivery}"),
        at(900, "observation", "behind: phone still the value of 24.6 s ago", "look 68"),
        at(17320, "call", "search hs_lastmodifieddate ≥ watermark: 200, 100 results",
           f"request {request + 31}", "correlation 7be2f410"),
        at(17402, "call", "batch read of 100: 200", f"request {request + 33}",
           "correlation e3019d55"),
        at(17810, "observation", "equal: phone as written", "look 86"),
    ]


def worst_records():
    people = ["ada.okafor", "jonas.lindqvist", "mei.tanaka", "priya.raman", "tomas.novak",
              "lucia.ferrari"]
    return [{"key": f"{name}@example.com", "object_type": "contacts",
             "lineage": f"people-v1/{37 * index + 12}", "findings": [],
             "life": life(name, 2381 + 17 * index, 61200 + 1240 * index)}
            for index, name in enumerate(people)]


def health():
    def item(name, value, budget="", ok=True):
        return {"name": name, "value": value, "budget": budget, "ok": ok}
    return [
        item("schedule lag p99", "0.3 ms", "at most 50 ms"),
        item("sent of planned", "100 %", "at least 99.5 %"),
        item("mock handling p99", "0.4 ms", "at most 5 ms"),
        item("history gaps", "0", "0"),
        item("request log lost", "0", "0"),
        item("bounded queues overflowed", "0", "0"),
        item("processor throttled", "0 %", "at most 2 %"),
        item("observer calls", "1,044 in 96 s"),
    ]


SCENARIO = """# A contact sync under a storm: rate limits, bad gateways, lost webhooks.
version: 1
name: storm_then_heal
phases:
  - { name: warm, length: 10s, measure: false }
  - { name: steady, length: 20s }
  - { name: storm, length: 30s }
  - { name: dark, length: 15s }
  - { name: heal, length: { until: converged, at_most: 60s } }
faults:
  - { id: throttle, on: api, during: storm, answer: 429, share: 30% }
  - { id: bad-gateway, on: api, during: storm, answer: 502, bursts: { every: 10s, last: 3s } }
  - { id: lost-webhooks, on: webhooks, during: dark, action: drop }
require:
  - { id: converged, converged: { within: 30s, after: lost-webhooks } }
  - { id: no-lost, lost: 0 }
"""


def run():
    def phase(name, span, measured=True, note=""):
        return {"name": name, "start_ms": span[0] * 1000, "end_ms": span[1] * 1000,
                "measured": measured, "note": note}
    rates = [("warm", 10, 8), ("steady", 20, 40), ("storm", 30, 40), ("dark", 15, 40)]
    return {
        "format": 1, "verdict": "PASS", "reasons": [], "seed": 20261123,
        "scenario_name": "storm_then_heal",
        "scenario_description": "A two-way contact sync lives through rate limits, bad gateways, a "
        "frozen process and fifteen seconds of lost webhooks, and must end with every record "
        "equal, nobody greeted twice.",
        "scenario_file": "scenarios/library/storm_then_heal.yaml", "scenario_text": SCENARIO,
        "replay_command": "hubsim run scenarios/library/storm_then_heal.yaml --seed 20261123",
        "started_at_ms": 1795442400000, "ended_at_ms": 1795442400000 + SECONDS * 1000,
        "environment": {
            "cpu_count": 2, "cpu_model": "Example CPU at 2.6 GHz", "kernel": "Linux 6.1.0",
            "compiler": "g++ 12.2.0", "build_type": "Release", "hubsim_version": "0.1.0",
            "load_at_start": 0.41, "load_at_end": 1.27,
            "notes": ["integration: node 22.13.0, started by the scenario"]},
        "phases": [phase("warm", (0, 10), False), phase("steady", (10, 30)), phase("storm", STORM),
                   phase("dark", DARK), phase("heal", HEAL, True,
                                              "until: converged, reached after 18.2s")],
        "faults": faults(), "requirements": requirements(),
        "drivers": [driver("crm-edits", "crm_changes", rates),
                    driver("app-users", "http", [(n, s, max(1, r // 10)) for n, s, r in rates])],
        "timeline": timeline(), "operations": operations(),
        "convergence": {"records": 512, "not_converged": 0, "resolution_ms": 500,
                        "time_ms": quantiles(512, 480, 1310, 16900, 17810)},
        "worst_records": worst_records(), "health": health(),
        "links": [{"name": "run.json", "target": "run.json"},
                  {"name": "junit.xml", "target": "junit.xml"}],
    }


print(json.dumps(run(), indent=1, ensure_ascii=False))
