#!/usr/bin/env bash
# Guess: where tag.gpgSign is on, the tags of `gto register` and `gto assign` are signed, as those of `git tag` are.
# Truth: GTO writes tags by a library that does not look at the setting. They are not signed, and nothing is said of it.
# Seen with gto 1.10.1 and git 2.39.5 on 2026-11-29. It takes ssh-keygen.
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
git commit -q --allow-empty -m 1
ssh-keygen -q -t ed25519 -N '' -C ann@example.com -f ../key
git config gpg.format ssh
git config user.signingKey "$PWD/../key"
git config tag.gpgSign true
signed() { if git cat-file tag "$1" | grep -q 'BEGIN SSH SIGNATURE'; then echo signed; else echo unsigned; fi; }
git tag -a other@v1.0.0 -m one
gto register churn --version v1.0.0 > /dev/null
gto --version | tail -n 1
git --version
echo "git tag: $(signed other@v1.0.0); gto register: $(signed churn@v1.0.0)"

[ "$(signed other@v1.0.0) $(signed churn@v1.0.0)" = "signed unsigned" ] || { echo "CHANGED"; exit 1; }
