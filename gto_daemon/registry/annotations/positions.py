"""Places in a text: the parser counts characters, editors count lines and characters."""

from array import array
from bisect import bisect_right
from io import StringIO
from itertools import accumulate

from gto_daemon.registry.problems import Position, Range


class Lines:
    """Where the lines of a text begin. A line ends as in LSP: at LF, CR or both.

    libyaml would also end one at U+0085, so its own line numbers are of no use.
    """

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        self._length = len(text)
        starts = list(accumulate(map(len, StringIO(text, newline="")), initial=0))
        if len(starts) > 1 and text[-1] not in "\r\n":
            del starts[-1]
        # Kept for as long as the annotations are, so it is small: four bytes a line.
        self._starts = array("I", starts)

    def line_of(self, index: int) -> tuple[int, int]:
        """Return the first character of the line with the `index`th character, and that of the next line."""
        line = bisect_right(self._starts, index)
        return self._starts[line - 1], self._starts[line] if line < len(self._starts) else self._length

    def position(self, index: int) -> Position:
        """Return the line and character of the `index`th character of the text, from 0, in code points."""
        line = bisect_right(self._starts, index) - 1
        return Position(line, index - self._starts[line])

    def index(self, position: Position) -> int:
        """Return the index of the character at a position; a position beyond its line is the start of the next line."""
        if position.line >= len(self._starts):
            return self._length
        start = self._starts[position.line]
        end = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else self._length
        return min(start + position.character, end)

    def range(self, start: int, end: int) -> Range:
        """Return the range from one character up to another."""
        starts = self._starts
        line = bisect_right(starts, start)
        first = starts[line - 1]
        begin = Position(line - 1, start - first)
        # Most ranges are within one line, and a file has thousands.
        if start <= end and (line == len(starts) or end < starts[line]):
            return Range(begin, Position(line - 1, end - first))
        return Range(begin, self.position(end))
