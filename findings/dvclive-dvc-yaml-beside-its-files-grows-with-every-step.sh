#!/usr/bin/env bash
# Guess: with `Live(dir="live", dvcyaml="live/dvc.yaml")` the dvc.yaml is written once, and the same after any step.
# Truth: it has all entries once more after every step: what DVCLive wrote before is known by its folder, which is not
#        part of a path beside the file. A training of a thousand steps names its metrics file a thousand times.
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
from dvclive import Live

with Live(dir="live", dvcyaml="live/dvc.yaml", save_dvc_exp=False) as live:
    for step in range(5):
        live.log_metric("acc", step)
        live.next_step()
EOF
python train.py
metrics=$(python -c "from ruamel.yaml import YAML; print(*YAML().load(open('live/dvc.yaml'))['metrics'])")
echo "metrics after five steps and the end: $metrics"

m=metrics.json
[ "$metrics" = "$m $m $m $m $m $m" ] || { echo "this has changed" >&2; exit 1; }
