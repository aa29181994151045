#!/usr/bin/env bash
# Guess: an annotated tag that is named like a stage's and is on a tree, which Git allows, is no event, so GTO leaves it
#        out, as it leaves out lightweight tags.
# Truth: every command fails from then on, for every artifact, with an AttributeError that names the class of the object
#        and not the tag; it has to be found and deleted by hand.
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
git commit -q --allow-empty -m one
git tag -a churn@v1.0.0 -m one
git tag 'other#prod#1'
gto --version | tail -n 1
git --version
echo "with a lightweight tag of another artifact:"
gto show --plain
git tag -a 'other#prod#2' -m tree 'HEAD^{tree}'
echo "with a tag of another artifact on a tree:"
code=0
gto show churn > said 2>&1 || code=$?
grep commit_time said
echo "exit code $code"

[ "$code" = 1 ] && grep -q "has no attribute 'commit_time'" said || { echo "CHANGED"; exit 1; }
