"""Commits made to hurt who reads their metrics, params and plots: each takes little time, and says what is wrong."""

import json
import time
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.differential.subject import Subject

#: Seconds of the processor for one question, with much room for slow machines; without its bound each takes minutes.
_SOON = 15
_FILE, _FOLDER, _SUBMODULE = b"100644", b"40000", b"160000"

Entry = tuple[bytes, str, str]


def _tree(repo: RepositoryBuilder, *entries: Entry) -> str:
    def place(entry: Entry) -> bytes:
        return entry[1].encode() + (b"/" if entry[0] == _FOLDER else b"")

    rows = (b"%s %s\0%s" % (mode, name.encode(), bytes.fromhex(oid)) for mode, name, oid in sorted(entries, key=place))
    return repo.raw("tree", b"".join(rows))


def _version(repo: RepositoryBuilder, number: int, *entries: Entry) -> None:
    person = f"A <a@b> {1_700_000_000 + number} +0000"
    text = f"tree {_tree(repo, *entries)}\nauthor {person}\ncommitter {person}\n\nx\n"
    commit = repo.raw("commit", text.encode())
    repo.ref("refs/heads/main", commit)
    repo.tag(f"churn@v{number}.0.0", commit)


def _file(repo: RepositoryBuilder, name: str, content: str) -> Entry:
    return _FILE, name, repo.blob(content)


def _ask(repo: RepositoryBuilder, method: str, **params: Any) -> dict[str, Any]:
    subject = Subject(repo.path)
    started = time.process_time()
    answer = subject.call(method, name="churn", **params)
    assert time.process_time() - started < _SOON
    assert len(json.dumps(answer, allow_nan=False)) < 30 << 20
    return answer


def _said(answer: dict[str, Any]) -> str:
    return "\n".join(problem["message"] for problem in answer["problems"])


def _in_each_other(repo: RepositoryBuilder, *, leaf: str) -> str:
    """Ten folders in each of ten folders, and so on, with no file anywhere: 61 objects, and paths beyond number."""
    tree = leaf
    for _ in range(60):
        tree = _tree(repo, *((_FOLDER, f"d{number}", tree) for number in range(10)))
    return tree


@pytest.mark.parametrize("what", ["metrics: [m]", "params: [m]", "plots: [m]"])
def test_folders_without_any_file_are_not_walked_through_for_ever(repo: RepositoryBuilder, what: str) -> None:
    bomb = _in_each_other(repo, leaf=_tree(repo))
    _version(repo, 1, _file(repo, "dvc.yaml", what), (_FOLDER, "m", bomb))

    answer = _ask(repo, f"gto/{what.partition(':')[0]}")

    assert "m has more than 1000 files and folders in it" in _said(answer)


def test_submodules_count_for_what_a_folder_has(repo: RepositoryBuilder) -> None:
    many = _tree(repo, *((_SUBMODULE, f"s{number:05}", "1" * 40) for number in range(50_000)))
    folder = _tree(repo, *((_FOLDER, f"d{number:03}", many) for number in range(900)))
    _version(repo, 1, _file(repo, "dvc.yaml", "metrics: [m]"), (_FOLDER, "m", folder))

    assert "m has more than 1000 files and folders in it" in _said(_ask(repo, "gto/metrics"))


def test_a_comparison_does_not_walk_through_them_for_ever(repo: RepositoryBuilder) -> None:
    _version(repo, 1, _file(repo, "a", "1"))
    _version(repo, 2, _file(repo, "a", "2"), (_FOLDER, "m", _in_each_other(repo, leaf=_tree(repo))))

    answer = _ask(repo, "gto/compare", left="v1.0.0", right="v2.0.0")

    assert answer["files"] == [{"path": "a", "status": "modified"}]
    assert answer["files_complete"] is False
