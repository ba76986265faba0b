"""What the containers of examples/kubernetes/load-shards.yaml would run is run here, as processes:
the commands, arguments and variables of the file, with other paths. Their merged result is held
against what arrived, against the sum of the shards' logs, and against one process of the same
plan."""

import collections
import json
import math
import os
import pathlib
import re
import string
import subprocess
import sys
import tempfile
import time

import yaml

from hdr_log import quantile_ns, read_log
from recorder import Recorder

HUBSIM = sys.argv[1]
MANIFEST = pathlib.Path(sys.argv[2])
RATE, WARMUP_S, DURATION_S = 400, 0.5, 1.5


def check(condition, what):
    if not condition:
        print(f"FAILED: {what}", file=sys.stderr)
        sys.exit(1)


class Folder:
    """/data of the pods."""

    def __init__(self, path):
        self.path = path

    def local(self, text):
        return re.sub(r"(?<![^=])/data\b", str(self.path), text)


def manifests(target, start_at):
    """The documents, after what `envsubst` does; nothing else of the file is touched."""
    text = string.Template(MANIFEST.read_text()).safe_substitute(
        START_AT=start_at, TARGET=target, RATE=f"{RATE}/s", DURATION=f"{DURATION_S}s")
    return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(text)}


def container_of(job):
    containers = job["spec"]["template"]["spec"]["containers"]
    check(len(containers) == 1, "one container a pod")
    return containers[0]


def command_of(container, variables):
    """As the kubelet makes it: $(NAME) of known variables is replaced in command and args."""
    words = container["command"] + container["args"]
    return [re.sub(r"\$\((\w+)\)", lambda m: variables.get(m[1], m[0]), word) for word in words]


def start(container, folder, index=None):
    variables = {one["name"]: one["value"] for one in container.get("env", [])}
    if index is not None:
        variables["JOB_COMPLETION_INDEX"] = str(index)
    program, *args = command_of(container, variables)
    check(program == "hubsim", "the container runs hubsim")
    return subprocess.Popen([HUBSIM, *map(folder.local, args)], env={**os.environ, **variables},
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process, codes, what):
    output = process.communicate(timeout=40)[0]
    check(process.returncode in codes, f"{what}: exit code {process.returncode}\n{output}")
    return process.returncode


def load_run(folder):
    return json.loads((folder / "run.json").read_text())


def check_manifest(documents):
    job = documents["Job", "hubsim-load"]["spec"]
    container = container_of(documents["Job", "hubsim-load"])
    shards = {one["name"]: one["value"] for one in container["env"]}["HUBSIM_SHARDS"]
    check(job["completionMode"] == "Indexed", "an Indexed Job")
    check(str(job["completions"]) == str(job["parallelism"]) == shards, "one number of shards")
    for name in ("hubsim-load", "hubsim-load-merge"):
        pod = documents["Job", name]["spec"]["template"]["spec"]
        volumes = {one["name"]: one["persistentVolumeClaim"]["claimName"]
                   for one in pod["volumes"]}
        for mount in container_of(documents["Job", name])["volumeMounts"]:
            check(("PersistentVolumeClaim", volumes[mount["name"]]) in documents, "its volume")
            check(mount["mountPath"] == "/data", "where the commands look for it")
    return job["completions"]


def run_cluster(documents, folder, shards):
    """All pods at once, the one that merges too: it waits. Whether each was sound."""
    load = container_of(documents["Job", "hubsim-load"])
    merge = container_of(documents["Job", "hubsim-load-merge"])
    pods = [start(load, folder, index) for index in range(shards)]
    merging = start(merge, folder)
    # On a busy machine a shard may rightly say INVALID; then so must the whole.
    sound = [finish(pod, (0, 3), f"shard {i}") == 0 for i, pod in enumerate(pods)]
    code = finish(merging, (0, 1, 3), "merge")
    return sound, code


def run_alone(documents, folder):
    """The same plan by one process: the same arguments, but for those of a shard."""
    args = [word for word in command_of(container_of(documents["Job", "hubsim-load"]), {})[1:]
            if not word.startswith(("--shard", "--start-at", "--out"))]
    done = subprocess.run([HUBSIM, *args, "--out", str(folder)], capture_output=True, text=True,
                          check=False, timeout=40)
    check(done.returncode in (0, 1, 3), f"alone: {done.returncode}\n{done.stdout}{done.stderr}")
    return load_run(folder)


def phases_of(run):
    return {phase["phase"]: phase for phase in run["drivers"][0]["phases"]}


