"""One event, judged: each rule, what lifts it, and what does not."""

import pytest

from gto_daemon.registry.rules.judging import Case, Judgement, duration, judge, override_reason
from gto_daemon.registry.rules.timeline import Timeline
from gto_daemon.registry.rules.values import ArtifactRules, Rule, Rules, Who
from gto_daemon.registry.signatures import UNSIGNED, Signature
from tests.registry.rules.histories import ANN, BOB, DAY, EVE, HOUR, History, event, who

KEY = "A" * 40


def _judge(
    rules: Rules,
    what: tuple[str, int, int],
    past: History | None = None,
    *,
    by: str = ANN,
    message: str = "because",
    signature: Signature = UNSIGNED,
    on_branch: bool | None = True,
) -> Judgement:
    timeline = past.timeline() if past else Timeline()
    case = Case(event(*what, by=by, message=message), timeline, lambda: signature, lambda *_: on_branch)
    return judge(rules, case)


def _rules(judgement: Judgement) -> list[str]:
    return [each.rule for each in judgement.violations]


def test_without_rules_everything_is_allowed() -> None:
    assert _judge(Rules(), ("m#prod#1", 1, 0)).verdict == "allowed"


# --- from ----------------------------------------------------------------------------------------------------------

STAGED = Rules(stages={"prod": Rule(sources=("staging",))})


def test_a_version_comes_from_the_stage_before() -> None:
    assert _judge(STAGED, ("m#prod#2", 1, 9), History().add("m#staging#1", 1, 0)).verdict == "allowed"
    refused = _judge(STAGED, ("m#prod#2", 2, 9), History().add("m@v1.0.0", 2, 0).add("m#staging#1", 1, 0))
    assert (refused.verdict, _rules(refused)) == ("violating", ["from"])
    assert "v1.0.0 of 'm'" in refused.violations[0].message
    assert "`gtod assign m --version v1.0.0 --stage staging`" in refused.violations[0].remedy


def test_its_last_event_in_that_stage_counts_and_not_who_holds_it_now() -> None:
    past = History().add("m#staging#1", 1, 0).add("m#staging#2", 2, 1)
    assert _judge(STAGED, ("m#prod#3", 1, 9), past).verdict == "allowed"
    past.add("m#staging!#3", 1, 2)
    assert _rules(_judge(STAGED, ("m#prod#4", 1, 9), past)) == ["from"]


def test_unassigning_needs_no_stage_before() -> None:
    assert _judge(STAGED, ("m#prod!#2", 1, 9)).verdict == "allowed"


# --- soak ----------------------------------------------------------------------------------------------------------

SOAKED = Rules(stages={"prod": Rule(sources=("staging",), soak=DAY)})


@pytest.mark.parametrize(
    ("past", "at", "verdict"),
    [
        (History().add("m#staging#1", 1, 0), DAY, "allowed"),
        (History().add("m#staging#1", 1, 0), DAY - 1, "violating"),
        # Assigned again meanwhile, it held it all the time.
        (History().add("m#staging#1", 1, 0).add("m#staging#2", 1, HOUR), DAY, "allowed"),
        # Another took it, and it came back: the longest time without a break counts.
        (
            History().add("m#staging#1", 1, 0).add("m#staging#2", 2, HOUR).add("m#staging#3", 1, DAY),
            DAY + 1,
            "violating",
        ),
        (
            History().add("m#staging#1", 1, 0).add("m#staging#2", 2, DAY).add("m#staging#3", 1, DAY + 1),
            DAY + 2,
            "allowed",
        ),
        # Deregistered, it holds nothing.
        (History().add("m#staging#1", 1, 0).add("m@v1.0.0!", 1, HOUR), 2 * DAY, "violating"),
    ],
)
def test_soak(past: History, at: int, verdict: str) -> None:
    assert _judge(SOAKED, ("m#prod#9", 1, at), past).verdict == verdict


def test_a_refusal_says_from_when_on_it_may_be() -> None:
    refused = _judge(SOAKED, ("m#prod#2", 1, HOUR), History().add("m#staging#1", 1, 0))
    assert "has held 'staging' for 1 h, and the rules want 1 d" in refused.violations[0].message
    assert "2026-01-02T00:00:00+00:00" in refused.violations[0].remedy


def test_a_rollback_needs_neither_from_nor_soak() -> None:
    past = History().add("m#staging#1", 1, 0).add("m#prod#2", 1, DAY).add("m#staging!#3", 1, DAY + 1)
    past.add("m#prod#4", 2, DAY + 2)
    assert _judge(SOAKED, ("m#prod#5", 1, DAY + 3), past).verdict == "allowed"
    past.add("m#prod!#5", 1, DAY + 3)
    assert _rules(_judge(SOAKED, ("m#prod#6", 1, DAY + 4), past)) == ["from"]


# --- who, signed ---------------------------------------------------------------------------------------------------

GUARDED = Rules(
    register=Rule(who=who(BOB)),
    stages={"prod": Rule(who=who(ANN))},
    artifacts=(ArtifactRules("fraud/**", stages={"prod": Rule(who=who(EVE))}),),
)


