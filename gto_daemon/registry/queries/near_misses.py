"""Findings about tags that were probably meant to be GTO's, and about names that are hard to tell apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from gto_daemon.registry import commands
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_artifact_name, is_version

#: Findings about tags that are listed one by one.
MAX_LISTED: Final = 20
_MAX_NAMED = 5
_MAX_NAME = 250
#: `m@1.1.0`, `m@v1.0`, `m@V1`, `m-v1.2.0`, `m/v1.2.0`, and what stands before and behind the numbers.
_VERSION_LIKE = re.compile(
    r"(?P<name>.+?)(?P<at>[@\-_/])(?P<v>[vV]?\.?)(?P<numbers>\d+(?:\.\d+){0,2})(?P<rest>(?:[-+.]?[0-9A-Za-z.-]*)?)(?P<end>!?(?:\#\d+)?)"
)
_STAGE_LIKE = re.compile(r"(?P<name>.+?)\#.+")


def misspelt_tags(names: Iterable[str], snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a finding for each tag that was probably meant to be GTO's.

    Args:
        names: the names of tags that are not GTO's.
        snapshot: the registry: a version of an artifact that it has is more likely meant than another.

    """
    listed = 0
    others: list[str] = []
    for name in sorted(names):
        if len(name) > _MAX_NAME:
            continue
        meant = _meant(name, snapshot)
        if meant is None:
            continue
        artifact = _artifact_of(meant)
        if artifact not in snapshot.index.artifacts:
            others.append(name)
        elif listed < MAX_LISTED:
            listed += 1
            yield _misspelt(name, meant, artifact)
        else:
            others.append(name)
    if others:
        shown = ", ".join(others[:_MAX_NAMED]) + (
            f" and {len(others) - _MAX_NAMED} more" if others[_MAX_NAMED:] else ""
        )
        yield Problem(
            code="misspelt-tag",
            severity="info",
            message=f"Tags that look like versions or stages and are none to GTO: {shown}.",
            hint="A version is model@v1.2.3, with three numbers, and a stage model#prod. They may be another tool's.",
            tag=others[0],
        )


def why_misspelt(name: str, snapshot: Snapshot) -> str | None:
    """Return why a name was probably meant to be a tag of an artifact that there is, and what to do; else None.

    There may be no such tag, so there is no word of how to delete it.
    """
    meant = _meant(name, snapshot) if len(name) <= _MAX_NAME else None
    if meant is None or _artifact_of(meant) not in snapshot.index.artifacts:
        return None
    return f"{_looks(name)} {_way(name, meant)}"


def names_alike(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a finding for stages, and for artifacts, whose names differ only in case or in `-` and `_`."""
    stages: dict[str, str] = {}
    for artifact, overview in snapshot.index.overviews():
        for held in overview.stages:
            stages.setdefault(held.stage, artifact)
    for kind, names in (("stage", stages), ("artifact", {name: name for name in snapshot.index.artifacts})):
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            groups[name.casefold().replace("_", "-")].append(name)
        for alike in groups.values():
            if len(alike) > 1:
                quoted = ", ".join(f"'{name}'" for name in alike)
                yield Problem(
                    code=f"{kind}s-alike",
                    severity="warning",
                    message=f"The {kind}s {quoted} differ in case or '-' and '_' only, and are different ones to GTO.",
                    hint="If one was meant, take the other back."
                    + (" `stages` in .gto allows those that are meant." if kind == "stage" else ""),
                    artifact=names[alike[0]],
                )


def _misspelt(name: str, meant: str, artifact: str) -> Problem:
    return Problem(
        code="misspelt-tag",
        severity="warning",
        message=_looks(name),
        hint=f"{_way(name, meant)} To delete this tag: {commands.delete_tags([name])}.",
        tag=name,
        artifact=artifact,
    )


def _looks(name: str) -> str:
    return f"'{name}' looks like a GTO tag and is not one, so it counts for nothing."


def _way(name: str, meant: str) -> str:
    version = meant.partition("@")[2]
    if not is_version(version):
        return "A tag of a stage looks like model#prod or model#prod#1."
    register = commands.command("gtod", "register", _artifact_of(meant), name, "--version", version)
    return f"If a version is meant, register it: {register}."


def _artifact_of(meant: str) -> str:
    return re.split("[@#]", meant)[0].replace("=", ":")


def _meant(name: str, snapshot: Snapshot) -> str | None:
    """Return the tag that is probably meant; None where none is."""
    found = _VERSION_LIKE.fullmatch(name)
    if found is not None:
        artifact = found["name"]
        named = artifact.replace("=", ":")
        whole = found["v"] or found["numbers"].count(".") == 2
        if not is_artifact_name(named):
            return None
        # Other tools have tags like `churn-v1.2.0` for packages.
        if found["at"] != "@" and not (whole and named in snapshot.index.artifacts):
            return None
        numbers = ".".join(str(int(part)) for part in found["numbers"].split("."))
        version = f"v{numbers}{'.0' * (2 - numbers.count('.'))}"
        rest = found["rest"] if is_version(version + found["rest"]) else ""
        return f"{artifact}@{version}{rest}"
    found = _STAGE_LIKE.fullmatch(name)
    if found is not None and found["name"].replace("=", ":") in snapshot.index.artifacts:
        return f"{found['name']}#prod"
    return None
