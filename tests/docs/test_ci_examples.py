"""The examples for CI do what the page says, in checkouts as the services make them.

The shell is taken out of the page and run against a real repository; the YAML around it is parsed, and what a service
does with it (conditions, outputs, variables) is done here in the few ways that the examples use.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gto_daemon.cli.program import program
from tests.ci.checkouts import checkout_by_github, checkout_by_gitlab, git
from tests.ci.github_runner import run_action
from tests.docs.pages import ROOT, blocks
from tests.docs.transcripts import run_script

_PAGE = ROOT / "docs/ci.md"
_EXPRESSION = re.compile(r"\$\{\{ *([\w.]+) *\}\}")

REGISTRATION, ASSIGNMENT, OTHER = "churn@v3.1.0", "churn#prod#3", "nightly"
#: Tag to what the examples act on it with, as far as they agree.
ACTS = {REGISTRATION: "build churn v3.1.0", ASSIGNMENT: "deploy churn v3.0.0 to prod", OTHER: ""}
_SCRIPTS = _ONE_TAG, _NEW_TAGS, _GATE = "one-tag.sh", "new-tags.sh", "gate.sh"
_TAGS = pytest.mark.parametrize("tag", ACTS)


@pytest.fixture
def upstream(registry: Path) -> Path:
    """What is pushed to: the demo's registry, with a tag that is no event."""
    git(registry, "tag", "-a", OTHER, "-m", "A nightly build")
    # The version of an assignment is in another tag. This one is on a commit that no branch's head is.
    assert git(registry, "rev-parse", f"{ASSIGNMENT}^{{commit}}") != git(registry, "rev-parse", "HEAD")
    return registry


def _checkout_of_a_tag(upstream: Path, place: Path, tag: str) -> Path:
    """The shallow clone of a tag that a script makes."""
    clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", tag, f"file://{upstream}", str(place)]
    subprocess.run(clone, check=True, stderr=subprocess.DEVNULL)
    return place


def _yaml(first_line: str) -> dict[Any, Any]:
    (block,) = (block for block in blocks(_PAGE) if block.text.startswith(first_line))
    assert block.language == "yaml"
    parsed: dict[Any, Any] = yaml.safe_load(block.text)
    return parsed


def _script(name: str, place: Path) -> Path:
    """The shell block after the comment that names it, as a file."""
    (text,) = re.findall(rf"<!-- {re.escape(name)} -->\n```sh\n(.*?)^```$", _PAGE.read_text("utf-8"), re.M | re.S)
    script = place / name
    script.write_text(text, "utf-8")
    return script


def _run(script: str, cwd: Path, **environment: str) -> str:
    done = run_script(script, cwd, **environment)
    assert done.returncode == 0, done.stderr
    assert not git(cwd, "status", "--porcelain"), "it leaves a file behind"
    return done.stdout


@_TAGS
def test_a_workflow_of_github_acts_on_the_tag(tag: str, upstream: Path, tmp_path: Path, programs: Path) -> None:
    workflow = _yaml("# .github/workflows/registry.yaml")
    # YAML 1.1 takes the key `on` for a truth value, which GitHub does not.
    assert workflow[True] == {"push": {"tags": ["**"]}, "workflow_dispatch": None}
    (job,) = workflow["jobs"].values()
    checkout, ask, *steps = job["steps"]
    assert [checkout["uses"].split("@")[0], ask["uses"].split("@")[0]] == ["actions/checkout", "example/gtod"]
    place = checkout_by_github(upstream, tmp_path / "checkout", tag)
    (tmp_path / "runner/gtod").mkdir(parents=True)
    (tmp_path / "runner/gtod/bin").symlink_to(programs)
    ran = run_action(f"refs/tags/{tag}", place, tmp_path / "runner", ask["with"])
    assert ran.succeeded, ran.log
    context = {f"steps.{ask['id']}.outputs.{name}": value for name, value in ran.outputs.items()}
    printed = ""
    for step in steps:
        if _holds(step["if"], context):
            given = {name: _EXPRESSION.sub(lambda found: context[found[1]], it) for name, it in step["env"].items()}
            printed += _run(step["run"], place, **given)
    assert printed.removesuffix("\n").removesuffix(" from models/churn.pkl") == ACTS[tag]


def _holds(condition: str, context: dict[str, str]) -> bool:
    parts = [re.fullmatch(r"([\w.]+) == '(\w+)'", part) for part in condition.split(" && ")]
    assert all(parts), condition
    return all(context[found[1]] == found[2] for found in parts if found)


def test_a_late_job_deploys_nothing(upstream: Path, tmp_path: Path) -> None:
    git(upstream, "tag", "-a", "churn#prod#9", "-m", "Promote", "churn@v3.1.0^{commit}")
    place = _checkout_of_a_tag(upstream, tmp_path / "checkout", ASSIGNMENT)
    script = _script(_ONE_TAG, tmp_path)
    assert _run(f"sh '{script}' '{ASSIGNMENT}'", place) == f"{ASSIGNMENT} was overtaken by another event\n"
    assert _run(f"sh '{script}' 'churn#prod#9'", place) == "deploy churn v3.1.0 to prod\n"


