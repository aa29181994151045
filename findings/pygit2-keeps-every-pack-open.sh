#!/usr/bin/env bash
# Guess: once objects have been read, an open pygit2 Repository holds no descriptors, or a bounded number: libgit2 maps
#        packs, and its windows of maps have limits.
# Truth: each pack that something was read from stays open as long as its Repository, and the limit on open packs
#        (GIT_OPT_SET_MWINDOW_FILE_LIMIT) is off. A process that keeps many repositories open needs a descriptor for each
#        pack. pygit2 has a setting for the limit, `mwindow_file_limit`.
# Seen with pygit2 1.19.0 (libgit2 1.9.1) on 2026-12-01.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pygit2==1.19.0
for number in $(seq 20); do
    git init -q -b main "repo$number"
    git -C "repo$number" -c user.name=Ann -c user.email=ann@example.com commit -q --allow-empty -m "$number"
    git -C "repo$number" gc -q
done
cat > read.py << 'PY'
import gc, os, sys
import pygit2

print("pygit2", pygit2.__version__, "libgit2", pygit2.LIBGIT2_VERSION)
limit = getattr(pygit2.settings, "mwindow_file_limit", None)
print("limit on open packs (0 is none):", limit)
before = len(os.listdir("/proc/self/fd"))
repositories = [pygit2.Repository(f"repo{number}") for number in range(1, 21)]
for each in repositories:
    assert each.head.peel().message
gc.collect()
more = len(os.listdir("/proc/self/fd")) - before
print("descriptors more after 20 reads:", more)
sys.exit(more < 20)
PY
venv/bin/python read.py || { echo "CHANGED"; exit 1; }
