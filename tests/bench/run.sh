#!/usr/bin/env bash
# ./dev bench: what section 7 of the design budgets, measured as ratios in one run, beside the
# budget. Loopback only, under two minutes. --strict: exit code 1 when a budget is exceeded.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v wrk >/dev/null || { echo "bench: no wrk; run ./dev setup" >&2; exit 2; }
exec python3 tests/bench/bench.py --build "${HUBSIM_BUILD:-build/release}" "$@"
