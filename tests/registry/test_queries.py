"""What can be asked of a registry beyond what GTO itself answers, and how the edges are refused."""

from typing import Any

import pytest

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.queries.at import at
from gto_daemon.registry.queries.check_ref import check_ref
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.queries.show import find_artifact, show_registry, show_versions
from gto_daemon.registry.queries.stages import stages
from gto_daemon.registry.queries.tree import tree
from gto_daemon.registry.queries.why import earlier_holder, why
from gto_daemon.registry.snapshot import Snapshot
from tests.registry.small import made, oid


@pytest.fixture
def snapshot() -> Snapshot:
    return made(
        "a@v1.0.0 1 100",
        "a@v2.0.0 2 110 Tom",
        "a#prod#1 1 120",
        "a#prod#2 2 130 Tom",
        "a#dev#3 1 140",
        "a#dev!#4 1 150",
        "b@v0.1.0 1 105",
        "b@deprecated 1 160",
        "dir=c#prod#1 3 170",
    )


def _refs(snapshot: Snapshot, *arguments: Any, **options: Any) -> list[str]:
    return [row["ref"] for row in history(snapshot, *arguments, **options)]


def _kind(call: Any) -> str:
    with pytest.raises(RegistryError) as caught:
        call()
    assert caught.value.hint
    return caught.value.kind


def test_history_of_a_stage_is_the_events_of_that_stage(snapshot: Snapshot) -> None:
    assert _refs(snapshot, "a#prod") == ["a#prod#2", "a#prod#1"]
    assert _refs(snapshot, "dir:c#prod") == ["dir=c#prod#1"]
    assert _refs(snapshot, "a#nowhere") == []


def test_history_of_a_version_is_its_own_events_and_those_of_its_stages(snapshot: Snapshot) -> None:
    assert _refs(snapshot, "a@v1.0.0") == ["a#dev!#4", "a#dev#3", "a#prod#1", "a@v1.0.0"]
    assert _refs(snapshot, "a@latest") == ["a#prod#2", "a@v2.0.0"]
    assert _refs(snapshot, "dir:c@latest") == []


def test_history_of_an_unknown_name_is_empty(snapshot: Snapshot) -> None:
    for name in ("unknown", "unknown#prod", "unknown@latest", "a@v9.9.9", ""):
        assert _refs(snapshot, name) == []


def test_history_can_be_narrowed_by_stage_event_author_and_time(snapshot: Snapshot) -> None:
    assert _refs(snapshot, stage="dev") == ["a#dev!#4", "a#dev#3"]
    assert _refs(snapshot, event="deprecation") == ["b@deprecated"]
    assert _refs(snapshot, author="Tom") == _refs(snapshot, author="tom@e") == ["a#prod#2", "a@v2.0.0"]
    assert _refs(snapshot, since=150) == ["dir=c#prod#1", "b@deprecated", "a#dev!#4"]
    assert _refs(snapshot, until=105) == ["b@v0.1.0", "a@v1.0.0"]
    assert _refs(snapshot, "a", since=120, until=130, ascending=True) == ["a#prod#1", "a#prod#2"]


def test_history_lists_commits_when_asked(snapshot: Snapshot) -> None:
    rows = history(snapshot, "a", commits=True)
    assert [row["event"] for row in rows].count("commit") == 2
    assert {row["author"] for row in rows if row["event"] == "commit"} == {"Ann"}
    assert _refs(snapshot, "a", event="commit") == []
    assert set(_refs(snapshot, "a", event="commit", commits=True)) == {oid("1"), oid("2")}


def test_ascending_history_is_the_reverse_of_the_other(snapshot: Snapshot) -> None:
    assert _refs(snapshot, ascending=True) == _refs(snapshot)[::-1]


def test_at_a_commit_are_its_versions_and_stages_by_what_show_shows(snapshot: Snapshot) -> None:
    found = at(snapshot, oid("1"))
    assert found["commit"] == oid("1")
    assert [(row["artifact"], row["version"], row["active"], row["ref"]) for row in found["versions"]] == [
        ("b", "v0.1.0", True, "b@v0.1.0"),
        ("a", "v1.0.0", True, "a@v1.0.0"),
    ]
    assert [(row["stage"], row["active"], row["ref"]) for row in found["stages"]] == [
        ("prod", False, "a#prod#1"),
        ("dev", False, "a#dev!#4"),
    ]
    assert [(row["stage"], row["active"]) for row in at(snapshot, oid("2"))["stages"]] == [("prod", True)]


