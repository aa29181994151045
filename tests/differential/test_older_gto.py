"""What GTO 0.2.8 could and 1.10.1 cannot: annotations from more commits, commit events in history, `describe`.

The older release differs in three ways that are not what its options are about, and are taken out before comparing:
its times have no offset and are local (UTC here); the order in which it visits several commits is that of a Python
set; names of artifacts have two letters at least, small ones. So histories here have no two events in one second.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.differential.histories import Commit, History, Tag, make
from tests.differential.subject import Subject
from tests.oracle.real_gto import Oracle

_MM: Final = "mm:\n  type: model\n  path: {}\n"

HISTORIES: Final = {
    "annotations that come and go": History(
        (
            Commit(0, {"artifacts.yaml": _MM.format("one") + "bb:\n  path: x\n"}),
            Tag("mm@v1.0.0", 5),
            Tag("mm#prod#1", 7),
            Commit(10, {"artifacts.yaml": _MM.format("two")}),
            Commit(20, {"artifacts.yaml": "side: {}\n"}, branch="side", tz="+0200"),
            Commit(30, {"artifacts.yaml": _MM.format("three") + "  labels: [x]\n  custom: {a: 1}\n  description: d\n"}),
            Tag("mm@v2.0.0", 35, tz="+0530"),
            Tag("uu#dev#1", 37, 1),
            Commit(50, {"artifacts.yaml": "zz:\n  virtual: false\n  path: z\n"}),
            Tag("zz@v0.1.0", 55),
        )
    ),
    "no annotation anywhere": History(
        (Commit(0), Tag("mm@v1.0.0", 5), Commit(10), Tag("mm@v2.0.0", 15), Tag("mm@v1.0.0!", 20, 0))
    ),
    "a deprecated artifact is annotated later": History(
        (
            Commit(0),
            Tag("mm@v1.0.0", 5),
            Tag("mm@deprecated", 10),
            Commit(20, {"artifacts.yaml": _MM.format("one")}, branch="side"),
            Commit(30, branch="main"),
        )
    ),
}
VIEWS: Final[dict[str, dict[str, Any]]] = {"": {}, "-a": {"all_branches": True}, "-A": {"all_commits": True}}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", HISTORIES)
def test_show_reads_annotations_of_more_commits(name: str, view: str, older_oracle: Oracle, tmp_path: Path) -> None:
    repo = make(HISTORIES[name], tmp_path / "repo").path
    flags = [view] if view else []
    subject = Subject(repo)
    theirs = older_oracle.run("show", "--json", *flags, cwd=repo).json
    ours = subject.call("gto/show", **VIEWS[view])["artifacts"]
    assert ours == theirs
    for artifact in theirs:
        rows = older_oracle.run("show", artifact, "--json", *flags, cwd=repo).json
        assert _without_offsets(subject.call("gto/show", name=artifact, **VIEWS[view])["versions"]) == rows


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", HISTORIES)
def test_history_lists_commits(name: str, view: str, ascending: bool, older_oracle: Oracle, tmp_path: Path) -> None:
    repo = make(HISTORIES[name], tmp_path / "repo").path
    flags = [*([view] if view else []), *(["--asc"] if ascending else [])]
    theirs = older_oracle.run("history", "--json", *flags, cwd=repo).json
    subject = Subject(repo)
    ours = subject.call("gto/history", commits=True, ascending=ascending, **VIEWS[view])["events"]
    assert any(row["event"] == "commit" for row in theirs)
    assert _without_offsets(ours) == theirs


@pytest.mark.parametrize(
    "arguments",
    [
        ("zz",),
        ("zz", "--rev", "HEAD"),
        ("mm", "--rev", "HEAD"),
        ("mm", "--rev", "HEAD~1"),
        ("bb", "--rev", "HEAD~3"),
        ("side", "--rev", "side"),
        ("mm@v1.0.0",),
        ("mm@v2.0.0",),
        ("mm@latest",),
        ("mm@greatest",),
        ("mm#prod",),
        ("nope",),
        ("mm@v9.9.9",),
    ],
)
def test_describe_prints_what_is_not_default(arguments: tuple[str, ...], older_oracle: Oracle, tmp_path: Path) -> None:
    repo = make(HISTORIES["annotations that come and go"], tmp_path / "repo")
    repo.checkout()
    theirs = older_oracle.run("describe", *arguments, cwd=repo.path)
    params = {"name": arguments[0], **({"rev": arguments[2]} if len(arguments) > 1 else {})}
    subject = Subject(repo.path)
    ours = subject.call("gto/describe", **params)["annotation"]
    assert theirs.exit == 0
    assert ours == theirs.json


def _without_offsets(value: Any) -> Any:
    """The same with times as 0.2.8 prints them where the local time is UTC."""
    if isinstance(value, dict):
        return {key: _naive(one) if key in _TIMES else _without_offsets(one) for key, one in value.items()}
    return [_without_offsets(one) for one in value] if isinstance(value, list) else value


def _naive(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None).isoformat()


_TIMES = frozenset(("timestamp", "created_at", "activated_at"))
