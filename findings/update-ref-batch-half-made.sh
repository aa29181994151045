#!/usr/bin/env bash
# Guess: `git update-ref --stdin` creates all of its refs or none (git-update-ref(1): "Either all modifications are
#        performed or none are performed").
# Truth: with the files backend, a ref whose reflog cannot be written fails after the refs before it in the batch were
#        renamed into place. They stay, although git exits with 128. So the exit code does not tell what was done;
#        only the refs do.
# Seen with git 2.39.5 and 2.47.3 (Debian) on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git --version
git init -q -b main .
git -c user.name=Ann -c user.email=ann@example.com commit -q --allow-empty -m one
git config core.logAllRefUpdates always
# Reflogs of a ref `second/old` that is gone: they leave no room for a reflog of `second`.
mkdir -p .git/logs/refs/tags/second/old
touch .git/logs/refs/tags/second/old/kept

head=$(git rev-parse HEAD)
code=0
printf 'create refs/tags/%s %s\n' first "$head" second "$head" | git update-ref --stdin 2>said || code=$?
echo "exit code: $code"
echo "git says: $(cat said)"
echo "tags afterwards: $(git tag | tr '\n' ' ')"

[ "$code" = 128 ] && [ "$(git tag)" = first ] || { echo "CHANGED: the batch is all or nothing now"; exit 1; }
