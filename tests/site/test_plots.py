"""Plots: curves are data for a script, all else is markup."""

import json
import re
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.site.plots import plots_of, script_data
from tests.site.catalogues import plots


def data(answer: Any) -> dict[str, Any]:
    made = plots_of(answer, "../")
    assert made.drawn
    (script,) = re.findall(r"<script type=application/json>(.*?)</script>", made.markup or "")
    found: dict[str, Any] = json.loads(script)
    return found


def test_a_curve_is_sorted_along_x_and_text_of_csv_is_numbers() -> None:
    found = data(plots({"step": "10", "loss": "0.5"}, {"step": "9", "loss": "0.75"}, {"step": "11", "loss": "nan"}))
    assert found["series"] == [{"name": "", "x": [9, 10], "y": [0.75, 0.5]}]
    assert (found["x"], found["y"], found.get("points")) == ("step", "loss", None)


def test_names_along_x_are_kept_in_their_order() -> None:
    found = data(plots({"step": "warm-up", "loss": 1}, {"step": "main", "loss": 2}))
    assert found["names"] == ["warm-up", "main"]
    assert found["series"] == [{"name": "", "y": [1, 2]}]


def test_each_file_and_field_is_a_curve() -> None:
    points = [{"step": 1, "loss": 2, "filename": file, "field": field} for file in ("a", "b") for field in ("x", "y")]
    assert [each["name"] for each in data(plots(*points))["series"]] == ["a:x", "a:y", "b:x", "b:y"]
    assert [each["name"] for each in data(plots(*points[:2]))["series"]] == ["x", "y"]


def test_of_many_points_the_lowest_and_highest_are_kept() -> None:
    points = [{"step": step, "loss": 1000 if step == 7777 else step % 7} for step in range(20_000)]
    made = plots_of(plots(*points), "")
    found = data(plots(*points))["series"][0]
    assert len(found["x"]) <= 200
    assert max(found["y"]) == 1000
    assert min(found["y"]) == 0
    assert "20000 points, 0 to 1000" in (made.markup or "")


def test_a_plot_without_a_number_is_left_out() -> None:
    assert plots_of(plots({"step": 1, "loss": "n/a"}), "").markup is None
    assert plots_of(None, "").markup is None


def test_a_matrix_of_confusion_is_a_table() -> None:
    points = [{"actual": a, "predicted": p} for a, p in ["cc", "cd", "dd", "dd"]]
    made = plots_of(plots(*points, template="confusion", x="predicted", y="actual"), "")
    assert not made.drawn
    text = re.sub("<[^>]*>", " ", made.markup or "").split()
    assert text == ["loss.csv", "actual", "\\", "predicted", "c", "d", "c", "1", "1", "d", "0", "2"]


def test_bars_are_a_table_with_the_longest_first() -> None:
    points = [{"feature": "age", "gain": "0.2"}, {"feature": "plan", "gain": "0.7"}]
    made = plots_of(plots(*points, template="bar_horizontal", x="gain", y="feature"), "")
    assert re.sub("<[^>]*>", " ", made.markup or "").split()[-4:] == ["plan", "0.7", "age", "0.2"]


def _image(media_type: str, content: bytes = b"picture") -> Any:
    encoded = b64encode(content).decode()
    return {"path": "plots/roc", "oid": "ab" * 20, "media_type": media_type, "data": encoded}


def test_a_picture_is_a_file_of_the_site() -> None:
    made = plots_of(plots(image=_image("image/png")), "../")
    path = f"plots/{'ab' * 20}.png"
    assert dict(made.files) == {path: b"picture"}
    assert f"src=../{path}" in (made.markup or "")
    assert 'alt="loss.csv of v1.0.0"' in (made.markup or "")


def test_one_that_could_run_scripts_is_no_file_that_a_browser_could_open() -> None:
    made = plots_of(plots(image=_image("image/svg+xml", b"<svg/>")), "")
    assert not made.files
    assert 'src="data:image/svg+xml;base64,' in (made.markup or "")


@pytest.mark.parametrize("image", [_image("text/html"), {"path": "p.png", "oid": "ab", "media_type": "image/png"}])
def test_any_other_is_named_only(image: Any) -> None:
    made = plots_of(plots(image=image), "")
    assert not made.files
    assert "<img" not in (made.markup or "")
    assert "is not shown here" in (made.markup or "")


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_data_ends_no_script(value: object) -> None:
    text = script_data(value)
    assert "<" not in text
    assert json.loads(text) == value
