"""How metrics and params differ between two versions, as `dvc metrics diff` and `dvc params diff` tell it.

Source: DVC 3.67, utils/diff.py. DVC compares lists as text, and shows them so; nothing differs there in a file that is
a single value on one side only, and here it does.
"""

import math
from typing import TYPE_CHECKING, Any

from gto_daemon.registry.evidence.values import Values

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import Difference


def difference(before: Any, after: Any) -> "Difference":
    """Return two values, None where there is none, and the number between them if both are numbers."""
    return {"from": _shown(before), "to": _shown(after), "difference": _between(before, after)}


def changes(before: Values, after: Values, *, unchanged: bool = False) -> "dict[str, Difference]":
    """Return what differs, by key, in the order of `after`; with `unchanged`, what does not as well."""
    return {
        key: difference(before.get(key), after.get(key))
        for key in (*after, *(key for key in before if key not in after))
        if unchanged or differs(before.get(key), after.get(key))
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
