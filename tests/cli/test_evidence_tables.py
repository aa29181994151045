"""Metrics as tables: the names of columns, values and differences in words, CSV and Markdown."""

import csv
import io
from typing import Any

import pytest

from gto_daemon.cli.evidence_tables import (
    difference_text,
    markdown_table,
    markdown_text,
    short_keys,
    values_csv,
    values_table,
)
from gto_daemon.cli.tables import Table


def version(label: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "artifact": "churn",
        "version": label,
        "label": label,
        "ref": f"churn@{label}",
        "commit": "1af96db" + "0" * 33,
        "created_at": "2025-09-08T10:00:00+00:00",
        "active": True,
        "stages": [],
        "values": values,
        "changes": {},
        **more,
    }


def answer(*versions: dict[str, Any]) -> dict[str, Any]:
    keys = list(dict.fromkeys(key for each in versions for key in (*each["values"], *each["changes"])))
    return {"keys": keys, "short": short_keys(keys), "versions": list(versions)}


def change(before: Any, after: Any, difference: float | None, against: str = "v1.0.0") -> dict[str, Any]:
    return {"against": against, "from": before, "to": after, "difference": difference}


def test_a_value_is_followed_by_what_changed() -> None:
    after = {"m.json:auc": 0.934, "m.json:data": "2025-08", "m.json:new": 1}
    changes = {
        "m.json:auc": change(0.912, 0.934, 0.022),
        "m.json:data": change("2025-07", "2025-08", None),
        "m.json:new": change(None, 1, None),
        "m.json:gone": change(3, None, None),
    }
    table = values_table(answer(version("v1.1.0", after, changes=changes, stages=["dev", "prod"])), several=False)
    assert table.columns == ("version", "stage", "auc", "data", "new", "gone")
    assert table.rows == [
        ["v1.1.0", "dev, prod", "0.934 (+0.022)", "2025-08 (was 2025-07)", "1 (new)", "- (was 3)"],
    ]


def test_true_is_not_one_more_than_false() -> None:
    key = "m.json:converged"
    new = version("v1.1.0", {key: True}, changes={key: change(False, True, 1)})
    table = values_table(answer(new, version("v1.0.0", {key: False})), several=False)
    assert [row[-1] for row in table.rows] == ["true (was false)", "false"]
    assert difference_text(change(False, True, 1)) is None
    assert difference_text(change(False, 3, 3)) == "+3"


def test_a_number_that_json_does_not_have_is_named_and_so_is_what_it_was() -> None:
    key = "m.json:loss"
    new = version("v1.1.0", {key: 0.5}, changes={key: change(None, 0.5, None)})
    old = version("v1.0.0", {key: None}, special={key: "NaN"}, active=False)
    table = values_table(answer(new, old), several=False)
    assert table.rows == [["v1.1.0", "", "0.5 (was NaN)"], ["v1.0.0 (deregistered)", "", "NaN"]]
    assert [row[-1] for row in csv.reader(io.StringIO(values_csv(answer(new, old))))] == [key, "0.5", "NaN"]


def test_what_several_artifacts_call_by_one_name_is_one_column() -> None:
    one = version("v1.0.0", {"a/m.json:auc": 0.9, "a/m.json:only": 1})
    other = version("v2.0.0", {"b/m.json:auc": 0.8}, artifact="segment")
    both = answer(one, other)
    assert both["short"]["a/m.json:auc"] == "a/m.json:auc"
    table = values_table(both, several=True)
    assert table.columns == ("artifact", "version", "stage", "auc", "only")
    assert table.rows == [["churn", "v1.0.0", "", "0.9", "1"], ["segment", "v2.0.0", "", "0.8", None]]


def test_two_files_of_one_artifact_keep_their_names_apart() -> None:
    assert short_keys(["a.json:auc", "b.json:auc", "b.json:f1", "alone.json"]) == {
        "a.json:auc": "a.json:auc",
        "b.json:auc": "b.json:auc",
        "b.json:f1": "f1",
        "alone.json": "alone.json",
    }


def test_csv_has_exact_values_whole_keys_and_the_line_ends_of_its_standard() -> None:
    values = {'m,"x".json:auc': 0.1 + 0.2, "m.json:ok": True, "m.json:none": None, "m.json:list": [1, "a"]}
    said = {"m.json:text": 'two\nlines, "quoted"'}
    text = values_csv(answer(version("v1.0.0", {**values, **said}, stages=["dev", "prod"]), version("v0.9.0", {})))
    assert text.count("\r\n") == 3
    head, first, last = csv.reader(io.StringIO(text, newline=""))
    assert head[:6] == ["artifact", "version", "stages", "created_at", "ref", "commit"]
    assert head[6:] == [*values, *said]
    assert first[2] == "dev prod"
    assert first[6:] == ["0.30000000000000004", "true", "null", '[1, "a"]', 'two\nlines, "quoted"']
    assert last[6:] == [""] * 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("two\nlines", "two lines"),
        ("train_loss", "train_loss"),
        ("_x_ *y* `z` <b> [l](u)", r"\_x\_ \*y\* \`z\` \<b\> \[l\](u)"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, shown: str) -> None:
    assert markdown_text(text) == shown


def test_markdown_puts_numbers_at_the_right() -> None:
    table = Table(("version", "auc", "data"), [["v1", "0.9 (+0.1)", "x"], ["v0", None, "y"]])
    assert markdown_table(table).splitlines() == [
        "| version | auc | data |",
        "| --- | ---: | --- |",
        "| v1 | 0.9 (+0.1) | x |",
        "| v0 | - | y |",
    ]


def test_markdown_shows_entities_and_formulas_as_they_are_written() -> None:
    assert markdown_text("&lt;b&gt; $x$") == r"\&lt;b\&gt; \$x\$"
