#!/usr/bin/env bash
# Makes all that an end-to-end run needs, below DIRECTORY, and leaves alone what is there: setup.sh DIRECTORY
# On a bare Debian it wants to be root, for Chromium and the compiler. About 3 minutes and 1.4 GB, once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
extension=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
mkdir -p "$1"
rig=$(cd "$1" && pwd)
code_server=4.139.1

say() { echo "e2e: $*" >&2; }

if ! command -v chromium >/dev/null || [ ! -e /usr/include/gssapi/gssapi.h ] || ! command -v g++ >/dev/null; then
  say "installing Chromium, a compiler and headers with apt"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >"$rig/apt.log" 2>&1
  # libkrb5-dev: headers that a module of code-server is compiled with.
  apt-get install -y --no-install-recommends build-essential git libkrb5-dev >>"$rig/apt.log" 2>&1
  apt-get install -y chromium >>"$rig/apt.log" 2>&1
fi

node=$("$extension/scripts/node.sh" "$rig/node24" --own)
export PATH="$node:$PATH"
ln -sfn "$node" "$rig/node"

if [ ! -e "$rig/code-server/.$code_server" ]; then
  say "installing code-server $code_server"
  mkdir -p "$rig/code-server"
  cd "$rig/code-server"
  echo '{"private":true,"allowScripts":{"code-server":true,"argon2":true}}' >package.json
  # Its native modules are compiled against the headers of this very node.
  npm_config_nodedir="$rig/node24/headers" npm install --no-audit --no-fund "code-server@$code_server" >"$rig/code-server.log" 2>&1
  touch ".$code_server"
fi

say "packaging the extension"
cd "$extension"
[ -e node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ] ||
  npm ci --no-audit --no-fund >"$rig/npm.log" 2>&1
PYTHON=$python npm run package >"$rig/package.log" 2>&1 || { cat "$rig/package.log"; exit 1; }

say "installing the wheel of the package"
[ -e "$rig/server/bin/pip" ] || "$python" -m venv "$rig/server"
"$rig/server/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps bundled/*.whl
"$rig/server/bin/pip" install --quiet --disable-pip-version-check bundled/*.whl
mkdir -p "$rig/bin" "$rig/shots"
ln -sfn "$rig/server/bin/gtod" "$rig/bin/gtod"