def test_a_script_runs_where_the_remote_lacks_its_default_branch(upstream: Path, tmp_path: Path) -> None:
    place = _checkout_of_a_tag(upstream, tmp_path / "checkout", REGISTRATION)
    git(upstream, "symbolic-ref", "HEAD", "refs/heads/missing")
    script = _script(_ONE_TAG, tmp_path)
    assert _run(f"sh '{script}' '{REGISTRATION}'", place) == f"{ACTS[REGISTRATION]}\n"


def test_before_the_fetch_the_checkout_of_github_says_nothing(upstream: Path, tmp_path: Path) -> None:
    place = checkout_by_github(upstream, tmp_path / "checkout", ASSIGNMENT)
    asked = run_script(f"gtod check-ref refs/tags/{ASSIGNMENT} --event", place, GTOD_NO_DAEMON="1")
    assert (asked.returncode, asked.stdout) == (0, "")
    assert "lightweight" in asked.stderr


def test_before_the_fetch_the_checkout_of_gitlab_knows_no_version(upstream: Path, tmp_path: Path) -> None:
    place = checkout_by_gitlab(upstream, tmp_path / "checkout", ASSIGNMENT)
    asked = run_script(f"gtod check-ref {ASSIGNMENT} --version", place, GTOD_NO_DAEMON="1")
    assert asked.stdout != "v3.0.0\n"


def _has_site(place: Path) -> bool:
    index = (place / "public/index.html").read_text("utf-8")
    return "churn" in index and "v3.1.0" in (place / "public/artifacts/churn.html").read_text("utf-8")


@_TAGS
def test_a_workflow_of_github_makes_a_site(tag: str, upstream: Path, tmp_path: Path) -> None:
    (job,) = _yaml("# .github/workflows/site.yaml")["jobs"].values()
    checkout, _, install, make, upload, deploy = job["steps"]
    assert checkout["with"] == {"ref": "main", "fetch-depth": 0}
    assert install["run"] == 'pip install --quiet "$GTOD_SOURCE"'
    assert upload["with"]["path"] == "public"
    assert deploy["id"] in job["environment"]["url"]
    # With this depth, actions/checkout fetches every branch and tag.
    place = tmp_path / "checkout"
    subprocess.run(["git", "clone", "--quiet", f"file://{upstream}", str(place)], check=True)
    git(place, "update-ref", f"refs/tags/{tag}", git(place, "rev-parse", f"{tag}^{{commit}}"))
    done = run_script(make["run"], place, **job["env"])
    assert done.returncode == 0, done.stderr
    assert _has_site(place)


@_TAGS
def test_a_pipeline_of_gitlab_makes_a_site(tag: str, upstream: Path, tmp_path: Path) -> None:
    (job,) = _yaml("# .gitlab-ci.yml, a site").values()
    assert job["artifacts"]["paths"] == ["public"]
    assert job["variables"].pop("GIT_DEPTH") == "0"
    place = tmp_path / "checkout"
    place.mkdir()
    git(place, "init", "--quiet")
    git(place, "remote", "add", "origin", f"file://{upstream}")
    git(place, "fetch", "--quiet", "--no-tags", "origin", f"+refs/tags/{tag}:refs/tags/{tag}")
    git(place, "checkout", "--quiet", "--detach", f"{tag}^{{commit}}")
    given = {"CI_COMMIT_TAG": tag, "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_TITLE": "Models"}
    done = run_script("\n".join(job["script"]), place, **job["variables"], **given)
    assert done.returncode == 0, done.stderr
    assert _has_site(place)


@_TAGS
def test_a_script_acts_on_one_tag(tag: str, upstream: Path, tmp_path: Path) -> None:
    place = _checkout_of_a_tag(upstream, tmp_path / "checkout", tag)
    script = _script(_ONE_TAG, tmp_path)
    assert _run(f"sh '{script}' '{tag}'", place) == (
        f"{ACTS[tag]}\n" if ACTS[tag] else f"{tag} is no event of the registry\n"
    )


