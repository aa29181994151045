"""Compare what is read of a project with what DVC shows of it: keys, values and points."""

from collections.abc import Mapping
from typing import Any

from gto_daemon.registry.evidence.plot_points import PlotPoints
from gto_daemon.registry.evidence.reading import read_metrics, read_params
from gto_daemon.registry.evidence.values import UnreadableEvidenceError
from tests.evidence.defined import defined_by, drawn_by, folders_of
from tests.evidence.real_dvc import Project


def flat(path: str, value: object) -> dict[str, object]:
    """Return the values of nested mappings by whole keys."""
    found: dict[str, object] = {}

    def add(start: str, inner: object) -> None:
        if isinstance(inner, dict):
            for key, each in inner.items():
                escaped = key.replace("\\", "\\\\").replace(".", "\\.")
                add(f"{start}.{escaped}" if start else f"{path}:{escaped}", each)
        else:
            found[start or path] = inner

    add("", value)
    return found


def unfold(paths: list[str], files: Mapping[str, bytes]) -> list[str]:
    """Return the paths with each folder replaced by the files in it."""
    folder = folders_of(files)
    return list(dict.fromkeys(name for path in paths for name in folder(path) or [path]))


def assert_as_dvc(project: Project, theirs: dict[str, Any]) -> None:
    """Fail unless everything is as DVC shows it."""
    assert "refused" not in theirs, theirs
    files = {name: content.encode() for name, content in project.items()}
    ours = defined_by(project)
    assert ours.problems == [], ours.problems

    paths = unfold(ours.metrics, files)
    assert sorted(paths) == sorted(theirs["metrics"])
    for path in paths:
        assert repr(_read(lambda path=path: read_metrics(path, files[path]))) == repr(
            _shown(path, theirs["metrics"][path])
        )

    sources = {path: source for source in ours.params for path in unfold([source.path], files)}
    assert sorted({*sources, *ours.variables}) == sorted(theirs["params"])
    for path, source in sources.items():
        read = _read(lambda path=path, keys=source.keys: read_params(path, files[path], keys))
        assert repr(read) == repr(_shown(path, theirs["params"][path]))
    for path in ours.variables.keys() - sources:
        assert repr(sorted(ours.variables[path].items())) == repr(sorted(theirs["params"][path].items()))

    plots = drawn_by(project)
    assert sorted(plots) == sorted(theirs["plots"])
    for name, drawn in theirs["plots"].items():
        if any("OverlappingOutput" in error or "OutputDuplication" in error for error in drawn["errors"]):
            continue
        mine = plots[name]
        if drawn["type"] == "image":
            assert mine == "image"
        elif drawn["points"]:
            assert isinstance(mine, PlotPoints)
            assert repr([*map(dict, mine.rows)]) == repr(drawn["points"])
            said = [drawn["properties"].get(key) for key in ("x", "y", "x_label", "y_label")]
            assert [mine.x, mine.y, mine.x_label, mine.y_label] == said
        else:
            assert isinstance(mine, str) or not mine.rows


def _shown(path: str, result: object) -> dict[str, object] | None:
    return None if isinstance(result, dict) and "error" in result else flat(path, result)


def _read(read: Any) -> dict[str, object] | None:
    try:
        return dict(read())
    except (UnreadableEvidenceError, KeyError):
        return None
