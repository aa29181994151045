"""Records which client's act created or deleted a tag, so that a client can recognize its own changes."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from weakref import ref


class TagOrigins:
    """The tags that acts have written, until all followers of the repository know them.

    Acts write in threads of their own, and the thread of the repository reads. A tag is known by its name and the
    object that it names from then on, None for a deleted one: what others make of it afterwards is theirs.
    """

    def __init__(self) -> None:
        # The clients may be gone long before a follower takes the change.
        self._written: dict[str, tuple[str | None, ref[object]]] = {}

    def __bool__(self) -> bool:
        return bool(self._written)

    @contextmanager
    def writing(self, origin: object | None, states: Mapping[str, str | None]) -> Iterator[None]:
        """Write these tags for a client. Known beforehand, because a reader may be quicker than the end of it."""
        if origin is not None:
            self._written.update({name: (oid, ref(origin)) for name, oid in states.items()})
        try:
            yield
        except BaseException:
            self.discard(states)
            raise

    def of(self, states: Mapping[str, str | None]) -> object | None:
        """Return the client that wrote all of these, None where there is no such client."""
        origins: set[object | None] = set()
        for name, oid in states.items():
            written = self._written.get(name)
            if written is None or written[0] != oid:
                # Others have changed it since. Should they put it back, that is theirs, too.
                self._written.pop(name, None)
                origins.add(None)
            else:
                origins.add(written[1]())
        return origins.pop() if len(origins) == 1 else None

    def discard(self, names: Iterable[str]) -> None:
        """Forget these tags."""
        for name in names:
            self._written.pop(name, None)
