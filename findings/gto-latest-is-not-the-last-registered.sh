#!/usr/bin/env bash
# Guess: `NAME@latest` is the version that was registered last, and `NAME@greatest` the highest one; else there would not
#        be two words.
# Truth: they are synonyms for the highest version. A fix that is registered for an old line (v1.5.1 after v2.0.0) is
#        never `@latest`, although stages go by time: of the assignments of a stage the newest counts.
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
n=0
for each in v2.0.0 v1.5.1; do
    n=$((n + 1))
    git commit -q --allow-empty -m "$each"
    GIT_COMMITTER_DATE="2026-01-0${n}T09:00:00Z" git tag -a "churn@$each" -m "$each"
    GIT_COMMITTER_DATE="2026-01-0${n}T10:00:00Z" git tag -a "churn#prod#$n" -m "$each"
done

gto --version | tail -n 1
latest=$(gto show churn@latest --version) greatest=$(gto show churn@greatest --version) prod=$(gto show churn#prod --version)
echo "registered last: v1.5.1; @latest: $latest; @greatest: $greatest; #prod: $prod"

[ "$latest $greatest $prod" = "v2.0.0 v2.0.0 v1.5.1" ] || { echo "CHANGED"; exit 1; }
