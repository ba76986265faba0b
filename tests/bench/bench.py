"""Benchmarks as ratios: the mock against a floor that answers the same bytes, the load generator
against wrk, the machine's parts at two sizes. CPU time, not wall time, because it stands up to a
busy machine; rounds interleaved, so that both sides see the same machine; medians of the rounds.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

CONNECTIONS = 64
ROUNDS = 3
ROUND_S = 2
# The mock's clock runs this much faster, so that its limits are counted but never reached.
CLOCK = "x20000"


class Table:
    """The rows of the result: what, measured, budget, whether within."""

    def __init__(self):
        self.rows = []

    def add(self, what, measured, budget="", good=True, note=""):
        verdict = ("ok" if good else "OVER") if budget else ""
        self.rows.append((what, measured, budget, verdict, note))

    def ratio(self, what, value, bound, note=""):
        self.add(what, f"{value:.2f}x", f"<= {bound:.2f}x", value <= bound, note)

    def skip(self, what, why):
        self.rows.append((what, "not measured", "", "", why))

    def over(self):
        return [row for row in self.rows if row[3] == "OVER"]

    def text(self):
        lines = [f"{'what':<44}{'measured':>16}{'budget':>14}  "]
        for what, measured, budget, verdict, note in self.rows:
            lines.append(f"{what:<44}{measured:>16}{budget:>14}  {verdict:<5}{note}".rstrip())
        return "\n".join(lines)


def cpu_ns(pid):
    """CPU time of all threads of a process, from the scheduler's books (nanoseconds)."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Bench:
    """The programs, the servers started (ended by their pid), the table."""

    def __init__(self, build, folder):
        self.build = pathlib.Path(build)
        self.folder = pathlib.Path(folder)
        self.table = Table()
        self.servers = []

    def program(self, name):
        path = self.build / name
        return path if path.exists() else None

    def start(self, command, **how):
        server = subprocess.Popen([str(part) for part in command], **how)
        self.servers.append(server)
        return server

    def stop(self, server):
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        self.servers.remove(server)

    def stop_all(self):
        for server in list(self.servers):
            self.stop(server)

    def start_floor(self, answer):
        path = self.folder / "answer.bin"
        path.write_bytes(answer)
        floor = self.start([self.program("tests/bench/floor_server"), path],
                           stdout=subprocess.PIPE, text=True)
        return floor, f"http://127.0.0.1:{int(floor.stdout.readline())}"

    def start_mock(self, *flags):
        """The mock, what its ready file says, and the time until it answered."""
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        begin = time.monotonic()
        mock = self.start([self.program("hubsim"), "mock", "--listen", "127.0.0.1:0",
                           "--ready-file", ready, *flags], stdout=subprocess.DEVNULL)
        while not ready.exists():
            if mock.poll() is not None or time.monotonic() - begin > 20:
                raise RuntimeError("the mock did not start")
            time.sleep(0.0005)
        info = json.loads(ready.read_text())
        urllib.request.urlopen(info["control_url"] + "/health", timeout=5).read()
        return mock, info, (time.monotonic() - begin) * 1000


