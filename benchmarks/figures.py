"""What was measured, and what was hoped for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Unit = Literal["µs", "ms", "s", "/s", "MiB", "bytes", "% of a core", "wake-ups/s"]
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
        ours, before, peer: how long it took, or how often it went. `before` is the build before, None if it was not
            measured; `peer` is None where a figure stands by itself.
        kind: how the two are compared.
        goal: the bound on that; None for a row that is only told.
        note: what else has to be known to read it.

    """

    what: str
    ours: Series
    before: Series | None
    peer: Series | None
    kind: Kind
    goal: float | None
    note: str = ""

    @property
    def result(self) -> float:
        """The figure that the goal is about, from the medians."""
        return self._compared(self.ours)

    def _compared(self, side: Series) -> float:
        return side.middle if self.peer is None else _ratio(self.kind, side.middle, self.peer.middle)

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
    def before_text(self) -> str:
        """The result of the build before, as people read it."""
        return "" if self.before is None else _said(self.kind, self._compared(self.before), self.ours.unit)

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


def row(
    what: str,
    unit: Unit,
    sides: Sequence[Iterable[float]],
    peer: Iterable[float] | None = None,
    *,
    kind: Kind = "figure",
    goal: float | None = None,
    note: str = "",
) -> Row:
    """A comparison of what was measured of each build, ours first, and of the peer."""
    ours, before, *_ = [*(Series(unit, tuple(side)) for side in sides), None]
    if ours is None:
        raise ValueError(f"{what}: nothing was measured")
    theirs = None if peer is None else Series(unit, tuple(peer))
    return Row(what=what, ours=ours, before=before, peer=theirs, kind=kind, goal=goal, note=note)


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


def agree_on_common(what: str, answers: Sequence[object]) -> None:
    """Compare the answers of two builds, if there are two: what one of them has no member for is left out.

    Raises:
        WrongAnswerError: they differ.

    """
    for other in answers[1:]:
        agree(f"{what}, this build and the one before", _common(answers[0], other), _common(other, answers[0]))


def _common(value: object, other: object) -> object:
    if isinstance(value, dict) and isinstance(other, dict):
        return {key: _common(value[key], other[key]) for key in value if key in other and key != "clock"}
    if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        return [_common(*each) for each in zip(value, other, strict=True)]
    return value


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
