# What the scripts share. To be sourced: `. "$(dirname "$0")/lib/common.sh"`. Leaves one in the repository's top folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C.UTF-8
umask 022

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# Runs a command as root: as it is, or with sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null || fail "This needs root or sudo: $*"
    sudo "$@"
  fi
}

# Names in a list of packages.
packages_in() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

# apt-get as root, after whoever holds its locks: a machine that has just started updates itself, and apt does not wait by itself
# for the lock of its lists. At most ten minutes.
apt_get() {
  local told=no until=$((SECONDS + 600)) errors status
  errors=$(mktemp)
  while :; do
    status=0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" 2>"$errors" || status=$?
    if [ $status != 0 ] && grep -q 'Could not get lock\|Unable to lock\|Unable to acquire the dpkg' "$errors" && [ $SECONDS -lt $until ]; then
      [ $told = yes ] || say "Another program is installing packages; waiting for it (at most ten minutes)"
      told=yes
      sleep "${APT_PAUSE:-5}"
      continue
    fi
    cat "$errors" >&2
    rm -f "$errors"
    return $status
  done
}

# Installs those of the named packages that are missing. Asks nothing, and needs no network when nothing is missing.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return 0
  command -v apt-get >/dev/null || fail "This is made for Debian 12; elsewhere install by hand what script/packages*.txt name."
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  # Debian starts a PostgreSQL and a clamd after installing them; the tests use neither, but start their own. Without a sync for each
  # file that is unpacked, installing takes half the time.
  apt_get update
  apt_get install -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "${missing[@]}"
}

# Names of the packages for Node and npm that the machine lacks: Debian's, when there are no others. Styles and tests need them.
node_packages() {
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
}

node_major() { "$1" --version 2>/dev/null | sed -e 's/^v//' -e 's/\..*//'; }

# Installs a folder's npm packages when its lock file changed since the last time.
npm_install() {
  local folder=$1 stamp=$1/node_modules/.alting-lock
  if ! cmp -s "$folder/package-lock.json" "$stamp"; then
    say "Installing npm packages of $folder"
    npm --prefix "$folder" ci --no-audit --no-fund --loglevel=error
    cp "$folder/package-lock.json" "$stamp"
  fi
}

# Sets $node to a Node that runs the tests: the machine's when it is version 20 or newer, else the one tests/package.json brings.
choose_node() {
  node=$(command -v node || true)
  if [ -z "$node" ] || [ "$(node_major "$node")" -lt 20 ]; then node=$PWD/tests/node_modules/.bin/node; fi
  [ -x "$node" ] || fail "No Node to run the tests with: $node"
  PATH=$(dirname "$node"):$PATH
  export PATH
}

# A version manager's python3 only looks for the real one, for most of a second each time, and building and tests start it some
# hundred times: the real one comes before it.
choose_python() {
  local real
  real=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) || return 0
  [ "$(command -v python3)" -ef "$real" ] || PATH=$(dirname "$real"):$PATH
  export PATH
}

# Parallel jobs: one a core, and no more than one for every 1.5 GB of memory.
jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  [ "$memory" -lt 1 ] && memory=1
  [ "$memory" -lt "$cores" ] && cores=$memory
  echo "$cores"
}

# configure_and_build PRESET [TARGET...]
configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" >"build-$preset.log.tmp" 2>&1 || { cat "build-$preset.log.tmp" >&2; rm -f "build-$preset.log.tmp"; fail "Configuring $preset failed."; }
  rm -f "build-$preset.log.tmp"
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  NINJA_STATUS='[%f/%t %es] ' cmake --build "build/$preset" --parallel "$(jobs)" "${targets[@]}"
}
