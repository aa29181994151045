"""Audits of random histories: what only allowed acts led to has no violation, and each mutation violates its rule."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gto_daemon.registry.objects import Tag, TagRef
from gto_daemon.registry.queries.audit import Audited, Binding, audit, counts, events_of, questions
from gto_daemon.registry.queries.sarif import MAX_RESULTS, sarif
from gto_daemon.registry.rules.judging import Case, judge
from gto_daemon.registry.rules.timeline import Timeline, event_of
from gto_daemon.registry.rules.values import Rule, Rules
from gto_daemon.registry.signatures import UNSIGNED, Signature
from tests.registry.rules.histories import ANN, BOB, EVE, HOUR, commit, tag, who

RULES = Rules(
    register=Rule(branches=("main",), who=who(ANN, BOB)),
    stages={
        "staging": Rule(branches=("main", "release/*"), who=who(ANN, BOB)),
        "prod": Rule(sources=("staging",), soak=HOUR, branches=("main",), signed=True, who=who(ANN)),
    },
    deletion=False,
    overrides=who(ANN),
)
COMMITS = range(1, 6)
#: Is on a branch that no rule names.
ELSEWHERE = 9


@dataclass
class World:
    """A registry of one artifact, and who signed what."""

    refs: list[TagRef] = field(default_factory=list)
    signatures: dict[str, Signature] = field(default_factory=dict)

    def verdicts(self, moved: frozenset[str] = frozenset()) -> dict[str, tuple[str, list[str]]]:
        return {
            each.ref: (each.judgement.verdict, [broken.rule for broken in each.judgement.violations])
            for each in self.audited(moved)
        }

    def audited(self, moved: frozenset[str] = frozenset()) -> list[Audited]:
        events = events_of({"m": {ref.name: ref for ref in self.refs}})
        bindings = {event.ref: Binding(RULES) for event in events}
        asked = questions(events, bindings)
        assert {event.ref for wanted in asked.signatures.values() for event in wanted} == {
            event.ref for event in events if event.stage == "prod"
        }
        return audit(
            events,
            bindings,
            lambda event: self.signatures.get(event.ref, UNSIGNED),
            lambda oid, _patterns: oid != commit(ELSEWHERE),
            moved,
        )

    def add(self, ref: TagRef, signature: Signature = UNSIGNED) -> bool:
        """Add a tag if the rules allow it, as the planner asks."""
        event = event_of(ref)
        assert event is not None
        past = Timeline(events_of({"m": {each.name: each for each in self.refs}}))
        case = Case(event, past, lambda: signature, lambda oid, _patterns: oid != commit(ELSEWHERE))
        if judge(RULES, case).verdict in ("violating", "unknown"):
            return False
        self.refs.append(ref)
        self.signatures[ref.name] = signature
        return True


def _by(person: str) -> Signature:
    return Signature("good", "ssh", (person,), f"SHA256:{person}")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """What some people did who tried whatever came to their minds, and were refused what the rules forbid."""
    rnd = draw(st.randoms(use_true_random=False))
    world = World()
    at = 0
    for number in range(1, draw(st.integers(8, 40))):
        at += rnd.choice((1, 60, 2 * HOUR))
        _try(world, rnd, number, at)
    return world


def _try(world: World, rnd: random.Random, number: int, at: int) -> None:
    on = rnd.choice((*COMMITS, ELSEWHERE))
    person = rnd.choice((ANN, ANN, BOB, EVE))
    message = rnd.choice(("because", "because", "because\n\nOverride: it burns"))
    what = rnd.choice(
        (f"m@v{on}.0.0#{number}", f"m@v{on}.0.0!#{number}", f"m#staging#{number}", f"m#staging!#{number}")
        + (f"m#prod#{number}",) * 3
        + (f"m#prod!#{number}", f"m#dev#{number}", f"m@deprecated#{number}")
    )
    signature = rnd.choice((_by(person), UNSIGNED))
    world.add(tag(what, on, at, person, message), signature)


@settings(max_examples=300, deadline=None)
@given(world=worlds())
def test_what_was_allowed_violates_nothing(world: World) -> None:
    assert {verdict for verdict, _ in world.verdicts().values()} <= {"allowed", "overridden"}


def _prod(world: World) -> int:
    """A promotion that nobody overrode, made sure of."""
    at = max((ref.tag.seconds for ref in world.refs if ref.tag), default=0) - 1_767_225_600 + 1
    assert world.add(tag("m#staging#97", 7, at, BOB))
    assert world.add(tag("m#prod#98", 7, at + 2 * HOUR, ANN), _by(ANN))
    return len(world.refs) - 1


def _changed(world: World, place: int, **changes: object) -> None:
    ref = world.refs[place]
    assert ref.tag is not None
    fields = ("oid", "target", "target_type", "tagger", "email", "seconds", "offset", "message")
    made = Tag(**dict(zip(fields, ref.tag, strict=True)) | changes)  # type: ignore[arg-type]
    world.refs[place] = TagRef(ref.name, ref.artifact, ref.oid, made)


def _other_tagger(world: World, place: int) -> frozenset[str]:
    world.signatures[world.refs[place].name] = _by(EVE)
    _changed(world, place, tagger=EVE, email=EVE)
    return frozenset()


def _other_branch(world: World, place: int) -> frozenset[str]:
    for each in (place - 1, place):
        _changed(world, each, target=commit(ELSEWHERE))
    # Its stage before was overridden, so that it is on the record, and right but for the branch.
    _changed(world, place - 1, message="x\n\nOverride: it burns", tagger=ANN, email=ANN)
    return frozenset()


def _skipped_stage(world: World, place: int) -> frozenset[str]:
    _changed(world, place, target=commit(8))
    return frozenset()


def _removed_signature(world: World, place: int) -> frozenset[str]:
    del world.signatures[world.refs[place].name]
    return frozenset()


def _signature_of_another_tag(world: World, place: int) -> frozenset[str]:
    world.signatures[world.refs[place].name] = Signature("bad", "ssh", (), "SHA256:x", "name-mismatch")
    return frozenset()


def _moved_tag(world: World, place: int) -> frozenset[str]:
    return frozenset((world.refs[place].name,))


def _too_early(world: World, place: int) -> frozenset[str]:
    before = world.refs[place - 1].tag
    assert before is not None
    _changed(world, place, seconds=before.seconds + 5)
    return frozenset()


MUTATIONS: Mapping[object, str] = {
    _other_tagger: "who",
    _other_branch: "branches",
    _skipped_stage: "from",
    _too_early: "soak",
    _removed_signature: "signed",
    _signature_of_another_tag: "signed",
    _moved_tag: "delete",
}


@pytest.mark.parametrize(("mutation", "rule"), MUTATIONS.items(), ids=lambda each: getattr(each, "__name__", each))
@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_each_mutation_makes_exactly_that_event_violate_its_rule(world: World, mutation: object, rule: str) -> None:
    place = _prod(world)
    name = world.refs[place].name
    assert world.verdicts()[name] == ("allowed", [])
    assert callable(mutation)
    verdicts = world.verdicts(mutation(world, place))
    violating = {ref: rules for ref, (verdict, rules) in verdicts.items() if verdict not in ("allowed", "overridden")}
    assert list(violating) == [name]
    assert violating[name][0] == rule


def _closed(required: dict[str, object], **optional: object) -> dict[str, object]:
    members = {**required, **optional}
    return {"type": "object", "properties": members, "required": [*required], "additionalProperties": False}


_TEXT = {"type": "string", "minLength": 1}
#: What SARIF 2.1.0 says of the members that are written (sections 3.13, 3.14, 3.19, 3.27 to 3.33, 3.49), and no others.
_SARIF = _closed(
    {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": _closed(
                {
                    "tool": _closed(
                        {
                            "driver": _closed(
                                {"name": _TEXT},
                                version=_TEXT,
                                rules={"items": _closed({"id": _TEXT}, shortDescription=_closed({"text": _TEXT}))},
                            )
                        }
                    )
                },
                properties={"type": "object"},
                results={
                    "type": "array",
                    "items": _closed(
                        {"message": _closed({"text": _TEXT})},
                        ruleId=_TEXT,
                        ruleIndex={"type": "integer", "minimum": 0},
                        level={"enum": ["none", "note", "warning", "error"]},
                        partialFingerprints={"type": "object", "additionalProperties": _TEXT},
                        locations={
                            "type": "array",
                            "items": _closed(
                                {},
                                physicalLocation=_closed(
                                    {"artifactLocation": _closed({"uri": _TEXT}, uriBaseId=_TEXT)},
                                    region=_closed({"startLine": {"type": "integer", "minimum": 1}}),
                                ),
                                logicalLocations={"items": _closed({"fullyQualifiedName": _TEXT})},
                            ),
                        },
                    ),
                },
            ),
        },
    },
    **{
        "$schema": {
            "const": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
        }
    },
)


@settings(max_examples=30, deadline=None)
@given(world=worlds())
def test_sarif_is_as_its_standard_has_it(world: World) -> None:
    _skipped_stage(world, _prod(world))
    log = sarif(world.audited(), "1.0")
    jsonschema.validate(log, _SARIF)
    results, rules = log["runs"][0]["results"], log["runs"][0]["tool"]["driver"]["rules"]
    assert [result["ruleId"] for result in results] == ["from", "soak"]
    assert [rules[result["ruleIndex"]]["id"] for result in results] == ["from", "soak"]


def test_counts_and_sarif_leave_nothing_out_untold() -> None:
    world = World([tag(f"m#prod#{number}", 1, number, EVE) for number in range(1, MAX_RESULTS + 12)])
    audited = world.audited()
    assert counts(audited, 3) == {
        "allowed": 0,
        "violating": MAX_RESULTS + 11,
        "overridden": 0,
        "unknown": 0,
        "not_judged": 0,
        "tampering": 3,
    }
    run = sarif(audited, "1.0")["runs"][0]
    assert len(run["results"]) == MAX_RESULTS
    assert run["properties"]["omitted"] == run["properties"]["violations"] - MAX_RESULTS > 0
    assert len({str(each["partialFingerprints"]) for each in run["results"]}) == MAX_RESULTS