def wrk(url, script=None, headers=(), seconds=ROUND_S):
    """Requests made, and how many of the answers were no 2xx or 3xx."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    command += ["-s", str(script)] if script else []
    for header in headers:
        command += ["-H", header]
    text = subprocess.run(command + [url], check=True, capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    lost = re.search(r"Socket errors: (.*)", text)
    if lost:
        say(f"wrk had socket errors: {lost.group(1)}")
    return int(re.search(r"(\d+) requests in", text).group(1)), int(bad.group(1)) if bad else 0


def raw_answer(url, request):
    """The bytes a server answers, to give the floor the same."""
    host, port = re.match(r"http://([^:/]+):(\d+)", url).groups()
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: *(\d+)", head).group(1))
        while len(body) < length:
            body += connection.recv(65536)
    return head + b"\r\n\r\n" + body[:length]


def api(info, method, path, body=None):
    request = urllib.request.Request(
        info["url"] + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + info["access_token"],
                 "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def control(info, method, path, body):
    request = urllib.request.Request(
        info["control_url"] + path, method=method, data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def http_request(method, path, token, body=""):
    return (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


CREATE_SCRIPT = """
local n = 0
request = function()
  n = n + 1
  local body = string.format('{"properties":{"email":"bench-%%s-%%d@example.org",' ..
    '"firstname":"Bench","lastname":"Person %%d"}}', "%(salt)s", n, n)
  return wrk.format("POST", "%(path)s", {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer %(token)s"}, body)
end
"""
FIXED_SCRIPT = """
wrk.method = "%(method)s"
wrk.path = "%(path)s"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %(token)s"
wrk.body = %(body)s
"""


def against_floor(bench, what, bound, mock_pid, info, answer, scripts):
    """CPU per request of the mock over that of the floor; `scripts` makes one for each round."""
    floor, floor_url = bench.start_floor(answer)
    ratios, mock_us, bad_total = [], [], 0
    for number in range(ROUNDS):
        script = bench.folder / "round.lua"
        script.write_text(scripts(number))
        per_request = []
        for pid, url in ((floor.pid, floor_url), (mock_pid, info["url"])):
            before = cpu_ns(pid)
            made, bad = wrk(url, script)
            per_request.append((cpu_ns(pid) - before) / made / 1000)
            bad_total += bad
        ratios.append(per_request[1] / per_request[0])
        mock_us.append(per_request[1])
    bench.stop(floor)
    note = f"{statistics.median(mock_us):.1f} us; rounds {' '.join(f'{r:.2f}' for r in ratios)}"
    if bad_total:
        note += f"; {bad_total} answers were no 2xx: not a fair figure"
    bench.table.ratio(what, statistics.median(ratios), bound, note)


def measure_mock(bench):
    if not bench.program("hubsim"):
        bench.table.skip("the mock", "no hubsim in this build")
        return
    started = []
    for _ in range(3):
        mock, _, took_ms = bench.start_mock()
        started.append((took_ms, resident_mb(mock.pid)))
        bench.stop(mock)
    first_ms = min(one[0] for one in started)
    resident = max(one[1] for one in started)
    bench.table.add("start: first answer", f"{first_ms:.0f} ms", "<= 50 ms", first_ms <= 50)
    bench.table.add("start: resident", f"{resident:.1f} MB", "<= 30 MB", resident <= 30)

    mock, info, _ = bench.start_mock("--clock", CLOCK, "--tier", "enterprise", "--threads", "1")
    token = info["access_token"]
    control(info, "POST", "/data/generate", {"object_type": "contacts", "count": 1000})
    page = api(info, "GET", "/crm/v3/objects/contacts?limit=100")
    ids = [record["id"] for record in page["results"]]
    contact = f"/crm/v3/objects/contacts/{ids[0]}"
    say("GET one contact")
    against_floor(bench, "GET one contact, auth, limits, log on", 2.0, mock.pid, info,
                  raw_answer(info["url"], http_request("GET", contact, token)),
                  lambda _: FIXED_SCRIPT % {"method": "GET", "path": contact, "token": token,
                                            "body": "nil"})
    say("create contact")
    path = "/crm/v3/objects/contacts"
    body = '{"properties":{"email":"first@example.org","firstname":"Bench","lastname":"Person 1"}}'
    against_floor(bench, "create contact", 3.0, mock.pid, info,
                  raw_answer(info["url"], http_request("POST", path, token, body)),
                  lambda n: CREATE_SCRIPT % {"path": path, "token": token, "salt": f"r{n}"})
    say("batch read of 100")
    path = "/crm/v3/objects/contacts/batch/read"
    body = json.dumps({"properties": ["email", "firstname", "lastname"],
                       "inputs": [{"id": one} for one in ids]})
    against_floor(bench, "batch read of 100", 2.5, mock.pid, info,
                  raw_answer(info["url"], http_request("POST", path, token, body)),
                  lambda _: FIXED_SCRIPT % {"method": "POST", "path": path, "token": token,
                                            "body": "[[" + body + "]]"})
    bench.stop(mock)


def timed(command):
    """Output and CPU time (user and system, microseconds) of a child, whole life."""
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return text, (usage.ru_utime + usage.ru_stime) * 1e6


def requests_of(pattern, text):
    return int(re.search(pattern, text).group(1))


class Rival:
    """Another load generator: its command, and where its output says how many requests it made."""

    def __init__(self, name, command, pattern):
        self.name, self.command, self.pattern = name, command, pattern
        self.cpu_us = []

    def run(self):
        text, cpu = timed(self.command)
        self.cpu_us.append(cpu / requests_of(self.pattern, text))
        return self.cpu_us[-1]


def rivals(url):
    """wrk, and of the others those that are installed."""
    all_of_them = [
        Rival("wrk", ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{ROUND_S}s", url],
              r"(\d+) requests in"),
        Rival("h2load", ["h2load", "--h1", "-t1", f"-c{CONNECTIONS}", f"-D{ROUND_S}", url],
              r"requests: \d+ total, \d+ started, (\d+) done"),
        # hey keeps all it saw and may not say how many: it is given a number instead of a time.
        Rival("hey", ["hey", "-cpus", "1", "-n", "40000", "-c", CONNECTIONS, url],
              r"\[200\]\s+(\d+) responses"),
    ]
    return [one for one in all_of_them if shutil.which(one.command[0])]


def own_load(bench, *arguments):
    """`hubsim load`: its JSON, and the CPU time of the whole process."""
    out = bench.folder / "load.json"
    _, cpu = timed([bench.program("hubsim"), "load", "--quiet", "--json", out, *arguments])
    return json.loads(out.read_text()), cpu


def measure_cost(bench, url, against, bound):
    """CPU a request of ours and of the rivals, in rounds side by side."""
    others, ours_us, ratios = rivals(url), [], []
    for _ in range(ROUNDS):
        theirs = [one.run() for one in others]
        result, cpu = own_load(bench, url, "--connections", CONNECTIONS, "--duration",
                               f"{ROUND_S}s")
        ours_us.append(cpu / result["requests"])
        ratios.append(ours_us[-1] / theirs[0])
    bench.table.ratio(f"load generator, closed, {against}: CPU against wrk",
                      statistics.median(ratios), bound,
                      f"{statistics.median(ours_us):.2f} us a request, all recording on; rounds "
                      + " ".join(f"{ratio:.2f}" for ratio in ratios))
    for one in others:
        bench.table.add(f"  {one.name}, {against}", f"{statistics.median(one.cpu_us):.2f} us")
    for name in ("h2load", "hey"):
        if name not in [one.name for one in others]:
            bench.table.skip(f"  {name}", "not installed")


def wait_for_port(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


def measure_nginx(bench, body):
    if not shutil.which("nginx"):
        bench.table.skip("load generator against nginx", "nginx is not installed")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (bench.folder / "answer").write_bytes(body)
    config = bench.folder / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; pid {bench.folder}/nginx.pid; error_log stderr crit;"
        "events { worker_connections 1024; } http { access_log off; keepalive_requests 100000000;"
        f" open_file_cache max=10; server {{ listen 127.0.0.1:{port}; root {bench.folder}; }} }}")
    bench.folder.chmod(0o755)
    nginx = bench.start(["nginx", "-c", config], stderr=subprocess.DEVNULL)
    wait_for_port(port)
    measure_cost(bench, f"http://127.0.0.1:{port}/answer", "nginx", 1.15)
    bench.stop(nginx)


def measure_http2(bench, body):
    """Both over the same number of connections and streams, against nghttp2's own server."""
    if not shutil.which("nghttpd") or not shutil.which("h2load"):
        bench.table.skip("load generator, HTTP/2", "nghttpd and h2load are not both installed")
        return
    (bench.folder / "answer").write_bytes(body)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = bench.start(["nghttpd", "--no-tls", "-n", "1", "-d", bench.folder, str(port)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_port(port)
    url = f"http://127.0.0.1:{port}/answer"
    for connections, streams in ((16, 32), (CONNECTIONS, 1)):
        rival = Rival("h2load", ["h2load", "-t1", f"-c{connections}", f"-m{streams}",
                                 f"-D{ROUND_S}", url],
                      r"requests: \d+ total, \d+ started, (\d+) done")
        ours_us, ratios = [], []
        for _ in range(ROUNDS):
            theirs = rival.run()
            result, cpu = own_load(bench, url, "--http", "2", "--connections", str(connections),
                                   "--streams", str(streams), "--duration", f"{ROUND_S}s")
            ours_us.append(cpu / result["requests"])
            ratios.append(ours_us[-1] / theirs)
        what = f"{connections} connections x {streams}"
        bench.table.ratio(f"load generator, HTTP/2, {what}: against h2load",
                          statistics.median(ratios), 1.15,
                          f"{statistics.median(ours_us):.2f} us a request, all recording on; "
                          f"h2load {statistics.median(rival.cpu_us):.2f} us; rounds "
                          + " ".join(f"{ratio:.2f}" for ratio in ratios))
    bench.stop(server)


def measure_memory(bench, url):
    child = subprocess.Popen([str(bench.program("hubsim")), "load", url, "--quiet",
                              "--connections", "5000", "--duration", "2s", "--json",
                              str(bench.folder / "load.json")], stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    result = json.loads((bench.folder / "load.json").read_text())
    megabytes = usage.ru_maxrss / 1024
    opened = result["report"]["connections"]
    bench.table.add("load generator, 5,000 connections", f"{megabytes:.1f} MB", "<= 40 MB",
                    megabytes <= 40 and opened >= 5000 and result["errors"] == 0,
                    f"{opened} opened, {result['errors']} errors")


def recorded(bench, send):
    """What the arrival recorder says of a sender that is given its port."""
    recorder = bench.start([bench.program("tests/bench/arrival_recorder")],
                           stdout=subprocess.PIPE, text=True)
    send(int(recorder.stdout.readline()))
    recorder.send_signal(signal.SIGTERM)
    said = json.loads(recorder.stdout.readline())
    recorder.wait()
    bench.servers.remove(recorder)
    return said


def measure_rate(bench):
    """Rate, spacing and lag at 1,000/s; the recorder of arrivals is no part of the generator, and
    the floor is a bare sender on the same machine in the same rounds."""
    floor_program = bench.program("tests/bench/spacing_floor")
    if not floor_program or not bench.program("tests/bench/arrival_recorder"):
        bench.table.skip("rate and spacing of arrivals", "no arrival_recorder in this build")
        return
    ours, arrived, floors, noises = [], [], [], []
    for _ in range(ROUNDS):
        arrived.append(recorded(bench, lambda port: ours.append(own_load(
            bench, f"http://127.0.0.1:{port}/", "--rate", "1000/s", "--duration", "2s",
            "--max-lag", "10s", "--max-steal", "100%")[0])))
        floors.append(recorded(bench, lambda port: noises.append(float(subprocess.run(
            [str(floor_program), str(port), "1000", "2"], check=True, capture_output=True,
            text=True).stdout) / 1000))["gap_cv"])
    missing = sum(2000 - one["requests"] for one in ours)
    planned = max(abs(one["rate_planned"] - 1000) / 1000 for one in ours)
    off = statistics.median(abs(one["rate_per_s"] - 1000) / 1000 for one in arrived)
    cost = statistics.median(one["cpu_us_per_request"] for one in ours)
    bench.table.add("constant rate, off by", f"{planned * 100:.3f}%", "<= 0.100%",
                    planned <= 0.001 and missing == 0,
                    f"{missing} of {2000 * ROUNDS} not sent; {cost:.1f} us CPU a request at "
                    "1,000/s")
    bench.table.add("rate as it arrives, off by", f"{off * 100:.3f}%", "<= 0.100%", off <= 0.001)
    own, floor = statistics.median(one["gap_cv"] for one in arrived), statistics.median(floors)
    bench.table.add("spacing as it arrives, CV of the gaps", f"{own:.3f}",
                    f"<= {floor * 1.1:.3f}", own <= floor * 1.1,
                    f"budget: a bare sender's on this machine, {floor:.3f}, and a tenth")
    lag = statistics.median(one["latency"]["schedule_lag"]["p99_ms"] for one in ours)
    noise = statistics.median(noises)
    bench.table.add("schedule lag p99", f"{lag:.2f} ms", f"<= {noise * 1.1:.2f} ms",
                    lag <= noise * 1.1,
                    f"budget: the bare sender's, {noise:.2f} ms, and a tenth")


def measure_generator(bench):
    if not bench.program("hubsim"):
        bench.table.skip("load generator", "no hubsim in this build")
        return
    say("load generator against wrk, h2load, hey")
    body = b"x" * 600
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n"
    floor, url = bench.start_floor(head + body)
    measure_cost(bench, url, "epoll floor", 1.0)
    measure_memory(bench, url)
    bench.stop(floor)
    say("load generator at 1,000/s")
    measure_rate(bench)
    say("load generator against nginx")
    measure_nginx(bench, body)
    say("load generator, HTTP/2")
    measure_http2(bench, body)


def run_parts(bench, folder, name, pattern=".*"):
    """A Google Benchmark binary's results by name; None when it is not there."""
    binary = bench.program(f"{folder}/{name}")
    if not binary:
        bench.table.skip(name, "not in this build")
        return None
    say(name)
    done = subprocess.run([str(binary), f"--benchmark_filter={pattern}", "--benchmark_format=json",
                           "--benchmark_min_time=0.2"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        bench.table.skip(name, f"exit code {done.returncode}: {done.stderr.strip()[-100:]}")
        return None
    results = json.loads(done.stdout)["benchmarks"]
    return {one["name"]: one for one in results}


def measure_delivery(bench):
    """Webhooks over real sockets; the receiver is a process of its own and not counted."""
    program = bench.program("tests/bench/delivery_bench")
    if not program:
        bench.table.skip("webhook delivery", "not in this build")
        return
    say("webhook delivery")
    done = subprocess.run([str(program)], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        one = json.loads(line)
        rate = one["events_per_cpu_s"]
        bench.table.add(one["name"], f"{rate:,.0f} events/s of CPU", ">= 20,000",
                        rate >= 20_000 and one["failed"] == one["overflowed"] == 0,
                        f"{one['cpu_us_per_event']:.2f} us an event; {one['events_per_s']:,} by "
                        "the clock")


def measure_parts(bench):
    store = run_parts(bench, "mock_server/portal", "portal_bench",
                      "search_one_hit|read_by_id|list_page|batch_read")
    if store:
        small, large = store["search_one_hit/10000"], store["search_one_hit/1000000"]
        bench.table.ratio("search, 1 hit: 1,000,000 against 10,000",
                          large["cpu_time"] / small["cpu_time"], 2.0,
                          f"{large['cpu_time']:.0f} {large['time_unit']} at a million")
        size = large["bytes_per_contact"]
        bench.table.add("memory a contact of 10 properties", f"{size:.0f} B", "<= 1536 B",
                        size <= 1536)
        seconds = large["generate_cpu_s"]
        bench.table.add("1,000,000 generated, CPU", f"{seconds:.1f} s", "<= 10 s", seconds <= 10)
        for name in ("list_page", "batch_read"):
            small, large = store[f"{name}/10000"], store[f"{name}/1000000"]
            bench.table.ratio(f"{name} of 100: 1,000,000 against 10,000",
                              large["cpu_time"] / small["cpu_time"], 2.0,
                              f"{large['cpu_time']:.0f} {large['time_unit']} at a million")
        million = store["read_by_id/1000000"]
        bench.table.add("read_by_id at 1,000,000",
                        f"{million['cpu_time']:.0f} {million['time_unit']}")
    measure_delivery(bench)
    for folder, name in (("mock_server/webhooks", "webhook_bench"),
                         ("mock_server/gateway", "gateway_bench"),
                         ("mock_server/request_log", "request_log_bench")):
        for result in (run_parts(bench, folder, name) or {}).values():
            bench.table.add(f"{name.removesuffix('_bench')}: {result['name']}",
                            f"{result['cpu_time']:.0f} {result['time_unit']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when over a budget")
    parser.add_argument("--only", choices=["mock", "generator", "parts"])
    options = parser.parse_args()
    begin = time.monotonic()
    measures = {"mock": measure_mock, "generator": measure_generator, "parts": measure_parts}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.build, folder)
        try:
            for name, measure in measures.items():
                if options.only in (None, name):
                    measure(bench)
        finally:
            bench.stop_all()
    print(bench.table.text())
    load = pathlib.Path("/proc/loadavg").read_text().split()[0]
    print(f"{time.monotonic() - begin:.0f} s, load average {load}, {os.cpu_count()} cores")
    over = bench.table.over()
    if over:
        print(f"over budget: {', '.join(row[0] for row in over)}")
    return 1 if over and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
