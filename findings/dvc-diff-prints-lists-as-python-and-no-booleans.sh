#!/usr/bin/env bash
# Guess: `dvc params diff --json` prints a list as JSON has it; and `dvc metrics diff` tells when 1 becomes true.
# Truth: a list is text there, as Python prints it: "[None, True]", which no reader of JSON takes for a list. A tuple
#        of a Python file is a list of JSON. true and 1 are the same, and true minus 0 is the number 1.
# Seen with dvc 3.67.1 on 2026-11-30 (dvc/utils/diff.py, format_dict).
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
printf 'metrics: [m.json]\nparams: [p.py]\n' > dvc.yaml
echo 'layers: [null, true]' > params.yaml
echo 'shape = (1, 2)' > p.py
echo '{"passed": 1, "stable": 0}' > m.json
git add -A
git commit -qm 1
echo 'layers: [null, false]' > params.yaml
echo 'shape = (1, 3)' > p.py
echo '{"passed": true, "stable": true}' > m.json
params=$(dvc params diff --json)
metrics=$(dvc metrics diff --json)
echo "dvc $(dvc --version)"
echo "params: $params"
echo "metrics: $metrics"

case $params in *'{"old": "[None, True]", "new": "[None, False]"}'*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
case $params in *'{"old": [1, 2], "new": [1, 3]}'*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
case $metrics in *passed*) echo "this has changed" >&2; exit 1 ;; esac
case $metrics in *'"stable": {"old": 0, "new": true, "diff": 1}'*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
