"""What was measured, and what was hoped for."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Unit = Literal["µs", "ms", "s", "/s", "MiB", "bytes", "% of a core"]
#: What a goal is about: how often our time fits into the peer's (`faster`), the other way round (`slower`), our rate
#: as a part of the peer's (`rate`), or our figure by itself (`figure`).
Kind = Literal["faster", "slower", "rate", "figure"]


class WrongAnswerError(Exception):
    """Two sides that have to agree do not; nothing that was measured means anything then."""


@dataclass(frozen=True, slots=True)
class Series:
    """One thing, measured several times, in the order of measuring."""

    unit: Unit
    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        """The median, which one slow moment of the machine does not move."""
        return median(self.values)

    def __str__(self) -> str:
        low, middle, high = (quantity(value) for value in (min(self.values), self.middle, max(self.values)))
        return f"{low} / {middle} / {high}" if len(self.values) > 1 else middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A comparison.

    Attributes:
        what: what was done.
        ours, peer: how long it took, or how often it went. `peer` is None where a figure stands by itself.
        kind: how the two are compared.
        goal: the bound on that; None for a row that is only told.
        note: what else has to be known to read it.

    """

    what: str
    ours: Series
    peer: Series | None
    kind: Kind
    goal: float | None
    note: str = ""

    @property
    def result(self) -> float:
        """The figure that the goal is about, from the medians."""
        if self.peer is None:
            return self.ours.middle
        return _ratio(self.kind, self.ours.middle, self.peer.middle)

    @property
    def best(self) -> float:
        """The same from the best of each side, which noise moves least."""
        pick = max if self.kind == "rate" else min
        if self.peer is None:
            return pick(self.ours.values)
        return _ratio(self.kind, pick(self.ours.values), pick(self.peer.values))

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.result >= self.goal if self.kind in {"faster", "rate"} else self.result <= self.goal

    @property
    def verdict(self) -> str:
        """That in a word."""
        return {None: "", True: "reached", False: "missed"}[self.is_reached]

    @property
    def result_text(self) -> str:
        """The result as people read it."""
        return _said(self.kind, self.result, self.ours.unit)

    @property
    def best_text(self) -> str:
        """The best as people read it."""
        return _said(self.kind, self.best, self.ours.unit)

    @property
    def goal_text(self) -> str:
        """The goal as people read it."""
        if self.goal is None:
            return ""
        bound = "at least" if self.kind in {"faster", "rate"} else "at most"
        return f"{bound} {_said(self.kind, self.goal, self.ours.unit)}"


@dataclass(frozen=True, slots=True)
class Table:
    """What one benchmark found: its rows, and in a few sentences what they compare."""

    title: str
    about: str
    rows: Sequence[Row]


def agree(what: str, ours: object, theirs: object) -> None:
    """Compare two answers.

    Raises:
        WrongAnswerError: they differ.

    """
    if ours != theirs:
        raise WrongAnswerError(f"{what}: the answers differ\nours:   {ours!r:.2000}\ntheirs: {theirs!r:.2000}")


def quantity(value: float) -> str:
    """Three digits that mean something."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(kind: Kind, ours: float, peer: float) -> float:
    return peer / ours if kind == "faster" else ours / peer


def _said(kind: Kind, value: float, unit: Unit) -> str:
    if kind == "figure":
        return f"{quantity(value)} {unit}"
    said = "its memory" if unit in {"MiB", "bytes"} else {"rate": "its rate", "slower": "its time"}.get(kind, "faster")
    return f"{quantity(value)}x {said}"
