#!/usr/bin/env bash
# Guess: `git update-ref --stdin` refuses a ref to an object that is not there, in each of its transactions: each `start`
#        begins anew.
# Truth: the process remembers objects that it has seen. When one is pruned between two of its transactions, the second
#        one creates a ref that leads nowhere and says `commit: ok`; a process started at that moment refuses it. What
#        keeps an update-ref running has to make sure itself that the objects are still there.
# Seen with Git 2.39.5 (Debian 12) on 2026-12-01.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git --version
git init --quiet repo
cd repo
git config user.name Ann
git config user.email ann@example.com
git commit --quiet --allow-empty --message first
object=$(git mktag << TAG
object $(git rev-parse HEAD)
type commit
tag v1
tagger Ann <ann@example.com> 1700000000 +0000

m
TAG
)
coproc kept { git update-ref --stdin; }
transaction() {
    printf 'start\n%s\nprepare\ncommit\n' "$1" >&"${kept[1]}"
    for _ in start prepare commit; do
        IFS= read -r line <&"${kept[0]}"
        echo "  $line"
    done
}
echo "create, then delete:"
transaction "create refs/tags/v1 $object"
transaction "delete refs/tags/v1"
git prune --expire=now
git cat-file -e "$object" 2> /dev/null && { echo "the object was not pruned"; exit 1; }
echo "create again, the object being gone:"
transaction "create refs/tags/v1 $object"
leads=$(git rev-parse --verify --quiet 'refs/tags/v1^{tag}' 2> /dev/null || echo nowhere)
echo "refs/tags/v1 leads $leads"
git update-ref -d refs/tags/v1 2> /dev/null || rm .git/refs/tags/v1
said=$(printf 'create refs/tags/v1 %s\n' "$object" | git update-ref --stdin 2>&1 || true)
echo "a new process: $said"

case $said in *"nonexistent object"*) ;; *) echo "CHANGED"; exit 1 ;; esac
[ "$leads" = nowhere ] || { echo "CHANGED"; exit 1; }
