#!/usr/bin/env bash
# Runs the own tests of examples/contact_sync with the given Node. 77 means: not set up, skipped.
set -euo pipefail

node=${1:?usage: run_example_tests.sh NODE}
cd "$(dirname "$0")/../../examples/contact_sync"
if [[ ! -x $node || ! -d node_modules ]]; then
  echo "run_example_tests: Node 22 or node_modules are missing - run ./dev setup" >&2
  exit 77
fi
exec "$node" --test --test-concurrency=4 --test-reporter=spec test/*.test.js
