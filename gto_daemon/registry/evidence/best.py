"""Choose a version by a metric: `NAME@max:KEY` and `NAME@min:KEY`."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.evidence.keys import find_key
from gto_daemon.registry.evidence.values import Values

if TYPE_CHECKING:
    from gto_daemon.protocol.results import BestVersion

Direction = Literal["max", "min"]

#: `@` and a word with a colon behind it, or one of the two words alone: no name, version or tag looks like it.
_SHORTCUT: Final = re.compile(r"([^@]+)@((?:[A-Za-z_-]+:|max\Z|min\Z).*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What makes a version the best: the greatest or the least value of a metric."""

    direction: Direction
    key: str

    def __str__(self) -> str:
        """Return it as it is written: `max:auc`."""
        return f"{self.direction}:{self.key}"


def parse_wanted(text: str) -> Wanted:
    """Parse `max:KEY` or `min:KEY`.

    Raises:
        RegistryError: `WrongArgs`.

    """
    word, _, key = text.partition(":")
    if word not in ("max", "min"):
        raise RegistryError(
            "WrongArgs",
            f"Cannot choose a version by '{text}': '{word}' is neither 'max' nor 'min'.",
            hint="Write max:KEY for the greatest value of a metric, or min:KEY for the least.",
        )
    if not key:
        raise RegistryError(
            "WrongArgs",
            f"'{text}' names no metric.",
            hint=f"Write the name of a metric behind it, such as {word}:{'auc' if word == 'max' else 'loss'}.",
        )
    return Wanted(cast("Direction", word), key)


def parse_best(text: str) -> tuple[str, Wanted] | None:
    """Parse `NAME@max:KEY` or `NAME@min:KEY`; return None for what is no such shortcut.

    Raises:
        RegistryError: `WrongArgs`: it looks like one.

    """
    found = _SHORTCUT.fullmatch(text)
    return None if found is None else (found[1], parse_wanted(found[2]))


def candidates(artifact: Artifact) -> list[Version]:
    """Return the versions that may be chosen, greatest first: registered and active, and no prereleases."""
    return [version for version in artifact.get_versions() if not _is_prerelease(version.name)]


def best_version(artifact: str, wanted: Wanted, versions: Sequence[tuple[str, Values]]) -> "BestVersion":
    """Choose a version. Of those with the same value the greater one is better.

    Args:
        artifact: its name, for messages.
        wanted: what makes a version the best.
        versions: names and metrics of its `candidates`, greatest first.

    Raises:
        RegistryError: `VersionRequired`, `AmbiguousKey`, `NoSuchKey`.

    """
    if not versions:
        raise RegistryError(
            "VersionRequired",
            f"'{artifact}' has no registered version to choose from by a metric; prereleases do not count.",
            hint="Register a version.",
        )
    key = find_key(wanted.key, (key for _, values in versions for key in values))
    numbers = [(name, cast("int | float", values[key])) for name, values in versions if is_number(values.get(key))]
    if not numbers:
        raise RegistryError(
            "VersionRequired",
            f"No version of '{artifact}' has a finite number for '{key}'.",
            hint="Name a metric that is a number.",
        )
    # Sorting is stable, reversed as well.
    ranked = sorted(numbers, key=itemgetter(1), reverse=wanted.direction == "max")
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    return {
        "asked": str(wanted),
        "key": key,
        "version": first[0],
        "value": first[1],
        "runner_up": second and second[0],
        "runner_up_value": second and second[1],
    }


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number; an integer may be larger than any float."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _is_prerelease(version: str) -> bool:
    return "-" in version.partition("+")[0]
