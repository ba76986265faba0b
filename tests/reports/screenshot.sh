#!/usr/bin/env bash
# tests/reports/screenshot.sh [REPORT.html] [PICTURE.png]: the picture of the report in the README.
# Without a report: of the sample run, made with build/release's make_reports.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
report=${1-}
picture=${2-$root/docs/report.png}
if [[ -z $report ]]; then
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  make_reports=${MAKE_REPORTS-$root/build/release/tests/reports/make_reports}
  [[ -x $make_reports ]] || { echo "screenshot: no $make_reports; run ./dev build" >&2; exit 2; }
  "$make_reports" "$root/reports/formats/testdata/sample_run.json" "$made"
  report=$made/report.html
fi
python3 "$here/picture.py" "$report" "$picture"
