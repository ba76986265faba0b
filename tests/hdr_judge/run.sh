#!/usr/bin/env bash
# run.sh NODE FOLDER...: judge.mjs, or 77 (skipped) where ./dev setup has not been.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ -x $1 && -d $here/node_modules/hdr-histogram-js ]] || {
  echo "skipped: no Node or no packages; run ./dev setup"
  exit 77
}
node=$1
shift
exec "$node" "$here/judge.mjs" "$@"
