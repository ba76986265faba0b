#!/usr/bin/env bash
# The one list of what hubsim needs: Debian packages, Node 22, npm and Python parts.
# `./dev setup` calls it. It is idempotent; with everything in place it takes well under a second.
# Works on a bare Debian 12 as root or with sudo. --check only says whether anything is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

APT_REQUIRED=(
  ca-certificates curl git
  ninja-build cmake g++ ccache pkg-config
  clang-19 clang-tidy-19 clang-format-19 lld-19 llvm-19 libclang-rt-19-dev
  libpistache-dev nlohmann-json3-dev libsimdjson-dev libboost1.81-dev libspdlog-dev libfmt-dev
  libcxxopts-dev libyaml-cpp-dev libssl-dev libsqlite3-dev zlib1g-dev libre2-dev libnghttp2-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  python3 python3-yaml python3-jsonschema python3-venv
  wrk shellcheck
)
APT_OPTIONAL=(
  chromium # report tests in a real browser; they say so and skip without it
  nghttp2-client hey # h2load and hey, which ./dev bench measures ours beside
  nghttp2-server     # nghttpd: an HTTP/2 server for the same bench and for tests/load_cli
)
NODE_MAJOR=22           # the official HubSpot SDK 14 asks for it; Debian's own is older
PYTHON_SDK=hubspot-api-client==12.0.0
# The newest one, generated from the dated specification; still a preview.
PYTHON_DATED_SDK=hubspot-sdk==0.1.0a9

TOOLS=build/tools
STAMP=$TOOLS/setup.stamp

say() { printf 'setup: %s\n' "$*"; }
warn() { printf 'setup: WARNING: %s\n' "$*" >&2; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    awk '$2 == "installed" { print $1 }' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

locked_folders() { # every folder with a package-lock.json gets its npm ci; no list to edit
  find tools examples tests -name node_modules -prune -o -name package-lock.json -printf '%h\n' |
    sort
}

# What the stamp must equal: this script and every lock file as they are now.
fingerprint() {
  local locks
  mapfile -t locks < <(locked_folders | sed 's|$|/package-lock.json|')
  cat tools/setup.sh "${locks[@]}" | sha256sum | cut -d' ' -f1
}

npm_folder_ready() { # node_modules remembers which lock file it was made from
  cmp -s "$1/package-lock.json" "$1/node_modules/.made-from-lock.json"
}

all_present() {
  [[ -f $STAMP && $(<"$STAMP") == "$(fingerprint)" ]] || return 1
  [[ -x $TOOLS/bin/node && -x $TOOLS/venv/bin/python ]] || return 1
  [[ -z $(missing_packages "${APT_REQUIRED[@]}") ]] || return 1
  local folder
  for folder in $(locked_folders); do
    npm_folder_ready "$folder" || return 1
  done
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    die "not root and no sudo. As root, run: $*"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -qq \
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" </dev/null
}

setup_packages() {
  command -v apt-get >/dev/null ||
    die "no apt-get here. On Debian 12 or alike install: ${APT_REQUIRED[*]}"
  local wanted
  mapfile -t wanted < <(missing_packages "${APT_REQUIRED[@]}")
  # A machine may carry Node and npm from elsewhere; Debian's are only the ladder to Node 22.
  command -v npm >/dev/null || wanted+=(nodejs npm)
  local optional
  mapfile -t optional < <(missing_packages "${APT_OPTIONAL[@]}")
  [[ ${#wanted[@]} == 0 && ${#optional[@]} == 0 ]] && return 0
  as_root apt-get -o Acquire::Retries=3 -qq update </dev/null ||
    warn "apt-get update failed; trying with what is known"
  if [[ ${#wanted[@]} -gt 0 ]]; then
    say "apt: ${wanted[*]}"
    apt_install "${wanted[@]}" >/dev/null || die "apt could not install: ${wanted[*]}"
  fi
  if [[ ${#optional[@]} -gt 0 ]]; then
    say "apt, optional: ${optional[*]}"
    apt_install "${optional[@]}" >/dev/null ||
      warn "could not install ${optional[*]}; its tests will skip"
  fi
}

quiet_npm() { npm --no-audit --no-fund --no-update-notifier --loglevel=error "$@" </dev/null; }

setup_node() {
  local arch package prefix=$TOOLS/node$NODE_MAJOR
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) die "no Node $NODE_MAJOR package for $(uname -m)" ;;
  esac
  package=node-linux-$arch
  if ! "$TOOLS/bin/node" --version 2>/dev/null | grep -q "^v$NODE_MAJOR\."; then
    say "npm: $package@$NODE_MAJOR"
    mkdir -p "$prefix" "$TOOLS/bin"
    [[ -f $prefix/package.json ]] || echo '{ "private": true }' >"$prefix/package.json"
    quiet_npm install --prefix "$prefix" "$package@$NODE_MAJOR" >/dev/null ||
      die "npm could not fetch $package@$NODE_MAJOR (is the npm registry reachable?)"
    ln -sfn "../node$NODE_MAJOR/node_modules/$package/bin/node" "$TOOLS/bin/node"
    "$TOOLS/bin/node" --version | grep -q "^v$NODE_MAJOR\." || die "$TOOLS/bin/node does not run"
  fi
}

setup_npm_folders() {
  local folder
  for folder in $(locked_folders); do
    npm_folder_ready "$folder" && continue
    say "npm ci: $folder"
    (cd "$folder" &&
      PATH="$OLDPWD/$TOOLS/bin:$PATH" quiet_npm ci --ignore-scripts >/dev/null) ||
      die "npm ci failed in $folder"
    mkdir -p "$folder/node_modules"
    cp "$folder/package-lock.json" "$folder/node_modules/.made-from-lock.json"
  done
}

# The venv stands on Debian's python, which sees the yaml and jsonschema packages of apt.
setup_python() {
  "$TOOLS/venv/bin/python" -c 'import hubspot, hubspot_sdk, yaml, jsonschema' 2>/dev/null &&
    return 0
  say "pip: $PYTHON_SDK $PYTHON_DATED_SDK"
  /usr/bin/python3 -m venv --system-site-packages --clear "$TOOLS/venv" ||
    die "python3 -m venv failed"
  if ! "$TOOLS/venv/bin/pip" install -q --disable-pip-version-check \
    "$PYTHON_SDK" "$PYTHON_DATED_SDK" </dev/null; then
    warn "the official Python SDKs are NOT installed; the Python client tests will skip"
    return 1
  fi
}

if all_present; then exit 0; fi
if [[ ${1-} == --check ]]; then die "something is missing; run ./dev setup"; fi
mkdir -p "$TOOLS"
setup_packages
setup_node
setup_npm_folders
setup_python || true
fingerprint >"$STAMP"
say "ready"
