"""Which file systems of Linux the kernel sees every change of; proc_pid_mountinfo(5)."""

import re
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
#: File systems that only this kernel writes to. What another machine writes, or a program below the kernel, it does not
#: tell of (NFS, 9p, virtiofs, FUSE); and what lies below an overlay may be another file after the first writing.
_LOCAL: Final = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "f2fs", "zfs", "bcachefs", "jfs"})
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def is_local(folder: str) -> bool:
    """Return whether all that changes below a folder, given by its real path, is changed through this kernel."""
    found, longest = "", -1
    try:
        # Bounded: a machine with very many mounts is one where this stays unknown.
        with _MOUNTS.open(encoding="utf-8", errors="surrogateescape") as file:
            text = file.read(1 << 20)
    except OSError:
        return False
    for line in text.splitlines():
        place, _, kind = line.partition(" - ")
        parts = place.split(" ")
        if len(parts) < 5 or not kind:
            continue
        point = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), parts[4])
        # The last one at a place hides those before it.
        if len(point) >= longest and f"{folder}/".startswith(point if point == "/" else f"{point}/"):
            found, longest = kind.split(" ", 1)[0], len(point)
    return found in _LOCAL
