"""The table of bounds in docs/security.md is the code's; each row has a test, here if nowhere else."""

import re
from importlib import import_module

import pytest

from gto_daemon.client.errors import CallError
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.daemon.live.message_budget import MAX_FREE
from gto_daemon.git import packed_refs
from gto_daemon.git.parse import MAX_IDENTITY, MAX_PARENTS, parse_commit_object
from gto_daemon.registry.objects import CUT, MAX_MESSAGE
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.tag_names import MAX_TAG_NAME_LENGTH
from tests.attacks.named_tests import ROOT, missing
from tests.builders import RepositoryBuilder
from tests.differential.subject import Subject

_ROW = re.compile(r"^\|[^|]+\|([^|]+)\|[^|]+\| `([^`|]+)` \| `([^`|]+)` \|$", re.MULTILINE)
_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20}


def rows() -> list[tuple[str, str, str]]:
    """Bound, constant and test of each row."""
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    table = page.partition("## Bounds\n")[2].partition("\n|---|")[2].partition("\n\n")[0]
    found = _ROW.findall(table)
    assert len(found) == len([line for line in table.splitlines()[1:] if line.startswith("|")])
    return [(bound.strip(), constant, test) for bound, constant, test in found]


@pytest.mark.parametrize(("bound", "constant"), [row[:2] for row in rows()], ids=[row[1] for row in rows()])
def test_a_bound_is_the_one_in_the_code(bound: str, constant: str) -> None:
    module, _, name = constant.rpartition(".")
    number, _, unit = bound.partition(" ")
    value = int(number.replace(",", "")) * _UNITS.get(unit.partition(",")[0], 1)
    assert getattr(import_module(module), name) == value


def test_every_bound_has_a_test() -> None:
    assert missing(test for _, _, test in rows()) == []


def test_a_long_message_is_cut_and_named(repo: RepositoryBuilder) -> None:
    commit = repo.commit({"a": "1"}, message="c" * (MAX_MESSAGE + 1))
    repo.tag("long@v1.0.0", commit, message="é" * (MAX_MESSAGE + 1))
    repo.tag("just@v1.0.0", commit, message="é" * MAX_MESSAGE)
    answer = Subject(repo.path).call("gto/history")
    assert {row["artifact"]: row["message"] for row in answer["events"]} == {
        "long": "é" * MAX_MESSAGE + CUT,
        "just": "é" * MAX_MESSAGE,
    }
    assert [problem.get("tag") for problem in answer["problems"] if problem["code"] == "odd-tag"] == ["long@v1.0.0"]
    assert {problem["commit"] for problem in answer["problems"] if problem["code"] == "long-message"} == {commit}


def test_messages_that_are_too_much_together_are_left_out_and_named(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"}, message="first")
    short = "s" * MAX_FREE
    for number in range(20):
        repo.tag(f"short@v1.{number}.0", message=short)
    for number in range(5):
        repo.tag(f"m@v1.{number}.0", message=f"{number}" * (MAX_FREE + 300))
    worktree = Hub(watch=False, limits=LiveLimits(max_messages=1000)).worktree(str(repo.path))
    snapshot = worktree.fresh_blocking()
    events = [row for row in history(snapshot) if row["message"] != short]
    assert len(history(snapshot)) == len(events) + 20
    assert sorted(len(row["message"]) for row in events) == [len(CUT)] * 2 + [MAX_FREE + 300] * 3
    left_out = {row["ref"] for row in events if row["message"] == CUT}
    assert {problem.tag for problem in snapshot.problems} == left_out
    # Where there is room again, what comes has its message.
    repo.delete_tag(next(row["ref"] for row in events if row["message"] != CUT))
    worktree.fresh_blocking()
    repo.tag("m@v2.0.0", message="x" * (MAX_FREE + 300))
    assert "x" * (MAX_FREE + 300) in {row["message"] for row in history(worktree.fresh_blocking())}


def test_a_long_name_of_a_person_is_cut_and_named(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.tag("m@v1.0.0", tagger="T" * 100_000 + " <tina@e>")
    answer = Subject(repo.path).call("gto/history")
    (row,) = answer["events"]
    assert row["author"] == "T" * MAX_IDENTITY
    assert row["timestamp"].startswith("2023-")
    assert [problem["tag"] for problem in answer["problems"]] == ["m@v1.0.0"]


def test_only_so_many_parents_are_followed() -> None:
    parents = b"".join(b"parent %040x\n" % number for number in range(MAX_PARENTS + 1))
    data = b"tree %s\n%sauthor A <a@e> 1 +0000\ncommitter A <a@e> 1 +0000\n\nx\n" % (b"2" * 40, parents)
    for each in (data, data.replace(b"+0000", b"+0")):
        parsed = parse_commit_object("1" * 40, each)
        assert parsed is not None
        assert [int(parent, 16) for parent in parsed[1].parents] == list(range(MAX_PARENTS))


def test_a_tag_in_too_many_tags_is_named(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.tag("fine@v1.0.0")
    oid = repo.tag_object("inner", repo.head)
    for _ in range(30):
        oid = repo.tag_object("inner", oid, target_kind="tag")
    repo.tag("deep@v1.0.0", oid, target_kind="tag")
    answer = Subject(repo.path).call("gto/show")
    assert list(answer["artifacts"]) == ["fine"]
    assert {problem["tag"] for problem in answer["problems"]} == {"deep@v1.0.0"}


def test_symbolic_refs_end_after_so_many(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.tag("m@v1.0.0")
    names = [f"m@v2.{number}.0" for number in range(20)]
    for name, target in zip(names, ["m@v1.0.0", *names], strict=False):
        (repo.git_dir / "refs/tags" / name).write_text(f"ref: refs/tags/{target}\n")
    loop = repo.git_dir / "refs/tags/m@v9.0.0"
    loop.write_text("ref: refs/tags/m@v9.0.0\n")
    versions = {row["version"] for row in Subject(repo.path).call("gto/history")["events"]}
    assert {"v1.0.0", "v2.0.0"} <= versions
    assert len(versions) < 10


def test_a_tag_with_a_long_name_is_none_of_gtos(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    oid = repo.tag("m@v1.0.0")
    repo.pack()
    with (repo.git_dir / "packed-refs").open("a") as file:
        file.write(f"{oid} refs/tags/{'x' * MAX_TAG_NAME_LENGTH}@v1.0.0\n")
    assert list(Subject(repo.path).call("gto/show")["artifacts"]) == ["m"]


def refused(repo: RepositoryBuilder) -> None:
    with pytest.raises(CallError) as caught:
        Subject(repo.path).call("gto/show")
    assert caught.value.data["kind"] == "UnreadableRepository"


def test_packed_refs_that_are_too_long_are_refused(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    with (repo.git_dir / "packed-refs").open("wb") as file:
        file.truncate(packed_refs.MAX_PACKED_REFS + 1)
    refused(repo)


def test_a_long_annotation_file_is_named(repo: RepositoryBuilder) -> None:
    commit = repo.commit({"artifacts.yaml": "m: {}\n" + "#" * (9 << 20)})
    repo.tag("m@v1.0.0", commit)
    answer = Subject(repo.path).call("gto/show")
    assert list(answer["artifacts"]) == ["m"]
    assert {problem["code"] for problem in answer["problems"]} == {"unreadable-file"}
