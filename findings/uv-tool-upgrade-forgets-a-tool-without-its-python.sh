#!/usr/bin/env bash
# Guess: after the Python of a tool was removed, as happens when the system upgrades it, `uv tool upgrade --python NEW`
#        makes the tool's environment anew: its receipt says what was asked for, and nothing else is needed.
# Truth: uv takes the tool for not installed, also with --python and for --all, and exits with 1. `uv tool list` names it
#        only in a warning. `uv tool install`, which it advises, ignores the receipt too: what was asked for besides with
#        `--with`, such as a plugin, is gone afterwards. All files of the old environment are still there.
# Seen with uv 0.13.9 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C UV_TOOL_DIR=$dir/tools UV_TOOL_BIN_DIR=$dir/bin UV_CACHE_DIR=$dir/cache UV_PYTHON_DOWNLOADS=never
export PATH=$dir/bin:$PATH
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
uv=venv/bin/uv
# A Python that can be removed: the program, and a link to its library.
program=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
mkdir -p python/bin python/lib
cp "$program" python/bin/
ln -s "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" python/lib/
$uv tool install --quiet --python "python/bin/$(basename "$program")" tabulate==0.9.0 --with wcwidth==0.2.13
$uv --version
echo "before: $($uv tool list --show-with | head -n 1)"
rm -r python
for arguments in "upgrade tabulate" "upgrade --all" "upgrade --python $program tabulate"; do
    code=0
    $uv tool $arguments > out 2>&1 || code=$?
    echo "uv tool ${arguments/$program/NEW}: exit $code: $(tail -n 1 out)"
    [ $code = 1 ] && grep -q 'is not installed' out || { echo "CHANGED"; exit 1; }
done
echo "the receipt: $(sed -n '/^requirements/,/^]/p' tools/tabulate/uv-receipt.toml | tr -s '\n ' ' ')"
$uv tool install --quiet --python "$program" tabulate==0.9.0
after=$($uv tool list --show-with | head -n 1)
echo "after uv tool install: $after"
[ "$after" = "tabulate v0.9.0" ] || { echo "CHANGED"; exit 1; }
