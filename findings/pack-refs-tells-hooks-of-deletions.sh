#!/usr/bin/env bash
# Guess: `git pack-refs` (and so `git gc`) changes no ref, so the reference-transaction hook is not run; at most it is
#        told of updates from a value to the same value.
# Truth: the hook is told, in phase `committed`, that every packed ref was created (old value all zeros), and then that
#        each was deleted (new value all zeros): the new line in packed-refs, and the removal of the loose file. A hook
#        that deploys on creation and takes back on deletion does both whenever somebody runs `git gc`.
# Seen with git 2.39.5 and 2.47.3 (Debian) on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git --version
git init -q -b main .
git config user.name Ann
git config user.email ann@example.com
git commit -q --allow-empty -m one
git tag -a churn@v1.0.0 -m one
mkdir -p .git/hooks
cat > .git/hooks/reference-transaction <<'HOOK'
#!/bin/sh
[ "$1" = committed ] || exit 0
while read -r old new ref; do
    case $ref in refs/tags/*) ;; *) continue ;; esac
    case $old in *[!0]*) old=value ;; *) old=zeros ;; esac
    case $new in *[!0]*) new=value ;; *) new=zeros ;; esac
    echo "$ref: $old -> $new" >> told
done
HOOK
chmod +x .git/hooks/reference-transaction

git pack-refs --all
echo "The tag is still there: $(git tag)"
echo "The hook was told:"
cat told

expected='refs/tags/churn@v1.0.0: zeros -> value
refs/tags/churn@v1.0.0: value -> zeros'
[ "$(cat told)" = "$expected" ] || { echo "CHANGED: expected: $expected"; exit 1; }