def test_a_script_acts_on_each_new_tag_once(upstream: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", f"file://{upstream}", tmp_path / "clone"], check=True)
    script = f"sh '{_script(_NEW_TAGS, tmp_path)}'"
    assert not _run(script, tmp_path / "clone"), "what was there before is not new"
    git(upstream, "commit", "--quiet", "--allow-empty", "-m", "Train churn anew")
    git(upstream, "tag", "-a", "churn@v4.0.0", "-m", "Register")
    git(upstream, "tag", "-a", "churn#prod#9", "-m", "Promote", "churn@v3.1.0^{commit}")
    git(upstream, "tag", "-a", "weekly", "-m", "No event")
    assert sorted(_run(script, tmp_path / "clone").splitlines()) == ["build churn v4.0.0", "deploy churn@v3.1.0"]
    assert not _run(script, tmp_path / "clone")


def test_a_script_deploys_nothing_for_an_assignment_that_no_longer_counts(upstream: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", f"file://{upstream}", tmp_path / "clone"], check=True)
    script = f"sh '{_script(_NEW_TAGS, tmp_path)}'"
    _run(script, tmp_path / "clone")
    git(upstream, "tag", "-a", "segment#prod#9", "-m", "Promote", "segment@v0.4.1^{commit}")
    git(upstream, "tag", "-a", "segment@v0.4.1!", "-m", "Deprecate", "segment@v0.4.1^{commit}")
    assert _run(script, tmp_path / "clone") == "leave segment: nothing is in prod\n"


def test_a_script_tries_again_what_gtod_refused(upstream: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", f"file://{upstream}", tmp_path / "clone"], check=True)
    script = f"sh '{_script(_NEW_TAGS, tmp_path)}'"
    _run(script, tmp_path / "clone")
    git(upstream, "tag", "-a", "churn@v4.0.0", "-m", "Of no commit", "HEAD^{tree}")
    git(upstream, "tag", "-a", "churn@v5.0.0", "-m", "Register")
    assert _run(script, tmp_path / "clone") == "build churn v5.0.0\n"
    git(upstream, "tag", "-f", "-a", "churn@v4.0.0", "-m", "Register")
    assert _run(script, tmp_path / "clone") == "build churn v4.0.0\n"


def test_no_answer_of_gtod_stands_where_the_shell_does_not_see_its_refusal() -> None:
    scripts = [block for block in blocks(_PAGE) if block.language in ("sh", "yaml")]
    asking = [block for block in scripts if "gtod " in block.text and "GTOD_NO_DAEMON" in block.text]
    assert len(asking) == len(_SCRIPTS) + 2  # those of YAML
    for block in asking:
        unseen = [line for line in block.text.splitlines() if re.search(r"\$\(gtod", re.sub(r"\w+=\$\(gtod", "", line))]
        assert not unseen
        assert block.language == "yaml" or "set -eu\n" in block.text  # both services set -e


def test_the_gate_fails_where_no_version_is_in_production(upstream: Path, tmp_path: Path) -> None:
    git(upstream, "tag", "-d", "churn#prod#3")
    place = _checkout_of_a_tag(upstream, tmp_path / "checkout", REGISTRATION)
    assert run_script(f"sh '{_script(_GATE, tmp_path)}'", place).returncode == 1


def test_the_other_questions_are_answered(upstream: Path, tmp_path: Path) -> None:
    place = _checkout_of_a_tag(upstream, tmp_path / "checkout", ASSIGNMENT)
    lines = _run(_script(_GATE, tmp_path).read_text("utf-8"), place).splitlines()
    assert lines[:2] == ["v3.0.0", "churn@v3.0.0"]
    assert any("No issues found" in line for line in lines)


def test_each_field_is_as_the_table_says(upstream: Path) -> None:
    rows = re.findall(r"^\| `gtod check-ref REF (--\w+)` \|(.*)\|(.*)\|(.*)\|$", _PAGE.read_text("utf-8"), re.M)
    assert [row[0] for row in rows] == ["--event", "--name", "--version", "--stage", "--json"]
    for option, *cells in rows:
        for tag, cell in zip(ACTS, cells, strict=True):
            printed = _run(f"gtod check-ref {tag} {option}", upstream, GTOD_NO_DAEMON="1").strip()
            if option == "--json":
                assert bool(printed) == bool(cell.strip())
            else:
                assert printed == cell.strip().strip("`")


def test_each_output_is_as_the_table_says(upstream: Path) -> None:
    """As far as a cell is one value: in the demo's registry, as the action would check it out."""
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|([^|]*)\|", _PAGE.read_text("utf-8"), re.M)
    cells = {name: values for name, *values in rows}
    assert "verdict" in cells
    for number, tag in enumerate((REGISTRATION, ASSIGNMENT)):
        told = json.loads(_run(f"gtod ci-event {tag} --json", upstream, GTOD_NO_DAEMON="1"))
        for name, values in cells.items():
            found = re.fullmatch(r"`([^`{]*)`", values[number].strip())
            if name in told and found:
                assert str(told[name]).lower() == found[1].lower(), name


def test_the_commands_that_have_exit_code_are_those_of_the_page() -> None:
    (listed,) = re.findall(r"- \*\*`--exit-code`\*\* of ([^:]*):", _PAGE.read_text("utf-8"))
    context = click.Context(program)
    commands = {name: program.get_command(context, name) for name in program.list_commands(context)}
    have = {name for name, each in commands.items() if each and any("--exit-code" in it.opts for it in each.params)}
    assert set(re.findall(r"`(.+?)`", listed)) == have


def test_every_shell_example_is_run() -> None:
    named = re.findall(r"<!-- ([\w-]+\.sh) -->\n```sh\n", _PAGE.read_text("utf-8"))
    assert tuple(named) == _SCRIPTS
    assert len(named) == len([block for block in blocks(_PAGE) if block.language == "sh"])
