#!/usr/bin/env python3
"""Runs the shell commands of README.md against the built binary.

`./dev X` must be a command that `./dev help` lists; `hubsim mock` is started on a free port and its
token compared with the one the text shows; curl commands go to it and must succeed; `hubsim run` is
checked by planning the same file with the same settings (the scenario tests play them).
usage: readme_test.py REPO HUBSIM
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time


def commands(text):
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M):
        joined = re.sub(r"\\\n\s*", "", block)
        yield from (line.strip() for line in joined.splitlines() if line.strip())


def start_mock(hubsim, folder):
    ready = os.path.join(folder, "ready.json")
    process = subprocess.Popen([hubsim, "mock", "--listen", "127.0.0.1:0", "--ready-file", ready],
                               stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not os.path.exists(ready):
        if time.monotonic() > deadline or process.poll() is not None:
            process.kill()
            sys.exit("the mock did not get ready")
        time.sleep(0.02)
    with open(ready, encoding="utf-8") as file:
        return process, json.load(file)


def run(command, folder):
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode != 0:
        output = done.stdout + done.stderr
        sys.exit(f"README command failed ({done.returncode}): {command}\n{output}")
    return done.stdout


def check(command, repo, hubsim, mock):
    if command.startswith("./dev"):
        name = command.split()[1]
        if not re.search(rf"\b{name}\b", run("./dev help", repo)):
            sys.exit(f"./dev help does not know '{name}'")
    elif "hubsim mock" in command:
        run(f"{hubsim} mock --help", repo)
    elif "hubsim load" in command:
        run(f"{hubsim} load --help", repo)
    elif "hubsim run" in command:
        plan = re.sub(r"--out \S+", "", command).replace("hubsim run", "hubsim plan")
        run(plan.replace("build/release/hubsim", hubsim), repo)
    elif command.startswith("curl"):
        url = mock["url"].replace("http://", "")
        run(command.replace("curl -s", "curl -s --fail").replace("127.0.0.1:8400", url), repo)
    else:
        run(command.replace("build/release/hubsim", hubsim), repo)


def main():
    repo, hubsim = (os.path.abspath(path) for path in sys.argv[1:3])
    with open(os.path.join(repo, "README.md"), encoding="utf-8") as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as folder:
        process, mock = start_mock(hubsim, folder)
        try:
            if mock["access_token"] not in text:
                sys.exit("README.md shows another access token than the mock prints")
            found = list(commands(text))
            for command in found:
                check(command, repo, hubsim, mock)
            links = re.findall(r"\]\(((?!http)[^)#]+)", text)
            missing = [link for link in links if not os.path.exists(os.path.join(repo, link))]
            if missing or len(found) < 8:
                sys.exit(f"dead links {missing}, or too few commands ({len(found)})")
        finally:
            process.terminate()
            process.wait(10)
    print(f"{len(found)} README commands ran")


if __name__ == "__main__":
    main()
