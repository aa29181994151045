"""Commits made to hurt who reads their metrics, params and plots: each takes little time, and says what is wrong."""

import json
import time
from typing import Any

import pytest

from gto_daemon.daemon.live.evidence_definitions import MAX_DEFINING
from gto_daemon.daemon.live.evidence_reading import MAX_READ, MAX_TOLD
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


_MANY = json.dumps({f"k{number}": number for number in range(20_000)})


@pytest.mark.parametrize("content", [_MANY, "{" + " " * 8_000_000 + "}"], ids=["values", "bytes"])
def test_one_large_file_in_a_thousand_places_is_read_in_some(repo: RepositoryBuilder, content: str) -> None:
    folder = _tree(repo, *(_file(repo, f"m{number}.json", content) for number in range(1000)))
    _version(repo, 1, _file(repo, "dvc.yaml", "metrics: [m]"), (_FOLDER, "m", folder))

    answer = _ask(repo, "gto/metrics")

    assert f"have more than {MAX_READ} bytes together" in _said(answer)
    assert len(answer["keys"]) < 200_000


def test_what_was_read_before_the_limit_is_shown(repo: RepositoryBuilder) -> None:
    blank = [_file(repo, f"m{number}.json", "{" + " " * 8_000_000 + "}") for number in range(10)]
    _version(repo, 1, _file(repo, "dvc.yaml", "metrics: [a.json, m]"), _file(repo, "a.json", '{"auc": 1}'),
             (_FOLDER, "m", _tree(repo, *blank)))  # fmt: skip

    assert _ask(repo, "gto/metrics")["versions"][0]["values"] == {"a.json:auc": 1}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"A" * 4_000_000: json.loads(_MANY)}),
        # No mapping has many members here, and every value has a long key.
        '{"' + "A" * 1_000_000 + '":' + '{"a":{"b":1},"c":' * 90 + "1" + "}" * 91,
    ],
    ids=["wide", "deep"],
)
def test_a_long_key_is_not_repeated_for_every_value_below_it(repo: RepositoryBuilder, content: str) -> None:
    _version(repo, 1, _file(repo, "dvc.yaml", "metrics: [m.json]"), _file(repo, "m.json", content))

    assert "has keys of more than" in _said(_ask(repo, "gto/metrics"))


def test_of_very_many_missing_files_the_first_are_told(repo: RepositoryBuilder) -> None:
    lock = "stages:\n" + "".join(f"  s{n}: {{cmd: x, outs: [{{path: o{n}}}]}}\n" for n in range(3000))
    named = "".join(f"- m{number}.json\n" for number in range(5000))
    _version(repo, 1, _file(repo, "dvc.yaml", f"metrics:\n{named}- o7\n"), _file(repo, "dvc.lock", lock))

    problems = _ask(repo, "gto/metrics")["problems"]

    assert len(problems) == MAX_TOLD + 1
    assert "4901 more problems" in problems[-1]["message"]


@pytest.mark.parametrize("what", ["metrics", "plots"])
def test_a_path_without_end_is_no_path(repo: RepositoryBuilder, what: str) -> None:
    points = _tree(repo, _file(repo, "x.csv", "a,b\n1,2\n"))
    text = f"{what}:\n- p\n- {'a/' * 400_000}b\n"
    _version(repo, 1, _file(repo, "dvc.yaml", text), (_FOLDER, "p", points))

    said = _ask(repo, f"gto/{what}")["problems"]

    assert any(len(problem["message"]) < 1000 and problem["message"].startswith("'a/a/") for problem in said)


def test_the_definitions_of_a_commit_are_read_up_to_a_limit(repo: RepositoryBuilder) -> None:
    text = "metrics:\n" + "".join(f"- m{number}.json\n" for number in range(40_000))
    folder = _tree(repo, _file(repo, "dvc.yaml", text))
    _version(repo, 1, *((_FOLDER, f"d{number:03}", folder) for number in range(400)))

    assert f"have more than {MAX_DEFINING} bytes together" in _said(_ask(repo, "gto/metrics"))


def test_so_are_the_files_with_its_variables(repo: RepositoryBuilder) -> None:
    variables = [_file(repo, f"v{n:04}.json", f'{{"v{n % 2}": 1{" " * 900_000}}}') for n in range(500)]
    text = f"vars: [{', '.join(f'v{n:04}.json' for n in range(500))}]\nmetrics: ['${{v1}}']\n"
    _version(repo, 1, _file(repo, "dvc.yaml", text), *variables)

    assert f"have more than {MAX_DEFINING} bytes together" in _said(_ask(repo, "gto/metrics"))


def test_a_headline_costs_little_whatever_is_in_it(repo: RepositoryBuilder) -> None:
    names = "".join(f"    - '{'*?' * 60}{number}x'\n" for number in range(200))
    rules = f"version: 1\nevidence:\n  churn:\n    metrics: [m.json]\n    headline:\n{names}"
    long = json.dumps({f"{'k' * 60}{number}": number for number in range(20_000)})
    _version(repo, 1, _file(repo, ".gtod.yaml", rules), _file(repo, "m.json", long))

    assert _ask(repo, "gto/metrics")["headline"] == []


def test_metrics_without_any_number_have_no_headline(repo: RepositoryBuilder) -> None:
    text = json.dumps({f"k{number}": "x" for number in range(20_000)})
    for number in range(1, 11):
        _version(repo, number, _file(repo, "dvc.yaml", "metrics: [m.json]"), _file(repo, "m.json", text))

    assert _ask(repo, "gto/metrics")["headline"] == []


@pytest.mark.parametrize("name", ["dvc.yaml", "params.yaml", "m.json"])
def test_what_was_missing_is_read_once_it_comes(repo: RepositoryBuilder, name: str) -> None:
    files = {"dvc.yaml": "metrics: ['${name}.json']\n", "params.yaml": "name: m\n", "m.json": '{"auc": 1}'}
    _version(repo, 1, *(_file(repo, path, content) for path, content in files.items()))
    oid = repo.blob(files[name])
    place = repo.git_dir / "objects" / oid[:2] / oid[2:]
    away = place.rename(place.with_name("away"))
    subject = Subject(repo.path)

    answer = subject.call("gto/metrics", name="churn")
    assert answer["versions"][0]["values"] == {}
    assert "missing from this clone" in _said(answer)
    away.rename(place)

    answer = subject.call("gto/metrics", name="churn")
    assert answer["problems"] == []
    assert answer["versions"][0]["values"] == {"m.json:auc": 1}
