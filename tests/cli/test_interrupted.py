"""Ctrl-C ends a command that takes long at once, and without a traceback."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder

#: More than are read within a second.
_TAGS = 300_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = RepositoryBuilder(tmp_path_factory.mktemp("large") / "repo")
    commit = repo.commit()
    repo.tag("m@v1.0.0")
    tag = repo.git("rev-parse", "m@v1.0.0")
    lines = sorted(f"{tag} refs/tags/m{number}@v1.0.0\n^{commit}\n" for number in range(_TAGS))
    (repo.git_dir / "packed-refs").write_text("# pack-refs with: peeled fully-peeled \n" + "".join(lines))
    return repo.path


@pytest.mark.parametrize("line", ["--no-daemon show --json", "--no-daemon show", "--no-daemon history --json"])
def test_a_command_that_reads_for_long_ends_at_once(line: str, large: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", *line.split()],
        cwd=large,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while b"Reading the registry" not in said:
            said += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        while chunk := os.read(ours, 65536):
            said += chunk
    except OSError:
        pass  # Linux' way to say that the other end of a terminal is closed
    os.close(ours)
    assert process.wait(60) == 1
    assert b"Aborted!" in said
    assert b"Traceback" not in said
