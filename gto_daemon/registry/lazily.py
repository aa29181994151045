"""Values that are worked out when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TypeVar

T = TypeVar("T")


class Lazily(MutableMapping[str, T]):
    """A mapping whose keys are known and whose values are read one by one. What was read, or set, stays.

    Two threads may read one value at once; both get equal ones.

    Args:
        values: by key; None for those that `read` is still to be asked for.
        read: the value of such a key.

    """

    __slots__ = ("_read", "_values")

    def __init__(self, values: dict[str, T | None], read: Callable[[str], T]) -> None:
        self._values = values
        self._read = read

    def __getitem__(self, key: str) -> T:
        value = self._values[key]
        if value is None:
            value = self._values[key] = self._read(key)
        return value

    def __setitem__(self, key: str, value: T) -> None:
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        del self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Lazily({self._values!r})"

    def at_hand(self, key: str) -> T | None:
        """The value, if it was read or set; None too for a key that is not there."""
        return self._values.get(key)

    def copy(self) -> "Lazily[T]":
        """Another such mapping, which may be changed by itself."""
        return Lazily(dict(self._values), self._read)


def copied(mapping: Mapping[str, T]) -> MutableMapping[str, T]:
    """A copy that may be changed; what was not read is not read for it."""
    return mapping.copy() if isinstance(mapping, Lazily) else dict(mapping)
