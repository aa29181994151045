"""Each quirk of GTO's rules that its author hardly meant is a finding, with the tags concerned and a remedy."""

import pytest

from gto_daemon.registry.queries.doctor import doctor
from gto_daemon.registry.snapshot import Snapshot
from tests.registry.small import commit, made, with_commit


def _found(snapshot: Snapshot) -> list[tuple[str, str | None]]:
    findings = doctor(snapshot)
    for finding in findings:
        assert finding.hint
        assert finding.artifact
        assert finding.message.endswith(".")
    return [(finding.code, finding.tag) for finding in findings]


_FINDINGS = {
    "a lightweight tag": (made("a@v1.0.0"), ("lightweight-tag", "a@v1.0.0")),
    "a counter given out twice": (
        made("a@v1.0.0 1 100", "a#prod#5 1 110", "a#dev#5 1 120"),
        ("doubled-counter", "a#dev#5"),
    ),
    "a version on two commits": (
        made("a@v1.0.0 1 100", "a@v1.0.0#2 2 110"),
        ("version-on-several-commits", "a@v1.0.0#2"),
    ),
    "two versions on a commit": (made("a@v1.0.0 1 100", "a@v1.1.0 1 110"), ("versions-on-one-commit", "a@v1.1.0")),
    "a stage without a version": (made("a#prod#1 1 100"), ("unregistered-version", "a#prod#1")),
    "an unassignment without a version": (made("a#prod!#1 1 100"), ("idle-unassignment", "a#prod!#1")),
    "a stage of a deregistered version": (
        made("a@v1.0.0 1 100", "a#prod#1 1 110", "a@v1.0.0! 1 120"),
        ("stage-of-deregistered-version", "a#prod#1"),
    ),
    "a deprecation undone by an unassignment": (
        made("a@v1.0.0 1 100", "a#prod#1 1 110", "a@deprecated 1 120", "a#prod!#2 1 130"),
        ("undone-deprecation", "a@deprecated"),
    ),
    "a deprecation undone by a late commit": (
        with_commit(made("a@v1.0.0 1 100", "a@deprecated 1 120"), commit("1", 200)),
        ("undone-deprecation", "a@deprecated"),
    ),
    "an assignment and its unassignment in one second": (
        made("a@v1.0.0 1 100", "a#prod#1 1 110", "a#prod!#2 1 110"),
        ("tie", "a#prod!#2"),
    ),
    "a stage that is not allowed": (
        made("a@v1.0.0 1 100", "a#prod#1 1 110", config="stages: [dev]\n"),
        ("stage-not-allowed", "a#prod#1"),
    ),
}


@pytest.mark.parametrize(("snapshot", "finding"), _FINDINGS.values(), ids=_FINDINGS.keys())
def test_a_quirk_is_found_and_nothing_else(snapshot: Snapshot, finding: tuple[str, str | None]) -> None:
    assert _found(snapshot) == [finding]


_FINE = {
    "nothing": made(),
    "a life as GTO writes it": made("a@v1.0.0 1 100", "a#prod#1 1 110", "a#prod!#2 1 120", "a#prod#3 1 130"),
    "a deprecation": made("a@v1.0.0 1 100", "a@deprecated 1 120"),
    "a revival that is meant": made("a@v1.0.0 1 100", "a@deprecated 1 120", "a@v2.0.0 2 130"),
    "a version that was deregistered": made("a@v1.0.0 1 100", "a@v1.0.0! 1 120"),
    "allowed stages": made("a@v1.0.0 1 100", "a#prod#1 1 110", config="stages: [prod, dev]\n"),
    "an annotation alone": made(head="1", annotated={"1": "a:\n  type: model\n"}),
    "one counter for two artifacts": made("a@v1.0.0 1 100", "b@v1.0.0 1 100", "a#p#1 1 110", "b#p#1 1 110"),
}


@pytest.mark.parametrize("snapshot", _FINE.values(), ids=_FINE.keys())
def test_what_is_in_order_is_no_finding(snapshot: Snapshot) -> None:
    assert _found(snapshot) == []


def test_findings_come_artifact_by_artifact() -> None:
    snapshot = made("z#prod#1 1 90", "a#prod#1 1 100", "m@v1.0.0")
    assert _found(snapshot) == [
        ("lightweight-tag", "m@v1.0.0"),
        ("unregistered-version", "z#prod#1"),
        ("unregistered-version", "a#prod#1"),
    ]
