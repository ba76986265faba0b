#!/usr/bin/env bash
# gate.sh SCENARIO [ARGUMENTS of hubsim run]: one scenario as a gate. Plays it, compares with the
# last good run of the main branch where there is one, and adds it to the history.
#   KEPT=folder    what CI carries from run to run (cache or artifact): baseline/NAME, history.jsonl
#   LABEL=text     of this run in the history, such as the commit
#   IS_MAIN=true   a passing run becomes the baseline
# Exit code: that of `hubsim run` (0 pass, 1 failed or regressed, 3 proves nothing). Reports are in
# out/NAME.
set -euo pipefail
scenario=$1
shift
name=$(basename "$scenario" .yaml)
kept=${KEPT:-hubsim-kept}
hubsim=${HUBSIM:-hubsim}
mkdir -p "$kept/baseline"

compare=()
[[ -f $kept/baseline/$name/run.json ]] && compare=(--compare "$kept/baseline/$name")
status=0
"$hubsim" run "$scenario" --out "out/$name" "${compare[@]}" "$@" || status=$?

if [[ -f out/$name/run.json ]]; then
  "$hubsim" report history "$kept/history.jsonl" --add "out/$name" --label "${LABEL:-unnamed}"
  if [[ $status == 0 && ${IS_MAIN:-false} == true ]]; then
    rm -rf "$kept/baseline/$name"
    cp -r "out/$name" "$kept/baseline/$name"
  fi
fi
exit "$status"