def test_at_a_commit_that_is_only_assigned_there_is_a_stage_and_no_version(snapshot: Snapshot) -> None:
    found = at(snapshot, oid("3"))
    assert found["versions"] == []
    assert [(row["artifact"], row["version"], row["active"]) for row in found["stages"]] == [("dir:c", oid("3"), True)]


def test_at_any_other_commit_there_is_nothing(snapshot: Snapshot) -> None:
    found = at(snapshot, oid("9"))
    assert (found["commit"], found["versions"], found["stages"]) == (oid("9"), [], [])
    assert found["reason"].startswith("No version is registered on the commit 9999999")


@pytest.mark.parametrize("ref", ["a#prod#2", "refs/tags/a#prod#2"])
def test_check_ref_takes_the_short_and_the_long_name(snapshot: Snapshot, ref: str) -> None:
    event = check_ref(snapshot, ref)["event"]
    assert list(event) == [
        "artifact",
        "created_at",
        "author",
        "author_email",
        "message",
        "commit_hexsha",
        "tag",
        "version",
        "stage",
        "event",
    ]
    assert (event["version"], event["event"]) == ("v2.0.0", "assignment")


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("HEAD", "not a GTO tag name"),
        ("refs/heads/main", "not a GTO tag name"),
        ("dir:c#prod#1", "looks like a GTO tag and is not one"),
        ("a@v9.9.9", "no tag 'a@v9.9.9' in this repository"),
        ("unknown@v1.0.0", "may not have been fetched"),
        ("light@v1.0.0", "lightweight"),
        ("torn@v1.0.0", "unreadable"),
        ("new@created", "no meaning"),
    ],
)
def test_check_ref_says_why_something_is_no_event(ref: str, reason: str) -> None:
    snapshot = made("a@v1.0.0 1 100", "light@v1.0.0", "torn@v1.0.0 ? 1", "new@created 1 100", "dir=c#prod#1 1 100")
    found = check_ref(snapshot, ref)
    assert found["event"] is None
    assert reason in found["reason"]
    # The tag that is asked about may not be there.
    assert "git tag -d" not in found["reason"]


def test_allowed_and_used_stages_are_two_questions(snapshot: Snapshot) -> None:
    assert stages(snapshot, used=True) == stages(snapshot) == {"stages": ["prod"]}
    assert stages(snapshot, allowed=True) == {"stages": None}
    assert _kind(lambda: stages(snapshot, allowed=True, used=True)) == "WrongArgs"
    configured = made("a#x#1 1 100", config="stages: [z, y]\n")
    assert stages(configured) == stages(configured, allowed=True) == {"stages": ["z", "y"]}
    assert stages(configured, used=True) == {"stages": ["x"]}


def test_the_columns_of_show_are_the_configured_stages_in_their_order() -> None:
    snapshot = made("a@v1.0.0 1 100", "a#x#1 1 110", config="stages: [z, x]\n")
    assert list(show_registry(snapshot)["a"]["stage"].items()) == [("z", None), ("x", "v1.0.0")]
    assert show_registry(made("a@v1.0.0 1 100", "a#x#1 1 110", config="stages: []\n"))["a"]["stage"] == {}


def test_an_unknown_artifact_is_refused_by_name(snapshot: Snapshot) -> None:
    for name in ("unknown", "unknown@latest", "unknown#prod", ""):
        assert _kind(lambda name=name: show_versions(snapshot, name)) == "ArtifactNotFound"  # type: ignore[misc]
    assert _kind(lambda: find_artifact(snapshot, "a@v1.0.0")) == "ArtifactNotFound"


@pytest.mark.parametrize("option", ["assignments_per_version", "versions_per_stage"])
def test_counts_below_minus_one_are_refused(snapshot: Snapshot, option: str) -> None:
    for show in (
        lambda **given: show_registry(snapshot, **given),
        lambda **given: show_versions(snapshot, "a", **given),
    ):
        assert _kind(lambda show=show: show(**{option: -2})) == "WrongArgs"  # type: ignore[misc]
        show(**{option: -1})


