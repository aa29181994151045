#!/usr/bin/env bash
# Guess: DVCLive adds its own files to a dvc.yaml that is there, and leaves the rest of it alone.
# Truth: entries of metrics, params and plots whose path contains the name of its folder and a slash anywhere are
#        removed, whoever wrote them: with the default folder, `models/dvclive/metrics.json` and `old-dvclive/m.json`.
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
printf 'metrics:\n- models/dvclive/metrics.json\n- old-dvclive/m.json\n- other.json\n' > dvc.yaml
cat > train.py <<'EOF'
from dvclive import Live

with Live(save_dvc_exp=False) as live:
    live.log_metric("acc", 0.5)
EOF
python train.py
metrics=$(python -c "from ruamel.yaml import YAML; print(*YAML().load(open('dvc.yaml'))['metrics'])")
echo "metrics before: models/dvclive/metrics.json old-dvclive/m.json other.json"
echo "metrics after:  $metrics"

[ "$metrics" = "other.json dvclive/metrics.json" ] || { echo "this has changed" >&2; exit 1; }
