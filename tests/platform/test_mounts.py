"""Which folders are on file systems that no other kernel writes to."""

from pathlib import Path

import pytest

from gto_daemon.platform.mounts import are_local

_MOUNTS = r"""
21 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
22 21 0:21 / /proc rw - proc proc rw
23 21 0:40 / /home rw master:2 - nfs4 host:/home rw
24 23 259:2 / /home/ann/here\040and\040there rw - xfs /dev/b rw
25 21 0:41 / /data rw - ext4 /dev/c rw
26 21 0:42 / /data rw - fuse.sshfs host:/data rw
27 21 0:43 / /layers rw - overlay overlay rw
"""


@pytest.mark.parametrize(
    ("folders", "local"),
    [
        (["/srv/repo"], True),
        (["/"], True),
        (["/proc/1"], False),
        (["/home/ann/repo"], False),
        (["/homes/ann"], True),
        (["/home/ann/here and there/repo"], True),
        (["/data/repo"], False),
        (["/layers/repo"], False),
        (["/srv/repo", "/srv/repo/models", "/home/ann/models"], False),
    ],
)
def test_it_is_the_last_mount_at_the_longest_path_that_counts(
    tmp_path: Path, folders: list[str], *, local: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(_MOUNTS.lstrip())
    assert are_local(folders, mounts) == local


def test_without_a_list_of_mounts_nothing_is_known(tmp_path: Path) -> None:
    assert not are_local(["/"], tmp_path / "none")
    (tmp_path / "empty").touch()
    assert not are_local(["/"], tmp_path / "empty")
