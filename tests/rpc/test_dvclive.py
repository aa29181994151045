"""What the daemon shows of trainings of the real DVCLive is what DVC shows of them."""

from typing import Any, Final

import pytest

from tests.evidence.real_dvclive import trained
from tests.evidence.versions import History, as_lines, assert_as_dvc, points_of_dvc, shown, values_of_dvc
from tests.rpc.peer import Peer

# DVC and DVCLive take seconds for each repository, and many more on a machine with other work.
pytestmark = pytest.mark.timeout(1200)


def _run(folder: str = "", *, steps: int = 2, summary: bool = False, **live: Any) -> dict[str, Any]:
    return {"folder": folder, "steps": steps, "summary": summary, "live": live}


_STAGES: Final = """
params: [other.yaml]
metrics: [results.json]
stages: {train: {cmd: python train.py, params: [seed], outs: [model.pkl]}}
"""

TRAININGS: Final[dict[str, dict[str, Any]]] = {
    "as it comes": {"versions": [[_run()], [_run(steps=3)]]},
    "another folder": {"versions": [[_run(dir="results/train")], [_run(dir="results/train", steps=1)]]},
    "two folders": {"versions": [[_run(dir="a"), _run(dir="a/live")], [_run(dir="a"), _run(dir="b")]]},
    # It adds the same entries with each step.
    "a dvc.yaml beside the files": {"versions": [[_run(dir="live", dvcyaml="live/dvc.yaml")]] * 2},
    "a dvc.yaml in another folder": {"versions": [[_run(dvcyaml="conf/dvc.yaml")], [_run(dvcyaml="conf/dvc.yaml")]]},
    "going on": {"versions": [[_run()], [_run(resume=True)]]},
    "no steps": {"versions": [[_run(steps=0)], [_run(steps=0, summary=True)]]},
    "in a folder": {"versions": [[_run("train")], [_run("train"), _run("other")]]},
    "beside stages": {
        "files": {"dvc.yaml": _STAGES, "params.yaml": "seed: 1\n", "other.yaml": "x: 1\n", "results.json": "0.5"},
        "versions": [[_run()], [_run(steps=1)]],
    },
    "no dvc.yaml": {"versions": [[_run(dvcyaml=None)], [_run(dvcyaml=None, steps=3)]]},
    "pictures in the cache": {"versions": [[_run(cache_images=True)]] * 2},
}
_AS_DVC: Final = [name for name in TRAININGS if name not in ("no dvc.yaml", "pictures in the cache")]


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    root = tmp_path_factory.mktemp("trainings")
    asked = [{"repository": str(root / str(number)), **training} for number, training in enumerate(TRAININGS.values())]
    paths = [root / str(number) for number in range(len(asked))]
    return dict(zip(TRAININGS, shown(dict(zip(paths, trained(asked), strict=True)), has_dots=True), strict=True))


@pytest.mark.parametrize("name", _AS_DVC)
async def test_a_training_is_shown_as_dvc_shows_it(peer: Peer, trainings: dict[str, History], name: str) -> None:
    history = trainings[name]
    assert all(history.dvc[kind][tag] for kind in ("params", "metrics") for tag in history.tags)
    await assert_as_dvc(peer, history)


async def test_without_a_dvc_yaml_the_files_count_where_dvc_shows_nothing(
    peer: Peer, trainings: dict[str, History]
) -> None:
    history, named = trainings["no dvc.yaml"], trainings["as it comes"].dvc
    repo = {"repo": str(history.path), "name": "m"}
    for tag in history.tags:
        assert not any(history.dvc[kind].get(tag) for kind in ("metrics", "params", "plots"))
        for kind in ("metrics", "params"):
            (row,) = (await peer.call(f"gto/{kind}", {**repo, "versions": [tag.partition("@")[2]]}))["versions"]
            assert as_lines(row["values"]) == as_lines(values_of_dvc(named[kind][tag], has_dots=True))
        plots = await peer.call("gto/plots", {**repo, "versions": [tag.partition("@")[2]]})
        points = {plot["id"]: plot["data"][0]["points"] or "image" for plot in plots["plots"]}
        # What `log_plot` writes has no axes without a dvc.yaml.
        expected = {name: each for name, each in points_of_dvc(named["plots"][tag]).items() if "/custom/" not in name}
        assert as_lines(points) == as_lines(expected)


async def test_pictures_that_only_the_cache_has_are_told_and_the_rest_is_dvcs(
    peer: Peer, trainings: dict[str, History]
) -> None:
    history = trainings["pictures in the cache"]
    plots = await peer.call("gto/plots", {"repo": str(history.path), "name": "m", "versions": ["latest"]})
    points = {plot["id"]: plot["data"][0]["points"] for plot in plots["plots"]}
    expected = points_of_dvc(history.dvc["plots"][history.tags[-1]])
    assert "image" in expected.values()
    assert as_lines(points) == as_lines({name: each for name, each in expected.items() if each != "image"})
    assert {problem["code"] for problem in plots["problems"]} == {"not-in-git"}
