#!/usr/bin/env bash
# Guess: a dvc.yaml that uses no variables does not depend on what is in params.yaml; a date there, which YAML makes of
#        2024-01-01, is a value like others, or at worst a parameter that is not shown.
# Truth: params.yaml is always loaded to resolve dvc.yaml, and a value that is a date is refused. Then the stages cannot
#        be listed ("unexpected error"), and dvc.api.artifacts_show of an artifact without variables raises a TypeError.
#        Quoted, the date does no harm.
# Seen with dvc 3.67.1 on 2026-11-29 (dvc/parsing/context.py, _convert).
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
echo model > model.txt
printf 'artifacts:\n  churn:\n    path: model.txt\nstages:\n  train:\n    cmd: echo train\n' > dvc.yaml

ask() {
    echo "params.yaml: $(cat params.yaml)"
    dvc stage list > stages 2> stages.err && echo "  stages: $(cat stages)" || echo "  stages: $(grep ERROR stages.err)"
    echo "  $(python -c 'import dvc.api; print(dvc.api.artifacts_show("churn"))' 2>&1 | tail -n 1)"
}
echo "dvc $(dvc --version)"
echo 'since: "2024-01-01"' > params.yaml
git add -A
git commit -qm "A date in quotes"
git tag -a churn@v1.0.0 -m "Register a version"
quoted=$(ask)
echo 'since: 2024-01-01' > params.yaml
git commit -qam "A date"
git tag -a churn@v1.0.1 -m "Register a version"
bare=$(ask)
echo "$quoted"
echo "$bare"

case $quoted in *"stages: train"*"'path': 'model.txt'"*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
case $bare in *"Unsupported value of type 'date'"*"TypeError: Unsupported"*) ;; *) echo "this has changed" >&2; exit 1 ;; esac
