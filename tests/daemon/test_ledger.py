"""The ledger remembers the tags of a repository, however it is packed, reached or killed, and survives faults."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.remotes.evidence import acknowledge, evidence_of
from gto_daemon.daemon.stored.ledger import MAX_LINE, Ledger
from gto_daemon.git.layout import find_layout
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder


@pytest.fixture
def ledgers(tmp_path: Path) -> Path:
    return tmp_path / "state/gtod/ledger"


@pytest.fixture
def churn(repo: RepositoryBuilder) -> RepositoryBuilder:
    first = repo.commit({"m": "1"})
    repo.tag("churn@v1.0.0", first)
    repo.tag("churn#prod#1", first)
    repo.tag("churn#dev#2", first)
    return repo


Told = list[tuple[str, str]]
Look = Callable[[RepositoryBuilder | Path], Told]


@pytest.fixture
def look(ledgers: Path) -> Look:
    """What a new process finds in a repository."""

    def look(repo: RepositoryBuilder | Path) -> Told:
        path = repo.path if isinstance(repo, RepositoryBuilder) else repo
        worktree = Hub(watch=False, ledgers=ledgers).worktree(str(path))
        evidence, _ = evidence_of(worktree, worktree.fresh_blocking())
        return [(each.kind, each.ref) for each in evidence]

    return look


def only_file(ledgers: Path) -> Path:
    (file,) = ledgers.glob("*.ledger")
    return file


def test_a_tag_that_vanishes_and_one_that_moves_are_found_by_every_later_process(
    churn: RepositoryBuilder, look: Look
) -> None:
    assert look(churn) == []
    churn.delete_tag("churn#prod#1")
    churn.git("tag", "-f", "-a", "-m", "other", "churn@v1.0.0", churn.commit({"m": "2"}))
    for _ in range(2):
        assert look(churn) == [("vanished-tag", "churn#prod#1"), ("moved-tag", "churn@v1.0.0")]


@pytest.mark.parametrize(
    "commands",
    [
        [("pack-refs", "--all", "--prune")],
        [("gc", "--quiet", "--prune=now")],
        [("repack", "-adq"), ("pack-refs", "--all")],
    ],
    ids=["pack-refs", "gc", "repack"],
)
def test_what_git_does_to_its_files_is_no_sign(
    commands: list[tuple[str, ...]], churn: RepositoryBuilder, look: Look, ledgers: Path
) -> None:
    assert look(churn) == []
    written = only_file(ledgers).read_bytes()
    for command in commands:
        churn.git(*command)
    assert look(churn) == []
    assert only_file(ledgers).read_bytes() == written
    churn.git("tag", "-d", "churn#prod#1")
    assert look(churn) == [("vanished-tag", "churn#prod#1")]


def test_another_path_and_a_linked_worktree_have_the_same_ledger(
    churn: RepositoryBuilder, look: Look, tmp_path: Path
) -> None:
    churn.checkout()
    churn.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    (tmp_path / "link").symlink_to(churn.path)
    assert look(churn) == []
    churn.delete_tag("churn#prod#1")
    for path in (tmp_path / "linked", tmp_path / "link", churn.path / ".git"):
        assert look(path) == [("vanished-tag", "churn#prod#1")]


def test_a_new_clone_and_another_repository_at_the_path_begin_with_nothing(
    churn: RepositoryBuilder, look: Look, tmp_path: Path
) -> None:
    assert look(churn) == []
    churn.delete_tag("churn#dev#2")
    churn.git("clone", "-q", str(churn.path), str(tmp_path / "clone"))
    assert look(tmp_path / "clone") == []
    churn.path.rename(tmp_path / "elsewhere")
    other = RepositoryBuilder(churn.path)
    other.tag("other@v1.0.0", other.commit({"n": "1"}))
    assert look(other) == []


def test_history_from_before_the_first_commit_changes_nothing(churn: RepositoryBuilder, look: Look) -> None:
    """An older root, as of a project that was merged in, does not make it another repository."""
    assert look(churn) == []
    churn.delete_tag("churn#prod#1")
    older = churn.commit({"old": "1"}, parents=[], at=1_000)
    churn.ref("refs/heads/older", older)
    assert look(churn) == [("vanished-tag", "churn#prod#1")]


def test_a_lost_ledger_is_no_alarm_and_begins_again(churn: RepositoryBuilder, look: Look, ledgers: Path) -> None:
    assert look(churn) == []
    churn.delete_tag("churn#dev#2")
    only_file(ledgers).unlink()
    assert look(churn) == []
    churn.delete_tag("churn#prod#1")
    assert look(churn) == [("vanished-tag", "churn#prod#1")]


def test_a_lightweight_tag_counts_for_nothing_and_may_be_made_an_annotated_one(
    churn: RepositoryBuilder, look: Look
) -> None:
    churn.lightweight("churn#prod#3", churn.head)
    assert look(churn) == []
    churn.git("tag", "-d", "churn#prod#3")
    assert look(churn) == []
    churn.lightweight("churn#prod#3", churn.head)
    churn.git("tag", "-a", "-f", "-m", "it counts", "churn#prod#3", churn.head)
    assert look(churn) == []
    churn.git("tag", "-f", "churn#prod#3", churn.head)
    assert look(churn) == [("moved-tag", "churn#prod#3")]


@pytest.mark.parametrize(
    ("garbage", "lines"),
    [
        (b'{"at":17000', 1),
        (b"\xff\xfe\n", 1),
        (b"null\n[]\n", 2),
        (b'{"at":1,"seen":7}\n', 1),
        (b"[" * 100_000 + b"\n", 1),
        (b"x" * (3 * MAX_LINE) + b"\n", 1),
    ],
    ids=["torn", "bytes", "no objects", "no record", "deep", "endless"],
)
def test_a_line_that_is_no_record_is_left_out_and_said(
    garbage: bytes, lines: int, churn: RepositoryBuilder, look: Look, ledgers: Path
) -> None:
    assert look(churn) == []
    with only_file(ledgers).open("ab") as file:
        file.write(garbage)
    churn.delete_tag("churn#dev#2")
    assert look(churn) == [("vanished-tag", "churn#dev#2")]
    churn.delete_tag("churn#prod#1")
    churn.tag("churn#prod#3", churn.head)
    assert look(churn) == [("vanished-tag", "churn#dev#2"), ("vanished-tag", "churn#prod#1")]
    state = Ledger(ledgers, find_layout(str(churn.path))).state()
    assert "churn#prod#3" in state.tags
    assert state.trouble is not None
    assert state.trouble.startswith(f"{lines} line")


def test_it_is_for_its_owner_alone(churn: RepositoryBuilder, look: Look, ledgers: Path) -> None:
    look(churn)
    assert only_file(ledgers).stat().st_mode & 0o777 == 0o600
    assert ledgers.stat().st_mode & 0o777 == 0o700
    only_file(ledgers).chmod(0o666)
    state = Ledger(ledgers, find_layout(str(churn.path))).state()
    assert state.tags == {}
    assert "somebody else may have written" in str(state.trouble)


@pytest.fixture
def in_the_way(ledgers: Path) -> None:
    ledgers.parent.mkdir(parents=True)
    ledgers.write_text("")


@pytest.mark.usefixtures("in_the_way")
def test_without_a_place_for_it_there_is_the_rest_of_the_evidence_and_the_reason(
    churn: RepositoryBuilder, ledgers: Path
) -> None:
    churn.delete_tag("churn#prod#1")
    worktree = Hub(watch=False, ledgers=ledgers).worktree(str(churn.path))
    evidence, state = evidence_of(worktree, worktree.fresh_blocking())
    assert [each.kind for each in evidence] == ["counter-gap"]
    assert state.since is None
    assert "ledger" in str(state.trouble)
    with pytest.raises(RegistryError) as refused:
        acknowledge(worktree, worktree.fresh_blocking(), ["churn#dev#2"])
    assert refused.value.kind == "LedgerUnusable"


def test_a_repository_before_its_first_commit_has_none(repo: RepositoryBuilder, look: Look, ledgers: Path) -> None:
    assert look(repo) == []
    assert list(ledgers.glob("*")) == []


def test_what_is_acknowledged_is_told_no_more(churn: RepositoryBuilder, look: Look, ledgers: Path) -> None:
    look(churn)
    churn.delete_tag("churn#prod#1")
    churn.delete_tag("churn#dev#2")
    worktree = Hub(watch=False, ledgers=ledgers).worktree(str(churn.path))
    (accepted,) = acknowledge(worktree, worktree.fresh_blocking(), ["churn#prod#1", "churn@v1.0.0"])
    assert accepted.ref == "churn#prod#1"
    assert look(churn) == [("vanished-tag", "churn#dev#2")]


@pytest.mark.parametrize(
    ("act", "params", "left"),
    [
        ("gto/unassign", {"version": "v1.0.0", "stage": "prod"}, 2),
        ("gto/deregister", {"version": "v1.0.0"}, 0),
        ("gto/deprecate", {}, 0),
    ],
    ids=["unassign", "deregister", "deprecate"],
)
def test_what_gtod_deletes_itself_is_no_sign(
    act: str,
    params: dict[str, str],
    left: int,
    churn: RepositoryBuilder,
    look: Look,
    ledgers: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(ledgers.parents[1]))
    assert look(churn) == []
    asked = {"repo": str(churn.path), "name": "churn", **params}
    OneShot().call(act, {**asked, "delete": True}, {})
    assert len(churn.git("tag").split()) == left
    assert look(churn) == []
    # The names may be taken again, by gtod and by others.
    OneShot().call("gto/assign", {"repo": str(churn.path), "name": "churn", "ref": "HEAD", "stage": "new"}, {})
    churn.tag("churn#prod#1", churn.head)
    assert look(churn) == []
    churn.delete_tag("churn#prod#1")
    assert look(churn) == [("vanished-tag", "churn#prod#1")]


_APPENDING = """
import sys
from pathlib import Path
from gto_daemon.daemon.stored.ledger import Ledger
from gto_daemon.git.layout import find_layout
ledger = Ledger(Path(sys.argv[1]), find_layout(sys.argv[2]))
number, turns = sys.argv[3], int(sys.argv[4])
print("begun", flush=True)
turn = 0
while turn != turns:
    tags = {f"m{number}-{turn}#prod#{each}": "1" * 40 for each in range(500)}
    ledger.observe(tags, complete=False, counts=lambda tag: True)
    turn += 1
