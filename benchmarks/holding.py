"""The peer of the memory: the facts of a registry's tags and their commits in this process, as plain tuples.

    python benchmarks/holding.py PATH

Two dicts of tuples, with names and addresses kept once: no version, stage or event is worked out of them, and nothing
is found but by its key. Prints by how many bytes the process grew.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from sys import intern

_WHO = "%(taggername)%00%(taggeremail:trim)%00%(taggerdate:raw)"
_TAGS = (
    "for-each-ref",
    f"--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)%00{_WHO}%00%(contents)%01",
    "refs/tags",
)
_COMMITS = ("log", "--tags", "--date=raw", "--format=%H%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B%x01")

Facts = dict[str, tuple[object, ...]]


def main(path: str) -> int:
    """Read, and tell the growth of the process's own memory in bytes."""
    before = _own()
    commits: Facts = {}
    for oid, *words, message in _records(path, _COMMITS):
        commits[oid] = (*_signed(*words[:3]), *_signed(*words[3:]), message)
    ids = {oid: oid for oid in commits}
    tags: Facts = {}
    for name, oid, target, *words, message in _records(path, _TAGS):
        tags[name] = (oid, ids[target], "commit", *_signed(*words), message)
    del ids
    grown = _own() - before
    assert tags, "there are no tags"
    return grown


def _records(path: str, command: tuple[str, ...]) -> Iterator[list[str]]:
    with subprocess.Popen(("git", "-C", path, *command), stdout=subprocess.PIPE, text=True) as git:
        assert git.stdout is not None
        record = ""
        for line in git.stdout:
            record += line
            if record.endswith("\1\n"):
                yield record[:-2].split("\0")
                record = ""


def _signed(name: str, email: str, date: str) -> tuple[str, str, int, int]:
    seconds, zone = date.split()
    return intern(name), intern(email), int(seconds), int(zone)


def _own() -> int:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) * 1024
    raise KeyError("Pss_Anon")


if __name__ == "__main__":
    print(main(sys.argv[1]))
