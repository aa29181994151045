"""pandas takes what the client returns."""

import json
import re
from pathlib import Path

from tests.builders import RepositoryBuilder
from tests.notebooks.conftest import Run

_PAGE = Path(__file__).parents[2] / "docs/python.md"


def test_pandas_takes_them(registry: RepositoryBuilder, run: Run) -> None:
    found = json.loads(
        run(
            f"""
import json, warnings
warnings.simplefilter("error")
from gto_daemon.client import find_versions_in_stage, history, show
repo = {str(registry.path)!r}
registry, versions, events, nothing = (
    show(repo), show(repo, "churn"), history(repo, ascending=True), history(repo, "nobody"))
print(json.dumps({{
    "registry": registry.to_pandas().fillna("missing").to_dict("index"),
    "versions": versions.to_pandas()[["version", "stage", "is_active"]].to_dict("list"),
    "times": events.to_pandas()["timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%S%z").to_list(),
    "events": [list(events.to_pandas().columns), list(events[0])],
    "kinds": [str(frame.to_pandas()["timestamp"].dtype) for frame in (events, nothing)],
    "sizes": [frame.to_pandas().shape[0] for frame in (events, events[:1], nothing)],
}}, default=str))"""
        )
    )
    assert found["registry"] == {
        "churn": {"latest": "v2.0.0", "registered": True, "active": True, "#dev": "v1.0.0", "#prod": "v1.0.0"},
        "data": {"latest": "missing", "registered": False, "active": True, "#dev": "missing", "#prod": "missing"},
    }
    assert found["versions"]["version"] == ["v2.0.0", "v1.0.0"]
    assert found["versions"]["stage"][1] == "dev, prod"
    assert found["times"][0] == "2023-11-14T22:15:20+0000"
    columns, members = found["events"]
    assert columns == members
    assert found["kinds"] == ["datetime64[us, UTC]"] * 2
    assert found["sizes"] == [4, 1, 0]


def test_what_the_page_does_with_pandas_works(registry: RepositoryBuilder, run: Run) -> None:
    page = _PAGE.read_text("utf-8")
    (block,) = (text for text in re.findall(r"^```python\n(.*?)^```$", page, re.S | re.M) if "to_pandas" in text)
    *statements, last = block.strip().splitlines()
    lines = [
        "import warnings",
        "warnings.simplefilter('error')",
        f"repo = {str(registry.path)!r}",
        *statements,
        f"counts = {last}",
        "import json",
    ]
    assert json.loads(run("\n".join([*lines, "print(json.dumps(counts.to_dict('list')))"]))) == {
        "assignment": [2],
        "registration": [2],
    }
