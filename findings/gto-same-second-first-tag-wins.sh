#!/usr/bin/env bash
# Guess: of two assignments of a stage, the one with the higher counter (churn#prod#2) is the later one and counts.
# Truth: the counter only keeps names apart. GTO orders by the tagger's time, which has whole seconds; of two made within
#        one second the first one stays in effect. A script that rolls out and rolls back quickly leaves the stage where
#        it was, with exit code 0.
# Seen with gto 1.10.1 on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gto==1.10.1
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
for each in 1 2; do
    git commit -q --allow-empty -m "$each"
    GIT_COMMITTER_DATE="2026-01-01T09:0$each:00Z" git tag -a "churn@v$each.0.0" -m "$each"
done
export GIT_COMMITTER_DATE=2026-01-01T10:00:00Z
git tag -a 'churn#prod#1' -m first 'churn@v1.0.0^{}'
git tag -a 'churn#prod#2' -m second 'churn@v2.0.0^{}'

gto --version | tail -n 1
git for-each-ref --format='%(refname:short), %(taggerdate:iso-strict)' refs/tags
held=$(gto show churn#prod --version)
echo "in prod: $held"

[ "$held" = v1.0.0 ] || { echo "CHANGED"; exit 1; }
