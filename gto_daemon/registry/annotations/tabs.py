"""Tabs that libyaml reads past and GTO's reader (ruamel.yaml) refuses a file for."""

import re
from bisect import bisect_right

from gto_daemon.registry.annotations.positions import Lines

_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)


class TabCheck:
    """Checks the tabs in scalars and the outermost flow collections of a document, passed to it in order."""

    def __init__(self, text: str, lines: Lines) -> None:
        self._text = text
        self._lines = lines
        self._scalars: list[tuple[int, int, bool]] = []
        self._flows: list[tuple[int, int]] = []

    def scalar(self, start: int, end: int, *, plain: bool) -> None:
        """Handle a scalar; it may contain a tab if it is not plain."""
        self._scalars.append((start, end, plain))

    def flow(self, start: int, end: int) -> None:
        """Handle a collection in brackets; a tab may be between its tokens."""
        self._flows.append((start, end))

    def first(self) -> int | None:
        """Return the index of the first tab in the text that GTO's reader refuses."""
        index = self._text.find("\t")
        while index >= 0:
            beyond = self._end_of_leave(index)
            if beyond is None:
                return index
            index = self._text.find("\t", beyond)
        return None

    def _end_of_leave(self, index: int) -> int | None:
        """Return the index up to which tabs are allowed from the one at `index`; None if that one is refused."""
        line, next_line = self._lines.line_of(index)
        place = bisect_right(self._scalars, (index, len(self._text), True))
        if place:
            _, end, plain = self._scalars[place - 1]
            if index < end:
                return None if plain else end
            line = max(line, end)
        following = self._scalars[place][0] if place < len(self._scalars) else len(self._text)
        flow = bisect_right(self._flows, (index, len(self._text))) - 1
        if flow >= 0 and index < self._flows[flow][1]:
            return min(following, self._flows[flow][1])
        return next_line if _COMMENT.search(self._text, line, index) else None
