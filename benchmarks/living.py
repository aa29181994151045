"""One registry, from its first reading to its next process, in a process that is fresh.

    python benchmarks/living.py first PATH STORE CHANGES

Reads the repository at PATH, stores it in the directory STORE, and follows it through so many tags that git makes.
Prints `{name, versions, tags, index, memory, change}`: an artifact, how many versions it and how many tags the
registry has, seconds for the first reading, bytes a tag, milliseconds for each change.

    python benchmarks/living.py next PATH STORE NAME

Goes on from what was stored. Prints `{restored, one, all}`: seconds until a snapshot is there, until one artifact was
shown, and until all of them were.
"""

import asyncio
import gc
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.stored.store import RegistryStore
from gto_daemon.registry.queries.show import show_registry, show_versions


def first(path: str, store: Path, changes: int) -> dict[str, Any]:
    """Read, store, and follow."""
    before = _memory()
    hub = Hub(watch=False, stores=partial(RegistryStore, store, min_tags=0))
    worktree = hub.worktree(path)
    start = perf_counter()
    snapshot = worktree.fresh_blocking()
    index = perf_counter() - start
    tags = sum(len(refs) for refs in snapshot.index.refs.values())
    gc.collect()
    memory = (_memory() - before) / tags
    asyncio.run(_stored(hub, path))
    name = min(snapshot.index.artifacts)  # the same in every build
    versions = len(show_versions(snapshot, name))
    change = []
    for number in range(changes):
        tag = f"{name}#bench#{number + 1}"
        subprocess.run(["git", "tag", "-a", "-m", "bench", tag], cwd=path, check=True)
        start = perf_counter()
        after = worktree.fresh_blocking()
        change.append((perf_counter() - start) * 1e3)
        if after.index.ref(tag) is None:
            raise AssertionError(f"{tag} is not in the index")
    made = [f"{name}#bench#{number + 1}" for number in range(changes)]
    subprocess.run(["git", "tag", "-d", *made], cwd=path, check=True, capture_output=True)
    return {"name": name, "versions": versions, "tags": tags, "index": index, "memory": memory, "change": change}


async def _stored(hub: Hub, path: str) -> None:
    worktree = hub.worktree(path)
    while worktree.current(None) is None:
        await worktree.fresh()
    await hub.store()


def next_one(path: str, store: Path, name: str) -> dict[str, Any]:
    """Go on from what is stored, as a one-shot command does."""
    gc.disable()
    start = perf_counter()
    worktree = Hub(watch=False, stores=partial(RegistryStore, store, min_tags=0)).worktree(path)
    snapshot = worktree.fresh_blocking()
    restored = perf_counter() - start
    if worktree.rebuilds:
        raise AssertionError("it was read anew")
    show_versions(snapshot, name)
    one = perf_counter() - start
    show_registry(snapshot, deprecated=True)
    return {"restored": restored, "one": one, "all": perf_counter() - start}


def _memory() -> int:
    """Bytes of this process's own memory (proc(5), smaps_rollup: `Pss_Anon`)."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pss_Anon":
            return int(value.split()[0]) * 1024
    raise KeyError("Pss_Anon")


if __name__ == "__main__":
    which, path, store, last = sys.argv[1:]
    said = first(path, Path(store), int(last)) if which == "first" else next_one(path, Path(store), last)
    sys.stdout.write(json.dumps(said))
