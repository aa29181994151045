"""The steps of action.yml, run as GitHub runs them for a pushed tag of each kind."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.builders import RepositoryBuilder
from tests.ci.checkouts import checkout_by_github, full_checkout_by_github, git
from tests.ci.conftest import DESCRIPTION
from tests.ci.github_runner import Ran, file_commands, run_action
from tests.docs.pages import ROOT

_ANNOTATED = {"type": "model", "path": "models/churn.pkl", "description": DESCRIPTION}
#: Tag to the outputs that differ from event to event.
EVENTS: dict[str, dict[str, str]] = {
    "churn@v1.0.0": {"event": "registration", "name": "churn", "version": "v1.0.0", "current": "true", **_ANNOTATED},
    "churn#prod#1": {
        "event": "assignment",
        "name": "churn",
        "version": "v1.0.0",
        "stage": "prod",
        "current": "true",
        **_ANNOTATED,
    },
    "churn@v2.0.0": {
        "event": "registration",
        "name": "churn",
        "version": "v2.0.0",
        "previous": "v1.0.0",
        "author": "Ann Äß",
        "current": "false",
        **_ANNOTATED,
    },
    "churn#prod#2": {
        "event": "assignment",
        "name": "churn",
        "version": "v2.0.0",
        "stage": "prod",
        "previous": "v1.0.0",
        "current": "false",
        **_ANNOTATED,
    },
    "churn#prod!#3": {
        "event": "unassignment",
        "name": "churn",
        "version": "v2.0.0",
        "stage": "prod",
        "previous": "v2.0.0",
        "current": "true",
        **_ANNOTATED,
    },
    "churn@v2.0.0!": {
        "event": "deregistration",
        "name": "churn",
        "version": "v2.0.0",
        "previous": "v2.0.0",
        "current": "true",
        **_ANNOTATED,
    },
    "old@deprecated": {"event": "deprecation", "name": "old", "current": "true"},
}
_TAGS = pytest.mark.parametrize("tag", EVENTS)
#: Those whose answer depends on other tags, and on their own object.
_SOME = pytest.mark.parametrize("tag", ["churn@v2.0.0", "churn#prod!#3"])
_OF_EVENT = ("event", "name", "version", "stage", "type", "path", "description", "previous", "current")


def run(tag: str, upstream: RepositoryBuilder, temporary: Path, **inputs: str) -> Ran:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", tag)
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    return run_action(f"refs/tags/{tag}", place, temporary, given)


@_TAGS
def test_it_says_what_the_tag_did(tag: str, upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", tag)
    ran = run_action(f"refs/tags/{tag}", place, temporary)
    assert ran.succeeded, ran.log
    assert {name: ran.outputs[name] for name in _OF_EVENT if ran.outputs[name]} == {
        name: value for name, value in EVENTS[tag].items() if name != "author"
    }
    assert ran.outputs["ref"] == tag
    assert ran.outputs["commit"] == git(upstream.path, "rev-parse", f"{tag}^{{commit}}")
    assert ran.outputs["author"] == EVENTS[tag].get("author", "Tina Tagger")
    assert (ran.outputs["signed"], ran.outputs["verdict"], ran.outputs["omitted"]) == ("none", "not-judged", "")
    assert json.loads(ran.outputs["registry"]) == {
        "churn": {"version": "v1.0.0", "stage": {"prod": "v1.0.0"}, "registered": True, "active": True}
    }
    assert ran.commands == []
    assert f"<tr><th>event</th><td><code>{EVENTS[tag]['event']}</code></td></tr>\n" in ran.summary
    assert not git(place, "status", "--porcelain")


@pytest.mark.parametrize(
    "ref", ["refs/tags/nightly", "refs/heads/main", "refs/heads/churn@v9.0.0", "refs/pull/1/merge"]
)
def test_any_other_ref_gives_empty_outputs(ref: str, upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", "nightly")
    ran = run_action(ref, place, temporary)
    assert ran.succeeded, ran.log
    assert set(ran.outputs.values()) == {""}
    assert ran.summary == ""


def test_a_remote_without_its_default_branch_does_not_end_the_job(upstream: RepositoryBuilder, temporary: Path) -> None:
    upstream.git("symbolic-ref", "HEAD", "refs/heads/missing")
    ran = run("churn@v1.0.0", upstream, temporary)
    assert ran.succeeded, ran.log
    assert (ran.outputs["version"], ran.outputs["verdict"]) == ("v1.0.0", "unknown")


@_SOME
def test_without_the_fetch_it_refuses_rather_than_say_something_wrong(
    tag: str, upstream: RepositoryBuilder, temporary: Path
) -> None:
    ran = run(tag, upstream, temporary, fetch="false")
    assert not ran.succeeded
    assert "git fetch --tags --force" in ran.log
    assert set(ran.outputs.values()) == {""}
    assert [name for name, _ in ran.commands] == ["error"]


@_SOME
def test_with_all_of_the_history_the_checkout_has_a_lightweight_tag(
    tag: str, upstream: RepositoryBuilder, temporary: Path
) -> None:
    place = full_checkout_by_github(upstream.path, temporary.parent / "checkout", tag)
    refused = run_action(f"refs/tags/{tag}", place, temporary, {"fetch": "false"})
    assert not refused.succeeded
    assert f"{tag} (another one)" in refused.log
    assert run_action(f"refs/tags/{tag}", place, temporary).outputs["event"] == EVENTS[tag]["event"]


def test_a_job_that_fetches_by_itself_needs_no_fetch(upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", "churn#prod#2")
    git(place, "fetch", "--quiet", "--tags", "--force", "origin")
    ran = run_action("refs/tags/churn#prod#2", place, temporary, {"fetch": "false"})
    assert ran.succeeded, ran.log
    assert (ran.outputs["version"], ran.outputs["previous"]) == ("v2.0.0", "v1.0.0")


def test_the_input_names_another_tag_and_another_directory(upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", "churn@v2.0.0")
    given = {"ref": "churn@v1.0.0", "working-directory": "checkout"}
    ran = run_action("refs/heads/main", place.parent, temporary, given)
    assert ran.outputs["version"] == "v1.0.0", ran.log


def test_tags_that_the_remote_no_longer_has_do_not_count(upstream: RepositoryBuilder, temporary: Path) -> None:
    """A runner of one's own uses its checkout again."""
    place = full_checkout_by_github(upstream.path, temporary.parent / "checkout", "churn#prod#2")
    upstream.delete_tag("churn#prod#1")
    upstream.delete_tag("churn#prod!#3")
    ran = run_action("refs/tags/churn#prod#2", place, temporary)
    assert ran.outputs["previous"] == "", ran.log