def check_counts(merged, alone, shards):
    """Planned, sent and answered are the plan's, whoever drives it."""
    for name, phase in phases_of(merged).items():
        single = phases_of(alone)[name]
        for field in ("planned", "sent", "ok", "failed", "planned_per_s"):
            check(phase[field] == single[field],
                  f"{name}: {field} {phase[field]} merged, {single[field]} by one process")
        for field in ("planned", "sent", "ok", "failed"):
            parts = [phases_of(shard)[name][field] for shard in shards]
            check(phase[field] == sum(parts), f"{name}: {field} is not the sum of {parts}")
        check(phase["planned"] > 100, f"{name} has something to divide")
        spread = [phases_of(shard)[name]["planned"] for shard in shards]
        check(max(spread) - min(spread) <= 1, f"{name}: uneven parts {spread}")
    one, other = merged["drivers"][0], alone["drivers"][0]
    check(one["statuses"] == other["statuses"] and len(one["statuses"]) == 2, "statuses")
    check(one["failures"] == other["failures"], "failures")


def check_histograms(merged, shards, folder):
    """Cell by cell and second by second the merged log is the sum of the shards'."""
    total = collections.Counter()
    whole = {}
    for shard in shards:
        for key, cells in read_log(shard["drivers"][0]["hdr_log"]).items():
            whole.setdefault(key, collections.Counter()).update(cells)
    got = read_log(merged["drivers"][0]["hdr_log"])
    check(got.keys() == whole.keys(), f"lines {sorted(map(str, got.keys() ^ whole.keys()))}")
    for key, cells in got.items():
        check(cells == whole[key], f"histogram {key}")
        total[key[0]] += sum(cells.values())
    check(read_log((folder / "latency.hlog").read_text()) == got, "latency.hlog")
    for name, phase in phases_of(merged).items():
        check_quantiles(name, phase, whole)
        check(total[f"load/{name}/response"] == phase["response"]["count"] == phase["sent"], name)


def check_quantiles(name, phase, whole):
    """Those of the shards' logs put together; a bucket ends at most at the greatest value."""
    for latency in ("response", "service", "schedule_lag"):
        cells = collections.Counter()
        for (tag, _), one in whole.items():
            if tag == f"load/{name}/{latency}":
                cells.update(one)
        for field, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)):
            wanted = min(quantile_ns(cells, share) / 1e6, phase[latency]["max"])
            check(math.isclose(phase[latency][field], wanted, abs_tol=1e-9),
                  f"{name}/{latency} {field}: {phase[latency][field]} ms, from the logs {wanted}")


def check_verdict(merged, code, sound):
    check({"PASS": 0, "FAIL": 1, "INVALID": 3}[merged["verdict"]] == code, "the exit code")
    check(merged["requirements"], "the requirement is judged again")
    if not all(sound):
        named = [i for i in range(len(sound)) if not sound[i]]
        check(merged["verdict"] == "INVALID", f"shards {named} were not sound")
        for i in named:
            check(any(f"shard {i}/" in reason for reason in merged["reasons"]),
                  f"shard {i} is named: {merged['reasons']}")
    check(merged["shard"] is None, "the whole is no shard")


def check_refusals(folder, shards):
    def merge(*names, code, says):
        done = subprocess.run([HUBSIM, "report", "merge", *map(str, names), "--out",
                               str(folder / "refused")], capture_output=True, text=True,
                              check=False)
        check(done.returncode == code and says in done.stdout + done.stderr,
              f"merge {names}: {done.returncode}, wanted {code} and '{says}':\n"
              f"{done.stdout}{done.stderr}")

    names = [folder / "shards" / str(i) for i in range(shards)]
    merge(*names[1:], code=2, says="missing: shard 0/3")
    merge(*names[1:], "--allow-missing", code=3, says="shard 0/3 is missing")
    merge(*names, names[0], code=2, says="are both shard 0/3")
    # The whole may lie beside its parts.
    for _ in range(2):
        done = subprocess.run([HUBSIM, "report", "merge", str(folder / "shards"), "--out",
                               str(folder / "shards" / "whole")], capture_output=True, text=True,
                              check=False)
        check(load_run(folder / "shards" / "whole")["shard"] is None, done.stderr)
    merge(folder / "merged", code=2, says="is not the run of a shard")
    merge(folder / "nowhere", code=2, says="nowhere")


def main():
    with tempfile.TemporaryDirectory() as name, Recorder() as recorder:
        folder = Folder(pathlib.Path(name))
        target = f"http://127.0.0.1:{recorder.port}/arrival/${{index}}"
        start_at = f"{time.time() + 1.5:.3f}"
        documents = manifests(target, start_at)
        shards = check_manifest(documents)
        sound, code = run_cluster(documents, folder, shards)
        arrived = recorder.take()
        results = folder.path / start_at
        merged = load_run(results / "merged")
        planned = sum(phase["planned"] for phase in phases_of(merged).values())
        check(arrived == list(range(planned)), "every arrival of the plan came once")
        alone = run_alone(documents, folder.path / "alone")
        check(recorder.take() == arrived, "one process sends the same arrivals")
        parts = [load_run(results / "shards" / str(i)) for i in range(shards)]
        check_counts(merged, alone, parts)
        check_histograms(merged, parts, results / "merged")
        check_verdict(merged, code, sound)
        check_refusals(results, shards)
    print(f"{shards} shards, {planned} arrivals: merged without loss, {merged['verdict']}")


if __name__ == "__main__":
    main()