"""


def appending(ledgers: Path, repo: RepositoryBuilder, number: int, turns: int) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", _APPENDING, str(ledgers), str(repo.path), str(number), str(turns)]
    return subprocess.Popen(argv, env=os.environ, stdout=subprocess.PIPE, text=True)


def test_processes_that_append_at_once_lose_nothing(churn: RepositoryBuilder, look: Look, ledgers: Path) -> None:
    look(churn)
    processes = [appending(ledgers, churn, number, 10) for number in range(2)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    state = Ledger(ledgers, find_layout(str(churn.path))).state()
    assert state.trouble is None
    assert len(state.tags) == 3 + 2 * 10 * 500


def test_one_that_is_killed_while_it_appends_leaves_a_ledger_that_goes_on(
    churn: RepositoryBuilder, look: Look, ledgers: Path
) -> None:
    look(churn)
    for number in range(3):
        lines = only_file(ledgers).read_bytes().count(b"\n")
        process = appending(ledgers, churn, number, -1)
        while only_file(ledgers).read_bytes().count(b"\n") < lines + 3:
            assert process.poll() is None
        process.kill()
        process.communicate()
    churn.delete_tag("churn#prod#1")
    assert ("vanished-tag", "churn#prod#1") in look(churn)
    state = Ledger(ledgers, find_layout(str(churn.path))).state()
    assert {tag.split("-")[0] for tag in state.tags if tag.startswith("m")} == {"m0", "m1", "m2"}
