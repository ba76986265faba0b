#!/usr/bin/env bash
# Starts `HUBSIM mock` on a free port, runs a client against it, stops the mock, and gives the
# client's exit code. The client gets the mock's address and secrets in HUBSPOT_BASE_URL,
# HUBSPOT_ACCESS_TOKEN, HUBSPOT_CLIENT_SECRET and HUBSPOT_PORTAL_ID.
# An exit code of 77 (the client's runtime is not installed) is reported as skipped by ctest.
#
# With --tls the address is https, and the certificate to trust is in HUBSPOT_CA_FILE (and where
# Node and requests of Python look for one).
#
# HUBSIM_MOCK_ARGUMENTS holds further arguments of the mock.
#
#   run_with_mock.sh [--tls] HUBSIM CLIENT [ARGUMENT...]
set -euo pipefail

tls=
if [[ ${1-} == --tls ]]; then
  tls=1
  shift
fi

[[ $# -ge 2 ]] || { echo "usage: run_with_mock.sh HUBSIM CLIENT [ARGUMENT...]" >&2; exit 2; }
hubsim=$1
shift
[[ -x $1 ]] || command -v "$1" >/dev/null ||
  { echo "run_with_mock: $1 is not installed - run ./dev setup" >&2; exit 77; }

folder=$(mktemp -d)
mock_pid=
# shellcheck disable=SC2317  # the trap calls it
clean_up() {
  if [[ -n $mock_pid ]]; then
    kill "$mock_pid" 2>/dev/null || true
    wait "$mock_pid" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT

# shellcheck disable=SC2086  # several words
"$hubsim" mock --listen 127.0.0.1:0 --ready-file "$folder/ready.json" \
  ${HUBSIM_MOCK_ARGUMENTS-} \
  ${tls:+--tls --ca-file "$folder/ca.pem"} >"$folder/mock.log" 2>&1 &
mock_pid=$!

ready=
for ((tries = 0; tries < 200; tries++)); do
  [[ -f $folder/ready.json ]] && ready=1 && break
  kill -0 "$mock_pid" 2>/dev/null || break
  sleep 0.05
done
if [[ -z $ready ]]; then
  echo "run_with_mock: the mock was not ready within 10 s; it said:" >&2
  cat "$folder/mock.log" >&2
  exit 1
fi

read_ready() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
    "$folder/ready.json" "$1"
}
HUBSPOT_BASE_URL=$(read_ready ${tls:+tls_}url)
if [[ -n $tls ]]; then
  HUBSPOT_CA_FILE=$(read_ready ca_file)
  NODE_EXTRA_CA_CERTS=$HUBSPOT_CA_FILE
  REQUESTS_CA_BUNDLE=$HUBSPOT_CA_FILE
  export HUBSPOT_CA_FILE NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE
fi
HUBSPOT_ACCESS_TOKEN=$(read_ready access_token)
HUBSPOT_CLIENT_SECRET=$(read_ready client_secret)
HUBSPOT_PORTAL_ID=$(read_ready portal_id)
export HUBSPOT_BASE_URL HUBSPOT_ACCESS_TOKEN HUBSPOT_CLIENT_SECRET HUBSPOT_PORTAL_ID

status=0
"$@" || status=$?
if [[ $status != 0 && $status != 77 ]]; then
  echo "run_with_mock: the client ended with $status; the mock's last words:" >&2
  tail -n 20 "$folder/mock.log" >&2
fi
exit "$status"
