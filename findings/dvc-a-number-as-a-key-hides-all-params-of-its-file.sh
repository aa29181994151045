#!/usr/bin/env bash
# Guess: a stage may depend on a param whose key is a number, such as `1` in `{1: a, lr: 0.1}`; at worst it is not found.
# Truth: it is found, and then all params of the file are refused: TypeError, "object of type 'int' has no len()". The
#        same file is read where its keys are quoted, or where the stage depends on all of it.
# Seen with dvc 3.67.1 and dpath 2.2.0 on 2026-11-30 (dpath/__init__.py, merge).
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
printf 'stages:\n  train: {cmd: "true", params: [{conf.yaml: ["1", lr]}]}\n' > dvc.yaml
ask() {
    python -c "from dvc.repo import Repo; print(Repo('.').params.show()['']['data']['conf.yaml'])"
}
echo '{1: a, lr: 0.1}' > conf.yaml
number=$(ask)
echo '{"1": a, lr: 0.1}' > conf.yaml
text=$(ask)
echo "dvc $(dvc --version)"
echo "{1: a}:   $number"
echo "{'1': a}: $text"

case $number in *"TypeError(\"object of type 'int' has no len()\")"*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
case $text in *"{'1': 'a', 'lr': 0.1}"*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
