"""The result of `gto/audit`: who did what, and whether they were allowed to."""

from typing import Literal, NotRequired, TypedDict

from gto_daemon.protocol import Severity
from gto_daemon.protocol.results import Range, RepositoryResult


class Violation(TypedDict):
    """One rule that an event breaks, or for which it is not known whether it does."""

    rule: Literal["delete", "signed", "who", "from", "soak", "branches"]
    kind: str
    """The kind of the error that gtod refuses such an act with."""
    message: str
    remedy: str
    range: NotRequired[Range]
    """The place of the rule in `.gtod.yaml`."""


class AuditedEvent(TypedDict):
    """The verdict on one tag."""

    ref: str
    verdict: Literal["allowed", "violating", "overridden", "unknown", "not-judged"]
    rules: list[Violation]
    """In the order `delete`, `signed`, `who`, `from`, `soak`, `branches`."""
    override: str | None
    """The reason in the tag's `Override` trailer."""


class Tampering(TypedDict):
    """Evidence that the history is not what it was."""

    kind: Literal[
        "counter-gap",
        "vanished-tag",
        "moved-tag",
        "backdated-tag",
        "future-tag",
        "ambiguous-order",
        "differs-from-remote",
        "rules-rewritten",
    ]
    ref: str
    severity: Severity
    message: str
    remedy: str


class AuditCounts(TypedDict):
    """How many events got each verdict, and how many signs of tampering there are."""

    allowed: int
    violating: int
    overridden: int
    unknown: int
    not_judged: int
    tampering: int


class RulesSource(TypedDict):
    """Where the rules were read from."""

    commit: str
    ref: str
    """The ref or revision that led to the commit."""


class AuditResult(RepositoryResult):
    """The verdicts on the events of a registry."""

    events: list[AuditedEvent]
    """Oldest first."""
    tampering: list[Tampering]
    counts: AuditCounts
    rules: RulesSource | None
    """Null if the repository has no rules."""
