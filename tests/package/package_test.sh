#!/usr/bin/env bash
# package_test.sh BUILD_FOLDER: the Debian package is made, names the libraries it needs, and the
# program in it runs and knows its scenarios.
set -euo pipefail
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$build" && cpack -G DEB -B "$folder" >"$folder/log" 2>&1) || { cat "$folder/log"; exit 1; }
deb=("$folder"/hubsim_*.deb)
depends=$(dpkg-deb -f "${deb[0]}" Depends)
[[ $depends == *libpistache* && $depends == *libssl3* ]] || { echo "depends on: $depends"; exit 1; }
dpkg-deb -x "${deb[0]}" "$folder/tree"
hubsim=$folder/tree/usr/bin/hubsim
"$hubsim" --version
for scenario in "$folder"/tree/usr/share/hubsim/scenarios/library/*.yaml; do
  "$hubsim" plan "$scenario" >/dev/null
done
[[ -f $folder/tree/usr/share/doc/hubsim/docs/load.md ]]
