#!/usr/bin/env bash
# Guess: where a remote has several `url` lines, libgit2 and git fetch from the same one.
# Truth: git fetches from the first one (and pushes to all of them); libgit2, as for any other key, has the last one only.
#        A program that reads a remote's URL by pygit2 and then runs git talks about two different places.
# Seen with pygit2 1.19.0 (libgit2 1.9) and git 2.39.5 on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pygit2==1.19.0
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
git remote add origin https://example.com/first.git
git remote set-url --add origin https://example.com/second.git
by_git=$(git remote get-url origin)
by_pygit2=$(python -c 'import pygit2; print(pygit2.Repository(".").remotes["origin"].url)')
python -c 'import pygit2; print("pygit2", pygit2.__version__, "libgit2", pygit2.LIBGIT2_VERSION)'
git --version
echo "git: $by_git; pygit2: $by_pygit2"

[ "$by_git" = https://example.com/first.git ] && [ "$by_pygit2" = https://example.com/second.git ] ||
    { echo "CHANGED"; exit 1; }
