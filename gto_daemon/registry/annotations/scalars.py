"""The value of a scalar: YAML 1.2 as ruamel.yaml reads it, which GTO uses.

PyYAML would read YAML 1.1: `yes`, `on`, `012` and `1:30` are something else there. Under `%YAML 1.1` they are here too.
Source: ruamel.yaml 0.19, resolver.py and constructor.py.
"""

import base64
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

_PREFIX = "tag:yaml.org,2002:"
#: Python does not convert more digits than this to text, so a larger number could not be returned.
TOO_BIG = 10**4300

_FLOAT = r"""[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    |[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    |[-+]?\.(?:inf|Inf|INF)
    |\.(?:nan|NaN|NAN)"""
_TIMESTAMP = r"""[0-9]{4}-[0-9]{2}-[0-9]{2}
    |[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
     (?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?"""
_NUMBER_STARTS = "-+0123456789."

_Rules = dict[str, list[tuple[str, re.Pattern[str]]]]


def _rules(*rules: tuple[str, str, str]) -> _Rules:
    by_start: _Rules = {}
    for kind, pattern, starts in rules:
        # ruamel.yaml's patterns end in `$`, which a newline may follow; plain scalars never end in one.
        compiled = re.compile(f"(?:{pattern})\\Z", re.VERBOSE)
        for start in starts:
            by_start.setdefault(start, []).append((kind, compiled))
    return by_start


_COMMON = (
    ("merge", r"<<", "<"),
    ("null", r"~|null|Null|NULL", "~nN"),
    ("timestamp", _TIMESTAMP, "0123456789"),
    ("value", r"=", "="),
)
_NEW = _rules(
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("float", rf"{_FLOAT}|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?", _NUMBER_STARTS),
    ("int", r"[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+", _NUMBER_STARTS[:-1]),
    *_COMMON,
)
_OLD = _rules(
    (
        "bool",
        r"""y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF""",
        "yYnNtTfFoO",
    ),
    (
        "float",
        rf"{_FLOAT}|\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*",
        _NUMBER_STARTS,
    ),
    (
        "int",
        r"""[-+]?0b[01_]+|[-+]?0?[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+
        |[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+""",
        _NUMBER_STARTS[:-1],
    ),
    *_COMMON,
)
_MOMENT = re.compile(
    r"""(?P<year>[0-9]{4})-(?P<month>[0-9][0-9]?)-(?P<day>[0-9][0-9]?)
    (?:(?:[Tt]|[ \t]+)(?P<hour>[0-9][0-9]?):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]*))?
    (?:[ \t]*(?P<zone>Z|(?P<sign>[-+])(?P<zone_hour>[0-9][0-9]?)(?::(?P<zone_minute>[0-9]{2}))?))?)?\Z""",
    re.VERBOSE,
)
_TRUE = frozenset({"yes", "y", "true", "on"})
_FALSE = frozenset({"no", "n", "false", "off"})


def starts_of_meaning(*, old: bool) -> frozenset[str]:
    """Return the characters that a plain scalar can start with if it is not a string."""
    return frozenset(_OLD if old else _NEW)


def kind_of(tag: str | None, text: str, *, plain: bool, old: bool) -> str:
    """Return the kind of the scalar: the end of a `tag:yaml.org,2002:…` tag (`int`, `str`, `merge` …), or the tag."""
    if tag is not None:
        if tag.startswith(_PREFIX):
            return tag.removeprefix(_PREFIX)
        return tag if tag.startswith("!") else f"!<{tag}>"
    if not plain:
        return "str"
    if not text:
        return "null"
    for kind, pattern in (_OLD if old else _NEW).get(text[0], ()):
        if pattern.match(text):
            return kind
    return "str"


def scalar_value(kind: str, text: str, *, old: bool) -> object:
    """Return the value: str, int, float, bool, None, bytes, date or datetime.

    Raises:
        ValueError: the scalar has no valid value; the message says why.

    """
    if kind == "str":
        return text
    if kind == "null":
        return None
    convert = (_OLD_CONVERSIONS if old else _CONVERSIONS).get(kind)
    if convert is None:
        if kind in ("merge", "value"):
            raise ValueError(f"a bare '{text}' means nothing here")
        raise ValueError(f"the tag '{kind}' means nothing to GTO")
    try:
        return convert(text)
    except (ValueError, OverflowError, IndexError) as error:
        raise ValueError(f"'{_cut(text)}' cannot be read as {_NAMES[kind]}") from error


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def _signed(text: str) -> tuple[int, str]:
    digits = text.replace("_", "").lower()
    return (-1 if digits[0] == "-" else 1), digits[1:] if digits[0] in "+-" else digits


def _integer(text: str) -> int:
    sign, digits = _signed(text)
    base = {"0b": 2, "0x": 16, "0o": 8}.get(digits[:2])
    number = int(digits) if base is None else int(digits[2:], base)
    if number >= TOO_BIG:
        raise ValueError(text)
    return sign * number


def _old_integer(text: str) -> int:
    sign, digits = _signed(text)
    if ":" in digits:
        number = 0
        for part in digits.split(":"):
            number = number * 60 + int(part)
        return sign * number
    if digits[0] == "0" and digits.isdecimal():
        return sign * int(digits, 8)
    return _integer(text)


def _float(text: str) -> float:
    sign, digits = _signed(text)
    if digits == ".inf":
        return sign * float("inf")
    if digits == ".nan":
        return float("nan")
    return sign * float(digits)


def _old_float(text: str) -> float:
    sign, digits = _signed(text)
    if ":" not in digits:
        return _float(text)
    number = 0.0
    for part in digits.split(":"):
        number = number * 60 + float(part)
    return sign * number


def _binary(text: str) -> bytes:
    return base64.decodebytes(text.encode("ascii"))


def _timestamp(text: str) -> date:
    found = _MOMENT.match(text)
    if found is None:
        raise ValueError(text)
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["hour"] is None:
        return day
    fraction = found["fraction"] or ""
    microseconds = int(fraction[:6].ljust(6, "0")) + (fraction[6:7] > "4")
    zone = None
    if found["sign"]:
        offset = timedelta(hours=int(found["zone_hour"]), minutes=int(found["zone_minute"] or 0))
        zone = timezone(-offset if found["sign"] == "-" else offset)
    elif found["zone"]:
        zone = timezone(timedelta(0))
    moment = datetime(
        day.year, day.month, day.day, int(found["hour"]), int(found["minute"]), int(found["second"]), tzinfo=zone
    )
    return moment + timedelta(microseconds=microseconds)


_CONVERSIONS: dict[str, Callable[[str], object]] = {
    "bool": _boolean,
    "int": _integer,
    "float": _float,
    "binary": _binary,
    "timestamp": _timestamp,
}
_OLD_CONVERSIONS = {**_CONVERSIONS, "int": _old_integer, "float": _old_float}
_NAMES = {
    "bool": "a boolean",
    "int": "an integer",
    "float": "a number",
    "binary": "base64",
    "timestamp": "a date",
}


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