def test_a_tag_that_was_deleted_meanwhile_fails_the_step(upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", "churn#prod#2")
    upstream.delete_tag("churn#prod#2")
    ran = run_action("refs/tags/churn#prod#2", place, temporary)
    assert not ran.succeeded
    assert "has been deleted since" in ran.log


def test_a_lightweight_tag_is_no_event(upstream: RepositoryBuilder, temporary: Path) -> None:
    upstream.lightweight("churn@v3.0.0")
    ran = run("churn@v3.0.0", upstream, temporary)
    assert ran.succeeded
    assert set(ran.outputs.values()) == {""}
    assert "lightweight" in ran.log


@pytest.mark.parametrize(("fail_on", "succeeds"), [("broken", False), ("", True), ("violating,unknown", True)])
def test_a_broken_tag_fails_if_that_is_wanted(
    fail_on: str, succeeds: bool, upstream: RepositoryBuilder, temporary: Path
) -> None:
    upstream.tag("churn@v4.0.0", upstream.blob("no commit"), target_kind="blob")
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", "churn@v2.0.0")
    ran = run_action("refs/tags/churn@v4.0.0", place, temporary, {"fail-on": fail_on})
    assert ran.succeeded is succeeds, ran.log
    assert set(ran.outputs.values()) == {""}
    assert [name for name, _ in ran.commands] == ([] if succeeds else ["error"])


def test_what_others_wrote_is_neither_a_command_nor_an_output_nor_markup(
    upstream: RepositoryBuilder, temporary: Path
) -> None:
    evil = (
        "::set-output name=event::evil\n##[set-output name=event;]evil\nx ##[add-mask]v1\nevent=evil\n"
        "event<<EOF\nevil\nEOF\n::stop-commands::x\n<img src=x onerror=alert(1)>\n\n| a |\n# b [c](http://d)\n\x1b[31m"
    )
    text = json.dumps({"churn": {"type": "::error::x ##[error]y <b>", "path": "a<b>&`c`", "description": evil}})
    upstream.commit({"artifacts.yaml": text})
    upstream.tag("churn@v5.0.0", message=evil, tagger="##[error]Eve `x` &amp; <i@example.com>")
    ran = run("churn@v5.0.0", upstream, temporary, show="true", history="true")
    assert ran.succeeded, ran.log
    assert ran.commands == []
    assert ran.outputs["event"] == "registration"
    assert ran.outputs["description"] == evil
    assert ran.outputs["path"] == "a<b>&`c`"
    for markup in ("<img", "<b>", "\x1b", "\n\n|"):
        assert markup not in ran.summary
    # A blank line would end the block of HTML, and begin Markdown.
    assert "\n\n" not in ran.summary.rstrip("\n")


def test_nothing_of_the_checkout_is_imported(upstream: RepositoryBuilder, temporary: Path) -> None:
    modules = ("secrets", "json", "pip", "venv", "click", "gto_daemon", "site")
    upstream.commit({f"{name}.py": "raise SystemExit(9)" for name in modules})
    upstream.tag("churn@v5.0.0")
    ran = run("churn@v5.0.0", upstream, temporary, show="true")
    assert ran.outputs["version"] == "v5.0.0", ran.log
    assert ran.succeeded
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    scripts = "".join(step["run"] for step in action["runs"]["steps"])
    assert re.findall(r'(?:\$PYTHON|/python)" (?!-I )', scripts) == []


def test_a_registry_without_a_default_branch(upstream: RepositoryBuilder, temporary: Path) -> None:
    upstream.switch("nowhere")
    ran = run("churn#prod#2", upstream, temporary)
    assert (ran.outputs["version"], ran.outputs["verdict"]) == ("v2.0.0", "unknown"), ran.log


def test_a_refusal_is_no_command_either(upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_github(upstream.path, temporary.parent / "checkout", "churn@v2.0.0")
    tag = "a%0A::set-output name=event::evil"
    ran = run_action("refs/heads/main", place, temporary, {"ref": f"refs/tags/{tag}@v1.0.0", "fetch": "false"})
    assert [each for each in ran.commands if each[0] != "error"] == []


@pytest.mark.parametrize("length", [190_000, 210_000])
def test_a_value_that_is_too_long_is_named(length: int, upstream: RepositoryBuilder, temporary: Path) -> None:
    upstream.commit({"artifacts.yaml": json.dumps({"churn": {"description": "x" * length}})})
    upstream.tag("churn@v5.0.0")
    ran = run("churn@v5.0.0", upstream, temporary)
    assert ran.succeeded, ran.log
    fits = length == 190_000
    assert ran.outputs["description"] == ("x" * length if fits else "")
    assert ran.outputs["omitted"] == ("" if fits else "description")
    assert len(ran.summary) < 10_000


def test_the_registry_is_printed_on_request(upstream: RepositoryBuilder, temporary: Path) -> None:
    shown = run("churn@v2.0.0", upstream, temporary, show="true", history="true")
    assert "│ churn" in shown.log
    assert "churn#prod!#3" in shown.log


@pytest.mark.parametrize(("tag", "pulled"), [("churn@v2.0.0", True), ("nightly", None), ("old@deprecated", False)])
def test_it_pulls_the_artifact_on_request(
    tag: str, pulled: bool | None, upstream: RepositoryBuilder, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = temporary / "programs"
    programs.mkdir()
    dvc = programs / "dvc"
    dvc.write_text('#!/bin/sh\necho "dvc $*"\n')
    dvc.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    ran = run(tag, upstream, temporary, pull="true")
    assert ran.succeeded is (pulled is not False), ran.log
    assert ("dvc pull -- models/churn.pkl" in ran.log) is (pulled is True)
    assert ("Pull the artifact" in ran.steps) is (pulled is not None)


def test_it_asks_for_a_newer_python(upstream: RepositoryBuilder, temporary: Path) -> None:
    ran = run("churn@v2.0.0", upstream, temporary, python="false")
    assert not ran.succeeded
    assert ran.steps == ["Install gtod"]
    assert [name for name, _ in ran.commands] == ["error"]


def test_its_outputs_are_those_of_the_old_action_and_more() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    of_gto_action = {"event", "name", "version", "stage", "type", "path", "description"}
    more = {"ref", "commit", "author", "previous", "signed", "verdict", "registry", "omitted", "current"}
    assert action["outputs"].keys() == of_gto_action | more
    for name, output in action["outputs"].items():
        assert output["value"] == f"${{{{ steps.event.outputs.{name} }}}}"
        assert output["description"]
    assert all(each["description"] for each in action["inputs"].values())


def test_the_page_has_every_input_with_its_default_and_every_output() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    page = (ROOT / "docs/ci.md").read_text("utf-8")
    inputs: dict[str, str] = {}
    for names, default in re.findall(r"^\| ((?:`[\w-]+`(?:, )?)+) \| ([^|]+) \| [^|]+ \|$", page, re.M):
        inputs |= dict.fromkeys(re.findall(r"`(.+?)`", names), default.strip("`"))
    for name, each in action["inputs"].items():
        assert inputs[name] == (each["default"] or "the ref of the workflow")
    table = page.partition("Its outputs:")[2].partition("For any other ref")[0]
    listed = [name for row in re.findall(r"^\| (`[^|]+) \|", table, re.M) for name in re.findall(r"`(\w+)`", row)]
    assert listed == list(action["outputs"])


def test_the_runner_of_the_tests_obeys_as_the_real_one_does() -> None:
    assert list(file_commands("a=1\nb<<E\nc=2\n\nE\n")) == [("a", "1"), ("b", "c=2\n")]
    with pytest.raises(ValueError, match="delimiter"):
        list(file_commands("a<<E\n1\n"))
