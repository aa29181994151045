"""`${…}` in `dvc.yaml`: the variables, and text with them put in.

Source: DVC 3.67, parsing/interpolate.py and parsing/context.py. Where DVC refuses the file for an expression, the
expression stays as it is written, and is named.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from typing import Any, Final

from gto_daemon.registry.annotations.json_values import json_value
from gto_daemon.registry.annotations.scalars import TOO_BIG
from gto_daemon.registry.annotations.vars_files import PARAMS, kind_of_variable

_SELECTOR = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^.\[\]]+\])*")

#: Characters that variables put in, all together.
MAX_INTERPOLATED = 1 << 20
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: Called with an expression that stays, such as `${model.path}`, the reason, and the remedy.
Unresolved = Callable[[str, str, str], None]
_WRITE = "Give it a value that can be put in: text, a number, a list or a mapping of them."


class UnknownVariableError(Exception):
    """An expression has no value that could be put in; the message ends a sentence about it, `hint` is the remedy."""

    def __init__(self, reason: str, hint: str = _WRITE) -> None:
        super().__init__(reason)
        self.hint = hint


class Variables:
    """What `vars` and `params.yaml` define. Where something is defined twice, the first counts."""

    def __init__(self) -> None:
        self._tree: dict[object, object] = {}
        self._put_in = 0

    def define(self, more: Mapping[object, object]) -> list[str]:
        """Add definitions; the names that are defined already are returned, and DVC refuses them."""
        return _merge(self._tree, more, "")

    def resolve(self, value: object, unresolved: Unresolved) -> object:
        """Return the value with every expression in its text resolved, also in keys."""
        if isinstance(value, str):
            if next(expressions(value), None) != (0, len(value)):
                return self.resolve_text(value, unresolved)
            try:
                return json_value(self._select(value[2:-1]), lambda _: None)
            except UnknownVariableError as error:
                unresolved(value, str(error), error.hint)
                return value
        if isinstance(value, dict):
            return {self.resolve_text(key, unresolved): self.resolve(inner, unresolved) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.resolve(inner, unresolved) for inner in value]
        return value

    def resolve_text(self, text: str, unresolved: Unresolved) -> str:
        """Return the text with its expressions resolved; `\\${` is a plain `${`."""
        parts = []
        done = 0
        for start, end in expressions(text):
            parts.append(text[done:start])
            done = end
            try:
                value = self._select(text[start + 2 : end - 1])
                if isinstance(value, dict | list) and (start, end) == (0, len(text)):
                    raise UnknownVariableError("stands for a mapping or a list, which cannot be put in here")
                parts.append(_text(value))
            except UnknownVariableError as error:
                unresolved(text[start:end], str(error), error.hint)
                parts.append(text[start:end])
        parts.append(text[done:])
        return "".join(parts).replace(r"\${", "${")

    def _select(self, selector: str) -> object:
        if not _SELECTOR.fullmatch(selector):
            hint = "Write one, or a backslash before it where the text itself is meant."
            raise UnknownVariableError("is no expression such as ${name}, ${group.name} or ${list[0]}", hint)
        value: object = self._tree
        for part in selector.replace("[", ".").replace("]", "").split("."):
            value = _member(value, part.strip())
        self._counted(value)
        return value

    def _counted(self, value: object) -> Any:
        """Return the value, if not too much was put in by now."""
        if self._put_in <= MAX_INTERPOLATED:
            self._put_in += _size(value)
        if self._put_in > MAX_INTERPOLATED:
            raise UnknownVariableError(f"is too long: more than {MAX_INTERPOLATED} characters would be put in")
        return value


def expressions(text: str) -> Iterator[tuple[int, int]]:
    r"""Yield the places of `${…}` on one line, unless a backslash precedes: DVC's `(?<!\\)\${.*?}`.

    Not by that pattern, which takes quadratic time where braces open and never close.
    """
    close = line_end = -1
    index = text.find("${")
    while index >= 0:
        close = text.find("}", index) if close < index else close
        if close < 0:
            return
        if line_end < index:
            line_end = text.find("\n", index)
            line_end = len(text) if line_end < 0 else line_end
        if close < line_end and text[index - 1 : index] != "\\":
            yield index, close + 1
            index = text.find("${", close + 1)
        else:
            index = text.find("${", index + 1)


def _member(value: object, name: str) -> object:
    hint = f"Define it in {PARAMS} next to this file, or under 'vars'."
    missing = UnknownVariableError(f"is not defined ('{name}' is not there)", hint)
    if isinstance(value, dict) and name in value:
        return value[name]
    if not isinstance(value, list):
        raise missing
    try:
        return value[int(name)]
    except (ValueError, IndexError) as error:
        raise missing from error


def _size(value: object) -> int:
    """Return about how many characters a value takes.

    Raises:
        UnknownVariableError: it is, or holds, what only Python has, or what cannot be written as text.

    """
    if isinstance(value, dict):
        return sum(_size(key) + _size(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    if isinstance(value, int) and abs(value) >= TOO_BIG:
        raise UnknownVariableError("is a number of too many digits")
    if isinstance(value, str) and _SURROGATE.search(value):
        raise UnknownVariableError("has half of a character, a lone surrogate")
    if isinstance(value, str | bytes):
        return len(value)
    if value is None or isinstance(value, int | float | date | time):
        return 1
    raise UnknownVariableError(f"is or holds {kind_of_variable(value)}, which cannot be put in")


def _text(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_options(value, ""))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _options(values: Mapping[object, object], prefix: str) -> Iterator[str]:
    """Yield a mapping as command-line options, which is how DVC renders it within a text."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _options(value, f"{name}.")
        elif isinstance(value, list):
            if any(isinstance(each, dict | list) for each in value):
                raise UnknownVariableError(f"has a list of lists as '{name}', which cannot be put into text")
            if value:
                yield f"--{name} " + " ".join(_argument(each) for each in value)
        elif isinstance(value, bool):
            if value:
                yield f"--{name}"
        else:
            yield f"--{name} {_argument(value)}"


def _argument(value: object) -> str:
    return shlex.quote(value) if isinstance(value, str) else str(value)


def _merge(into: dict[object, object], more: Mapping[object, object], prefix: str) -> list[str]:
    taken = []
    for key, value in more.items():
        there = into.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            taken += _merge(there, value, f"{prefix}{key}.")
        elif key in into:
            taken.append(f"{prefix}{key}")
        else:
            into[key] = dict(value) if isinstance(value, dict) else value
    return taken
