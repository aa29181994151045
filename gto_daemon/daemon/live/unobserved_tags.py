"""The tags of a repository that changed, and of which nothing is in its ledger yet."""

from collections.abc import Callable, Set


class UnobservedTags:
    """Their names, and who is told of them. In the repository's thread, but for what says otherwise."""

    def __init__(self) -> None:
        self._observer: Callable[[], None] | None = None
        #: None for all tags, of which nothing is known yet.
        self._names: set[str] | None = None
        self._is_announced = False
        self._is_unreported = True

    def tell(self, observer: Callable[[], None]) -> None:
        """Have `observer` called, in the repository's thread, whenever there is something to write. In any thread."""
        self._observer = observer

    @property
    def has_observer(self) -> bool:
        """Whether the ledger is written in the background."""
        return self._observer is not None

    @property
    def has_any(self) -> bool:
        """Whether there is something to write. May be asked in any thread."""
        return self._is_announced and self._names != set()

    def add(self, names: Set[str]) -> None:
        """Take up tags that changed."""
        if self._names is not None:
            self._names.update(names)
        self._is_unreported |= bool(names)

    def report(self) -> None:
        """Call the observer if there is something to write: after listeners were told, who wait for it."""
        if self._observer is not None and self._is_unreported:
            self._is_announced, self._is_unreported = True, False
            self._observer()

    def take(self) -> set[str] | None:
        """Return the tags that changed since the last call; None for all, of which nothing is known yet."""
        names, self._names = self._names, set()
        return names

    def forget(self) -> None:
        """Start again with all tags. May be called in any thread."""
        self._names = None
