"""The registry of `gtod demo`: made the same in every place, to the commit ids."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pygit2

from gto_daemon.registry.rules.values import RULES_FILE

_DAY: Final = 86_400
#: 1 September 2025, 09:00 UTC.
_BEGIN: Final = 1_756_717_200
_ANNOTATIONS: Final = """\
churn:
  type: model
  path: models/churn.pkl
  description: Tells which customers are about to leave
  labels: [marketing]
segment:
  type: model
  path: models/segment.pkl
cv-class:
  type: model
  path: models/cv-class.pkl
"""
_EVIDENCE: Final = """\
version: 1
evidence:
  churn:
    metrics: [metrics/churn.json]
    params: [params/churn.yaml]
    plots: [plots/churn.csv]
    headline: [auc]
  segment:
    metrics: [metrics/segment.json]
    params: [params/segment.yaml]
  cv-class:
    metrics: [metrics/cv-class.json]
    params: [params/cv-class.yaml]
"""


class _Trained(NamedTuple):
    """What is in the files of a model: in place of weights, how good it is, how it was trained, and its loss."""

    said: str
    metrics: Mapping[str, float]
    params: Mapping[str, int | float | str]
    losses: tuple[float, ...] = ()


#: Day of each commit, its message, and the models that it writes.
_COMMITS: Final = (
    (
        0,
        "Add the models",
        {
            "churn": _Trained(
                "v3.0.0",
                {"auc": 0.912, "logloss": 0.311},
                {"data": "2025-07", "epochs": 20, "learning_rate": 0.1},
                (0.688, 0.492, 0.401, 0.344, 0.311),
            ),
            "segment": _Trained("v0.4.1", {"silhouette": 0.58}, {"clusters": 6}),
            "cv-class": _Trained("v0.1.13", {"accuracy": 0.874}, {"epochs": 12, "image_size": 224}),
        },
    ),
    (
        7,
        "Train churn with the data of August",
        {
            "churn": _Trained(
                "v3.1.0",
                {"auc": 0.934, "logloss": 0.274},
                {"data": "2025-08", "epochs": 30, "learning_rate": 0.1},
                (0.685, 0.451, 0.352, 0.298, 0.274),
            )
        },
    ),
    (
        14,
        "Train churn with the data of September",
        {
            "churn": _Trained(
                "not yet registered",
                {"auc": 0.931, "logloss": 0.281},
                {"data": "2025-09", "epochs": 30, "learning_rate": 0.1},
                (0.684, 0.449, 0.355, 0.304, 0.281),
            )
        },
    ),
)
#: Hour at which each tag is made, who makes it, its name, its message, and the commit that it is on.
_TAGS: Final = (
    (1, "Ann", "churn@v3.0.0", "Registering artifact churn version v3.0.0", 0),
    (2, "Ann", "segment@v0.4.1", "Registering artifact segment version v0.4.1", 0),
    (3, "Ben", "cv-class@v0.1.13", "Registering artifact cv-class version v0.1.13", 0),
    (4, "Ann", "churn#dev#1", "Assigning stage dev to artifact churn version v3.0.0", 0),
    (5, "Ben", "segment#dev#1", "Assigning stage dev to artifact segment version v0.4.1", 0),
    (7 * 24 + 1, "Ann", "churn@v3.1.0", "Registering artifact churn version v3.1.0", 1),
    (7 * 24 + 2, "Ann", "churn#staging#2", "Assigning stage staging to artifact churn version v3.1.0", 1),
    (7 * 24 + 3, "Ben", "churn#prod#3", "Assigning stage prod to artifact churn version v3.0.0", 0),
    (7 * 24 + 4, "Ann", "churn#dev#4", "Assigning stage dev to artifact churn version v3.1.0", 1),
)


def create_demo(place: Path) -> None:
    """Make a repository with the demo's registry at `place`, where there is nothing or an empty folder.

    Its own configuration says who tags in it, so that everything can be tried before Git knows who one is.

    Raises:
        FileExistsError: there is something.
        OSError: it cannot be written.

    """
    place.mkdir(parents=True, exist_ok=True)
    if any(place.iterdir()):
        raise FileExistsError(f"'{place}' is not empty")
    repository = pygit2.init_repository(str(place), initial_head="main")
    repository.config["user.name"], repository.config["user.email"] = "Demo", "demo@example.com"
    files = {"artifacts.yaml": _ANNOTATIONS, RULES_FILE: _EVIDENCE}
    commits = list[pygit2.Oid]()
    for day, message, models in _COMMITS:
        for name, trained in models.items():
            files |= _files(name, trained)
        author = _signature("Ann", _BEGIN + day * _DAY)
        tree = _write_tree(repository, files)
        commits.append(repository.create_commit("refs/heads/main", author, author, message, tree, commits[-1:]))
    for hour, who, name, message, commit in _TAGS:
        tagger = _signature(who, _BEGIN + hour * 3600)
        repository.create_tag(name, commits[commit], pygit2.enums.ObjectType.COMMIT, tagger, message)
    repository.reset(commits[-1], pygit2.enums.ResetMode.HARD)


def _files(name: str, trained: _Trained) -> dict[str, str]:
    files = {
        f"models/{name}.pkl": f"In place of the weights: {name} {trained.said}\n",
        f"metrics/{name}.json": json.dumps(trained.metrics, indent=2) + "\n",
        f"params/{name}.yaml": "".join(f"{key}: {json.dumps(value)}\n" for key, value in trained.params.items()),
    }
    if trained.losses:
        rows = (f"{epoch},{loss}\n" for epoch, loss in enumerate(trained.losses, start=1))
        files[f"plots/{name}.csv"] = "epoch,loss\n" + "".join(rows)
    return files


def _write_tree(repository: pygit2.Repository, files: dict[str, str]) -> pygit2.Oid:
    index = pygit2.Index()
    for path, content in files.items():
        index.add(pygit2.IndexEntry(path, repository.create_blob(content.encode()), pygit2.enums.FileMode.BLOB))
    return index.write_tree(repository)


def _signature(name: str, time: int) -> pygit2.Signature:
    return pygit2.Signature(name, f"{name.lower()}@example.com", time, 0)
