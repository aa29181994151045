"""Inside a mount namespace: a repository, or our own directory, on a disk that is full. `disk_full.py PLACE WHICH`.

Prints `hit N WHAT` for what it saw. The disk is a tmpfs that nobody else sees, and ends with the namespace.
"""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gto_daemon.client import CallError, Client
from tests.builders import RepositoryBuilder
from tests.faults.daemon import Daemon
from tests.faults.leak_checks import check_index, locks

_PAGE = 4096


class Disk:
    """A small one."""

    def __init__(self, place: Path, size: int) -> None:
        place.mkdir(exist_ok=True)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},nr_inodes=4k,mode=700", "none", str(place)], check=True
        )
        self._place = place
        self._ballast = place / "ballast"

    def fill(self, *, but: int = 0) -> None:
        """Leave so many bytes, in whole pages."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while file.write(bytes(_PAGE)) == _PAGE:
                    pass
            except OSError:
                pass
            file.truncate(max(0, file.tell() // _PAGE * _PAGE - but))

    def fill_names(self) -> None:
        """Leave no room for another file."""
        try:
            for number in itertools.count():
                (self._place / f"ballast-{number}").touch()
        except OSError:
            return

    def clear(self) -> None:
        """Have room again."""
        for each in self._place.glob("ballast*"):
            each.unlink()


def registry(place: Path) -> RepositoryBuilder:
    repo = RepositoryBuilder(place)
    repo.commit({"model.pkl": "1", "artifacts.yaml": "churn:\n  type: model\n"})
    for number in range(40):
        repo.tag(f"churn@v1.0.{number}")
    repo.pack()
    repo.checkout()
    return repo


def repository_full(place: Path) -> None:
    disk = Disk(place / "disk", 4 << 20)
    repo = registry(place / "disk" / "repo")
    Daemon(Path(os.environ["GTOD_RUNTIME_DIR"])).start()
    acts: list[Callable[[Client, int], object]] = [
        lambda client, n: client.call(
            "gto/assign", {"repo": str(repo.path), "name": f"new{n}", "stage": "prod", "ref": "HEAD"}
        ),
        lambda client, n: client.call(
            "gto/deregister", {"repo": str(repo.path), "name": "churn", "version": f"v1.0.{n}", "delete": True}
        ),
        lambda client, n: client.call(
            "gto/annotate", {"repo": str(repo.path), "name": f"noted{n}", "type": "model", "description": "x" * 9000}
        ),
    ]
    refusals = done = 0
    said: set[str] = set()
    with Client.connect(start=False, timeout=120) as client:
        client.call("gto/subscribe", {"repo": str(repo.path)})
        for number, pages in enumerate((0, 1, 2, 3, 4, 6, 8)):
            for act in acts:
                before = state(repo)
                disk.fill(but=pages * _PAGE)
                try:
                    act(client, number)
                    done += 1
                except CallError as error:
                    refusals += 1
                    assert error.kind in ("GitFailed", "UnreadableRepository"), error
                    assert error.hint, error
                    said.add(f"{error.kind}: {error.message.splitlines()[0]}")
                    assert state(repo) == before, f"refused ({error.message}), and yet something was done"
                disk.clear()
                assert not locks(repo.git_dir), f"locks left: {locks(repo.git_dir)}"
                check_index(repo.path)
        # With room again, everything goes.
        for act in acts:
            act(client, 30)
        check_index(repo.path)
    for each in sorted(said):
        print("said", each)
    print("hit", refusals, "disk full seen")
    print("hit", done, "acts that just fitted")


def state(repo: RepositoryBuilder) -> tuple[str, bytes]:
    """All refs, and the annotation file."""
    return repo.git("for-each-ref"), (repo.path / "artifacts.yaml").read_bytes()


def own_directory_full(place: Path) -> None:
    runtime = Path(os.environ["GTOD_RUNTIME_DIR"])
    disk = Disk(runtime, 256 << 10)
    os.environ["XDG_CACHE_HOME"] = str(runtime / "cache")
    repo = registry(place / "repo")
    daemon = Daemon(runtime, GTOD_LOG_LEVEL="DEBUG").start()
    with Client.connect(start=False, timeout=120) as client:
        client.call("gto/subscribe", {"repo": str(repo.path)})
        disk.fill()
        size = (runtime / "gtod.log").stat().st_size
        for number in range(30):
            # Each of them writes into the log, which takes no more than what is left of its last page.
            repo.git("tag", "-a", "-m", "m", f"while@v1.0.{number}")
            client.call("gto/assign", {"repo": str(repo.path), "name": f"new{number}", "stage": "prod", "ref": "HEAD"})
            Client.connect(start=False).close()
        check_index(repo.path)
        full = (runtime / "gtod.log").stat().st_size
        disk.fill_names()
        try:
            client.call("gto/assign", {"repo": str(repo.path), "name": "locked", "stage": "prod", "ref": "HEAD"})
        except CallError as error:
            assert (error.kind, error.data["retryable"]) == ("RuntimeDirectoryUnusable", True), error
            print("hit 1 refusals without a lock")
        check_index(repo.path)
        disk.clear()
        client.call("gto/assign", {"repo": str(repo.path), "name": "after", "stage": "prod", "ref": "HEAD"})
        check_index(repo.path)
    daemon.stop()
    assert full - size < 2 * _PAGE
    print("hit", full % _PAGE == 0 or full == size, "log stopped at the end of the disk")
    # And with no room at all a new daemon either serves or says why not.
    disk.fill()
    started = subprocess.run(
        [sys.executable, "-m", "gto_daemon", "start"], capture_output=True, text=True, check=False, timeout=120
    )
    print("said", started.returncode, started.stderr.strip())
    assert (started.returncode == 0) or "gtod" in started.stderr, started
    subprocess.run([sys.executable, "-m", "gto_daemon", "stop"], check=True, timeout=120, capture_output=True)


if __name__ == "__main__":
    {"repository": repository_full, "runtime": own_directory_full}[sys.argv[2]](Path(sys.argv[1]))
