"""Positions between code points and the client's units (LSP 3.17 §positionEncoding)."""

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Position, Range


class PositionMapper:
    """The positions of one text.

    Args:
        text: as the client has it, without a byte order mark that the features do not see.
        lines: of the text.
        encoding: `utf-8`, `utf-16` or `utf-32`.
        shifted: the client's text has a byte order mark, which counts on its first line.

    """

    def __init__(self, text: str, lines: Lines, encoding: str, *, shifted: bool = False) -> None:
        self._text = text
        self._lines = lines
        self._encoding = encoding
        self._same = encoding == "utf-32" or text.isascii()
        self._shift = _units("\ufeff", encoding) if shifted else 0

    @classmethod
    def of(cls, text: str, encoding: str) -> "PositionMapper":
        """Return those of a whole text, with its byte order mark if it has one."""
        bare = text.removeprefix("\ufeff")
        return cls(bare, Lines(bare), encoding, shifted=text.startswith("\ufeff"))

    def range(self, place: Range) -> JsonObject:
        """As LSP's `Range`."""
        return {"start": self.position(place.start), "end": self.position(place.end)}

    def between(self, start: int, end: int) -> JsonObject:
        """As LSP's `Range`, of two indexes of the text."""
        return self.range(self._lines.range(start, end))

    def position(self, place: Position) -> dict[str, int]:
        """As LSP's `Position`."""
        character = place.character
        if not self._same:
            character = _units(self._line(place.line)[:character], self._encoding)
        return {"line": place.line, "character": character + (self._shift if place.line == 0 else 0)}

    def read(self, line: int, character: int) -> Position:
        """Return a position of the client in code points, no later than the end of its line."""
        if line == 0:
            character = max(0, character - self._shift)
        return Position(line, code_points(self._line(line).rstrip("\r\n"), character, self._encoding))

    def _line(self, line: int) -> str:
        start = self._lines.index(Position(line, 0))
        return self._text[start : self._lines.line_of(start)[1]]


def code_points(line: str, units: int, encoding: str) -> int:
    """How many characters of a line the client's units are; those beyond it are at its end."""
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
