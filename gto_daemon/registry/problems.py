"""A problem: one thing in a repository that could not be read as meant, with its place and its remedy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from gto_daemon.protocol import Severity

if TYPE_CHECKING:
    from gto_daemon.protocol import results

#: Characters of each text of a problem: most quote what is in a file, which may be of any length.
MAX_TEXT: Final = 1_000


class Position(NamedTuple):
    """A place in a text. `line` and `character` count from 0, `character` in Unicode code points."""

    line: int
    character: int


class Range(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position

    def below(self, lines: int) -> "Range":
        """Return the same range some lines further down, or up if that is negative."""
        start, end = self
        return Range(Position(start.line + lines, start.character), Position(end.line + lines, end.character))

    def as_json(self) -> "results.Range":
        """Return LSP's `Range`; the unit of `character` is converted at the edge."""
        return {
            "start": {"line": self.start.line, "character": self.start.character},
            "end": {"line": self.end.line, "character": self.end.character},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read, or that its author probably did not intend.

    One type serves `problems` in every answer and the findings of `gto/doctor`. `code` is stable and
    kebab-case; `message` names the thing and the reason; `hint` is the remedy. Longer texts are cut.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    tag: str | None = None
    oid: str | None = None
    commit: str | None = None
    path: str | None = None
    range: Range | None = None
    artifact: str | None = None

    def __post_init__(self) -> None:
        """Cut what is too long: problems travel with every answer."""
        for name in ("message", "hint", "artifact"):
            text = getattr(self, name)
            if text is not None and len(text) > MAX_TEXT:
                object.__setattr__(self, name, f"{text[:MAX_TEXT]}…")

    def located(self) -> str:
        """Return the message after its place, `file:line:column` counted from 1, where it has one."""
        if self.path is None or self.range is None:
            return self.message
        line, character = self.range.start
        return f"{self.path}:{line + 1}:{character + 1}: {self.message}"

    def as_json(self) -> "results.Problem":
        """Return the fields that are set, in the order of the protocol."""
        fields = {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "tag": self.tag,
            "oid": self.oid,
            "commit": self.commit,
            "path": self.path,
            "range": self.range.as_json() if self.range else None,
            "artifact": self.artifact,
        }
        return cast("results.Problem", {key: value for key, value in fields.items() if value is not None})