def test_counts_of_nought_show_no_stage(snapshot: Snapshot) -> None:
    assert show_registry(snapshot, versions_per_stage=0)["a"]["stage"] == {"prod": None}
    assert show_registry(snapshot, assignments_per_version=0)["a"]["stage"] == {"prod": None}


def test_answers_with_other_arguments_leave_the_default_answer_alone(snapshot: Snapshot) -> None:
    before = show_registry(snapshot)
    show_registry(snapshot, versions_per_stage=-1, assignments_per_version=0, sort="semver", registered_only=True)
    assert show_registry(snapshot) == before


def test_a_deprecated_artifact_has_no_rows_unless_asked_for(snapshot: Snapshot) -> None:
    assert show_versions(snapshot, "b") == []
    assert [row["version"] for row in show_versions(snapshot, "b", deprecated=True)] == ["v0.1.0"]
    assert "b" not in show_registry(snapshot)
    assert show_registry(snapshot, deprecated=True)["b"]["active"] is False


def test_an_empty_registry_answers_every_question() -> None:
    empty = made()
    assert (show_registry(empty), history(empty), stages(empty)) == ({}, [], {"stages": []})


def test_a_version_on_a_missing_commit_is_shown_with_what_its_tags_say() -> None:
    snapshot = made("a#prod#1 1 100", commits="")
    rows = show_versions(snapshot, "a")
    assert [row["version"] for row in rows] == [oid("1")]
    assert {problem.code for problem in snapshot.index.artifacts["a"].problems} == {"missing-commit"}


def test_a_stage_that_a_deregistered_version_was_assigned_to_stays_empty_and_why_says_by_which_tag() -> None:
    snapshot = made("a@v1.0.0 1 100", "a@v1.0.0! 1 110", "a#prod#1 1 120")
    found = why(snapshot, "a", "prod")
    assert found["chain"][-1]["effect"] == "prod stayed empty: v1.0.0 was deregistered by a@v1.0.0!"
    assert found["reason"] == (
        "No version of 'a' was ever in 'prod': v1.0.0 was deregistered by a@v1.0.0! before a#prod#1 assigned it."
    )
    assert why(snapshot, "a", "dev")["reason"] == "No version of 'a' was ever in 'dev'."


def test_why_says_who_emptied_a_stage() -> None:
    reason = why(made("a@v1.0.0 1 100", "a#prod#1 1 110", "a#prod!#2 1 120"), "a", "prod")["reason"]
    assert reason.startswith("'prod' is empty: ")
    assert " emptied it with a#prod!#2 at 1970-01-01T00:02:00" in reason


def _can_roll_back(snapshot: Snapshot, name: str, stage: str) -> bool:
    try:
        earlier_holder(snapshot, name, stage)
    except RegistryError:
        return False
    return True


@pytest.mark.parametrize(
    ("tags", "comparable"),
    [
        (["a@v1.0.0 1 100", "a#prod#1 1 120"], False),
        (["a@v1.0.0 1 100", "a@v2.0.0 2 110", "a#prod#1 1 120"], True),
        (["a@v1.0.0 1 100", "a@v2.0.0 2 110", "a#prod#1 1 120", "a#prod#2 2 130"], True),
        (["a@v1.0.0 1 100", "a@v2.0.0 2 110", "a#prod#1 1 120", "a#prod!#2 1 125", "a#prod#3 2 130"], True),
        (["a@v1.0.0 1 100", "a@v2.0.0 2 110", "a#prod#1 1 120", "a@v1.0.0! 1 125", "a#prod#3 2 130"], False),
        (["a@v1.0.0 1 100", "a#dev#1 1 120", "a#prod#2 2 130", "a#prod#3 1 140"], True),
        (["a@v1.0.0 1 100", "a@v2.0.0 2 110", "a#dev#1 1 120", "a#prod#2 2 130"], True),
    ],
)
def test_a_row_says_what_can_be_rolled_back_and_compared(tags: list[str], comparable: bool) -> None:
    snapshot = made(*tags)
    [row], _ = tree(snapshot, {})
    assert row["earlier"] == [stage for stage in row["stages"] if _can_roll_back(snapshot, "a", stage)]
    assert row["comparable"] is comparable
