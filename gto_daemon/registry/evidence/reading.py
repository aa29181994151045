"""Read files with metrics and params, as DVC reads them.

Source: DVC 3.67, utils/serialize, repo/metrics/show.py, repo/params/show.py. A file is YAML unless its name ends in
.json, .toml or .py. What JSON does not have is written as `dvc exp show --json` writes it, or else in the obvious way.
"""

import json
import math
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from sys import intern
from typing import Any, Final, cast

from pydantic_core import from_json

from gto_daemon.protocol.registry import Special
from gto_daemon.registry.evidence.keys import escaped_part, escaped_path
from gto_daemon.registry.evidence.selecting import selected
from gto_daemon.registry.evidence.values import (
    MAX_JSON,
    MAX_VALUES,
    MAX_YAML,
    UnreadableEvidenceError,
    Value,
    Values,
)

#: Bytes of a Python file: parsing one takes long.
_MAX_PYTHON: Final = 256 << 10
#: Mappings and lists in each other: what encodes JSON gives up at some 200.
_MAX_DEPTH: Final = 100
#: Characters of all keys of a file: a long one is part of each key below it.
_MAX_KEYS: Final = 8 << 20
#: Parts of a key of TOML, such as 3 of `a.b.c`.
_MAX_TOML_PARTS: Final = 50
#: Python does not convert more digits than this to text.
_TOO_BIG: Final = 10**4300
_MEND: Final = "Mend the file for the next version; this one is shown without its values."
_SHORTEN: Final = "Keep data in a file of its own, and a few numbers here."
#: A half of a pair of surrogates, which is no character, as JSON's escapes can write it.
_HALF: Final = re.compile(r"\\(?:u|U0000)[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: Strings and comments of TOML; one that does not end goes up to where the reader refuses it.
_TOML_TEXT: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)|"(?:[^"\\\n]|\\.)*+(?:"|\n|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)|'[^'\n]*+(?:'|\n|\Z)|\#[^\n]*+",
    re.DOTALL,
)
#: A key of many parts outside of these, for which Python's reader takes very long.
_LONG_TOML_KEY: Final = re.compile(rf"(?:\.[ \t]*+[\w-]++[ \t]*+){{{_MAX_TOML_PARTS}}}")


def read_metrics(path: str, data: bytes) -> dict[str, Value]:
    """Return the metrics of a file by their whole keys: numbers, text and booleans.

    Raises:
        UnreadableEvidenceError: they cannot be read.

    """
    content = load(path, data)
    if isinstance(content, int | float | str):
        return {escaped_path(path): _checked(content)} if content else {}
    return _leaves(path, content, _metric) if isinstance(content, dict) else {}


def read_params(path: str, data: bytes, keys: Iterable[str] = ()) -> dict[str, Value]:
    """Return the params of a file by their whole keys; a list is one of them.

    Args:
        path: of the file, from the root of the repository.
        data: the file.
        keys: what of it counts, as DVC writes it; none for the whole file.

    Raises:
        UnreadableEvidenceError: they cannot be read.

    """
    content = load(path, data)
    keys = tuple(keys)
    if keys:
        content = selected(content, keys)
    if not isinstance(content, dict):
        return {escaped_path(path): json_content(content)} if content else {}
    return _leaves(path, content, json_content)


def special_numbers(values: Values) -> dict[str, Special]:
    """Return the numbers that JSON does not have, by key."""
    return {
        key: "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        for key, value in values.items()
        if type(value) is float and not math.isfinite(value)
    }


def json_values(values: Values) -> tuple[dict[str, Value], dict[str, Special]]:
    """Return the values with null for each number that JSON does not have, and these numbers, by key."""
    special = special_numbers(values)
    return {key: finite(value) for key, value in values.items()}, special


def finite(value: Any) -> Any:
    """Return the value with null for each number in it that JSON does not have."""
    if type(value) is float:
        return value if math.isfinite(value) else None
    if type(value) is list:
        return [finite(item) for item in value]
    if type(value) is dict:
        return {key: finite(item) for key, item in value.items()}
    return value


# What is in a file


def load(path: str, data: bytes) -> object:
    """Return what a file has in it, as its format says.

    Raises:
        UnreadableEvidenceError: it cannot be read.

    """
    suffix = posixpath.splitext(path)[1].lower()
    name, most, read = _FORMATS.get(suffix, _YAML)
    if len(data) > most:
        raise UnreadableEvidenceError(f"has {len(data)} bytes, and at most {most} of {name} are read", _SHORTEN)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise UnreadableEvidenceError(
            f"is not UTF-8: {error.reason} at byte {error.start}", "Save it as UTF-8."
        ) from error
    try:
        return read(text)
    except RecursionError as error:
        raise _too_deep() from error
    except (ValueError, SyntaxError, TypeError, MemoryError) as error:
        if "int_max_str_digits" in str(error):
            raise _too_long() from error
        raise UnreadableEvidenceError(f"cannot be read as {name}: {_reason(error)}", _MEND) from error


def _read_json(text: str) -> object:
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark, which JSON does not have")
    if not text.strip():
        raise ValueError("it is empty; without any values it would be {}")
    try:
        # It takes half the time for the same values, and refuses a few texts that the other reads.
        return from_json(text, allow_inf_nan=True)
    except ValueError:
        value = json.loads(text)
        return _whole(value) if _HALF.search(text) else value


def _read_toml(text: str) -> object:
    import tomllib  # noqa: PLC0415  (few have any)

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _LONG_TOML_KEY.search(_TOML_TEXT.sub("_", text)):
        raise ValueError(f"a key has more than {_MAX_TOML_PARTS} parts")
    return tomllib.loads(text)


