"""Tables made from JSON have the very cells that GTO 1.10.1 printed for the same registry."""

import json
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.cli.rows import commit_table, has_tags, history_table, registry_table, versions_table
from gto_daemon.cli.tables import Table, plain_table

RECORDED = Path(__file__).parent / "recorded"


def value(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


def gto_printed(name: str) -> str:
    return (RECORDED / f"{name}.txt").read_text().rstrip("\n")


def versions(name: str) -> Table:
    rows = value(name)
    return versions_table(rows, registered=has_tags(rows))


def test_a_plain_registry_is_gto_s_byte_for_byte() -> None:
    assert plain_table(registry_table(value("show"))) == gto_printed("show")


@pytest.mark.parametrize("name", ["versions", "unregistered_versions", "annotated_versions"])
def test_plain_versions_are_gto_s_byte_for_byte(name: str) -> None:
    assert plain_table(versions(name)) == gto_printed(name)


def test_a_plain_history_is_gto_s_byte_for_byte() -> None:
    assert plain_table(history_table(value("history"))) == gto_printed("history")


def test_versions_stay_whole_where_gto_cuts_them_and_commits_are_cut_to_seven_digits() -> None:
    table = registry_table(value("tricky_show"))
    assert table.columns == ("name", "latest", "#dev", "#prod")
    assert table.rows == [
        ["*annotated", None, None, None],
        ["m", "v1.0.0", "v1.0.0", "2c756dc"],
        ["some/dir:x", "v10.20.30-rc.1", None, None],
    ]


def test_every_version_of_a_stage_is_cut_on_its_own() -> None:
    found = {"version": None, "stage": {"dev": f"v10.20.30, {'a' * 40}"}, "registered": True, "active": True}
    assert registry_table({"m": found}).rows == [["m", None, "v10.20.30, aaaaaaa"]]


def test_an_empty_registry_has_no_rows() -> None:
    assert registry_table({}).rows == []


def test_a_commit_s_versions_come_with_their_stages_and_stages_without_a_version_last() -> None:
    held = {"artifact": "m", "version": "v1.0.0", "active": True, "ref": "m@v1.0.0"}
    stages = [
        {"artifact": "n", "version": "c" * 40, "stage": "dev", "active": True, "ref": "n#dev#1"},
        {"artifact": "m", "version": "v1.0.0", "stage": "prod", "active": False, "ref": "m#prod#2"},
    ]
    assert commit_table([held], stages).rows == [
        ["m", "v1.0.0", None, "yes", "m@v1.0.0"],
        ["m", "v1.0.0", "prod", "no", "m#prod#2"],
        ["n", "ccccccc", "dev", "yes", "n#dev#1"],
    ]
