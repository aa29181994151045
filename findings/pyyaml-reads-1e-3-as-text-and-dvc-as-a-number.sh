#!/usr/bin/env bash
# Guess: a training script that reads params.yaml with yaml.safe_load gets the values that `dvc params diff` shows.
# Truth: PyYAML reads YAML 1.1, DVC 1.2. `lr: 1e-3` is text to the script and 0.001 to DVC; `on` is true, and text;
#        `012` is 10, and 12; `1:30` is 90, and text.
# Seen with PyYAML 6.0.3, dvc 3.67.1 and ruamel.yaml 0.19.1 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C DVC_NO_ANALYTICS=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dvc==3.67.1 ruamel.yaml==0.19.1 PyYAML==6.0.3
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
dvc init -q
printf 'stages:\n  train: {cmd: "true", params: [lr, warm, seed, time]}\n' > dvc.yaml
printf 'lr: 1e-3\nwarm: on\nseed: 012\ntime: 1:30\n' > params.yaml
script=$(python -c "import yaml; print(yaml.safe_load(open('params.yaml')))")
dvc=$(python -c "from dvc.repo import Repo; print(Repo('.').params.show()['']['data']['params.yaml']['data'])")
echo "PyYAML: $script"
echo "DVC:    $dvc"

[ "$script" = "{'lr': '1e-3', 'warm': True, 'seed': 10, 'time': 90}" ] || { echo "this has changed" >&2; exit 1; }
[ "$dvc" = "{'lr': 0.001, 'warm': 'on', 'seed': 12, 'time': '1:30'}" ] || { echo "this has changed" >&2; exit 1; }
