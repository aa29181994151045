"""The result of `gto/audit`: who did what, and whether they were allowed to."""

from typing import Literal, NotRequired, TypedDict

from gto_daemon.protocol import JsonObject, Severity
from gto_daemon.protocol.results import Problem, Range, RepositoryResult

TamperingKind = Literal[
    "counter-gap",
    "vanished-tag",
    "moved-tag",
    "backdated-tag",
    "future-tag",
    "ambiguous-order",
    "differs-from-remote",
    "rules-rewritten",
]


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

    kind: TamperingKind
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
    reason: NotRequired[str]
    """Why events are missing, or may be: there are none, or the clone is shallow."""
    sarif: NotRequired[JsonObject]
    """If `sarif` was asked for: the violations in SARIF 2.1.0."""


class RuleShape(TypedDict):
    """What is asked of a registration, or of a stage. Members are absent where the rules say nothing."""

    branches: NotRequired[list[str]]
    from_stages: NotRequired[list[str]]
    """`from`: the stages that a version has to be assigned to first."""
    soak_s: NotRequired[int]
    """`soak`, in seconds."""
    signed: NotRequired[bool]
    who: NotRequired[list[str]]
    """The people who may: e-mail addresses, principals of the signers file and `openpgp:` fingerprints."""


class RulesResult(RepositoryResult):
    """The rules of promotion."""

    rules: RulesSource | None
    """Where they are from. Null if the repository has no rules, and for a file on disk."""
    text: str | None
    """The file `.gtod.yaml` there."""
    findings: list[Problem]
    """What is wrong with it and with the signers file. Rules in force have warnings at most."""
    register: RuleShape
    """What is asked of registrations: of all artifacts, or of the one that was named."""
    stages: dict[str, RuleShape]
    """What is asked for each stage that has rules: of all artifacts, or of the one that was named."""
    deletion: Literal["allow", "never"]
    overrides: list[str] | None
    """Who may override; null if nobody may."""
    reason: str | None
    """Why there are no rules, if a commit was looked at and has none."""


class ForgeRequest(TypedDict):
    """A request to the API of a forge."""

    method: str
    path: str
    """With the forge's own placeholders, such as `{owner}`."""
    body: JsonObject


class RulesExport(RepositoryResult):
    """What of the rules a forge can enforce by itself."""

    rules: RulesSource | None
    """Null if the repository has no rules."""
    requests: list[ForgeRequest]
    not_expressible: list[str]
    """What the requests do not say, in sentences: it needs the hook on the server, or an audit in CI."""
    unnamed: list[str]
    """Roles and people of whom `actors` does not say who they are there, so that they are in no list."""
    reason: str | None
    """Why there are no rules, if there are none."""


class RefusedRef(TypedDict):
    """A ref that must not be pushed as it is."""

    ref: str
    kind: str
    message: str
    remedy: str


class PushAuditResult(RepositoryResult):
    """What the rules say of a push, before its refs exist."""

    refused: list[RefusedRef]
    """Empty if the push may be taken."""
    rules: RulesSource | None
    """Null if the repository has no rules."""
