"""Convert YAML values to JSON values, as `gto show --json` prints them.

Source: GTO 1.10.1, utils.py `make_ready_to_serialize`, then `json.dumps`. What those two cannot print is printed here
in the obvious way, and named.
"""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from gto_daemon.registry.annotations.values import Members


def json_value(value: object, unprintable: Callable[[str], None]) -> Any:
    """Return the value with text keys and only JSON types; floats may be NaN or infinite.

    Args:
        value: what `ValueReader` reads; or a time, which TOML has.
        unprintable: is told what GTO could not print, such as "a date".

    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {_json_key(key, unprintable): json_value(inner, unprintable) for key, inner in value.items()}
    if isinstance(value, list):
        return [json_value(inner, unprintable) for inner in value]
    if isinstance(value, tuple):
        unprintable("a set" if isinstance(value, Members) else "pairs")
        return [json_value(inner, unprintable) for inner in value]
    return _text(value, unprintable)


def _text(value: object, unprintable: Callable[[str], None]) -> str:
    if isinstance(value, datetime | time):
        return value.isoformat()
    if isinstance(value, date):
        unprintable("a date without a time")
        return value.isoformat()
    if isinstance(value, bytes):
        unprintable("binary data")
        return base64.b64encode(value).decode()
    raise TypeError(f"no value of YAML: {type(value).__name__}")


def _json_key(key: object, unprintable: Callable[[str], None]) -> str:
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, int | float):
        return json.dumps(key)
    if isinstance(key, tuple):
        if not all(isinstance(part, str) for part in key):
            unprintable("a list of what is no text for a key")
        return "_".join(_json_key(part, unprintable) for part in key)
    unprintable("a date or binary data for a key")
    return _text(key, lambda _: None)
