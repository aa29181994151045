#!/usr/bin/env bash
# Guess: where one stage depends on the params `train` of a file and another on `train.layers`, `dvc params diff` and
#        `dvc.repo.Repo.params.show` have each value of the file once, as it is there.
# Truth: what the keys select is merged, and a list is merged by appending it to itself: [64, 32] becomes
#        [64, 32, 64, 32]. Numbers and text are as they are.
# Seen with dvc 3.67.1 and dpath 2.2.0 on 2026-11-30 (dvc/dependency/param.py, read_param_file).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C DVC_NO_ANALYTICS=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dvc==3.67.1 dpath==2.2.0
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
dvc init -q
cat > dvc.yaml <<'END'
stages:
  train: {cmd: "true", params: [{conf.yaml: [train]}]}
  tune: {cmd: "true", params: [{conf.yaml: [train.layers]}]}
END
echo 'train: {layers: [64, 32], lr: 0.1}' > conf.yaml
shown=$(python -c "from dvc.repo import Repo; print(Repo('.').params.show())")
echo "dvc $(dvc --version)"
echo "conf.yaml: $(cat conf.yaml)"
echo "$shown"

case $shown in *"'layers': [64, 32, 64, 32], 'lr': 0.1"*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
