#!/usr/bin/env bash
# Guess: when a tag is deleted, the reference-transaction hook gets the tag's object as the old value (and zeros as the
#        new one), once in each phase.
# Truth: `git tag -d` and `git update-ref -d REF` report zeros as the old value too, and Git 2.39 commits
#        `git tag -d` twice, once for packed-refs and once for the loose file. Only a caller that names the old
#        value (`git update-ref -d REF OLD`) has it passed on. So a hook that must know what was deleted has to look the
#        ref up in phase `prepared`, and must not count its calls.
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
mkdir -p .git/hooks
cat > .git/hooks/reference-transaction <<'HOOK'
#!/bin/sh
[ "$1" = committed ] || exit 0
while read -r old new ref; do
    case $old in *[!0]*) old=value ;; *) old=zeros ;; esac
    case $new in *[!0]*) new=value ;; *) new=zeros ;; esac
    echo "$ref: $old -> $new" >> told
done
HOOK

make_tag() {
    chmod -x .git/hooks/reference-transaction
    git -c advice.ignoredHook=false tag -a churn@v1.0.0 -m one
    chmod +x .git/hooks/reference-transaction
    : > told
}

expect() {
    echo "$1:"
    cat told
    [ "$(sort -u told)" = "$2" ] || { printf 'CHANGED: expected:\n%s\n' "$2"; exit 1; }
}

ref=refs/tags/churn@v1.0.0
make_tag
git tag -d churn@v1.0.0 > /dev/null
expect "git tag -d" "$ref: zeros -> zeros"
make_tag
git update-ref -d "$ref"
expect "git update-ref -d REF" "$ref: zeros -> zeros"
make_tag
git update-ref -d "$ref" "$(git rev-parse "$ref")"
expect "git update-ref -d REF OLD" "$ref: value -> zeros"
