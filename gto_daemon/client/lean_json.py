"""JSON for the shortest commands: what `json` does, by the C functions within it.

`json` loads `re`, and with it a dozen others: half of the time that such a command lasts beyond Python's own. Other
Pythons have no such functions: importing this fails there, and the long way is gone.
"""

from __future__ import annotations

from _json import encode_basestring_ascii, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Settings:
    """What `json.JSONDecoder` tells its scanner by default."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    array_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


_SETTINGS: Any = _Settings
_SCAN = make_scanner(_SETTINGS)


def parsed(text: str) -> Any:
    """Return the value of a JSON text without white space around it.

    Raises:
        ValueError, StopIteration: it is none.

    """
    value, end = _SCAN(text, 0)
    if end != len(text):
        raise ValueError(text)
    return value


def compact(value: Any) -> str:
    """Return a value as JSON, on one line."""
    return _text(value, ":", ",", "", "")


def indented(value: Any) -> str:
    """Return a value as JSON, as `json.dumps(value, indent=4)` does."""
    return _text(value, ": ", ",", "\n", "    ")


def _text(value: Any, colon: str, comma: str, line: str, step: str) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict | list | tuple):
        inner = line + step
        if isinstance(value, dict):
            parts = [
                encode_basestring_ascii(name) + colon + _text(each, colon, comma, inner, step)
                for name, each in value.items()
            ]
            start, end = "{}"
        else:
            parts = [_text(each, colon, comma, inner, step) for each in value]
            start, end = "[]"
        return start + inner + (comma + inner).join(parts) + line + end if parts else start + end
    import json

    return json.dumps(value)
