#!/usr/bin/env bash
# Guess: a metrics file may be a single number, as `dvc metrics show` shows 0.5; so a file with 0 has the metric 0, and
#        `dvc metrics diff` tells when such a file appears or its value becomes 0.
# Truth: 0 (and false, and empty text) as the only value of a file is shown as no metrics, while 0 under a key is
#        shown. A file with a single value that is new, or becomes 0, is no difference.
# Seen with dvc 3.67.1 on 2026-11-30 (dvc/repo/metrics/show.py, `val or {}`; dvc/utils/diff.py).
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
printf 'metrics: [errors.json, accuracy.txt, all.json]\n' > dvc.yaml
echo 5 > errors.json
echo '{"errors": 5}' > all.json
git add -A
git commit -qm 1
echo 0 > errors.json
echo 0.5 > accuracy.txt
echo '{"errors": 0}' > all.json
shown=$(dvc metrics show --json)
differing=$(dvc metrics diff --json 2> /dev/null)
echo "dvc $(dvc --version)"
echo "show: $shown"
echo "diff: $differing"

case $shown in *'"errors.json": {"data": {}}'*'"data": 0.5'*'{"errors": 0}'*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
case $differing in *'errors.json'* | *accuracy.txt*) echo "this has changed" >&2; exit 1 ;; esac
case $differing in *'"errors": {"old": 5, "new": 0, "diff": -5}'*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
