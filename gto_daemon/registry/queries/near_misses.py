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
        artifact = re.split("[@#]", meant)[0].replace("=", ":")
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
    version = meant.partition("@")[2]
    hint = "A tag of a stage looks like model#prod or model#prod#1."
    if is_version(version):
        register = commands.command("gtod", "register", artifact, name, "--version", version)
        hint = f"If a version is meant, register it: {register}."
    return Problem(
        code="misspelt-tag",
        severity="warning",
        message=f"'{name}' looks like a tag of GTO's and is none, so it counts for nothing.",
        hint=f"{hint} To delete this tag: {commands.delete_tags([name])}.",
        tag=name,
        artifact=artifact,
    )


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
