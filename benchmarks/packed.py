"""A registry of a million tags in a minute: its tag objects are written into one pack, and its refs into one file.

`tests/genrepo.py` has git make each tag, which takes hours for so many.
"""

import hashlib
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

_VERSIONS = 25
_STAGES = ("dev", "staging", "prod")
_BEGINNING = 1_600_000_000
_TAG_OBJECT = 4


def generate(path: Path, tags: int) -> None:
    """A repository of exactly so many tags, packed: artifacts of 25 versions, in stages.

    Args:
        path: is made.
        tags: how many.

    """
    commits = _commits(path)
    lines: dict[str, tuple[str, str]] = {}
    pack = path / ".git" / "objects" / "pack" / "tmp_tags.pack"
    with pack.open("wb") as file:
        check = hashlib.sha1(usedforsecurity=False)
        for chunk in _pack(tags, commits, lines):
            file.write(chunk)
            check.update(chunk)
        file.write(check.digest())
    with pack.open("rb") as file:
        subprocess.run(["git", "index-pack", "--stdin"], cwd=path, stdin=file, check=True, capture_output=True)
    pack.unlink()
    refs = "".join(f"{oid} refs/tags/{name}\n^{commit}\n" for name, (oid, commit) in sorted(lines.items()))
    (path / ".git" / "packed-refs").write_text(f"# pack-refs with: peeled fully-peeled sorted \n{refs}")


def _commits(path: Path) -> list[str]:
    """One for each version: several versions of an artifact on one commit are an error."""
    stream = []
    for number in range(_VERSIONS):
        text = f"Version {number}"
        stream.append(
            f"commit refs/heads/main\nmark :{number + 1}\n"
            f"committer Ben Bench <ben@example.com> {_BEGINNING + number} +0000\n"
            f"data {len(text)}\n{text}\nM 100644 inline model.pkl\ndata {len(text)}\n{text}\n"
        )
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(path)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=path, input="".join(stream), text=True, check=True)
    subprocess.run(["git", "checkout", "--quiet", "--force", "main"], cwd=path, check=True)
    log = subprocess.run(["git", "rev-list", "--reverse", "main"], cwd=path, check=True, capture_output=True, text=True)
    return log.stdout.split()


def _names(tags: int) -> Iterator[tuple[str, int, str]]:
    """Name, number of the version, and message of each tag."""
    made = 0
    artifact = 0
    while True:
        name = f"art-{artifact:06}"
        for version in range(_VERSIONS):
            wanted = [(f"{name}@v0.{version}.0", f"Registering artifact {name} version v0.{version}.0")]
            if version % 2 == 0 or version % 5 == 1:
                stage = _STAGES[version % 3]
                wanted.append((f"{name}#{stage}#{version + 1}", f"Assigning stage {stage} to artifact {name}"))
            for tag, message in wanted:
                if made == tags:
                    return
                made += 1
                yield tag, version, message
        artifact += 1


def _pack(tags: int, commits: list[str], lines: dict[str, tuple[str, str]]) -> Iterator[bytes]:
    """The file (gitformat-pack(5)), but for its checksum; `lines` gets id and commit of each tag."""
    yield b"PACK" + struct.pack(">II", 2, tags)
    for number, (name, version, message) in enumerate(_names(tags)):
        data = (
            f"object {commits[version]}\ntype commit\ntag {name}\n"
            f"tagger Ben Bench <ben@example.com> {_BEGINNING + 1_000 + number} +0000\n\n{message}\n"
        ).encode()
        oid = hashlib.sha1(b"tag %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()
        lines[name] = (oid, commits[version])
        yield _header(len(data)) + zlib.compress(data, 1)


def _header(size: int) -> bytes:
    """Type and size of an entry: four bits of the size, then seven at a time, the lowest first."""
    first, size = _TAG_OBJECT << 4 | size & 15, size >> 4
    header = bytearray()
    while size:
        header.append(first | 128)
        first, size = size & 127, size >> 7
    header.append(first)
    return bytes(header)
