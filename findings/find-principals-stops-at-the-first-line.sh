#!/usr/bin/env bash
# Guess: `ssh-keygen -Y find-principals` names everybody for whom the allowed signers file lists the key of a signature.
# Truth: it names those of the first line that fits and stops, although `-Y verify` accepts the principals of each line.
#        So the order of the file decides who a signature is shown to be by, in `git verify-tag` as well, and a tool that
#        asks whether somebody may act as one of them has to try the others.
# Seen with OpenSSH 9.2p1 (Debian 12) on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
ssh -V 2>&1
ssh-keygen -q -t ed25519 -N '' -C '' -f key
public=$(cut -d' ' -f1,2 key.pub)
printf '%s %s\n' ann@example.com "$public" release-bot@example.com "$public" > signers
echo text > text
ssh-keygen -q -Y sign -n file -f key text 2> /dev/null
found=$(ssh-keygen -Y find-principals -s text.sig -f signers)
echo "find-principals: $found"
for who in ann release-bot; do
    ssh-keygen -Y verify -n file -f signers -I "$who@example.com" -s text.sig < text
done

[ "$found" = ann@example.com ] || { echo "CHANGED"; exit 1; }