def _read_python(text: str) -> object:
    from gto_daemon.registry.annotations.python_variables import python_variables  # noqa: PLC0415  (few have any)

    if _HALF.search(text):
        raise ValueError("it has an escape for what is no character")
    return python_variables(text)


def _read_yaml(text: str) -> object:
    from gto_daemon.registry.annotations.composition import NotYamlError, compose  # noqa: PLC0415  (many have none)
    from gto_daemon.registry.annotations.values import UnreadableError, ValueReader  # noqa: PLC0415

    try:
        document = compose(text.encode())
    except NotYamlError as error:
        place = f" (line {error.problem.range.start.line + 1})" if error.problem.range else ""
        reason = error.problem.message.rstrip(".")
        reason = reason.removeprefix("The file ") if reason.startswith("The file ") else f"cannot be read: {reason}"
        hint = _SHORTEN if error.problem.code == "too-large" else error.problem.hint
        raise UnreadableEvidenceError(f"{reason}{place}", hint) from error
    if document.root is None:
        return {}
    try:
        return ValueReader(old=document.old).value(document.root)
    except UnreadableError as error:
        line = document.lines.range(error.node.start, error.node.end).start.line
        raise UnreadableEvidenceError(f"{error.reason} (line {line + 1})", error.hint) from error


_Reader = Callable[[str], object]
_YAML: Final[tuple[str, int, _Reader]] = ("YAML", MAX_YAML, _read_yaml)
_FORMATS: Final[Mapping[str, tuple[str, int, _Reader]]] = {
    ".json": ("JSON", MAX_JSON, _read_json),
    ".toml": ("TOML", MAX_YAML, _read_toml),
    ".py": ("Python", _MAX_PYTHON, _read_python),
}


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "it is nested too deeply"
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno})"
    return str(error).replace("\n", " ")[:200]


def _too_deep() -> UnreadableEvidenceError:
    return UnreadableEvidenceError(f"has more than {_MAX_DEPTH} mappings or lists inside each other", _SHORTEN)


def _whole(value: Any) -> Any:
    """Return the value with a replacement character for each half of a pair of surrogates."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value


# Its values


class _Nothing:
    """No value: what DVC leaves out of metrics."""


def _leaves(path: str, content: Mapping[Any, object], read: Callable[[object], object]) -> dict[str, Value]:
    """Return what is in nested mappings, by whole keys; `read` is told what is neither a mapping nor usual."""
    start = f"{escaped_path(path)}:"
    left = _left(_MAX_KEYS, start, content)
    if _is_usual(content):
        return dict(
            zip(map(intern, map(start.__add__, content)), cast("Iterable[float]", content.values()), strict=True)
        )
    found: dict[str, Value] = {}
    # Mappings that are not finished: what is left of them, and how their keys begin.
    waiting = [(iter(content.items()), start)]
    while waiting:
        items, start = waiting[-1]
        for name, value in items:
            text = name if type(name) is str else _key(name)
            key = start + (escaped_part(text) if "." in text or "\\" in text else text)
            kind = type(value)
            if kind is float or kind is str or kind is bool:
                found[intern(key)] = cast("Value", value)
            elif kind is int:
                found[intern(key)] = _checked(cast("int", value))
            elif kind is dict:
                if len(waiting) >= _MAX_DEPTH:
                    raise _too_deep()
                left = _left(left, key, cast("dict[Any, object]", value))
                waiting.append((iter(cast("dict[Any, object]", value).items()), f"{key}."))
                break
            else:
                other = read(value)
                if other is not _Nothing:
                    found[intern(key)] = cast("Value", other)
        else:
            waiting.pop()
            if len(found) > MAX_VALUES:
                break
    if len(found) > MAX_VALUES:
        raise UnreadableEvidenceError(f"has more than {MAX_VALUES} values", _SHORTEN)
    return found


def _left(left: int, start: str, content: Mapping[Any, object]) -> int:
    """Return how many characters keys may still have, once those in a mapping begin with `start`."""
    left -= len(start) * len(content)
    if left < 0:
        raise UnreadableEvidenceError(f"has keys of more than {_MAX_KEYS} characters together", _SHORTEN)
    return left


def _is_usual(content: Mapping[Any, object]) -> bool:
    """Return whether it is like most files with metrics, which take a third of the time: floats, and plain names."""
    if set(map(type, content.values())) != {float} or set(map(type, content)) != {str} or len(content) > MAX_VALUES:
        return False
    names = "".join(content)
    return "." not in names and "\\" not in names


def _metric(_: object) -> object:
    return _Nothing


def _checked(number: Any) -> Any:
    if isinstance(number, int) and not -_TOO_BIG < number < _TOO_BIG:
        raise _too_long()
    return number


def _too_long() -> UnreadableEvidenceError:
    return UnreadableEvidenceError("has an integer of more than 4,300 digits", "Write it in quotes, as text.")


def json_content(value: Any, depth: int = 1) -> Any:
    """Return a value as JSON has it, but for NaN and infinities; it is `depth` levels down.

    Raises:
        UnreadableEvidenceError: it is nested too deeply, or has a number that Python does not write.

    """
    if depth > _MAX_DEPTH:
        raise _too_deep()
    if value is None or isinstance(value, str | float | int):
        return _checked(value)
    if isinstance(value, list | tuple):
        return [json_content(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_key(key): json_content(item, depth + 1) for key, item in value.items()}
    if isinstance(value, set):
        return sorted((json_content(item, depth + 1) for item in value), key=str)
    return _text(value)


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, int | float):
        return json.dumps(_checked(key))
    if isinstance(key, tuple):
        return "_".join(_key(part) for part in key)
    return _text(key)


def _text(value: Any) -> str:
    import base64  # noqa: PLC0415  (few files have what is no value of JSON)

    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
