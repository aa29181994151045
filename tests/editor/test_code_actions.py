"""What can be done with an artifact from where the cursor is, with the tags that it makes."""

from collections.abc import Collection
from typing import Any

import pytest

from gto_daemon.editor.code_actions import WIZARDS, code_actions
from gto_daemon.editor.facts import ActingUser
from gto_daemon.editor.values import CodeAction
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.law import Law
from gto_daemon.registry.problems import Range
from gto_daemon.registry.rules.reading import read_rules
from gto_daemon.registry.signatures import Signature
from gto_daemon.registry.snapshot import Snapshot
from tests.editor.marked import at, registry
from tests.registry.small import made


def offered(
    snapshot: Snapshot, text: str = "chu|rn: {}\n", kind: Any = "artifacts", wizards: Collection[str] = ()
) -> list[CodeAction]:
    document, position = at(text, kind)
    return code_actions(document, snapshot, Range(position, position), now=1000, wizards=frozenset(wizards))


def titles(found: list[CodeAction], kind: str) -> list[str]:
    return [each.title for each in found if each.kind == f"refactor.gto.{kind}" and each.disabled is None]


def test_the_latest_version_is_assigned_to_every_stage_that_does_not_hold_it() -> None:
    found = offered(registry())
    assert titles(found, "assign") == ["Assign churn v1.1.0 to prod — churn#prod#3"]
    (action,) = [each for each in found if each.kind == "refactor.gto.assign"]
    assert action.command is not None
    assert action.command.name == "gto.assign"
    assert action.command.argument == {
        "repo": "/repo",
        "name": "churn",
        "version": "v1.1.0",
        "stage": "prod",
        "expect_clock": "i:w:0",
    }


def test_the_stages_are_those_of_the_configuration_and_no_more_than_five() -> None:
    found = offered(registry(config="stages: [dev, a, b, c, d, e, f]"))
    assert titles(found, "assign") == [
        *(f"Assign churn v1.1.0 to {stage} — churn#{stage}#3" for stage in "abcde"),
        "Assign churn to a stage…",
    ]


def test_a_version_is_registered_at_head_by_any_bump() -> None:
    assert titles(offered(registry()), "register") == [
        "Register churn v1.1.1 (patch) at HEAD — churn@v1.1.1",
        "Register churn v1.2.0 (minor) at HEAD — churn@v1.2.0",
        "Register churn v2.0.0 (major) at HEAD — churn@v2.0.0",
    ]


def test_an_artifact_without_tags_gets_its_first_version_and_a_stage_with_it() -> None:
    found = offered(registry(), "ne|w: {}\n")
    assert titles(found, "register") == ["Register new v0.0.1 at HEAD — new@v0.0.1"]
    assert titles(found, "assign") == [
        "Register new at HEAD and assign it to dev — new@v0.0.1 and new#dev#1",
        "Register new at HEAD and assign it to prod — new@v0.0.1 and new#prod#1",
    ]


def test_where_head_is_registered_the_reason_is_said() -> None:
    found = offered(registry(head="2"))
    (action,) = [each for each in found if each.kind == "refactor.gto.register"]
    assert action.disabled == "HEAD is registered as v1.1.0 already; a commit has one version of an artifact."
    assert action.command is None


def test_before_the_first_commit_nothing_is_registered() -> None:
    assert titles(offered(made(head=None), "ne|w: {}\n"), "register") == []


def test_a_stage_is_rolled_back_and_emptied() -> None:
    found = offered(registry("churn#prod#3 2 300"))
    assert titles(found, "rollback") == ["Roll back prod of churn to v1.0.0 — churn#prod#4"]
    assert titles(found, "unassign") == [
        "Remove churn v1.1.0 from dev — churn#dev!#4",
        "Remove churn v1.1.0 from prod — churn#prod!#4",
    ]


def test_a_stage_is_not_offered_where_it_would_be_refused() -> None:
    two = registry("churn@v1.2.0 2 205")
    assert titles(offered(two), "assign") == []


@pytest.mark.parametrize(
    ("text", "kind", "any_found"),
    [
        ("chu|rn:\n  type: x\n", "artifacts", True),
        ("churn: |\n  type: x\n", "artifacts", True),
        ("churn:\n|  type: x\n", "artifacts", False),
        ("churn:\n  type: |x\n", "artifacts", False),
        ("churn:\n  type: x\n|\nnew: {}\n", "artifacts", False),
        ("artifacts:\n  chu|rn:\n    path: x\n", "dvc", True),
        ("artifacts:|\n  churn:\n    path: x\n", "dvc", False),
        ("artifacts:\n  churn:\n    path: |x\n", "dvc", False),
        ("|\nchurn: {}\n", "artifacts", False),
        ("'a b|': {}\n", "artifacts", False),
        ("run: churn#|prod\n", "references", False),
        ("run: |churn\n", "references", False),
        ("stages: [|dev]\n", "config", False),
        ("churn: [|\n", "artifacts", True),
    ],
)
def test_where_actions_are_offered(text: str, kind: str, any_found: bool) -> None:
    assert bool(offered(registry(), text, kind)) == any_found


