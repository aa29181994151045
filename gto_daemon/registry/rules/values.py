"""The rules of a repository as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from gto_daemon.registry.problems import Range
from gto_daemon.registry.rules.globs import matches

#: Its name, at the root of a repository.
RULES_FILE: Final = ".gtod.yaml"
#: The version of its format.
RULES_VERSION: Final = 1
#: Bytes of the file, and of the signers file.
MAX_RULES_FILE: Final = 1 << 20
#: Seconds by which a pushed tag may be dated away from the server's clock, if the rules do not say.
DEFAULT_MAX_SKEW: Final = 3_600

#: The rules by name, in the order in which violations are told.
RuleName = Literal["delete", "signed", "who", "from", "soak", "branches"]
RULE_NAMES: Final[tuple[RuleName, ...]] = ("delete", "signed", "who", "from", "soak", "branches")


@dataclass(frozen=True, slots=True)
class Who:
    """The people that a `who` allows.

    Attributes:
        entries: as written: people and roles.
        emails: e-mail addresses of people and ssh principals, in lower case, roles resolved.
        keys: fingerprints of openpgp keys, 40 or 64 hex digits in upper case, roles resolved.

    """

    entries: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of a registration, or of a stage. None where the rules say nothing.

    Attributes:
        branches: globs; the version's commit has to be reachable from one of these branches.
        sources: `from`: stages; the version's last event in one of them has to be an assignment.
        soak: seconds for which the version has to have held one of `sources` without a break.
        signed: whether the tag has to be signed by somebody in the signers file.
        who: who may.
        places: the keys, as written (`from`, not `sources`), to their place in the file.

    """

    branches: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    soak: int | None = None
    signed: bool | None = None
    who: Who | None = None
    places: Mapping[str, Range] = field(default_factory=dict)

    def overridden_by(self, other: "Rule") -> "Rule":
        """Return this rule with what `other` says in its place, key by key."""
        return Rule(
            self.branches if other.branches is None else other.branches,
            self.sources if other.sources is None else other.sources,
            self.soak if other.soak is None else other.soak,
            self.signed if other.signed is None else other.signed,
            self.who if other.who is None else other.who,
            {**self.places, **other.places},
        )


NO_RULE: Final = Rule()


@dataclass(frozen=True, slots=True)
class ArtifactRules:
    """The rules for the artifacts whose name matches `pattern`."""

    pattern: str
    register: Rule = NO_RULE
    stages: Mapping[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a repository.

    Attributes:
        register: for registrations; its `who` and `signed` bind deregistering and deprecating too.
        stages: by stage; `who` and `signed` bind unassigning too.
        artifacts: rules for some artifacts, in the order of the file; the last match wins, key by key.
        deletion: whether event tags may be deleted or moved.
        overrides: who may override `from`, `soak` and `branches` with a reason; None: nobody.
        since: events before it are not judged; seconds since the epoch, None: all are judged.
        max_skew: seconds by which a pushed tag may be dated away from the server's clock.
        signers: path of the signers file (allowed_signers of ssh-keygen(1)) in the same commit.
        keys: the fingerprints of the openpgp keys of all roles; a signature with any other does not count.
        places: the keys `delete`, `overrides`, `since`, `max_skew`, `signers` to their place in the file.

    """

    register: Rule = NO_RULE
    stages: Mapping[str, Rule] = field(default_factory=dict)
    artifacts: tuple[ArtifactRules, ...] = ()
    deletion: bool = True
    overrides: Who | None = None
    since: int | None = None
    max_skew: int = DEFAULT_MAX_SKEW
    signers: str | None = None
    keys: frozenset[str] = frozenset()
    places: Mapping[str, Range] = field(default_factory=dict)

    @property
    def ask_nothing(self) -> bool:
        """Whether these rules cannot forbid anything: the file has other sections only."""
        return self.deletion and self.register == NO_RULE and not self.stages and not self.artifacts

    @property
    def branches(self) -> frozenset[str]:
        """The globs of all branches that the rules name."""
        rules = [self.register, *self.stages.values()]
        for each in self.artifacts:
            rules += [each.register, *each.stages.values()]
        return frozenset(glob for rule in rules for glob in rule.branches or ())

    def for_register(self, artifact: str) -> Rule:
        """Return the rule for registering versions of an artifact."""
        rule = self.register
        for each in self.artifacts:
            if matches(each.pattern, artifact):
                rule = rule.overridden_by(each.register)
        return rule

    def for_stage(self, artifact: str, stage: str) -> Rule:
        """Return the rule for a stage of an artifact."""
        rule = self.stages.get(stage, NO_RULE)
        for each in self.artifacts:
            own = each.stages.get(stage)
            if own is not None and matches(each.pattern, artifact):
                rule = rule.overridden_by(own)
        return rule
