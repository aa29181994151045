#!/usr/bin/env bash
# Guess: `dvc metrics show FILE` fails where there is no such file, so a script may go by its exit code.
# Truth: it exits with 0. The error is inside the JSON (and a line on stderr that does not name the file). An unknown
#        revision in `dvc metrics diff` does fail, with 255.
# Seen with dvc 3.67.1 on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C DVC_NO_ANALYTICS=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dvc==3.67.1
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
dvc init -q
git commit -qm init
code=0
shown=$(dvc metrics show --json missing.json 2>said) || code=$?
other=0
dvc metrics diff missing --json > /dev/null 2>&1 || other=$?
echo "dvc $(dvc --version)"
echo "show: exit code $code: $shown; stderr: $(cat said)"
echo "diff of an unknown revision: exit code $other"

[ "$code $other" = "0 255" ] || { echo "CHANGED"; exit 1; }
case $shown in *FileNotFoundError*) ;; *) echo "CHANGED"; exit 1 ;; esac
