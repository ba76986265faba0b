"""Every contract case against mocks over HTTP: all are played, and all hold as in process."""

import re
import subprocess
import sys

SUMMARY = re.compile(r"cases: (\d+) played, (\d+) held, (\d+) failed, (\d+) skipped")


def main():
    done = subprocess.run(
        [sys.argv[1], "contract", "--over", "http"], capture_output=True, text=True
    )
    counts = SUMMARY.search(done.stdout)
    if done.returncode != 0 or not counts:
        sys.exit(f"over_http_test: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    played, held, failed, skipped = map(int, counts.groups())
    if played < 1500 or held != played or failed or skipped:
        sys.exit(f"over_http_test: {done.stdout}")
    print(f"over_http_test: {counts.group()}")


main()
