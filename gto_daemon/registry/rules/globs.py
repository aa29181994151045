"""Globs in rules: `*` and `?` stop at the separators `/` and `:`, `**` crosses them, and `**/` may stand for nothing.

The patterns are a repository's own, so nothing here backtracks: each character of a name is looked at once.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_PARTS: Final = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_SEPARATORS: Final = "/:"
#: `**/` is two parts: a choice between nothing and the second, which is anything up to a separator.
_MAYBE: Final = "maybe"
_FOLDERS: Final = "folders"


@lru_cache(maxsize=16_384)
def matches(pattern: str, name: str) -> bool:
    """Return whether a name (of an artifact, or of a branch) matches a glob as a whole."""
    parts = _parts(pattern)
    places = _with_empty_parts([0], parts)
    for character in name:
        separates = character in _SEPARATORS
        places = _with_empty_parts(
            (after for place in places for after in _after(place, parts[place], character, separates=separates)), parts
        )
    return len(parts) - 1 in places


@lru_cache(maxsize=1_024)
def _parts(pattern: str) -> tuple[str, ...]:
    parts: list[str] = []
    for part in _PARTS.findall(pattern):
        parts += (_MAYBE, _FOLDERS) if part == "**/" else (part,)
    return (*parts, "")


def _with_empty_parts(places: Iterable[int], parts: tuple[str, ...]) -> set[int]:
    """Return the places in a pattern, and those that are reached from them without a character."""
    waiting, reached = list(places), set[int]()
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            if parts[place] in ("*", "**", _MAYBE):
                waiting.append(place + 1)
            if parts[place] == _MAYBE:
                waiting.append(place + 2)
    return reached


def _after(place: int, part: str, character: str, *, separates: bool) -> tuple[int, ...]:
    """Return where in the pattern one may be after a character that is met at `place`."""
    if part == _FOLDERS:
        return (place, place + 1) if separates else (place,)
    if part in ("*", "?"):
        return () if separates else (place + (part == "?"),)
    if part == "**":
        return (place,)
    return (place + 1,) if part == character else ()
