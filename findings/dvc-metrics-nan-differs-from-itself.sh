#!/usr/bin/env bash
# Guess: `dvc metrics diff` lists what changed, so between two commits with the same metrics file it lists nothing; and
#        what `dvc metrics show` shows of a file is what is in it.
# Truth: where another metric of the file differs, one that is NaN in both commits is listed as changed, with the
#        difference NaN (which is no JSON: `--json` prints the bare word). `show` leaves out lists and nulls without a word.
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
printf 'metrics:\n  - m.json\n' > dvc.yaml
echo '{"loss": NaN, "auc": 0.5, "classes": [1, 2], "unknown": null}' > m.json
git add -A
git commit -qm 1
shown=$(dvc metrics show --json)
echo '{"loss": NaN, "auc": 0.6, "classes": [1, 2], "unknown": null}' > m.json
differing=$(dvc metrics diff --json)
echo "dvc $(dvc --version)"
echo "show: $shown"
echo "diff: $differing"

case $shown in *classes* | *unknown*) echo "CHANGED"; exit 1 ;; esac
case $differing in *'"loss": {"old": NaN, "new": NaN, "diff": NaN}'*) ;; *) echo "CHANGED"; exit 1 ;; esac
