"""Read `.gtod.yaml`.

What is wrong anywhere in `version`, `rules`, `roles` or `signers`, or in the names of the sections, is an error, for
which there are no rules at all: every caller has to refuse. YAML is taken without what hides a meaning: no anchors,
aliases, merge keys and tags, and no plain words that some reader takes for a number or a boolean.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from gto_daemon.protocol import Severity
from gto_daemon.registry.near_names import near_names
from gto_daemon.registry.problems import Problem, Range
from gto_daemon.registry.rules.format import FORMAT, MOMENT, PERSON
from gto_daemon.registry.rules.values import DEFAULT_MAX_SKEW, NO_RULE, ArtifactRules, Rule, Rules, Who
from gto_daemon.registry.shapes.reading import START, Part, ShapeReader, cut, fits_shape

_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400}
_KEY_PREFIX: Final = "openpgp:"
_NO_DIGITS: Final = dict.fromkeys(map(ord, "0123456789"))
#: Letters by which a slip of the finger does not lengthen or shorten a name.
_SLIP: Final = 2
#: Stages of which is told how they are entered.
_MAX_WAYS: Final = 5


@dataclass(frozen=True, slots=True)
class RulesFile:
    """A rules file as it was read.

    Attributes:
        rules: the rules; None if there is an error.
        problems: what is wrong, in the order of the file.
        replacements: what probably belongs at a place where there is a problem, the likeliest first.

    """

    rules: Rules | None
    problems: tuple[Problem, ...]
    replacements: Mapping[Range, tuple[str, ...]]


def read_rules(text: bytes) -> RulesFile:
    """Read a rules file. Never raises."""
    reader = _Reader()
    rules = reader.read(text)
    problems = sorted(reader.problems, key=lambda problem: problem.range or START)
    replacements = {place: near for place, near in reader.replacements.items() if near}
    return RulesFile(None if reader.failed else rules, tuple(problems), replacements)


class _Reader(ShapeReader):
    """Makes rules of what one file says."""

    def __init__(self) -> None:
        super().__init__(FORMAT)
        self._roles: dict[str, tuple[str, ...]] = {}
        self._used: set[str] = set()
        self._sources: list[Part] = []

    def read(self, data: bytes) -> Rules | None:
        """Return the rules as far as they can be read."""
        sections = self.sections(data)
        return None if sections is None else self._rules(sections)

    def _rules(self, sections: dict[str, Part]) -> Rules:
        roles: dict[str, Part] = _of(sections, "roles", {})
        self._roles = {name: tuple(item.value for item in part.value or ()) for name, part in roles.items()}
        written: dict[str, Part] = _of(sections, "rules", {})
        register = self._rule(_of(written, "register", {}), "rules.register")
        stages = self._stages(_of(written, "stages", {}), "rules.stages")
        artifacts = []
        for pattern, part in _of(written, "artifacts", {}).items():
            path = f"rules.artifacts.{cut(pattern)}"
            own = self._rule(_of(part.value or {}, "register", {}), f"{path}.register")
            artifacts.append(
                ArtifactRules(pattern, own, self._stages(_of(part.value or {}, "stages", {}), f"{path}.stages"))
            )
        overrides: dict[str, Part] | None = _of(written, "overrides", None)
        max_skew = _seconds(_of(written, "max_skew", None))
        rules = Rules(
            register=register,
            stages=stages,
            artifacts=tuple(artifacts),
            deletion=_of(written, "delete", "allow") == "allow",
            overrides=None if overrides is None else self._who(_of(overrides, "who", []), "rules.overrides.who"),
            since=self._moment(written.get("since")),
            max_skew=DEFAULT_MAX_SKEW if max_skew is None else max_skew,
            signers=_of(sections, "signers", None),
            keys=frozenset(
                person.removeprefix(_KEY_PREFIX).upper()
                for people in self._roles.values()
                for person in people
                if person.startswith(_KEY_PREFIX)
            ),
            places={
                name: self._range(part.node)
                for each in (written, sections)
                for name, part in each.items()
                if name in ("delete", "overrides", "since", "max_skew", "signers")
            },
        )
        self._check_sources(rules)
        self._check_stages(rules)
        # What could not be read may be just what these would miss.
        if all(problem.code != "wrong-rules" for problem in self.problems):
            self._check_signers(rules)
            self._check_roles(roles)
        return rules

    def _stages(self, stages: dict[str, Part], path: str) -> dict[str, Rule]:
        return {stage: self._rule(part.value or {}, f"{path}.{stage}") for stage, part in stages.items()}

    def _rule(self, parts: dict[str, Part], path: str) -> Rule:
        self._sources += _of(parts, "from", [])
        return Rule(
            branches=_words(parts.get("branches")),
            sources=_words(parts.get("from")),
            soak=_seconds(_of(parts, "soak", None)),
            signed=None if "signed" not in parts else parts["signed"].value == "required",
            who=None if "who" not in parts else self._who(parts["who"].value or [], f"{path}.who"),
            places={name: self._range(part.node) for name, part in parts.items()},
        )

    def _who(self, items: list[Part], path: str) -> Who:
        people: list[str] = []
        for item in items:
            if _is_person(item.value):
                people.append(item.value)
            elif item.value in self._roles:
                self._used.add(item.value)
                people += self._roles[item.value]
            else:
                self._unknown_role(item, path)
        return Who(
            tuple(item.value for item in items),
            frozenset(each.lower() for each in people if not each.startswith(_KEY_PREFIX)),
            frozenset(each.removeprefix(_KEY_PREFIX).upper() for each in people if each.startswith(_KEY_PREFIX)),
        )

    def _unknown_role(self, item: Part, path: str) -> None:
        place = self._range(item.node)
        near = self._near(place, item.value, self._roles)
        reason = f"'{item.value}' in '{path}' is not an e-mail address, and 'roles' has no such role."
        self._problem("unknown-role", reason, f"{near}Add it to 'roles', or write an e-mail address.", place)

    def _moment(self, part: Part | None) -> int | None:
        if part is None or part.value is None:
            return None
        seconds = read_moment(part.value)
        if seconds is None:
            self._wrong(part.node, "rules.since", f"is '{part.value}', and there is no such time", MOMENT.hint)
        return seconds

    def _check_sources(self, rules: Rules) -> None:
        """Find each `soak` without a `from`, and stages that no version could ever enter."""
        told: set[str] = set()
        for scope, stages in _scopes(rules):
            own = rules.stages if scope is None else scope.stages
            path = "rules" if scope is None else f"rules.artifacts.{cut(scope.pattern)}"
            for stage, rule in own.items():
                if rule.soak is not None and "from" not in stages[stage].places:
                    hint = "Name in 'from' the stages that it has to have held for so long."
                    reason = f"'{path}.stages.{stage}.soak' needs a 'from'."
                    self._problem("soak-without-from", reason, hint, rule.places["soak"])
            if not any(rule.sources for rule in own.values()):
                continue
            closed = [stage for stage in _never_entered(stages) if stage not in told]
            place = next((own[stage].places["from"] for stage in closed if stage in own and own[stage].sources), None)
            if place is not None:
                told |= set(closed)
                ways = (f"'{stage}' only from {_listed(stages[stage].sources or ())}" for stage in closed[:_MAX_WAYS])
                more = ", and so on" if len(closed) > _MAX_WAYS else ""
                reason = f"No version could ever enter {_listed(closed)}: it gets to {', to '.join(ways)}{more}."
                self._problem("closed-stages", reason, "Let one of them be entered from another stage.", place)

    def _check_stages(self, rules: Rules) -> None:
        """Find each stage that only one `from` names, and that looks like a slip for another."""
        ruled = {stage for _, stages in _scopes(rules) for stage in stages}
        named = Counter(part.value for part in self._sources)
        for part in self._sources:
            others = [name for name in {*ruled, *named} if _may_be_slip(part.value, name)]
            if part.value not in ruled and named[part.value] == 1 and near_names(part.value, others):
                place = self._range(part.node)
                hint = (
                    f"{self._near(place, part.value, others)}If it is a stage of its own, add it to 'stages' as well."
                )
                self._problem(
                    "lone-stage", f"Nothing else names the stage '{cut(part.value)}'.", hint, place, "warning"
                )

    def _check_signers(self, rules: Rules) -> None:
        """Find rules that want a signature which nobody could give."""
        if rules.signers is not None:
            return
        for rule in signed_rules(rules):
            # Any key of a role counts where there is no `who`.
            if rules.keys and (rule.who is None or rule.who.keys & rules.keys):
                continue
            reason = "A signature is required, and the file names no 'signers', so no ssh key counts"
            nobody = "" if rules.keys else ", and 'roles' has no openpgp key either: nobody could sign"
            hint = "Add 'signers: .gtod/allowed_signers', and that file."
            severity: Severity = "warning" if rules.keys else "error"
            self._problem("no-signers", f"{reason}{nobody}.", hint, rule.places["signed"], severity)

    def _check_roles(self, roles: dict[str, Part]) -> None:
        for role, part in roles.items():
            if part.value == []:
                reason = f"The role '{role}' has nobody in it."
                self._problem(
                    "empty-role",
                    reason,
                    "Add an e-mail address, or delete the role.",
                    self._range(part.node),
                    "warning",
                )
            if part.value is not None and role not in self._used:
                reason = f"No 'who' names the role '{role}'."
                self._problem(
                    "unused-role", reason, "Use it in a 'who', or delete it.", self._range(part.node), "warning"
                )


def read_moment(text: str) -> int | None:
    """Return the seconds since the epoch of a day (its beginning in UTC) or a time with its zone, if it is one."""
    if not fits_shape(MOMENT, text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def _is_person(text: str) -> bool:
    return fits_shape(PERSON, text)


def _of(parts: Mapping[str, Part], name: str, default: Any) -> Any:
    """Return what is written under a name."""
    part = parts.get(name)
    return default if part is None or part.value is None else part.value


def _words(part: Part | None) -> tuple[str, ...] | None:
    return None if part is None or part.value is None else tuple(item.value for item in part.value)


def _seconds(text: str | None) -> int | None:
    return None if text is None else int(text[:-1]) * _SECONDS[text[-1]]


def _scopes(rules: Rules) -> Iterator[tuple[ArtifactRules | None, Mapping[str, Rule]]]:
    """Return the stages' rules as they are without any glob, and with each glob alone."""
    yield None, rules.stages
    for each in rules.artifacts:
        own = {stage: rules.stages.get(stage, NO_RULE).overridden_by(rule) for stage, rule in each.stages.items()}
        yield each, {**rules.stages, **own}


