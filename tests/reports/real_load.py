#!/usr/bin/env python3
"""real_load.py HUBSIM FOLDER: a short `hubsim load --out FOLDER` against a mock, for the tests that
look at the reports of real runs."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

FILES = {"run.json", "report.html", "junit.xml", "summary.txt", "summary.md", "series.csv",
         "drivers.csv", "latency.hlog"}


def main(hubsim, folder):
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        ready = pathlib.Path(name) / "url"
        mock = subprocess.Popen([hubsim, "mock", "--listen", "127.0.0.1:0", "--ready-file", ready],
                                stdout=subprocess.DEVNULL)
        try:
            limit = time.monotonic() + 20
            while not ready.exists():
                if mock.poll() is not None or time.monotonic() > limit:
                    return "the mock did not start"
                time.sleep(0.01)
            url = json.loads(ready.read_text())["control_url"] + "/health?api_key=not-for-reports"
            done = subprocess.run(
                [hubsim, "load", url, "--rate", "150/s", "--warmup", "500ms", "--duration",
                 "1700ms", "--threads", "2", "--require", "p99 < 20s", "--max-lag", "5s",
                 "--max-steal", "100%", "--quiet", "--header",
                 "Authorization: Bearer not-for-reports", "--out", folder], check=False)
        finally:
            mock.terminate()
            mock.wait()
    if done.returncode != 0:
        return f"hubsim load: exit code {done.returncode}"
    written = {path.name for path in pathlib.Path(folder).iterdir()}
    if written != FILES:
        return f"{folder} has {sorted(written)}, wanted {sorted(FILES)}"
    for path in pathlib.Path(folder).iterdir():
        if "not-for-reports" in path.read_text():
            return f"{path} has the secret of a header"
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: real_load.py HUBSIM FOLDER")
    sys.exit(main(sys.argv[1], sys.argv[2]))
