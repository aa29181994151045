#!/usr/bin/env bash
# Guess: `git push --quiet` prints nothing unless something fails: git-push(1) has it suppress all output but errors. So
#        whoever runs it and shows its error output shows failures alone.
# Truth: what a hook of the server prints ("remote: Pipeline started …") comes on the error output of a push that
#        succeeds, with --quiet and with --porcelain as well.
# Seen with git 2.39.5 on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git init -q --bare server.git
printf '#!/bin/sh\necho "Pipeline started"\n' > server.git/hooks/post-receive
chmod +x server.git/hooks/post-receive
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
git commit -q --allow-empty -m One
git tag -a churn@v1.0.0 -m "Register a version"

git --version
git push --quiet ../server.git churn@v1.0.0 > quiet.out 2> quiet.err
git push --quiet --porcelain ../server.git main > porcelain.out 2> porcelain.err
echo "--quiet: on the output '$(cat quiet.out)', on the error output '$(sed 's/ *$//' quiet.err)'"
echo "--quiet --porcelain: on the error output '$(sed 's/ *$//' porcelain.err)'"

[ "$(sed 's/ *$//' quiet.err)" = "remote: Pipeline started" ] &&
    [ "$(sed 's/ *$//' porcelain.err)" = "remote: Pipeline started" ] ||
    { echo "this has changed" >&2; exit 1; }
