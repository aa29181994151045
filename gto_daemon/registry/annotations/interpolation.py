"""`${…}` in `dvc.yaml`: the variables, and text with them put in.

Source: DVC 3.67, parsing/interpolate.py and parsing/context.py. Where DVC refuses the file for an expression, the
expression stays as it is written, and is named.
"""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final, TypeAlias

from gto_daemon.registry.annotations.json_values import json_value
from gto_daemon.registry.annotations.scalars import TOO_BIG
from gto_daemon.registry.annotations.vars_files import PARAMS, kind_of_variable

_SELECTOR = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^.\[\]]+\][ \t\r]*)*")

#: Characters that variables put in, all together.
MAX_INTERPOLATED = 1 << 20
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: Called with an expression that stays, such as `${model.path}`, the reason, and the remedy.
Unresolved = Callable[[str, str, str], None]
Collections = tuple[type, ...]
#: The last key on the way to a value, after those before it: no text is copied for each value of a large file.
Trail: TypeAlias = tuple["Trail | None", object]
_WRITE = "Give it a value that can be put in: text, a number, a list or a mapping of them."


class UnknownVariableError(Exception):
    """An expression has no value that could be put in; the message ends a sentence about it, `hint` is the remedy."""

    def __init__(self, reason: str, hint: str = _WRITE) -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value that a file defines: what is selected of it is known to come from there.

    Attributes:
        value: anything but a mapping that others were merged into.
        source: the path of the file.
        trail: where it is in the file.

    """

    value: object
    source: str
    trail: Trail

    def member(self, key: object, value: object) -> "Sourced":
        """Return a member of it."""
        return Sourced(value, self.source, (self.trail, key))

    def path(self) -> str:
        """Return where it is in the file, as in `train.layers.0`."""
        keys = []
        trail: Trail | None = self.trail
        while trail is not None:
            trail, key = trail
            keys.append(str(key))
        return ".".join(reversed(keys))


class Variables:
    """What `vars` and `params.yaml` define. Where something is defined twice, the first counts.

    Attributes:
        used: the values of files that a stage used, by file and path in it; DVC shows them as params.

    """

    def __init__(self) -> None:
        self._tree: dict[object, object] = {}
        self._put_in = Counter[str]()
        self._reserved: frozenset[object] = frozenset()
        self._of_a_stage = False
        self.used: dict[str, dict[str, object]] = {}

    def of_stage(self, items: Mapping[str, object]) -> "Variables":
        """Return the variables of a stage, which has `items` besides; what they resolve is counted as used."""
        child = Variables()
        child._tree = dict([*self._tree.items(), *items.items()])
        child._put_in, child.used = self._put_in, self.used
        child._reserved, child._of_a_stage = frozenset(items), True
        return child

    def separate(self) -> int:
        """Prepare variables of a stage for more definitions; return how many values that copied."""
        self._tree, count = _copied(self._tree)
        return count

    def define(self, more: Mapping[object, object], source: str | None = None) -> list[str]:
        """Add definitions, of the file `source` if given; return the names defined already, which DVC refuses."""
        taken = [str(key) for key in more if key in self._reserved]
        free = {key: value for key, value in more.items() if key not in self._reserved} if taken else more
        return taken + _merge(self._tree, free, None, source)

    def select(self, value: object, unresolved: Unresolved) -> object:
        """Return a value with every expression that stands alone replaced by what it selects, `Sourced` where known."""
        if isinstance(value, str) and next(expressions(value), None) == (0, len(value)):
            try:
                found = self._select(value[2:-1])
                # DVC leaves out what is under other keys.
                return {k: v for k, v in found.items() if isinstance(k, str)} if isinstance(found, dict) else found
            except UnknownVariableError as error:
                unresolved(value, str(error), error.hint)
                return value
        if isinstance(value, str):
            return self.resolve_text(value, unresolved)
        if isinstance(value, dict):
            return {self._key(key, unresolved): self.select(inner, unresolved) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.select(inner, unresolved) for inner in value]
        return value

    def resolve(self, value: object, unresolved: Unresolved, *, collections: Collections = (dict, list)) -> object:
        """Return the value with every expression in its text resolved, also in keys.

        Args:
            value: what has expressions in it.
            unresolved: is told what cannot be resolved.
            collections: the kinds that may be put in.

        """
        if isinstance(value, str):
            if next(expressions(value), None) != (0, len(value)):
                return self.resolve_text(value, unresolved, collections=collections)
            try:
                return json_value(_allowed(self._selected(value[2:-1]), collections), lambda _: None)
            except UnknownVariableError as error:
                unresolved(value, str(error), error.hint)
                return value
        if isinstance(value, dict):
            return {
                self._key(key, unresolved): self.resolve(inner, unresolved, collections=collections)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.resolve(inner, unresolved, collections=collections) for inner in value]
        return value

    def _key(self, key: object, unresolved: Unresolved) -> object:
        return self.resolve_text(key, unresolved) if isinstance(key, str) else key

    def resolve_text(self, text: str, unresolved: Unresolved, *, collections: Collections = (dict, list)) -> str:
        """Return the text with its expressions resolved; `\\${` is a plain `${`."""
        parts = []
        done = 0
        for start, end in expressions(text):
            parts.append(text[done:start])
            done = end
            try:
                value = _allowed(self._selected(text[start + 2 : end - 1]), collections)
                if isinstance(value, dict | list) and (start, end) == (0, len(text)):
                    raise UnknownVariableError("stands for a mapping or a list, which cannot be put in here")
                parts.append(_text(value))
            except UnknownVariableError as error:
                unresolved(text[start:end], str(error), error.hint)
                parts.append(text[start:end])
        parts.append(text[done:])
        return "".join(parts).replace(r"\${", "${")

    def _selected(self, selector: str) -> object:
        """Return the plain value, and note that it is used."""
        found = self._select(selector)
        value = plain(found)
        if self._of_a_stage and isinstance(found, Sourced) and not isinstance(value, dict):
            path = found.path()
            self._count(path)
            self.used.setdefault(found.source, {})[path] = value
        return value

    def _select(self, selector: str) -> object:
        if not _SELECTOR.fullmatch(selector):
            hint = "Write one, or a backslash before it where the text itself is meant."
            raise UnknownVariableError("is no expression such as ${name}, ${group.name} or ${list[0]}", hint)
        value: object = self._tree
        for part in selector.replace("[", ".").replace("]", "").split("."):
            value = _member(value, part.strip())
        self._count(value)
        return value

    def _count(self, value: object) -> None:
        """Raise an error if too much was put in by now."""
        if self._put_in["characters"] <= MAX_INTERPOLATED:
            self._put_in["characters"] += _size(value)
        if self._put_in["characters"] > MAX_INTERPOLATED:
            raise UnknownVariableError(f"is too long: more than {MAX_INTERPOLATED} characters would be put in")


def plain(value: object) -> object:
    """Return a selected value without where it is from."""
    if isinstance(value, Sourced):
        return value.value
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def _allowed(value: object, collections: Collections) -> object:
    if isinstance(value, dict | list) and not isinstance(value, collections):
        kind = "mapping" if isinstance(value, dict) else "list"
        raise UnknownVariableError(f"stands for a {kind}, which cannot be put in here")
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


def has_expression(value: object) -> bool:
    """Return whether there is an expression anywhere in a value."""
    if isinstance(value, str):
        return next(expressions(value), None) is not None
    if isinstance(value, dict):
        return any(has_expression(key) or has_expression(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(has_expression, value))


def _member(value: object, name: str) -> object:
    if isinstance(value, Sourced):
        inner = _member(value.value, name)
        # A place counted from the end is noted as counted from the start.
        key = int(name) % len(value.value) if isinstance(value.value, list) else name
        return value.member(key, inner)
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
    if isinstance(value, Sourced):
        return _size(value.value)
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


def _merge(
    into: dict[object, object], more: Mapping[object, object], trail: Trail | None, source: str | None
) -> list[str]:
    taken = []
    for key, value in more.items():
        there = into.get(key)
        if isinstance(there, dict) and isinstance(value, dict) and isinstance(key, str):
            taken += _merge(there, value, (trail, key), source)
        elif key in into:
            # Nothing can ask for a key that is no text, and DVC leaves it out.
            taken += [Sourced(None, "", (trail, key)).path()] if isinstance(key, str) else []
        else:
            into[key] = _sourced(value, (trail, key), source)
    return taken


def _sourced(value: object, trail: Trail, source: str | None) -> object:
    if isinstance(value, dict):
        return {key: _sourced(inner, (trail, key), source) for key, inner in value.items()}
    return value if source is None else Sourced(value, source, trail)


def _copied(tree: dict[object, object]) -> tuple[dict[object, object], int]:
    copy: dict[object, object] = {}
    count = len(tree)
    for key, value in tree.items():
        if isinstance(value, dict):
            copy[key], more = _copied(value)
            count += more
        else:
            copy[key] = value
    return copy, count
