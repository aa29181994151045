"""A process without file descriptors: nothing can be opened, and what was answered before stays right.

Reading a registry opens files all the time. What cannot be opened for want of a descriptor must never count as missing:
that would be remembered.
"""

import itertools
import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gto_daemon.client import CallError, Client
from tests.builders import RepositoryBuilder
from tests.faults.daemon import Daemon
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_index, check_nothing_is_left, check_rows, from_zero, without_clock


def _packed(repo: RepositoryBuilder, number: int) -> None:
    """A commit with another annotation and a tag of it, all in a new pack."""
    repo.git("reset", "--quiet", "--hard")
    repo.write("artifacts.yaml", f"churn:\n  type: model\n  description: number {number}\nnew{number}: {{}}\n")
    repo.git("add", "artifacts.yaml")
    repo.git("commit", "--quiet", "-m", f"number {number}")
    repo.git("tag", "-a", "-m", "m", f"churn@v2.{number}.0")
    repo.git("repack", "-a", "-d", "--quiet")
    repo.pack()


def _loose(repo: RepositoryBuilder, number: int) -> None:
    """The same, in files of its own."""
    repo.git("reset", "--quiet", "--hard")
    repo.write("artifacts.yaml", f"churn:\n  type: model\n  description: number {number}\nnew{number}: {{}}\n")
    repo.write(".gto", f"stages: [prod, s{number}]\n")
    repo.git("add", "artifacts.yaml")
    repo.git("commit", "--quiet", "-m", f"number {number}")
    repo.git("tag", "-a", "-m", "m", f"churn@v2.{number}.0")


def _two_packs(repo: RepositoryBuilder, number: int) -> None:
    """The commit in one pack, its tag in another: each costs a descriptor for as long as it is read from."""
    repo.git("reset", "--quiet", "--hard")
    repo.write("artifacts.yaml", f"churn:\n  type: model\n  description: number {number}\nnew{number}: {{}}\n")
    repo.git("add", "artifacts.yaml")
    repo.git("commit", "--quiet", "-m", f"number {number}")
    repo.git("repack", "-d", "--quiet")
    repo.git("tag", "-a", "-m", "m", f"churn@v2.{number}.0")
    repo.git("repack", "-d", "--quiet")


def _limit(daemon: Daemon, spare: int) -> int:
    """The limit that leaves `spare` numbers free, counting gaps."""
    used = {int(entry.name) for entry in Path(f"/proc/{daemon.pid}/fd").iterdir()}
    free = (number for number in itertools.count() if number not in used)
    return next(itertools.islice(free, spare, None))


@pytest.mark.parametrize("change", [_loose, _packed, _two_packs], ids=["loose objects", "a new pack", "two"])
@pytest.mark.parametrize("listened", [False, True], ids=["asked", "followed"])
def test_without_descriptors_nothing_wrong_is_answered_or_remembered(
    daemon: Daemon,
    registry: RepositoryBuilder,
    coverage: FaultCoverage,
    change: Callable[[RepositoryBuilder, int], None],
    listened: bool,
) -> None:
    coverage.expects("refusals", "answers in spite of it")
    daemon.start()
    repo = str(registry.path)
    with Client.connect(start=False, timeout=60) as client:
        if listened:
            client.call("gto/subscribe", {"repo": repo})
        client.call("gto/show", {"repo": repo})
        hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)[1]
        for spare in (0, 1, 2, 3, 5):
            for turn in range(2):
                change(registry, 2 * spare + turn)
                resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (_limit(daemon, spare), hard))
                try:
                    answer = client.call("gto/show", {"repo": repo})
                    check_rows(client.call("gto/history", {"repo": repo})["events"], registry.path)
                except CallError as error:
                    coverage.saw("refusals")
                    # Code of the daemon that is not imported yet is a file as well.
                    assert error.kind in {"UnreadableRepository", "ResourcesExhausted"}, f"{error}: {daemon.log}"
                    assert error.data["retryable"], error
                else:
                    coverage.saw("answers in spite of it")
                    assert without_clock(answer) == from_zero(registry.path)["gto/show"]
                resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (hard, hard))
                check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def test_acts_keep_no_deleted_pack_open(daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage) -> None:
    coverage.expects("packs deleted after an act")
    daemon.start()
    for number in range(6):
        daemon.ask("gto/register", repo=str(registry.path), name=f"new{number}", ref="HEAD")
        packs = len(list(registry.git_dir.glob("objects/pack/*.pack")))
        registry.git("gc", "--quiet", "--prune=now")
        coverage.saw("packs deleted after an act", packs)
        daemon.ask("gto/show", repo=str(registry.path))
    targets = []
    for entry in Path(f"/proc/{daemon.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # a descriptor of the moment
            targets.append(entry.readlink())
    assert not [target for target in targets if target.name.endswith("(deleted)")]
