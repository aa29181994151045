"""Select some of what is in a file of params, as stages of DVC name it: `train.epochs`, `models.*.depth`, `layers.0`.

Source: DVC 3.67, dependency/param.py, and dpath 2.2, segments.py. A list that two keys select is there once, while DVC
appends it to itself.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from gto_daemon.registry.evidence.values import UnreadableEvidenceError

#: Steps that all keys of a file may take, a second's work.
_MAX_STEPS: Final = 500_000
#: Keys, and characters of one, that count.
_MAX_KEYS: Final = 2_000
_MAX_KEY: Final = 1_000
_ANY_DEPTH: Final = "**"


class _Part(dict[Any, Any]):
    """What is selected of a mapping, by key, or of a list, by number."""

    def __init__(self, *, is_list: bool) -> None:
        super().__init__()
        self.is_list = is_list

    def finished(self) -> object:
        """Return the mapping or list; what is before a selected item of a list is None."""
        values = {key: value.finished() if isinstance(value, _Part) else value for key, value in self.items()}
        return [values.get(number) for number in range(max(self) + 1)] if self.is_list else values


def selected(config: object, keys: Iterable[str]) -> object:
    """Return the part of `config` that the keys select, in their order.

    Raises:
        UnreadableEvidenceError: too much work, or a key with two `**`.

    """
    found = _Part(is_list=False)
    selector = _Selector()
    for key in list(dict.fromkeys(keys))[:_MAX_KEYS]:
        glob = tuple(key[:_MAX_KEY].lstrip(".").split("."))
        if glob.count(_ANY_DEPTH) > 1:
            raise UnreadableEvidenceError(f"cannot be searched for '{key[:100]}'", "Write '**' at most once in a key.")
        if isinstance(config, dict):
            selector.select(config, glob, found)
    return found.finished()


class _Selector:
    """Follows keys, and counts the steps."""

    def __init__(self) -> None:
        self._steps = 0

    def select(self, node: Any, glob: Sequence[str], target: _Part) -> None:
        """Put the members of a mapping or list that match the glob into `target`.

        Raises:
            UnreadableEvidenceError: too much work.

        """
        members = _members(node, glob[0]) if glob else []
        self._steps += len(members)
        if self._steps > _MAX_STEPS:
            raise UnreadableEvidenceError("has too much in it for the wildcards in 'params'", "Name fewer keys.")
        inner = []
        for key, value in members:
            rests = _rests(glob, key, len(node))
            if any(all(part == _ANY_DEPTH for part in rest) for rest in rests):
                target[key] = _whole(target.get(key), value)
            elif isinstance(value, dict | list | tuple):
                inner += [(key, value, rest) for rest in rests]
        for key, value, rest in inner:
            part = target.get(key) or _Part(is_list=not isinstance(value, dict))
            if isinstance(part, _Part):
                self.select(value, rest, part)
                if part:
                    target[key] = part


def _whole(part: object, value: Any) -> object:
    """Return a value; what was selected of it before comes first."""
    if not isinstance(part, _Part) or not isinstance(value, dict):
        return value
    return {key: _whole(part.get(key), value[key]) for key in dict.fromkeys([*part, *value])}


def _members(node: Any, name: str) -> Sequence[tuple[object, object]]:
    if not isinstance(node, dict):
        return list(enumerate(node))
    if name in node and not any(sign in name for sign in "*?[") and not name.strip().lstrip("+-")[:1].isdecimal():
        return [(name, node[name])]
    return list(node.items())


def _rests(glob: Sequence[str], key: object, length: int) -> list[Sequence[str]]:
    """Return what remains of the glob in each way that its beginning matches the key."""
    if not glob:
        return []
    if glob[0] == _ANY_DEPTH:
        return [glob, *_rests(glob[1:], key, length)]
    return [glob[1:]] if _matches(key, glob[0], length) else []


def _matches(key: object, glob: str, length: int) -> bool:
    if isinstance(key, int):
        try:
            number = int(glob)
        except ValueError:
            key = str(key)
        else:
            # As of a list, whose items can be counted from its end.
            return number in (key, key - length)
    return isinstance(key, str) and fnmatchcase(key, glob)
