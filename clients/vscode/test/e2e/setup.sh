#!/usr/bin/env bash
# Makes all that an end-to-end run needs, below DIRECTORY, and leaves alone what is there: setup.sh DIRECTORY
# On a bare Debian it wants to be root, for Chromium and the compiler. 2 to 3 minutes and 1.4 GB, once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
extension=$(cd "$here/../.." && pwd)
export PYTHON=${PYTHON:-python3}
mkdir -p "$1/shots" "$1/logs" "$1/bin"
rig=$(cd "$1" && pwd)
code_server=4.139.1

say() { echo "e2e: $* (${SECONDS} s)" >&2; }

apt() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@"; }

# Does something with a log of its own, which is shown where that fails.
job() {
  local name=$1 code=0
  # In the background, because `set -e` does not hold in what is on the left of `||`.
  "make_$name" >"$rig/logs/$name.log" 2>&1 </dev/null &
  wait $! || code=$?
  if [ "$code" != 0 ]; then
    say "$name: failed"
    cat "$rig/logs/$name.log" >&2
    exit 1
  fi
  say "$name: there"
}

make_chromium() { has_chromium || apt install --no-install-recommends chromium fonts-dejavu-core fonts-liberation; }

make_code_server() {
  [ ! -e "$rig/code-server/.$code_server" ] || return 0
  mkdir -p "$rig/code-server"
  cd "$rig/code-server"
  echo '{"private":true,"allowScripts":{"code-server":true,"argon2":true}}' >package.json
  # Its native modules are compiled, against the headers of this very node. Nobody will notice that they are slow, and
  # optimizing them is more than half of the wait.
  CFLAGS=-O0 CXXFLAGS=-O0 JOBS=max npm_config_nodedir="$rig/node24/headers" \
    npm install --no-audit --no-fund "code-server@$code_server"
  touch ".$code_server"
}

make_package() {
  cd "$extension"
  [ -e node_modules/.package-lock.json ] && [ ! node_modules/.package-lock.json -ot package-lock.json ] ||
    npm ci --no-audit --no-fund
  npm run package
  # An environment that holds nothing but the wheel which is in the package, and what that wants.
  [ -e "$rig/server/bin/pip" ] || "$PYTHON" -m venv "$rig/server"
  "$rig/server/bin/pip" install --disable-pip-version-check --force-reinstall --no-deps bundled/*.whl
  "$rig/server/bin/pip" install --disable-pip-version-check bundled/*.whl
  ln -sfn "$rig/server/bin/gtod" "$rig/bin/gtod"
}

make_node() {
  bin=$("$extension/scripts/node.sh" "$rig/node24" --own)
  ln -sfn "$bin" "$rig/node"
}

# libkrb5-dev: headers that a module of code-server is compiled with.
make_compiler() { has_compiler || apt install --no-install-recommends build-essential git libkrb5-dev; }

make_lists() { apt update; }

has_chromium() { command -v chromium >/dev/null; }
has_compiler() {
  command -v git && command -v g++ && command -v make && [ -e /usr/include/gssapi/gssapi.h ]
} >/dev/null

job node &
node=$!
if ! has_chromium || ! has_compiler; then
  job lists
  job compiler
fi
wait "$node"
export PATH="$rig/node:$PATH"

jobs=()
for each in chromium code_server package; do
  job "$each" &
  jobs+=($!)
done
failed=0
for each in "${jobs[@]}"; do wait "$each" || failed=1; done
exit "$failed"
