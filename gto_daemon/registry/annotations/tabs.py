"""Tabs that libyaml reads past and GTO's reader (ruamel.yaml) refuses a file for."""

import re
from bisect import bisect_right

_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)


class TabCheck:
    """Is told of the scalars and the outermost flow collections of a document, in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._scalars: list[tuple[int, int, bool]] = []
        self._flows: list[tuple[int, int]] = []

    def scalar(self, start: int, end: int, *, plain: bool) -> None:
        """A scalar; a tab may be in it when it is not plain."""
        self._scalars.append((start, end, plain))

    def flow(self, start: int, end: int) -> None:
        """A collection in brackets; a tab may be between its tokens."""
        self._flows.append((start, end))

    def first(self) -> int | None:
        """The first tab, as a character of the text, that GTO's reader refuses."""
        index = self._text.find("\t")
        while index >= 0:
            if self._is_refused(index):
                return index
            index = self._text.find("\t", index + 1)
        return None

    def _is_refused(self, index: int) -> bool:
        line = max(self._text.rfind("\n", 0, index), self._text.rfind("\r", 0, index)) + 1
        place = bisect_right(self._scalars, (index, len(self._text), True)) - 1
        if place >= 0:
            _, end, plain = self._scalars[place]
            if index < end:
                return plain
            line = max(line, end)
        place = bisect_right(self._flows, (index, len(self._text))) - 1
        if place >= 0 and index < self._flows[place][1]:
            return False
        return _COMMENT.search(self._text, line, index) is None
