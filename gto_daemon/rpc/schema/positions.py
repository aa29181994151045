"""Positions between code points and the client's units (LSP 3.17 §positionEncoding)."""

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Position, Range


class PositionMapper:
    """The positions of one text.

    Args:
        text: the client's text, without its byte order mark.
        lines: the lines of the text.
        encoding: `utf-8`, `utf-16` or `utf-32`.
        shifted: whether the client's text has a byte order mark, which counts as a character of its first line.

    Attributes:
        is_shifted: the same.

    """

    def __init__(self, text: str, lines: Lines, encoding: str, *, shifted: bool = False) -> None:
        self._text = text
        self._lines = lines
        self._encoding = encoding
        self._same = encoding == "utf-32" or text.isascii()
        self._shift = _units("\ufeff", encoding) if shifted else 0
        self.is_shifted = shifted

    @classmethod
    def of(cls, text: str, encoding: str) -> "PositionMapper":
        """Return the mapper of a whole text, which may have a byte order mark."""
        bare = text.removeprefix("\ufeff")
        return cls(bare, Lines(bare), encoding, shifted=text.startswith("\ufeff"))

    def range(self, place: Range) -> JsonObject:
        """Return a range as LSP's `Range`."""
        return {"start": self.position(place.start), "end": self.position(place.end)}

    def between(self, start: int, end: int) -> JsonObject:
        """Return LSP's `Range` between two indexes of the text."""
        return self.range(self._lines.range(start, end))

    def position(self, place: Position) -> dict[str, int]:
        """Return a position as LSP's `Position`."""
        character = place.character
        if not self._same:
            character = _units(self._line(place.line)[:character], self._encoding)
        return {"line": place.line, "character": character + (self._shift if place.line == 0 else 0)}

    def read(self, line: int, character: int) -> Position:
        """Convert a position of the client to code points, at most the end of its line."""
        if line == 0:
            character = max(0, character - self._shift)
        return Position(line, code_points(self._line(line).rstrip("\r\n"), character, self._encoding))

    def _line(self, line: int) -> str:
        start = self._lines.index(Position(line, 0))
        return self._text[start : self._lines.line_of(start)[1]]


def code_points(line: str, units: int, encoding: str) -> int:
    """Return the number of characters that the client's units span in a line, at most the length of the line."""
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    passed = 0
    for count, each in enumerate(line):
        passed += _units(each, encoding)
        if passed > units:
            return count
    return len(line)


def _units(text: str, encoding: str) -> int:
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
