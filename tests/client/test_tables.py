"""What the client returns shows as a table in notebooks, goes into pandas, and is to programs what it was."""

import copy
import json
import pickle
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import client
from gto_daemon.client.tables import (
    HISTORY_COLUMNS,
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_SHOWN,
    VERSION_COLUMNS,
    RegistryTable,
    RowsTable,
)
from tests.builders import RepositoryBuilder


@pytest.fixture
def registry(repo: RepositoryBuilder, runtime: Path) -> RepositoryBuilder:
    """An artifact with two versions, one of them in two stages, and one that is annotated only."""
    first = repo.commit({"artifacts.yaml": "data:\n  type: dataset\n"})
    repo.tag("churn@v1.0.0", first, tz="+0530")
    repo.tag("churn#prod#1", first)
    repo.tag("churn#dev#2", first)
    repo.tag("churn@v2.0.0", repo.commit({"a": "2"}))
    return repo


class _Cells(HTMLParser):
    """The texts of a table, row by row; a table within it, or anything but text, would be a fault."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and data.strip():
            self.rows[-1][-1] += data


def shown(answer: Any) -> str:
    """What Jupyter asks for, by the name under which it looks for it."""
    return str(dict(vars(type(answer)))["_repr_html_"](answer))


def cells(answer: Any) -> list[list[str]]:
    return _Cells(shown(answer)).rows


def test_the_registry_is_a_table_with_a_column_for_each_stage(registry: RepositoryBuilder) -> None:
    assert cells(client.show(registry.path)) == [
        ["name", "latest", "#dev", "#prod"],
        ["churn", "v2.0.0", "v1.0.0", "v1.0.0"],
        ["*data", "-", "-", "-"],
    ]


def test_versions_and_events_are_tables(registry: RepositoryBuilder) -> None:
    first = registry.git("rev-parse", "churn@v1.0.0^{commit}")
    head, *versions = cells(client.show(registry.path, "churn"))
    assert head == ["artifact", "version", "stage", "created_at", "ref"]
    assert [(row[1], row[2], row[4]) for row in versions] == [
        ("v2.0.0", "-", "churn@v2.0.0"),
        ("v1.0.0", "dev, prod", "churn@v1.0.0"),
    ]
    head, *events = cells(client.history(registry.path, "churn", ascending=True))
    assert head == list(HISTORY_COLUMNS)
    assert [row[1:] for row in events[:2]] == [
        ["churn", "registration", "v1.0.0", "-", first[:7], "churn@v1.0.0"],
        ["churn", "assignment", "v1.0.0", "prod", first[:7], "churn#prod#1"],
    ]
    assert events[0][0] == "2023-11-15T03:45:20+05:30"
    (event,) = cells(client.check_ref(registry.path, "churn#prod#1"))[1:]
    assert event[1:] == ["churn", "assignment", "v1.0.0", "prod", first[:7], "churn#prod#1"]
    in_stage = client.find_versions_in_stage(registry.path, "churn", "prod")
    assert [row[:3] for row in cells(in_stage)[1:]] == [["churn", "v1.0.0", "prod"]]
    everything = client.find_latest_version(registry.path, "churn", all=True)
    assert [row[1] for row in cells(everything)[1:]] == ["v2.0.0", "v1.0.0"]


def test_nothing_found_is_said(registry: RepositoryBuilder) -> None:
    assert shown(client.history(registry.path, "nobody")) == "<p>Nothing found</p>"
    assert shown(client.check_ref(registry.path, "nonsense")) == "<p>Nothing found</p>"


def test_text_of_others_is_only_text() -> None:
    name = "<script>alert(1)</script>&\"'\u202ex"
    html = shown(RowsTable([{"name": name}], [name, "name"]))
    assert _Cells(html).tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert _Cells(html).rows == [[name.replace("\u202e", "\\u202e"), "name"], ["-", name.replace("\u202e", "\\u202e")]]


def test_of_a_long_answer_the_beginning_is_shown(repo: RepositoryBuilder, runtime: Path) -> None:
    repo.commit()
    for number in range(MAX_SHOWN + 2):
        repo.tag(f"m@v1.0.{number}")
    events = client.history(repo.path)
    assert len(cells(events)) == 1 + MAX_SHOWN
    assert shown(events).endswith(f"<p>{MAX_SHOWN} of {MAX_SHOWN + 2} rows</p>")
    assert len(cells(events[-3:])) == 1 + 3


def test_of_a_wide_answer_the_beginning_is_shown() -> None:
    """As of a registry with 2,000 artifacts and a stage for each."""
    count = 2_000
    table = RegistryTable(
        {
            f"m{number:04}": {
                "version": "v1.0.0",
                "stage": {f"s{number:04}": "v1.0.0"},
                "registered": True,
                "active": True,
            }
            for number in range(count)
        }
    )
    head, *rows = cells(table)
    assert (head[:3], len(head), len(rows)) == (["name", "latest", "#s0000"], MAX_COLUMNS, MAX_SHOWN)
    assert shown(table).endswith(f"<p>{MAX_SHOWN} of 2,000 rows, {MAX_COLUMNS} of 2,002 columns</p>")
    version = {"version": "v1.0.0", "stages": [{"stage": f"s{number}"} for number in range(count)]}
    (row,) = cells(RowsTable([version], VERSION_COLUMNS))[1:]
    assert len(row[2]) == MAX_CELL_LENGTH + 1
    assert row[2].startswith("s0, s1, ")
    assert row[2].endswith("…")


@pytest.mark.parametrize("length", [40, 64])
def test_ids_are_shortened_where_ids_are(length: int) -> None:
    """A name of as many digits is a name."""
    hexsha = "0123456789abcdef" * 4
    hexsha = hexsha[:length]
    row = {"artifact": hexsha, "version": hexsha, "commit": hexsha, "ref": f"{hexsha}@v1.0.0", "stage": hexsha}
    assert cells(RowsTable([row], list(row)))[1] == [hexsha, hexsha[:7], hexsha[:7], f"{hexsha}@v1.0.0", hexsha]
    artifact: Any = {"version": hexsha, "stage": {"prod": f"{hexsha}, v1.0.0,{hexsha}"}, "registered": True}
    table = RegistryTable({hexsha: artifact})
    assert cells(table)[1] == [hexsha, hexsha[:7], f"{hexsha[:7]}, v1.0.0,{hexsha[:7]}"]


def test_rows_that_a_program_made_are_shown() -> None:
    made: list[Any] = [
        None,
        {},
        {"version": 1, "stage": False},
        {"stages": None},
        {"stages": [None, {}, {"stage": "a"}]},
    ]
    assert [row[1:3] for row in cells(RowsTable(made, VERSION_COLUMNS))[1:]] == [
        ["-", "-"],
        ["-", "-"],
        ["1", "False"],
        ["-", "-"],
        ["-", "a"],
    ]
    entries: Any = {"a": None, "b": {}, "c": {"version": 2, "stage": None}, "d": {"stage": {"prod": 3}}}
    assert cells(RegistryTable(entries)) == [
        ["name", "latest", "#prod"],
        ["*a", "-", "-"],
        ["*b", "-", "-"],
        ["*c", "2", "-"],
        ["*d", "-", "3"],
    ]


def test_to_programs_they_are_lists_and_dictionaries(registry: RepositoryBuilder) -> None:
    for answer in (client.show(registry.path), client.show(registry.path, "churn"), client.history(registry.path)):
        plain: Any = dict(answer) if isinstance(answer, dict) else list(answer)
        assert answer == plain
        assert isinstance(answer, type(plain))
        assert json.dumps(answer) == json.dumps(plain)
        assert repr(answer) == repr(plain)
        for other in (copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):
            assert other == answer
            assert shown(other) == shown(answer)
    events = client.history(registry.path)
    assert type(events[0]) is dict
    assert isinstance(events[:1], RowsTable)


def test_without_pandas_the_error_says_what_to_install(
    registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    for answer in (client.show(registry.path), client.history(registry.path)):
        with pytest.raises(ImportError, match=r"^to_pandas\(\) needs pandas, .*pip install pandas$"):
            answer.to_pandas()
