#!/usr/bin/env bash
# Guess: a loss that became NaN is NaN in metrics.json, as Python's json writes it, and a number to whoever reads it.
# Truth: `log_metric` writes NaN and infinities as text, "nan" and "inf", while a NaN that is set in `live.summary` is
#        written bare. So the same metric is a number in one version and text in the next: DVC has no difference.
# Seen with dvclive 3.49.0 and dvc 3.67.1 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C DVC_NO_ANALYTICS=1 DVCLIVE_LOGLEVEL=ERROR
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dvclive==3.49.0 dvc==3.67.1
export PATH=$dir/venv/bin:$PATH PYTHONWARNINGS=ignore
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
dvc init -q
git commit -qm 1
cat > train.py <<'EOF'
import math
import sys

from dvclive import Live

with Live(save_dvc_exp=False) as live:
    live.log_metric("loss", float(sys.argv[1]))
    live.summary["set"] = math.nan
EOF
python train.py 0.5
git add -A
git commit -qm 2
python train.py nan
written=$(tr -d ' \n' < dvclive/metrics.json)
loss=$(dvc metrics diff --json | python -c "import json, sys; print(json.load(sys.stdin)['dvclive/metrics.json']['loss'])")
echo "metrics.json: $written"
echo "diff of loss: $loss"

[ "$written" = '{"loss":"nan","set":NaN}' ] || { echo "this has changed" >&2; exit 1; }
[ "$loss" = "{'old': 0.5, 'new': 'nan'}" ] || { echo "this has changed" >&2; exit 1; }
