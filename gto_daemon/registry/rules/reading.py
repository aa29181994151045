"""Read `.gtod.yaml`.

What is wrong anywhere in `version`, `rules`, `roles` or `signers`, or in the names of the sections, is an error, for
which there are no rules at all: every caller has to refuse. YAML is taken without what hides a meaning: no anchors,
aliases, merge keys and tags, and no plain words that some reader takes for a number or a boolean.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from gto_daemon.protocol import Severity
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.nodes import Mapping as MappingNode
from gto_daemon.registry.annotations.nodes import Node, Scalar, Sequence, YamlDocument
from gto_daemon.registry.annotations.scalars import kind_of
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.problems import Position, Problem, Range
from gto_daemon.registry.rules.format import (
    FORMAT,
    MAX_ITEMS,
    MAX_WORD,
    MOMENT,
    PERSON,
    Items,
    Keys,
    Named,
    Shape,
    Unread,
    Word,
)
from gto_daemon.registry.rules.values import (
    DEFAULT_MAX_SKEW,
    MAX_RULES_FILE,
    NO_RULE,
    RULES_FILE,
    RULES_VERSION,
    ArtifactRules,
    Rule,
    Rules,
    Who,
)

_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400}
_KEY_PREFIX: Final = "openpgp:"
_MAX_SHOWN: Final = 60
#: Problems that are told. Errors are found before warnings.
_MAX_PROBLEMS: Final = 100
_NO_DIGITS: Final = dict.fromkeys(map(ord, "0123456789"))
#: Letters by which a slip of the finger does not lengthen or shorten a name.
_SLIP: Final = 2
#: Stages of which is told how they are entered.
_MAX_WAYS: Final = 5
_START: Final = Range(Position(0, 0), Position(0, 0))
_CONFLICT: Final = re.compile(rb"^(?:<{7}|={7}|>{7})(?=[ \r\n])", re.MULTILINE)
_HIDING: Final = MappingProxyType({"&": "an anchor", "*": "an alias", "!": "a tag"})
_NAMES: Final = {
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "null": "empty",
    "timestamp": "a date",
    "merge": "a merge key",
    "value": "a sign with a meaning of its own",
}


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
    problems = sorted(reader.problems, key=lambda problem: problem.range or _START)
    replacements = {place: near for place, near in reader.replacements.items() if near}
    return RulesFile(None if reader.failed else rules, tuple(problems), replacements)


class _Part(NamedTuple):
    """A value that could be read, and the node of its key, or its own in a list."""

    value: Any
    node: Node


class _Reader:
    """Reads one file and collects its problems."""

    def __init__(self) -> None:
        self.failed = False
        self.problems: list[Problem] = []
        self.replacements: dict[Range, tuple[str, ...]] = {}
        self._document: YamlDocument
        self._text = ""
        self._roles: dict[str, tuple[str, ...]] = {}
        self._used: set[str] = set()
        self._sources: list[_Part] = []

    def read(self, data: bytes) -> Rules | None:
        """Return the rules as far as they can be read."""
        if len(data) > MAX_RULES_FILE:
            reason = f"The file has {len(data)} bytes, and at most {MAX_RULES_FILE} are read."
            self._problem("too-large", reason, "Make it shorter.", _START)
            return None
        try:
            self._document = compose(data)
            self._text = data.decode("utf-8-sig")
        except NotYamlError as error:
            self._not_yaml(error.problem, data)
            return None
        except UnicodeDecodeError:
            self._problem("invalid-yaml", "The file is not UTF-8.", "Save it as UTF-8.", _START)
            return None
        root = self._document.root
        if root is None or self._kind(root) == "empty":
            reason = "The file is empty, and it has to name at least the version of its format."
            self._problem("wrong-rules", reason, f"Write 'version: {RULES_VERSION}', or delete the file.", _START)
            return None
        if self._is_newer(root):
            return None
        sections = self._keys(root, FORMAT, "") if not self._hides(root, "") else None
        return None if sections is None else self._rules(sections.value)

    # What the YAML says

    def _not_yaml(self, problem: Problem, data: bytes) -> None:
        marker = _CONFLICT.search(data)
        if marker is not None:
            line = data.count(b"\n", 0, marker.start())
            place = Range(Position(line, 0), Position(line, marker.end() - marker.start()))
            hint = "Keep what is right of the two sides, and delete the lines with <<<<<<<, ======= and >>>>>>>."
            self._problem(problem.code, "The file has the markers of a merge conflict.", hint, place)
        elif "alias" in problem.message:
            reason = "The file is not YAML: what begins with '*' and is not in quotes would be an alias."
            self._problem(problem.code, reason, "Put the glob in quotes: '*'.", problem.range or _START)
        else:
            self._problem(problem.code, problem.message, problem.hint, problem.range or _START)

    def _is_newer(self, root: Node) -> bool:
        """Return whether the file's format is a newer one, of which nothing else can be said."""
        for key, value in root.pairs() if isinstance(root, MappingNode) else ():
            if isinstance(key, Scalar) and key.text == "version" and _is_number(value):
                number = int(cast("Scalar", value).text[:9])
                if number > RULES_VERSION:
                    reason = f"The file has version {number}, and this gtod reads version {RULES_VERSION}."
                    self._problem("newer-rules", reason, "Update gtod.", self._range(value))
                    return True
        return False

    def _value(self, node: Node, shape: Shape, path: str) -> _Part | None:
        """Return what is written at a node, if it is of that shape; else there is a problem."""
        if isinstance(shape, Unread):
            return _Part(None, node)
        if self._hides(node, path):
            return None
        if isinstance(shape, Keys):
            return self._keys(node, shape, path)
        if isinstance(shape, Named):
            return self._named(node, shape, path)
        if isinstance(shape, Items):
            return self._items(node, shape, path)
        return self._word(node, shape, path) if isinstance(shape, Word) else self._version(node, path)

    def _version(self, node: Node, path: str) -> _Part | None:
        if _is_number(node) and int(cast("Scalar", node).text[:9]) == RULES_VERSION:
            return _Part(RULES_VERSION, node)
        self._wrong(node, path, f"is not {RULES_VERSION}", f"Write 'version: {RULES_VERSION}'.")
        return None

    def _keys(self, node: Node, shape: Keys, path: str) -> _Part | None:
        keys = self._pairs(node, path, f"The keys are {', '.join(shape.entries)}.")
        if keys is None:
            return None
        parts: dict[str, _Part] = {}
        for name, key, value in keys:
            entry = shape.entries.get(name)
            if entry is None:
                self._unknown(key, name, shape, path)
                continue
            part = self._value(value, entry.shape, _join(path, name))
            # What cannot be read is there nevertheless, and one problem.
            parts[name] = _Part(part and part.value, key)
        for name in shape.required:
            if name not in parts:
                place = self._range(node)
                reason = f"'{path}' has no '{name}'" if path else f"The file has no '{name}'"
                remedy = f"Write 'version: {RULES_VERSION}'." if name == "version" else f"Add '{name}'."
                self._problem("wrong-rules", f"{reason}.", remedy, Range(place.start, place.start))
        return _Part(parts, node)

    def _unknown(self, key: Node, name: str, shape: Keys, path: str) -> None:
        place = self._range(key)
        reason = f"'{_cut(name)}' is not a key of '{path}'" if path else f"'{_cut(name)}' is not a key of this file"
        near = self._near(place, name, shape.entries)
        self._problem("unknown-key", f"{reason}.", f"{near}The keys are {', '.join(shape.entries)}.", place)

    def _named(self, node: Node, shape: Named, path: str) -> _Part | None:
        pairs = self._pairs(node, path, f"Write {shape.name.what} as a key.")
        if pairs is None:
            return None
        parts: dict[str, _Part] = {}
        for name, key, value in pairs:
            fits = self._fits(key, name, shape.name, f"The key '{_cut(name)}' of '{path}'")
            part = self._value(value, shape.each, _join(path, _cut(name)))
            if fits:
                parts[name] = _Part(part and part.value, key)
        return _Part(parts, node)

    def _items(self, node: Node, shape: Items, path: str) -> _Part | None:
        if not isinstance(node, Sequence):
            text = node.text if isinstance(node, Scalar) else ""
            hint = f"Write a list: [{_cut(text)}]." if text else "Write a list in brackets."
            self._wrong(node, path, f"is {self._kind(node)}, but should be a list", hint)
            return None
        if not node.children and shape.empty is None:
            self._wrong(node, path, "is an empty list, which nothing could satisfy", "Name at least one, or delete it.")
            return None
        if len(node.children) > MAX_ITEMS:
            self._wrong(node, path, f"has more than {MAX_ITEMS} items", "Make it shorter.")
            return None
        parts = [self._value(child, shape.item, f"{path}[{index}]") for index, child in enumerate(node.children)]
        if None in parts and shape.empty is None:
            return None
        return _Part([part for part in parts if part is not None], node)

    def _word(self, node: Node, shape: Word, path: str) -> _Part | None:
        text = self._string(node, path, shape)
        if text is None or not self._fits(node, text, shape, f"'{path}'"):
            return None
        return _Part(text, node)

    def _string(self, node: Node, path: str, shape: Word) -> str | None:
        is_moment = shape.what == "a date" and self._kind(node) == "a date"
        if not isinstance(node, Scalar) or not (is_moment or self._kind(node) == "text"):
            belongs = f"is {self._kind(node)}, but should be {shape.what}"
            quote = f"Put it in quotes: '{node.text}'." if isinstance(node, Scalar) and node.text else shape.hint
            written = isinstance(node, Scalar) and _matches(shape, node.text)
            self._wrong(node, path, belongs, quote if written else shape.hint)
            return None
        return node.text

    def _fits(self, node: Node, text: str, shape: Word, subject: str) -> bool:
        """Return whether a text is a word of that shape; else there is a problem."""
        if len(text) > MAX_WORD:
            reason = f"{subject} has more than {MAX_WORD} characters."
            self._problem("wrong-rules", reason, "Make it shorter.", self._range(node))
            return False
        if _matches(shape, text):
            return True
        place = self._range(node)
        thing = "none of the choices" if shape.choices else f"not {shape.what}"
        reason = f"{subject} is {thing}" if subject.startswith("The key") else f"{subject} is '{_cut(text)}', {thing}"
        near = self._near(place, text, shape.choices or ())
        self._problem("wrong-rules", f"{reason}.", f"{near}{shape.hint}", place)
        return False

    def _pairs(self, node: Node, path: str, hint: str) -> list[tuple[str, Node, Node]] | None:
        """Return the keys of a mapping as text, with the nodes of key and value."""
        if not isinstance(node, MappingNode):
            self._wrong(node, path, f"is {self._kind(node)}, but should be a mapping", hint)
            return None
        if len(node.children) > 2 * MAX_ITEMS:
            self._wrong(node, path, f"has more than {MAX_ITEMS} keys", "Make it shorter.")
            return None
        pairs: dict[str, tuple[str, Node, Node]] = {}
        for key, value in node.pairs():
            if self._hides(key, path):
                continue
            kind = self._kind(key)
            if not isinstance(key, Scalar) or kind != "text":
                reason = f"has a key that is {kind}, but should be text"
                hides = kind == "a merge key"
                self._wrong(key, path, reason, "Write out what it merges." if hides else "Put the key in quotes.")
            elif key.text in pairs:
                self._wrong(key, path, f"has the key '{_cut(key.text)}' twice", "Delete one of them.")
            else:
                pairs[key.text] = key.text, key, value
        return list(pairs.values())

    def _hides(self, node: Node, path: str) -> bool:
        """Return whether a node has an anchor or a tag, or is an alias; then there is a problem."""
        # Where one of these begins a node it is no part of a plain text, and other texts begin with a quote.
        thing = _HIDING.get(self._text[node.start : node.start + 1]) if node.end > node.start else None
        if thing is None:
            return False
        place = self._document.lines.range(node.start, node.start + 1)
        subject = f"'{path}'" if path else "The file"
        self._problem("wrong-rules", f"{subject} has {thing}, which rules may not use.", "Write it out.", place)
        return True

    def _kind(self, node: Node) -> str:
        if isinstance(node, MappingNode):
            return "a mapping"
        if not isinstance(node, Scalar):
            return "a list" if isinstance(node, Sequence) else "an alias"
        if not node.plain:
            return "text"
        # What any version of YAML takes for something else has to be quoted: `on`, `yes`, `1.0`.
        kinds = [kind_of(None, node.text, plain=True, old=old) for old in (False, True)]
        return next((_NAMES.get(kind, kind) for kind in kinds if kind != "str"), "text")

    # What the rules say

    def _rules(self, sections: dict[str, _Part]) -> Rules:
        roles: dict[str, _Part] = _of(sections, "roles", {})
        self._roles = {name: tuple(item.value for item in part.value or ()) for name, part in roles.items()}
        written: dict[str, _Part] = _of(sections, "rules", {})
        register = self._rule(_of(written, "register", {}), "rules.register")
        stages = self._stages(_of(written, "stages", {}), "rules.stages")
        artifacts = []
        for pattern, part in _of(written, "artifacts", {}).items():
            path = f"rules.artifacts.{_cut(pattern)}"
            own = self._rule(_of(part.value or {}, "register", {}), f"{path}.register")
            artifacts.append(
                ArtifactRules(pattern, own, self._stages(_of(part.value or {}, "stages", {}), f"{path}.stages"))
            )
        overrides: dict[str, _Part] | None = _of(written, "overrides", None)
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

    def _stages(self, stages: dict[str, _Part], path: str) -> dict[str, Rule]:
        return {stage: self._rule(part.value or {}, f"{path}.{stage}") for stage, part in stages.items()}

    def _rule(self, parts: dict[str, _Part], path: str) -> Rule:
        self._sources += _of(parts, "from", [])
        return Rule(
            branches=_words(parts.get("branches")),
            sources=_words(parts.get("from")),
            soak=_seconds(_of(parts, "soak", None)),
            signed=None if "signed" not in parts else parts["signed"].value == "required",
            who=None if "who" not in parts else self._who(parts["who"].value or [], f"{path}.who"),
            places={name: self._range(part.node) for name, part in parts.items()},
        )

    def _who(self, items: list[_Part], path: str) -> Who:
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

    def _unknown_role(self, item: _Part, path: str) -> None:
        place = self._range(item.node)
        near = self._near(place, item.value, self._roles)
        reason = f"'{item.value}' in '{path}' is not an e-mail address, and 'roles' has no such role."
        self._problem("unknown-role", reason, f"{near}Add it to 'roles', or write an e-mail address.", place)

    def _moment(self, part: _Part | None) -> int | None:
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
            path = "rules" if scope is None else f"rules.artifacts.{_cut(scope.pattern)}"
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
                    "lone-stage", f"Nothing else names the stage '{_cut(part.value)}'.", hint, place, "warning"
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

    def _check_roles(self, roles: dict[str, _Part]) -> None:
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

    # Problems and places

    def _problem(self, code: str, message: str, hint: str, place: Range, severity: Severity = "error") -> None:
        problem = Problem(code=code, severity=severity, message=message, hint=hint, path=RULES_FILE, range=place)
        self.failed |= severity == "error"
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(problem)

    def _near(self, place: Range, word: str, names: Iterable[str]) -> str:
        """Return the question whether one of the names is meant, with a blank behind it; empty if none is near."""
        if len(self.problems) >= _MAX_PROBLEMS:
            return ""
        near = self.replacements[place] = tuple(near_names(word, names))
        return f"{did_you_mean(near)} " if near else ""

    def _wrong(self, node: Node, path: str, reason: str, hint: str) -> None:
        subject = f"'{path}'" if path else "The file"
        self._problem("wrong-rules", f"{subject} {reason}.", hint, self._range(node))

    def _range(self, node: Node) -> Range:
        return self._document.lines.range(node.start, node.end)


def read_moment(text: str) -> int | None:
    """Return the seconds since the epoch of a day (its beginning in UTC) or a time with its zone, if it is one."""
    if not _matches(MOMENT, text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def _is_number(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and re.fullmatch("[0-9]+", node.text) is not None


def _matches(shape: Word, text: str) -> bool:
    return re.fullmatch(shape.pattern, text) is not None


def _is_person(text: str) -> bool:
    return _matches(PERSON, text)


def _of(parts: Mapping[str, _Part], name: str, default: Any) -> Any:
    """Return what is written under a name."""
    part = parts.get(name)
    return default if part is None or part.value is None else part.value


def _words(part: _Part | None) -> tuple[str, ...] | None:
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
    quoted = [f"'{_cut(name)}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."
