#!/usr/bin/env bash
# Guess: `git ls-remote URL HEAD 'refs/heads/*' 'refs/tags/*'` has the server list those refs only: version 2 of the
#        protocol has `ref-prefix` for that.
# Truth: patterns are applied by the client, after the server has sent every ref that it has, `refs/pull/*` included.
#        Only `--heads` and `--tags` become prefixes, and they leave out HEAD, with `--symref` as well. Who polls a
#        remote with a hundred thousand pull requests pays for them each time, or asks twice.
# Seen with Git 2.39.5 (Debian 12) on 2026-12-01.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git --version
git init -q -b main served
git -C served -c user.name=Ann -c user.email=ann@example.com commit -q --allow-empty -m one
git -C served tag v1
for number in 1 2 3; do git -C served update-ref "refs/pull/$number/head" HEAD; done

sent() { GIT_TRACE_PACKET="$dir/trace" git ls-remote "$@" > listed; grep -c 'ls-remote< .*refs/pull/' trace || true; rm trace; }
patterns=$(sent --symref "file://$dir/served" HEAD 'refs/heads/*' 'refs/tags/*')
echo "with patterns, pull requests that were sent: $patterns"
sed 's/^/    /' listed
options=$(sent --symref --heads --tags "file://$dir/served")
echo "with --heads --tags, pull requests that were sent: $options"
sed 's/^/    /' listed

[ "$patterns" = 3 ] && [ "$options" = 0 ] && ! grep -q HEAD listed || { echo "CHANGED"; exit 1; }