def signed_rules(rules: Rules) -> Iterator[Rule]:
    """Return the rules that want a signature, each as it is without any glob or with one alone, and each place once."""
    told = set()
    general = [rules.register, *(rules.register.overridden_by(each.register) for each in rules.artifacts)]
    for rule in [*general, *(rule for _, stages in _scopes(rules) for rule in stages.values())]:
        places = rule.places.get("signed"), rule.places.get("who")
        if rule.signed and places not in told:
            told.add(places)
            yield rule


def _may_be_slip(written: str, meant: str) -> bool:
    """Return whether names differ by no more than a slip of the finger, and not on purpose, as `dev-eu` or `s2` do."""
    letters = [name.translate(_NO_DIGITS) for name in (written, meant)]
    return abs(len(written) - len(meant)) < _SLIP and letters[0] != letters[1]


def _never_entered(stages: Mapping[str, Rule]) -> list[str]:
    """Return the stages that a version could enter only from one another."""
    closed = {stage: rule.sources for stage, rule in stages.items() if rule.sources is not None}
    targets: dict[str, list[str]] = {}
    for stage, sources in closed.items():
        for source in sources:
            targets.setdefault(source, []).append(stage)
    entered = [source for source in targets if source not in closed]
    while entered:
        entered += [stage for stage in targets.get(entered.pop(), ()) if closed.pop(stage, None) is not None]
    return list(closed)


def _listed(names: Iterable[str]) -> str:
    quoted = [f"'{cut(name)}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
