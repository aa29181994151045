#!/usr/bin/env bash
# Guess: a version that is registered by a tag on a tag (git tag -a NEW OLD) has the commit that both lead to.
# Truth: GTO takes whatever the tag points at for the commit. `gto history` gives the id of the inner tag object as the
#        commit of the version, which no commit has.
# Seen with gto 1.10.1 and git 2.39.5 on 2026-11-30.
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
git config advice.nestedTag false
git commit -q --allow-empty -m one
git tag -a first -m 1
git tag -a churn@v1.0.0 -m 2 first
gto --version | tail -n 1
git --version
shown=$(gto history churn --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["commit"])')
echo "commit in gto history: $shown"
for each in 'churn@v1.0.0^{}' first; do
    echo "$each: $(git rev-parse "$each") ($(git cat-file -t "$each"))"
done

[ "$shown" = "$(git rev-parse first)" ] || { echo "CHANGED"; exit 1; }