def test_the_artifact_of_a_folder() -> None:
    document, position = at("artifacts:\n  ra|nk: {path: p}\n", "dvc", "sub/dvc.yaml")
    found = code_actions(document, made(head="1"), Range(position, position), now=1)
    assert titles(found, "register") == ["Register sub:rank v0.0.1 at HEAD — sub=rank@v0.0.1"]


def test_where_there_are_wizards_an_action_opens_one_with_all_that_is_known() -> None:
    found = offered(registry("churn#prod#3 2 300"), wizards=WIZARDS.values())
    shown = [(each.title, each.command.name, each.command.argument) for each in found if each.command]
    about = {"repo": "/repo", "name": "churn"}
    assert shown == [
        *(
            (
                f"Register churn {version} ({bump}) at HEAD…",
                "gto.registerVersion",
                {**about, "ref": "HEAD", "bump": bump},
            )
            for version, bump in (("v1.1.1", "patch"), ("v1.2.0", "minor"), ("v2.0.0", "major"))
        ),
        ("Roll back prod of churn to v1.0.0…", "gto.rollBackStage", {**about, "stage": "prod"}),
        *(
            (
                f"Remove churn v1.1.0 from {stage}…",
                "gto.removeFromStage",
                {**about, "version": "v1.1.0", "stage": stage},
            )
            for stage in ("dev", "prod")
        ),
    ]


def test_what_a_client_has_no_wizard_for_is_carried_out() -> None:
    found = offered(registry("churn#prod#3 2 300"), wizards=["gto.registerVersion", "gto.assignStage"])
    names = {each.kind: each.command.name for each in found if each.command}
    assert names == {
        "refactor.gto.register": "gto.registerVersion",
        "refactor.gto.rollback": "gto.rollback",
        "refactor.gto.unassign": "gto.unassign",
    }


RULES = """
version: 1
rules:
  register: {who: [bob@example.com]}
  stages: {prod: {from: [dev], soak: 24h}, qa: {from: [uat]}}
"""


def ruled(now: int, *, email: str = "ann@example.com", **options: Any) -> dict[str, CodeAction]:
    rules = read_rules(RULES.encode()).rules
    assert rules is not None
    law = Law(rules, "f" * 40, on_branch=lambda _commit, _patterns: True, signer=lambda: Signature("none"))
    document, position = at("chu|rn: {}\n")
    snapshot = registry(config="stages: [prod, qa, uat]")
    found = code_actions(
        document,
        snapshot,
        Range(position, position),
        now=now,
        user=lambda: ActingUser(law, "Ann", email),
        **options,
    )
    return {each.title.partition(" — ")[0]: each for each in found}


def test_what_the_rules_refuse_is_disabled_with_the_reason() -> None:
    found = ruled(1000)
    too_early, wrong_way, free = (found[f"Assign churn v1.1.0 to {stage}"] for stage in ("prod", "qa", "uat"))
    assert too_early.disabled is not None
    assert too_early.disabled.startswith("v1.1.0 of 'churn' has held 'dev' for 13 min 10 s")
    assert too_early.command is None
    assert wrong_way.disabled is not None
    assert "Assign it there first: `gtod assign churn --version v1.1.0 --stage uat`" in wrong_way.disabled
    assert free.disabled is None
    assert free.command is not None
    assert ruled(100_000)["Assign churn v1.1.0 to prod"].disabled is None


def test_the_rules_know_who_would_act() -> None:
    refused = ruled(1000)["Register churn v1.1.1 (patch) at HEAD"]
    assert refused.disabled is not None
    assert refused.disabled.startswith("ann@example.com (claimed")
    assert ruled(1000, email="bob@example.com")["Register churn v1.1.1 (patch) at HEAD"].disabled is None


def test_where_reasons_are_not_shown_the_title_says_it_in_few_words() -> None:
    found = [each for each in ruled(1000, shows_reasons=False).values() if each.kind == "refactor.gto.assign"]
    assert [each.title for each in found] == [
        "Assign churn v1.1.0 to prod — churn#prod#3 (refused: too early)",
        "Assign churn v1.1.0 to qa — churn#qa#3 (refused: not from this stage)",
        "Assign churn v1.1.0 to uat — churn#uat#3",
    ]
    assert all(each.command is not None and each.disabled is None for each in found)


def test_rules_that_cannot_be_read_disable_everything() -> None:
    document, position = at("chu|rn: {}\n")
    refusal = RegistryError("RulesUnreadable", "The rules are wrong", hint="Mend them.")
    found = code_actions(
        document,
        registry("churn#prod#3 2 300", config="stages: [dev, a, b, c, d, e, f]"),
        Range(position, position),
        now=1000,
        user=lambda: ActingUser(refusal=refusal),
    )
    assert {each.kind for each in found} == {f"refactor.gto.{act}" for act in ("assign", "register", "unassign")}
    assert {each.disabled for each in found} == {"The rules are wrong. Mend them."}
