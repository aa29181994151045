"""A mapping with many similar versions, whose values may be read on first use."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Final, TypeVar

T = TypeVar("T")

#: A copy has this many keys of its own at the most; beyond it all of them are put together once.
_MAX_LAYER: Final = 512


class OverlayMapping(MutableMapping[str, T]):
    """A mapping that shares its original content with all copies, and stores its own differences.

    A copy costs what is different, not what is there: an index of 25,000 artifacts is copied with each change.
    Two threads may read one value at once; both get equal ones.

    Args:
        values: by key; None for values that `read` has not provided yet.
        read: returns the value of such a key, which is then shared by every copy.

    """

    __slots__ = ("_changed", "_count", "_read", "_values")

    def __init__(self, values: Mapping[str, T | None], read: Callable[[str], T] | None = None) -> None:
        self._values: dict[str, T | None] = dict(values)
        self._read = read
        self._changed: dict[str, T | None] = {}
        self._count = len(values)

    def __getitem__(self, key: str) -> T:
        if key in self._changed:
            changed = self._changed[key]
            if changed is None:
                raise KeyError(key)
            return changed
        value = self._values[key]
        if value is None:
            if self._read is None:
                raise KeyError(key)
            value = self._values[key] = self._read(key)
        return value

    def __setitem__(self, key: str, value: T) -> None:
        self._count += key not in self
        self._changed[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._count -= 1
        self._changed[key] = None

    def __contains__(self, key: object) -> bool:
        changed = self._changed
        return changed[key] is not None if key in changed else key in self._values

    def __iter__(self) -> Iterator[str]:
        changed = self._changed
        if changed:
            yield from (key for key in self._values if key not in changed)
            yield from (key for key, value in changed.items() if value is not None)
        else:
            yield from self._values

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"OverlayMapping({self._values!r}, {self._changed!r})"

    def peek(self, key: str) -> T | None:
        """Return the value if it was read or set; otherwise, and for an unknown key, None."""
        return self._changed[key] if key in self._changed else self._values.get(key)

    def copy(self) -> "OverlayMapping[T]":
        """Return an independent copy of the mapping."""
        other: OverlayMapping[T] = OverlayMapping({}, self._read)
        if len(self._changed) > _MAX_LAYER:
            other._values = {key: self.peek(key) for key in self}
        else:
            other._values = self._values
            other._changed = dict(self._changed)
        other._count = self._count
        return other


def copied(mapping: Mapping[str, T]) -> "OverlayMapping[T]":
    """Return a copy that may be changed; values that were not read stay unread."""
    return mapping.copy() if isinstance(mapping, OverlayMapping) else OverlayMapping(mapping)
