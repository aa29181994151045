"""How metrics and params differ between two versions, as `dvc metrics diff` and `dvc params diff` tell it.

Source: DVC 3.67, utils/diff.py. DVC compares lists as text, and shows them so; nothing differs there in a file that is
a single value on one side only, and here it does.
"""

import math
from collections.abc import Collection, Iterable
from operator import sub
from typing import TYPE_CHECKING, Any, Final, cast

from gto_daemon.registry.evidence.reading import special_numbers
from gto_daemon.registry.evidence.values import Values

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import Difference, SpecialEnds
    from gto_daemon.protocol.evidence import Change

#: Differences of floats nearer to zero are finite.
_FAR: Final = 1e300


def difference(before: Any, after: Any) -> "Difference":
    """Return two values, None where there is none, and the number between them if both are numbers."""
    found: Difference = {"from": _shown(before), "to": _shown(after), "difference": _between(before, after)}
    if found["from"] is None or found["to"] is None:
        special = special_numbers({"from": before, "to": after})
        if special:
            found["special"] = cast("SpecialEnds", special)
    return found


def differences(before: Values, after: Values) -> "dict[str, Difference]":
    """Return all values of two versions side by side, by key, in the order of `after`."""
    return {key: difference(before.get(key), after.get(key)) for key in dict.fromkeys((*after, *before))}


def is_plain(values: Values) -> bool:
    """Return whether all values are floats with finite differences, as most metrics are."""
    if set(map(type, values.values())) != {float}:
        return not values
    # NaN makes both comparisons false, wherever it is.
    numbers = cast("Collection[float]", values.values())
    return all(map((-_FAR).__lt__, numbers)) and all(map(_FAR.__gt__, numbers))


def changes(before: Values, after: Values, against: str, *, plain: bool = False) -> "dict[str, Change]":
    """Return what differs, by key, in the order of `after`.

    Args:
        before: the values of the other version.
        after: those of the version.
        against: the name of the other version.
        plain: whether both are plain; that takes a fifth of the time, and there are versions by the thousand.

    """
    if plain and [*before] == [*after]:
        old, new = cast("Iterable[float]", before.values()), cast("Iterable[float]", after.values())
        rows = zip(after, old, new, map(sub, new, old), strict=True)
        # Of such floats the difference is zero only where they are the same.
        return {key: {"against": against, "from": a, "to": b, "difference": d} for key, a, b, d in rows if d}
    keys = dict.fromkeys((*after, *before))
    return {
        key: {"against": against, **difference(before.get(key), after.get(key))}
        for key in keys
        if differs(before.get(key), after.get(key))
    }


def differs(before: Any, after: Any) -> bool:
    """Return whether values differ. NaN differs from itself, and 1 neither from 1.0 nor from true."""
    return bool(_comparable(before) != _comparable(after))


def _between(before: Any, after: Any) -> int | float | None:
    if not isinstance(before, int | float) or not isinstance(after, int | float):
        return None
    try:
        between = after - before
        return between if math.isfinite(between) else None
    except OverflowError:
        # An integer beyond all floats.
        return None


def _comparable(value: Any) -> Any:
    return str(value) if isinstance(value, list) else value


def _shown(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _comparable(value)