@pytest.mark.parametrize(
    ("tag", "by", "verdict"),
    [
        ("m#prod#1", ANN, "allowed"),
        ("m#prod#1", "Ann@Example.com", "allowed"),
        ("m#prod#1", BOB, "violating"),
        ("m#prod!#1", BOB, "violating"),
        ("m#dev#1", BOB, "allowed"),
        ("fraud/m#prod#1", ANN, "violating"),
        ("fraud/m#prod#1", EVE, "allowed"),
        ("m@v1.0.0", ANN, "violating"),
        ("m@v1.0.0!", ANN, "violating"),
        ("m@deprecated", ANN, "violating"),
        ("m@deprecated", BOB, "allowed"),
    ],
)
def test_who(tag: str, by: str, verdict: str) -> None:
    assert _judge(GUARDED, (tag, 1, 0), by=by).verdict == verdict


def test_nobody_is_nobody() -> None:
    refused = _judge(Rules(stages={"prod": Rule(who=Who())}), ("m#prod#1", 1, 0))
    assert "nobody may" in refused.violations[0].message


SIGNED = Rules(
    stages={"prod": Rule(signed=True, who=Who(("leads",), frozenset((ANN,)), frozenset((KEY,))))},
    keys=frozenset((KEY, "B" * 40)),
)


@pytest.mark.parametrize(
    ("signature", "verdict", "rules"),
    [
        (Signature("good", "ssh", (ANN,), "SHA256:x"), "allowed", []),
        (Signature("good", "ssh", (BOB, ANN), "SHA256:x"), "allowed", []),
        (Signature("good", "ssh", (BOB,), "SHA256:x"), "violating", ["who"]),
        (Signature("good", "openpgp", (ANN,), KEY), "allowed", []),
        # The e-mail in a key's name is what its maker wrote there.
        (Signature("good", "openpgp", (ANN,), "B" * 40), "violating", ["who"]),
        (Signature("good", "openpgp", (ANN,), "C" * 40), "violating", ["signed"]),
        (Signature("good", "x509", (ANN,), KEY), "violating", ["signed"]),
        (UNSIGNED, "violating", ["signed"]),
        (Signature("bad", "ssh", (), None, "name-mismatch"), "violating", ["signed"]),
        (Signature("unknown-key", "ssh"), "violating", ["signed"]),
        (Signature("expired", "ssh"), "violating", ["signed"]),
        (Signature("revoked", "ssh"), "violating", ["signed"]),
        (Signature("unverified", "x509"), "unknown", ["signed"]),
    ],
)
def test_signed(signature: Signature, verdict: str, rules: list[str]) -> None:
    judgement = _judge(SIGNED, ("m#prod#1", 1, 0), by=ANN, signature=signature)
    assert (judgement.verdict, _rules(judgement)) == (verdict, rules)


# --- branches ------------------------------------------------------------------------------------------------------

ON_MAIN = Rules(register=Rule(branches=("main",)), stages={"prod": Rule(branches=("main", "release/*"))})


@pytest.mark.parametrize(
    ("tag", "found", "verdict"),
    [
        ("m@v1.0.0", True, "allowed"),
        ("m@v1.0.0", False, "violating"),
        ("m@v1.0.0", None, "unknown"),
        ("m@v1.0.0!", False, "allowed"),
        ("m#prod#1", False, "violating"),
        ("m#prod!#1", False, "allowed"),
        ("m#dev#1", False, "allowed"),
    ],
)
def test_branches(tag: str, found: bool | None, verdict: str) -> None:
    assert _judge(ON_MAIN, (tag, 1, 0), on_branch=found).verdict == verdict


# --- overriding ----------------------------------------------------------------------------------------------------

OVERRIDING = Rules(
    stages={"prod": Rule(sources=("staging",), branches=("main",), who=who(ANN, BOB))}, overrides=who(ANN)
)
REASON = "Assigning\n\nOverride: the site is down"


def test_an_override_lifts_from_soak_and_branches() -> None:
    judgement = _judge(OVERRIDING, ("m#prod#1", 1, 0), message=REASON, on_branch=False)
    assert (judgement.verdict, _rules(judgement), judgement.override) == (
        "overridden",
        ["from", "branches"],
        "the site is down",
    )


def test_an_override_of_somebody_else_lifts_nothing() -> None:
    assert _judge(OVERRIDING, ("m#prod#1", 1, 0), by=BOB, message=REASON).verdict == "violating"


def test_an_override_does_not_lift_who() -> None:
    judgement = _judge(OVERRIDING, ("m#prod#1", 1, 0), by=EVE, message=REASON)
    assert (judgement.verdict, _rules(judgement)) == ("violating", ["who", "from"])


def test_without_overrides_none_is_accepted() -> None:
    assert _judge(STAGED, ("m#prod#1", 1, 0), message=REASON).verdict == "violating"


def test_an_override_of_what_is_allowed_changes_nothing() -> None:
    judgement = _judge(Rules(), ("m#prod#1", 1, 0), message=REASON)
    assert (judgement.verdict, judgement.override) == ("allowed", "the site is down")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Assign\n\nOverride: it burns", "it burns"),
        ("Assign\n\nReviewed-by: Bob\noverride:   it burns  ", "it burns"),
        ("Override: it burns", "it burns"),
        ("Override: it burns\n\nAnd a last word", None),
        ("Assign\n\nOverride:", None),
        ("Assign. Override: it burns", None),
        ("", None),
    ],
)
def test_the_trailer(message: str, reason: str | None) -> None:
    assert override_reason(message) == reason


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (61, "1 min 1 s"), (DAY, "1 d"), (DAY + 2 * HOUR + 5, "1 d 2 h"), (-3, "0 s")]
)
def test_duration(seconds: int, said: str) -> None:
    assert duration(seconds) == said
