"""`hubsim load` against a mock: exit codes, the JSON's fields, open and closed loops, a search, a
replay. Bounds are wide: other tests may have left the machine busy."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

HUBSIM = sys.argv[1]
WIDE = ["--max-lag", "5s", "--max-steal", "100%", "--quiet"]
QUANTILES = {"p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"}


def check(condition, what):
    if not condition:
        print(f"FAILED: {what}", file=sys.stderr)
        sys.exit(1)


class Load:
    def __init__(self, folder):
        self.out = folder / "load.json"

    def __call__(self, *arguments, code=0):
        self.out.unlink(missing_ok=True)
        done = subprocess.run([HUBSIM, "load", *arguments, *WIDE, "--json", str(self.out)],
                              capture_output=True, text=True, check=False)
        check(done.returncode == code,
              f"load {' '.join(arguments)}: exit code {done.returncode}, not {code}:\n"
              f"{done.stdout}{done.stderr}")
        self.text = done.stdout + done.stderr
        return json.loads(self.out.read_text()) if self.out.exists() else None


def start_mock(folder):
    ready = folder / "ready.json"
    mock = subprocess.Popen([HUBSIM, "mock", "--listen", "127.0.0.1:0", "--ready-file",
                             str(ready)], stdout=subprocess.DEVNULL)
    limit = time.monotonic() + 20
    while not ready.exists():
        check(mock.poll() is None and time.monotonic() < limit, "the mock did not start")
        time.sleep(0.01)
    return mock, json.loads(ready.read_text())["control_url"] + "/health"


def check_open(load, url):
    result = load(url, "--rate", "300/s", "--duration", "500ms", "--require", "p99 < 5s")
    for field in ("verdict", "requests", "errors", "rate_achieved", "cpu_us_per_request"):
        check(field in result, f"the JSON has no {field}")
    check(result["verdict"] == "PASS" and result["requests"] == 150, str(result["reasons"]))
    check(abs(result["rate_achieved"] - 300) < 30, f"rate {result['rate_achieved']}")
    for latency in ("response", "service", "schedule_lag"):
        check(set(result["latency"][latency]) == QUANTILES, f"quantiles of {latency}")
    check(result["latency"]["response"]["p50_ms"] > 0, "a response takes time")
    check(result["environment"][0]["name"] == "cores", "no environment audit")


def check_shapes(load, url):
    result = load(url, "--rate", "100/s", "--to", "500/s", "--shape", "steps(2)", "--duration",
                  "400ms", "--arrivals", "poisson", "--warmup", "100ms")
    check(60 < result["requests"] < 200, f"{result['requests']} requests of about 120")
    load(url, "--rate", "1/s", "--shape", "stairs(2)", code=2)
    check("did you mean 'steps'" in load.text or "known:" in load.text, load.text)


def check_closed(load, url):
    result = load(url, "--connections", "8", "--threads", "2", "--duration", "300ms")
    check(result["requests"] > 100 and result["errors"] == 0, "a closed loop sends")
    check("no arrival plan" in load.text, "and says what it cannot know")
    fresh = load(url, "--connections", "4", "--connect", "fresh", "--duration", "200ms")
    check(fresh["report"]["connections"] >= fresh["requests"], "fresh connections")


def check_verdicts(load, url):
    check(load(url, "--rate", "100/s", "--duration", "200ms", "--expect", "418",
               code=1)["verdict"] == "FAIL", "an unexpected status is an error")
    check(load(url, "--rate", "100/s", "--duration", "200ms", "--require", "p50 < 1us",
               code=1)["verdict"] == "FAIL", "a requirement is held")
    load("http://127.0.0.1:1/", "--rate", "100/s", "--duration", "100ms", code=4)
    load(url, "--rate", "fast", code=2)
    load(url, "--require", "p95 < 3ms", code=2)
    load(code=2)


def check_search(load, url):
    # Nobody answers in a microsecond: every rate fails, and the search says so.
    result = load(url, "--search", "--rate", "2000/s", "--duration", "50ms", "--require",
                  "p50 < 1us", code=1)
    check(result["highest_rate"] is None and result["limited_by"] == "target", str(result))
    check(len(result["steps"]) > 3, "it looked further down")


def check_shards(load, url):
    plan = [url, "--rate", "300/s", "--duration", "300ms"]
    start_at = ["--start-at", f"{time.time() + 0.5:.3f}"]
    result = load(*plan, "--shard", "1/4", *start_at, "--require", "rate >= 290")
    # 90 arrivals: numbers 1, 5, ... 89. The requirement is of all four shards together.
    check(result["requests"] == 23 and result["verdict"] == "PASS", str(result))
    check(result["shard"]["index"] == 1 and result["shard"]["count"] == 4, str(result["shard"]))
    check(0 < result["shard"]["start_uncertainty_us"] < 100_000, str(result["shard"]))
    check("report merge" in load.text, load.text)
    for mistake, says in (
            (["--shard", "1/4"], "needs --start-at"),
            (["--shard", "4/4", *start_at], "the last is 3/4"),
            (["--shard", "auto/4", *start_at], "JOB_COMPLETION_INDEX"),
            (["--start-at", "+30s"], "another moment for each shard"),
            (["--start-at", "2026-01-01T00:00:00Z"], "one later moment"),
            (["--shard", "1/4", *start_at, "--search"], "no plan to share"),
            (["--shard", "7/8", *start_at, "--connections", "4"], "leave shard 7/8 none")):
        load(*plan, *mistake, code=2)
        check(says in load.text, f"{mistake} says: {load.text}")


def check_replay(load, url, folder):
    trace = folder / "trace.jsonl"
    trace.write_text("".join(json.dumps({"at_ms": 20 * i, "url": "/_hubsim/v1/health"}) + "\n"
                             for i in range(20)))
    result = load(url, "--replay", str(trace), "--speed", "2")
    check(result["requests"] == 20 and result["verdict"] == "PASS", str(result["reasons"]))
    check(abs(result["rate_achieved"] - 100) < 20, f"replayed at {result['rate_achieved']}/s")
    load(url, "--replay", str(folder / "none"), code=2)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        mock, url = start_mock(folder)
        load = Load(folder)
        try:
            check_open(load, url)
            check_shapes(load, url)
            check_closed(load, url)
            check_verdicts(load, url)
            check_search(load, url)
            check_shards(load, url)
            check_replay(load, url, folder)
        finally:
            mock.terminate()
            mock.wait()
    print("hubsim load: all as wanted")


if __name__ == "__main__":
    main()
