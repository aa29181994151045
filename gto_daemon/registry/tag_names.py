"""The grammar of GTO: tag names, artifact names, stages and the shortcuts of `show`.

Source: GTO 1.10.1, constants.py and tag.py. `some/dir:model` is an artifact's name; its tags write `=` for `:`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.protocol import Action, Bump, EventKind
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import TagParts

#: What stands in place of a version that a metric chooses begins with: `max:auc`.
CHOOSING: Final = ("max:", "min:")

#: What the first registration of an artifact is called, unless the user says otherwise.
FIRST_VERSION: Final = "v0.0.1"

#: Characters of a tag's name. No file has such a name, but a line of `packed-refs` may, and Python refuses to read a
#: number of more digits: one such tag would spoil everything else, as it does for GTO.
MAX_TAG_NAME_LENGTH: Final = 4300

_DIRECTORY = r"[a-zA-Z0-9\-_./]+"
_NAME = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]*[a-zA-Z0-9])?"
_SEMVER = (
    r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)"
    r"(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?"
)
_ARTIFACT_OF_TAG = re.compile(rf"(?:{_DIRECTORY}=)?{_NAME}")
# `\d` stands for a digit of any script here, as it does for GTO, so m@v1.1٣.0 is a tag of its; only its order among
# versions is that of a name, because to the semver package (see _VERSION) it is none.
_ENDING_OF_TAG = re.compile(
    rf"(?:(?:\#(?P<stage>{_NAME})|@(?P<version>v{_SEMVER}))(?P<cancel>!?)|@(?P<keyword>deprecated|created))"
    r"(?:\#(?P<counter>[0-9]+))?",
)
_SHORTCUT = re.compile(
    rf"(?P<artifact>(?:{_DIRECTORY}:)?{_NAME})(?:\#(?P<stage>{_NAME})|@(?P<version>latest|greatest|v{_SEMVER}))",
)
_VERSION = re.compile(rf"v{_SEMVER}", re.ASCII)
_STAGE = re.compile(_NAME)
#: gtod's own shortcut, by a metric: no artifact, version or tag looks like it.
_CHOICE = re.compile(r"[^@#]+@(?:(?:max|min)|[a-zA-Z_-]+:.*)", re.DOTALL)
_ARTIFACT = re.compile(rf"(?:{_DIRECTORY}:)?{_NAME}")

_ACTIONS: dict[EventKind, Action] = {
    "registration": "register",
    "deregistration": "deregister",
    "assignment": "assign",
    "unassignment": "unassign",
    "deprecation": "deprecate",
}


class TagName(NamedTuple):
    """A parsed tag name. `kind` is None for `NAME@created`, which GTO reserves and gives no meaning."""

    artifact: str
    kind: EventKind | None
    version: str | None
    stage: str | None
    counter: int | None


def parse_tag_name(name: str) -> TagName | None:
    """Parse the tag `name` (without `refs/tags/`); return None if it is not a GTO tag."""
    if len(name) > MAX_TAG_NAME_LENGTH:
        return None
    # No artifact's name has either of them.
    place = name.find("@")
    hash_sign = name.find("#")
    if place < 0 or 0 <= hash_sign < place:
        place = hash_sign
    if place <= 0:
        return None
    artifact = _parse_artifact(name[:place])
    ending = _parse_ending(name[place:])
    return tuple.__new__(TagName, (artifact, *ending)) if artifact is not None and ending is not None else None


TagEnding = tuple[EventKind | None, str | None, str | None, int | None]


# Artifacts have many tags, and much the same versions and stages: kept, these are read six times as fast as parsed.
@lru_cache(maxsize=1024)
def _parse_artifact(text: str) -> str | None:
    return intern(text.replace("=", ":")) if _ARTIFACT_OF_TAG.fullmatch(text) is not None else None


@lru_cache(maxsize=4096)
def _parse_ending(ending: str) -> TagEnding | None:
    match = _ENDING_OF_TAG.fullmatch(ending)
    if match is None:
        return None
    stage, version, cancel, keyword, counter = match.groups()
    kind: EventKind | None
    if keyword:
        kind = "deprecation" if keyword == "deprecated" else None
    elif stage:
        kind = "unassignment" if cancel else "assignment"
    else:
        kind = "deregistration" if cancel else "registration"
    return (
        kind,
        intern(version) if version else None,
        intern(stage) if stage else None,
        int(counter) if counter else None,
    )


def parse_ending(ending: str) -> TagEnding:
    """Parse the part of a tag name after the artifact: kind, version, stage and counter.

    Raises:
        ValueError: no tag name of GTO's ends like this.

    """
    parsed = _parse_ending(ending)
    if parsed is None:
        raise ValueError(f"{ending!r} is not the end of a GTO tag name")
    return parsed


def parse_tag(name: str) -> "TagParts":
    """Return the parts of a tag name, as `gto parse-tag` prints them.

    Raises:
        RegistryError: `InvalidTagName`.

    """
    parsed = parse_tag_name(name)
    if parsed is None:
        raise RegistryError(
            "InvalidTagName",
            f"Cannot parse tag name '{name}'",
            hint="A GTO tag looks like model@v1.2.3, model#prod#1 or some/dir=model@deprecated.",
            tag=name,
        )
    parts: TagParts = {"name": parsed.artifact}
    if parsed.version:
        parts["version"] = parsed.version
    if parsed.stage:
        parts["stage"] = parsed.stage
    if parsed.kind:
        parts["action"] = _ACTIONS[parsed.kind]
    if parsed.counter is not None:
        parts["counter"] = parsed.counter
    return parts


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The target of `show NAME`: an artifact, and at most one of a stage, a version, or the latest version."""

    artifact: str
    stage: str | None = None
    version: str | None = None
    latest: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it selects less than the whole artifact."""
        return self.latest or self.stage is not None or self.version is not None


def parse_shortcut(text: str) -> Shortcut:
    """Parse `a`, `a#stage`, `a@v1.2.3`, `a@latest` or `a@greatest`; any other text is a name, as in GTO."""
    match = _SHORTCUT.fullmatch(text)
    if match is None:
        return Shortcut(text)
    artifact, stage, version = match.group("artifact", "stage", "version")
    if version in ("latest", "greatest"):
        return Shortcut(artifact, latest=True)
    return Shortcut(artifact, stage=stage, version=version)


def is_choice(text: str) -> bool:
    """Return whether a metric chooses the version, as in `a@max:KEY` and `a@min:KEY`, or is to, as in `a@best:KEY`."""
    return _CHOICE.fullmatch(text) is not None


def is_artifact_name(text: str) -> bool:
    """Return whether `text` is `NAME` or `some/dir:NAME`."""
    return _ARTIFACT.fullmatch(text) is not None


def is_stage_name(text: str) -> bool:
    """Return whether `text` may name a stage, a type or a label (one grammar for the three)."""
    return _STAGE.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Return whether `text` is `v` and a semantic version."""
    return _VERSION.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def precedence(version: str) -> tuple[object, ...]:
    """Return a key that sorts versions by precedence (Semantic Versioning 2.0.0 §11); build metadata does not count.

    `version` must satisfy `is_version`.
    """
    core, _, prerelease = version[1:].partition("+")[0].partition("-")
    major, minor, patch = core.split(".")
    identifiers = tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in prerelease.split(".") if part
    )
    return (int(major), int(minor), int(patch), not prerelease, identifiers)


def next_version(version: str, part: Bump) -> str:
    """Return the version after `version`; a suffix after the three numbers is dropped (semver, as GTO uses it).

    `version` must satisfy `is_version`.
    """
    core = version[1:].partition("+")[0].partition("-")[0]
    major, minor, patch = map(int, core.split("."))
    following = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}[part]
    return "v" + ".".join(map(str, following))
