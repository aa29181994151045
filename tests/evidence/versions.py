"""Versions in Git repositories, as the daemon and as DVC show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gto_daemon.registry.evidence.reading import finite
from tests.evidence.comparing import flat
from tests.evidence.real_dvc import revisions_by_dvc
from tests.rpc.peer import Peer

_BOTH: Final = {"metrics": True, "params": True}


@dataclass(frozen=True)
class History:
    """A repository with versions of `m`, and what DVC shows of them.

    Attributes:
        path: where it is.
        tags: those of the versions, oldest first.
        dvc: the answer of DVC.
        has_dots: whether names have dots; then it has no variables, which DVC shows with dots between their names.

    """

    path: Path
    tags: list[str]
    dvc: Mapping[str, Any]
    has_dots: bool


def shown(repositories: Mapping[Path, list[str]], *, has_dots: bool = False) -> list[History]:
    """Return the histories that have these tags, with what differs between the first and the last of each."""
    dvc = revisions_by_dvc({path: [(tags[0], tags[-1])] for path, tags in repositories.items()})
    return [History(path, tags, each, has_dots) for (path, tags), each in zip(repositories.items(), dvc, strict=True)]


async def assert_as_dvc(peer: Peer, history: History) -> None:
    """Fail unless the metrics and params of all versions, what differs between them, and the points are DVC's."""
    repo = {"repo": str(history.path), "name": "m"}
    versions = [tag.partition("@")[2] for tag in history.tags]
    compared = await peer.call("gto/compare", {**repo, "left": versions[0], "right": versions[-1], **_BOTH})
    for kind in ("metrics", "params"):
        found = await peer.call(f"gto/{kind}", repo)
        assert [row["ref"] for row in found["versions"]] == history.tags[::-1]
        for row in found["versions"]:
            special = {key: float(value) for key, value in row.get("special", {}).items()}
            assert as_lines({**row["values"], **special}) == as_lines(
                values_of_dvc(history.dvc[kind][row["ref"]], has_dots=history.has_dots)
            )

        (differing,) = history.dvc[f"{kind}_diff"]
        differences = {
            key: {
                "from": finite(each["old"]),
                "to": finite(each["new"]),
                "difference": finite(each.get("diff")),
            }
            for key, each in by_key(differing).items()
        }
        assert as_lines(_differing(compared[kind], differences)) == as_lines(differences)

    plots = await peer.call("gto/plots", {**repo, "versions": versions})
    ours: dict[str, dict[str, Any]] = {tag: {} for tag in history.tags}
    for plot in plots["plots"]:
        for each in plot["data"]:
            if "image" in each or each["points"]:
                ours[each["ref"]][plot["id"]] = "image" if "image" in each else each["points"]
    for tag in history.tags:
        assert as_lines(ours[tag]) == as_lines(points_of_dvc(history.dvc["plots"].get(tag, {})))


def values_of_dvc(files: Mapping[str, Any], *, has_dots: bool) -> dict[str, Any]:
    """Return the values of DVC's files by whole keys, without the files that it could not read."""
    values: dict[str, Any] = {}
    for path, value in files.items():
        if isinstance(value, dict) and "error" in value:
            continue
        variables = not has_dots and isinstance(value, dict) and any("." in key for key in value)
        values.update({f"{path}:{key}": each for key, each in value.items()} if variables else flat(path, value))
    return values


def points_of_dvc(plots: Mapping[str, Any]) -> dict[str, Any]:
    """Return the points of DVC's plots by name, as JSON has them, without the plots that have none."""
    return {
        name: "image" if plot["type"] == "image" else finite(plot["points"])
        for name, plot in plots.items()
        if plot["points"]
    }


def by_key(differing: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what differs by key, where DVC has it by file and by the names in that, joined by dots."""
    return {f"{path}:{key}" if key else path: each for path, keys in differing.items() for key, each in keys.items()}


def _differing(compared: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs, without `special`; a NaN does from itself, and is null on both sides."""
    plain = {
        key.replace("\\.", "."): {name: value for name, value in each.items() if name != "special"}
        for key, each in compared.items()
    }
    return {key: each for key, each in plain.items() if each["from"] != each["to"] or key in expected}


def as_lines(values: Mapping[str, Any]) -> str:
    """Return sorted values, with 1, 1.0 and true told apart."""
    return "\n".join(f"{key} = {values[key]!r}" for key in sorted(values))
