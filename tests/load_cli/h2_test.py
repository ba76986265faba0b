"""`hubsim load --http 2|auto` against servers that are not ours: Node's, with and without TLS, and
nghttpd where it is installed. What the server counted must be what the load says it sent."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HUBSIM, NODE = sys.argv[1:3]
HERE = pathlib.Path(__file__).parent
WIDE = ["--max-lag", "5s", "--max-steal", "100%", "--quiet"]
# 100 requests: 400 a second for 250 ms.
OPEN = ["--rate", "400/s", "--duration", "250ms"]


def check(condition, what):
    if not condition:
        print(f"FAILED: {what}", file=sys.stderr)
        sys.exit(1)


class Judge:
    """Node's server, a load at a time, and what each of them says of it."""

    def __init__(self, folder):
        self.out = folder / "load.json"
        self.certificate = folder / "certificate.pem"
        key = folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", self.certificate],
            check=True, capture_output=True)
        self.server = subprocess.Popen([NODE, HERE / "h2_server.mjs", key, self.certificate],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.server.stdout.readline())
        self.text = ""

    def url(self, kind, path):
        return f"{'http' if kind == 'h2c' else 'https'}://127.0.0.1:{self.ports[kind]}{path}"

    def load(self, *arguments, code=0):
        self.out.unlink(missing_ok=True)
        done = subprocess.run([HUBSIM, "load", *arguments, *WIDE, "--ca-file", self.certificate,
                               "--json", self.out], capture_output=True, text=True, check=False)
        self.text = done.stdout + done.stderr
        check(done.returncode == code,
              f"load {' '.join(arguments)}: exit code {done.returncode}, not {code}:\n{self.text}")
        return json.loads(self.out.read_text()) if self.out.exists() else None

    def seen(self):
        self.server.stdin.write("\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    def stop(self):
        self.server.stdin.close()
        self.server.wait()


def check_every_request(judge):
    """Each has its own path and body; windows of 1,024 bytes make the body come in parts."""
    padding = "x" * 3000
    for kind, version in (("h2c", "2"), ("tls", "2"), ("tls", "auto")):
        result = judge.load(judge.url(kind, "/echo/${index}"), "--http", version, *OPEN,
                            "--method", "POST", "--body", '{"n":"${index}%s"}' % padding)
        check(result["verdict"] == "PASS" and result["requests"] == 100, str(result["reasons"]))
        check(result["report"]["http"] == "HTTP/2", result["report"]["http"])
        check(result["report"]["statuses"] == {"200": 100}, str(result["report"]["statuses"]))
        seen = judge.seen()
        check(seen["requests"] == seen["paths"] == seen["bodies"] == 100, f"{kind}: {seen}")
        check(seen["body"].endswith(padding + '"}'), "a body as it was given")
        check(seen["version"] == "2.0" and seen["sessions"] <= 4, f"{kind}: {seen}")


def check_versions(judge):
    result = judge.load(judge.url("tls11", "/"), "--http", "auto", *OPEN)
    check(result["report"]["http"] == "HTTP/1.1" and result["requests"] == 100, str(result))
    check(judge.seen()["version"] == "1.1", "auto takes what there is")
    judge.load(judge.url("tls11", "/"), "--http", "2", *OPEN, code=4)
    check("the server did not offer h2 (by ALPN it chose http/1.1)" in judge.text, judge.text)
    judge.load(judge.url("tls", "/"), *OPEN)
    check(judge.seen()["version"] == "1.1", "1.1 unless asked")
    judge.load(judge.url("h2c", "/"), "--http", "3", code=2)
    check("--http is 1.1, 2 or auto" in judge.text, judge.text)
    judge.load(judge.url("h2c", "/"), "--http", "2", "--replay", "any.har", code=2)
    check("does not go with --replay" in judge.text, judge.text)


def check_answers(judge):
    result = judge.load(judge.url("h2c", "/status/503"), "--http", "2", *OPEN, code=1)
    check(result["errors"] == 100 and result["report"]["statuses"] == {"503": 100}, str(result))
    judge.load(judge.url("h2c", "/status/404"), "--http", "2", "--expect", "404", *OPEN)
    judge.load(judge.url("h2c", "/"), "--http", "2", "--method", "HEAD", *OPEN)
    judge.seen()


def check_streams(judge):
    result = judge.load(judge.url("h2c", "/"), "--http", "2", "--connections", "2", "--streams",
                        "5", "--duration", "200ms")
    seen = judge.seen()
    check(seen["most"] <= 5 and result["report"]["connections"] == 2, f"{seen}")
    # What is out when the time is over is nobody's.
    check(0 <= seen["requests"] - result["requests"] <= 10 and result["errors"] == 0, f"{seen}")
    # The server allows 50 at once, whatever we would like.
    judge.load(judge.url("h2c", "/"), "--http", "2", "--connections", "1", "--streams", "200",
               "--duration", "200ms")
    check(judge.seen()["most"] <= 50, "more streams than the server's SETTINGS allow")


def check_going_away(judge):
    result = judge.load(judge.url("h2c", "/leave/${index}"), "--http", "2", *OPEN)
    seen = judge.seen()
    check(result["requests"] == 100 and result["errors"] == 0, str(result["report"]["failures"]))
    check(seen["paths"] == 100 and seen["sessions"] >= 3, f"{seen}")


def check_nghttpd(judge, folder):
    if not shutil.which("nghttpd"):
        print("nghttpd is not installed: not asked")
        return
    (folder / "page").write_text("x" * 600)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(["nghttpd", "--no-tls", "-d", folder, str(port)])
    try:
        limit = time.monotonic() + 10
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            check(time.monotonic() < limit and server.poll() is None, "nghttpd did not start")
            time.sleep(0.01)
        result = judge.load(f"http://127.0.0.1:{port}/page", "--http", "2", *OPEN)
        check(result["report"]["statuses"] == {"200": 100}, str(result["report"]["statuses"]))
    finally:
        server.terminate()
        server.wait()


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        judge = Judge(folder)
        try:
            check_every_request(judge)
            check_versions(judge)
            check_answers(judge)
            check_streams(judge)
            check_going_away(judge)
            check_nghttpd(judge, folder)
        finally:
            judge.stop()
    print("hubsim load --http 2: all as wanted")


if __name__ == "__main__":
    main()
