#!/usr/bin/env python3
"""Exit codes of `hubsim run` and `hubsim plan`, with HubSpot as its own mirror.

  cli_test.py HUBSIM
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parents[1]
SCENARIO = HERE / "self_mirror.yaml"
LIMIT_S = 60


class Tester:
    def __init__(self, hubsim, folder):
        self.hubsim, self.folder, self.problems = hubsim, pathlib.Path(folder), []

    def command(self, *arguments):
        return [self.hubsim, *map(str, arguments)]

    def expect(self, name, code, arguments, words=""):
        done = subprocess.run(self.command(*arguments), cwd=REPO, text=True, timeout=LIMIT_S,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != code or words not in done.stdout:
            self.problems.append(f"{name}: exit {done.returncode}, wanted {code} and '{words}':\n"
                                 f"{done.stdout}")
        return done.stdout

    def run(self, name, code, settings=(), words="", scenario=SCENARIO):
        out = self.folder / name
        extra = [word for pair in settings for word in ("--set", pair)]
        self.expect(name, code, ["run", scenario, "--out", out, *extra], words)
        return out

    def verdicts(self):
        out = self.run("pass", 0, words="PASS")
        result = json.loads((out / "run.json").read_text(encoding="utf-8"))
        if result["verdict"] != "PASS" or result["seed"] != 7:
            self.problems.append(f"run.json says {result['verdict']}, seed {result['seed']}")
        for name in ("report.html", "junit.xml"):
            if not (out / name).exists():
                self.problems.append(f"no {name}")
        self.run("fail", 1, ["calls=0"], "thrifty")
        self.run("invalid", 3, ["method=PATCH"], "never hit")
        self.run("unreachable", 4, ["health=/nowhere"], "did not answer 2xx within 1s")

    def bad_files(self):
        self.run("unknown-set", 2, ["cals=3"], "did you mean 'calls'")
        self.expect("no-file", 2, ["run", "no-such.yaml"], "cannot be read")
        self.expect("no-argument", 2, ["run"], "which scenario?")
        self.expect("bad-flag", 2, ["run", SCENARIO, "--sede", "3"], "sede")
        wrong = self.folder / "wrong.yaml"
        wrong.write_text(SCENARIO.read_text(encoding="utf-8").replace("until:", "untill:"))
        self.run("typing-error", 2, (), "wrong.yaml:14:21: unknown key 'untill'", wrong)
        self.expect("plan", 0, ["plan", SCENARIO], "people")
        steep = self.folder / "steep.yaml"
        steep.write_text(SCENARIO.read_text(encoding="utf-8").replace("40/s", "9000/s"))
        self.expect("impossible", 2, ["plan", steep], "IMPOSSIBLE: change: 9000 changes/s")
        self.run("impossible-run", 2, (), "impossible:", steep)

    def interrupt(self):
        """Ctrl-C ends the run at once, with its own exit code, and takes the integration along."""
        pid_file = self.folder / "pid"
        script = f"echo $$ > {pid_file}; exec sleep 600"
        scenario = self.folder / "long.yaml"
        scenario.write_text(SCENARIO.read_text(encoding="utf-8").replace(
            "target:", f"target:\n  command: [/bin/sh, -c, '{script}']"))
        process = subprocess.Popen(
            self.command("run", scenario, "--out", self.folder / "long", "--set", "length=50s"),
            cwd=REPO, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in process.stdout:
            if "change (50s)" in line:
                break
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        code = process.wait(timeout=LIMIT_S)
        if code != 130 or time.monotonic() - started > 10:
            self.problems.append(f"interrupt: exit {code}")
        if pathlib.Path(f"/proc/{pid_file.read_text().strip()}").exists():
            self.problems.append("interrupt: the integration is still there")


def main():
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(sys.argv[1], folder)
        tester.verdicts()
        tester.bad_files()
        tester.interrupt()
    print("\n".join(tester.problems) or "exit codes as promised")
    sys.exit(1 if tester.problems else 0)


if __name__ == "__main__":
    main()
