"""The file systems of Linux of which the kernel sees every change; proc_pid_mountinfo(5)."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
#: File systems that only this kernel writes to. What another machine writes, or a program below the kernel, it does not
#: tell of (NFS, 9p, virtiofs, FUSE); and what lies below an overlay may be another file after the first writing.
_LOCAL: Final = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "f2fs", "zfs", "bcachefs", "jfs"})
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def are_local(folders: Iterable[str], mounts: Path = MOUNTS) -> bool:
    """Return whether all that changes below these folders, given by their real paths, is changed by this kernel."""
    try:
        # Bounded: a machine with very many mounts is one where this stays unknown.
        with mounts.open(encoding="utf-8", errors="surrogateescape") as file:
            text = file.read(1 << 20)
    except OSError:
        return False
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        place, _, kind = line.partition(" - ")
        parts = place.split(" ")
        if len(parts) >= 5 and kind:
            # The last one at a place hides those before it.
            kinds[_ESCAPED.sub(lambda code: chr(int(code[1], 8)), parts[4])] = kind.split(" ", 1)[0]
    return all(_kind(folder, kinds) in _LOCAL for folder in folders)


def _kind(folder: str, kinds: Mapping[str, str]) -> str | None:
    while folder not in kinds:
        if folder in {"", "/"}:
            return None
        folder = folder.rpartition("/")[0] or "/"
    return kinds[folder]
