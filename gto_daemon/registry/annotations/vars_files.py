"""The files that a `dvc.yaml` takes its variables from: `params.yaml` beside it, and those that `vars` lists.

Source: DVC 3.67, parsing/context.py and utils/serialize. A file is YAML unless its name ends in .json, .toml or .py.
"""

import codecs
import posixpath
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final, NamedTuple

from gto_daemon.registry.annotations.composition import MAX_DEPTH, NotYamlError, compose
from gto_daemon.registry.annotations.nodes import Mapping as MappingNode
from gto_daemon.registry.annotations.nodes import Scalar, Sequence, YamlDocument
from gto_daemon.registry.annotations.values import UnreadableError, ValueReader
from gto_daemon.registry.problems import Problem

PARAMS: Final = "params.yaml"
#: Files of one `dvc.yaml`; what it names beyond these is not read.
MAX_FILES: Final = 100
#: Bytes of a Python file: parsing one takes long.
MAX_PYTHON: Final = 256 << 10

#: Path from the root of the repository to content; what is not there is absent.
VariableFiles = Mapping[str, bytes]


class Listed(NamedTuple):
    """An item of `vars` that names a file.

    Attributes:
        path: the path from the root of the repository; None for a file outside.
        keys: what is taken from it; none for all.

    """

    path: str | None
    keys: tuple[str, ...]


class WrongVariablesError(Exception):
    """A file has no variables that DVC would take; the message ends a sentence about the file.

    Attributes:
        problem: where it is known in more detail what is wrong.

    """

    def __init__(self, reason: str, problem: Problem | None = None) -> None:
        super().__init__(reason)
        self.problem = problem


def listed(item: str, directory: str) -> Listed:
    """Return which file an item of `vars` is about, as in `conf/c.yaml` or `conf/c.yaml:key,other`."""
    name, _, keys = item.partition(":")
    path = posixpath.normpath(posixpath.join(directory, name))
    outside = path.startswith(("/", "../")) or path in ("..", ".") or not name or "\0" in name
    return Listed(None if outside else path, tuple(key for key in keys.split(",") if key))


def variable_files(text: bytes, directory: str) -> tuple[str, ...]:
    """Return the paths of the files that the artifacts of a `dvc.yaml` may take variables from; they need not exist.

    Args:
        text: the file.
        directory: its folder, relative to the root of the repository.

    """
    wide = text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"artifacts" not in text and not wide:
        return ()
    params = posixpath.normpath(posixpath.join(directory, PARAMS))
    if b"vars" not in text and not wide:
        return (params,)
    try:
        document = compose(text)
    except NotYamlError:
        return (params,)
    return (params, *_named_in(document, directory))


def _named_in(document: YamlDocument, directory: str) -> list[str]:
    root = document.root
    for key, value in root.pairs() if isinstance(root, MappingNode) else ():
        if isinstance(key, Scalar) and key.text == "vars" and isinstance(value, Sequence):
            items = (item.text for item in value.children if isinstance(item, Scalar))
            paths = dict.fromkeys(listed(item, directory).path for item in items)
            return [path for path in paths if path is not None][:MAX_FILES]
    return []


def read_variables(path: str, data: bytes) -> dict[object, object]:
    """Return what a file defines.

    Raises:
        WrongVariablesError: DVC would refuse it.

    """
    suffix = posixpath.splitext(path)[1].lower()
    try:
        value = _READERS.get(suffix, _read_yaml)(data)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise WrongVariablesError(f"cannot be read as {suffix[1:] or 'YAML'}: {error}") from error
    if not isinstance(value, dict):
        raise WrongVariablesError("is no mapping")
    if _is_deep(value):
        raise WrongVariablesError(f"has more than {MAX_DEPTH} collections inside each other")
    return value


def _is_deep(value: object) -> bool:
    """Return whether there are more collections in collections than a YAML file may have."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list | tuple)
        ]
    return bool(level)


def unsupported(value: object, place: str = "") -> tuple[str, str] | None:
    """Return what DVC cannot take for a variable, and where it is, as in `("a date", "train.since")`; None for none."""
    if isinstance(value, dict):
        for key, inner in value.items():
            # Other names cannot be requested, and DVC leaves them out.
            found = unsupported(inner, f"{place}.{key}" if place else key) if isinstance(key, str) else None
            if found is not None:
                return found
        return None
    if isinstance(value, list):
        return next(
            (found for n, inner in enumerate(value) if (found := unsupported(inner, f"{place}[{n}]")) is not None), None
        )
    if value is None or isinstance(value, int | float | str | bytes):
        return None
    return kind_of_variable(value), place


def kind_of_variable(value: object) -> str:
    """Return what a value is that DVC cannot take for a variable."""
    if isinstance(value, date | time):
        return "a date or time"
    known = {set: "a set", tuple: "a tuple", complex: "a complex number"}
    return known.get(type(value), "what only Python has")


def _read_yaml(data: bytes) -> object:
    try:
        document = compose(data)
    except NotYamlError as error:
        raise WrongVariablesError("cannot be read as YAML", error.problem) from error
    if document.root is None:
        return {}
    try:
        # As DVC's `or {}`: what is empty or nothing defines nothing.
        return ValueReader(old=document.old).value(document.root) or {}
    except UnreadableError as error:
        place = document.lines.range(error.node.start, error.node.end)
        problem = Problem(code="", severity="error", message=error.reason, hint=error.hint, range=place)
        raise WrongVariablesError(error.reason, problem) from error


def _read_json(data: bytes) -> object:
    import json  # noqa: PLC0415  (few have any)

    return json.loads(data.decode("utf-8")) or {}


def _read_toml(data: bytes) -> object:
    import tomllib  # noqa: PLC0415  (few have any)

    return tomllib.loads(data.decode("utf-8"))


def _read_python(data: bytes) -> object:
    from gto_daemon.registry.annotations.python_variables import python_variables  # noqa: PLC0415  (few have any)

    if len(data) > MAX_PYTHON:
        raise ValueError(f"it has more than {MAX_PYTHON} bytes")
    return python_variables(data.decode("utf-8"))


_READERS = {".json": _read_json, ".toml": _read_toml, ".py": _read_python}
