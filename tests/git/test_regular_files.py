"""What is read of a repository: regular files, up to a length, and nothing that would have the reader wait."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.git.layout import find_layout
from gto_daemon.git.readable import Readable
from gto_daemon.git.readable_by_git import ReadableByGit
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, open_regular_file, read_regular_file
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder

LIMIT = 100


def make_pipe(place: Path) -> None:
    os.mkfifo(place)


def make_socket(place: Path) -> None:
    os.mknod(place, stat.S_IFSOCK | 0o600)


def make_device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def make_terminal(place: Path) -> None:
    place.symlink_to("/dev/ptmx")


@pytest.mark.parametrize("content", [b"", b"1", b"x" * LIMIT])
def test_a_file_within_the_limit_is_read_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    (tmp_path / "link").symlink_to("file")
    assert read_regular_file(tmp_path / "file", LIMIT) == content
    assert read_regular_file(str(tmp_path / "link"), LIMIT) == content


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("missing", "missing/file", "file/below", "link"):
        assert read_regular_file(tmp_path / name, LIMIT) is None
        assert open_regular_file(tmp_path / name, LIMIT) is None


@pytest.mark.parametrize("make", [make_pipe, make_socket, make_device, make_terminal, Path.mkdir])
def test_what_is_no_file_is_not_opened(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "odd")
    with pytest.raises(NotRegularFileError, match="not a file") as caught:
        read_regular_file(tmp_path / "odd", LIMIT)
    assert caught.value.filename == str(tmp_path / "odd")


def test_a_loop_of_links_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="symbolic links"):
        read_regular_file(tmp_path / "loop", LIMIT)


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(8 << 30)
    (tmp_path / "long").write_bytes(b"x" * (LIMIT + 1))
    for name in ("sparse", "long"):
        with pytest.raises(FileTooLongError, match="longer than 100 bytes"):
            read_regular_file(tmp_path / name, LIMIT)


def test_a_file_that_is_replaced_by_a_pipe_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking at it and opening it, as somebody might who means harm."""
    place = tmp_path / "file"
    place.touch()
    opens = os.open

    def replaced(path: str, flags: int) -> int:
        place.unlink()
        os.mkfifo(place)
        return opens(path, flags)

    monkeypatch.setattr(os, "open", replaced)
    with pytest.raises(NotRegularFileError, match="a pipe"):
        read_regular_file(place, LIMIT)


def test_a_file_whose_length_is_told_wrong_is_read_to_its_end_or_the_limit(tmp_path: Path) -> None:
    """The kernel says 0 of those in /proc."""
    if sys.platform != "linux":
        pytest.skip("has no /proc")
    limits = Path("/proc/self/limits")
    assert limits.stat().st_size == 0
    assert read_regular_file(limits, 1 << 20) == limits.read_bytes()
    with pytest.raises(FileTooLongError):
        read_regular_file(limits, LIMIT)


@pytest.mark.parametrize("look", [Readable, ReadableByGit])
def test_where_a_pipe_is_no_git_is_recommended_that_would_wait_for_it(
    look: type[Readable | ReadableByGit], repo: RepositoryBuilder
) -> None:
    layout = find_layout(str(repo.path))
    os.mkfifo(repo.git_dir / "packed-refs")
    with pytest.raises(RegistryError) as caught:
        look(layout).require()
    assert "It is a pipe" in caught.value.message
    assert "`" not in caught.value.hint
