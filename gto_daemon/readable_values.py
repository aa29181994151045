"""Metrics and params as people read them: `0.934`, `+0.012`. The exact values are in JSON."""

import json
import math

#: Significant digits of a number that is no integer.
_DIGITS = 4
#: From here on the digits before the point are not written out.
_LARGE = 1e9
_MAX_LENGTH = 60


def readable_value(value: object) -> str:
    """Return a value on one line: a number with four significant digits, anything else as JSON writes it."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return _short(" ".join(value.split()))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**15 else _number(_as_float(value))
    return _short(json.dumps(value, ensure_ascii=False))


def readable_difference(difference: float) -> str:
    """Return a difference with its sign: `+0.012`, `-3`; `±0` for none."""
    if difference == 0:
        return "±0"
    text = readable_value(difference)
    return text if difference < 0 or math.isnan(difference) else f"+{text}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    if 1000 <= abs(value) < _LARGE:
        return str(round(value))
    return f"{value:.{_DIGITS}g}"


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _short(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
