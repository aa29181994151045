"""`gtod ci-event` itself: its formats, its exit codes, the verdict of the rules, and places where little is set."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from gto_daemon.cli.program import program
from tests.builders import RepositoryBuilder
from tests.ci.github_runner import file_commands
from tests.cli.conftest import Gtod, run
from tests.signing import needs_ssh, public, sign, sign_by_ssh, ssh_key

_RULES = """\
version: 1
rules:
  stages:
    prod: {from: [staging], who: [ann@example.com]}
"""
#: A user without an entry in /etc/passwd, who may read what root may: the interpreter may be below root's home.
_CAPABILITIES = "+dac_override,+dac_read_search"
_SETPRIV = [
    *("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"),
    *(f"--inh-caps={_CAPABILITIES}", f"--ambient-caps={_CAPABILITIES}"),
]
_NOBODY = _SETPRIV if os.getuid() == 0 else []
_ANN, _BOB = "Ann <ann@example.com>", "Bob <bob@example.com>"


def ask(repo: RepositoryBuilder, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    # Without the variables of a service that these tests may run in themselves.
    none = dict.fromkeys(("GITHUB_REF", "CI_COMMIT_TAG", "CI_COMMIT_REF_NAME", "GITHUB_OUTPUT"), "")
    return run("ci-event", *words, cwd=repo.path, env=none | variables)


def told(repo: RepositoryBuilder, *words: str, code: int = 0) -> dict[str, object]:
    answer = ask(repo, "--json", *words)
    assert answer.returncode == code, answer.stderr
    found: dict[str, object] = json.loads(answer.stdout)
    return found


@pytest.fixture
def repo(tmp_path: Path) -> RepositoryBuilder:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"m": "1"})
    repo.tag("churn@v1.0.0", tagger=_ANN)
    return repo


def test_people_get_what_happened_and_what_is_known(repo: RepositoryBuilder) -> None:
    repo.tag("churn#prod#1", tagger=_ANN)
    answer = ask(repo, "churn#prod#1")
    assert answer.returncode == 0
    assert 'Stage "prod" was assigned to version "v1.0.0" of artifact "churn"\nevent: assignment\n' in answer.stdout
    assert answer.stdout.splitlines()[-1].startswith("v1.0.0 holds 'prod', put there by Ann with churn#prod#1 at ")
    assert answer.stderr == ""


def test_programs_get_every_output(repo: RepositoryBuilder) -> None:
    found = told(repo, "churn@v1.0.0")
    assert found == {
        "event": "registration",
        "name": "churn",
        "version": "v1.0.0",
        "stage": None,
        "type": None,
        "path": None,
        "description": None,
        "ref": "churn@v1.0.0",
        "commit": repo.head,
        "author": "Ann",
        "previous": None,
        "current": True,
        "signed": "none",
        "verdict": "not-judged",
        "registry": {"churn": {"version": "v1.0.0", "stage": {}, "registered": True, "active": True}},
        "findings": {"unsigned": "The tag 'churn@v1.0.0' is not signed"},
    }


def test_a_job_that_runs_late_is_told_that_another_event_came_after_its_own(repo: RepositoryBuilder) -> None:
    def outputs(tag: str) -> dict[str, object]:
        done = CliRunner().invoke(program, ["ci-event", "-r", str(repo.path), "--json", "--fetched", tag])
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def current() -> list[str]:
        return [tag for tag in repo.git("tag", "--list").splitlines() if outputs(tag)["current"]]

    first = repo.head
    repo.tag("churn#prod#1")
    repo.commit({"m": "2"})
    repo.tag("churn@v2.0.0")
    assert current() == ["churn#prod#1", "churn@v1.0.0", "churn@v2.0.0"]
    repo.tag("churn#prod#2")
    assert current() == ["churn#prod#2", "churn@v1.0.0", "churn@v2.0.0"]
    repo.tag("churn#prod#3", first)
    assert current() == ["churn#prod#1", "churn#prod#3", "churn@v1.0.0", "churn@v2.0.0"], "the same version again"
    repo.tag("churn#prod!#4", first)
    repo.tag("churn@v1.0.0!", first)
    assert current() == ["churn#prod!#4", "churn#prod#2", "churn@v1.0.0!", "churn@v2.0.0"]
    repo.tag("churn@deprecated")
    assert "churn@deprecated" in current()
    repo.commit({"m": "3"})
    repo.tag("churn#staging#5")  # a version without a tag is the id of its commit
    found = outputs("churn#staging#5")
    assert (found["version"], found["current"]) == (repo.head, True)


@pytest.mark.parametrize("words", [[], ["--json"], ["--gitlab"]])
def test_no_ref_is_wrong_usage(words: list[str], repo: RepositoryBuilder) -> None:
    answer = ask(repo, *words)
    assert answer.returncode == 2
    assert "Missing argument 'REF'" in answer.stderr


@pytest.mark.parametrize("words", [["--json", "--github"], ["--fail-on", "brokne"], ["--fail-on", "broken;unknown"]])
def test_what_it_does_not_know_is_wrong_usage(words: list[str], repo: RepositoryBuilder) -> None:
    assert ask(repo, *words, "churn@v1.0.0").returncode == 2


@pytest.mark.parametrize("variables", [{}, {"GITHUB_OUTPUT": "/nowhere/at/all"}])
def test_a_step_of_github_needs_its_file(variables: dict[str, str], repo: RepositoryBuilder) -> None:
    answer = ask(repo, "--github", "churn@v1.0.0", **variables)
    assert answer.returncode == 1
    assert "::error title=gtod::GITHUB_OUTPUT" in answer.stdout


def test_a_tag_that_was_probably_meant_to_be_an_event_is_a_finding(repo: RepositoryBuilder) -> None:
    repo.tag("churn@v1.2.3.4")
    answer = ask(repo, "--json", CI_COMMIT_TAG="churn@v1.2.3.4")
    assert answer.returncode == 0
    assert "gtod register churn churn@v1.2.3.4 --version v1.2.3" in answer.stderr
    assert list(json.loads(answer.stdout)["findings"]) == ["misspelt"]
    assert ask(repo, "churn@v1.2.3.4", "--fail-on", "misspelt").returncode == 1
    assert ask(repo, "nightly-1.2", "--fail-on", "misspelt").returncode == 0


def test_a_rules_file_without_rules_judges_nothing(repo: RepositoryBuilder) -> None:
    repo.commit({".gtod.yaml": "version: 1\nevidence:\n  churn:\n    metrics: [m]\n"})
    repo.tag("churn@v2.0.0")
    assert told(repo, "churn@v2.0.0")["verdict"] == "not-judged"


@pytest.mark.parametrize("earlier", ["", "a=1", "a=1\n", "a<<END\n1\nEND"])
def test_what_an_earlier_command_wrote_stays_as_it_was(earlier: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text(earlier)
    answer = ask(repo, "--github", "churn@v1.0.0", **{name: str(path) for name, path in files.items()})
    assert answer.returncode == 0, answer.stdout
    written = files["GITHUB_OUTPUT"].read_text()
    found = dict(file_commands(written))
    assert (found.get("a"), found["event"], found["version"]) == ("1" if earlier else None, "registration", "v1.0.0")
    # Some runners take no blank line.
    assert written.startswith(f"{earlier.removesuffix(chr(10))}{chr(10) if earlier else ''}event<<")
    assert f"{chr(10) if earlier else ''}<h3>" in files["GITHUB_STEP_SUMMARY"].read_text()


def test_the_rules_judge_the_event(repo: RepositoryBuilder) -> None:
    repo.commit({".gtod.yaml": _RULES})
    repo.tag("churn#staging#1", tagger=_BOB)
    repo.tag("churn#prod#2", tagger=_BOB)
    repo.tag("churn#prod#3", tagger=_ANN)
    assert told(repo, "churn#staging#1", "--fail-on", "violating,unknown,broken")["verdict"] == "allowed"
    assert told(repo, "churn#prod#3", "--fail-on", "violating,unknown,broken")["verdict"] == "allowed"
    assert told(repo, "churn#prod#2")["verdict"] == "violating"
    refused = ask(repo, "churn#prod#2", "--fail-on", "violating")
    assert refused.returncode == 1
    assert "verdict: violating" in refused.stdout
    assert "who: " in refused.stderr


@pytest.mark.parametrize("directory", ["is open to others", "cannot be made", "is relative"])
def test_the_verdict_needs_no_directory_for_locks(directory: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    place = tmp_path / "runtime"
    place.touch() if directory == "cannot be made" else place.mkdir(mode=0o755)
    variables = {"GTOD_RUNTIME_DIR": "runtime" if directory == "is relative" else str(place)}
    answer = ask(repo, "--json", "churn@v1.0.0", **variables)
    assert json.loads(answer.stdout)["verdict"] == "not-judged", answer.stderr
    repo.commit({".gtod.yaml": _RULES})
    repo.tag("churn#staging#1", tagger=_ANN)
    repo.tag("churn#prod#2", tagger=_BOB)
    answer = ask(repo, "--json", "churn#prod#2", **variables)
    assert json.loads(answer.stdout)["verdict"] == "violating", answer.stderr


def test_rules_that_cannot_be_read_fail_where_that_is_wanted(repo: RepositoryBuilder) -> None:
    repo.commit({".gtod.yaml": "version: 1\nrules: nonsense\n"})
    repo.tag("churn#prod#1")
    found = told(repo, "churn#prod#1")
    assert (found["event"], found["verdict"]) == ("assignment", "unknown")
    assert told(repo, "churn#prod#1", "--fail-on", "violating")["verdict"] == "unknown"
    refused = ask(repo, "churn#prod#1", "--fail-on", "unknown")
    assert refused.returncode == 1
    assert ".gtod.yaml" in refused.stderr


def test_without_the_default_branch_the_verdict_is_not_known(repo: RepositoryBuilder, tmp_path: Path) -> None:
    """As in a checkout of a tag, which may well have come from where there are rules."""
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    found = told(repo, "churn@v1.0.0")
    assert found["verdict"] == "unknown"
    assert told(repo, "churn@v1.0.0", "--fail-on", "unknown", code=1)["findings"] == found["findings"]


@needs_ssh
def test_the_signature_is_that_of_this_tag(repo: RepositoryBuilder, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "key")
    signers = tmp_path / "signers"
    signers.write_text(f"uma@example.com {public(key)}\n")
    sign_by_ssh(repo, key, signers=signers)
    sign(repo, "churn#prod#1")
    found = told(repo, "churn#prod#1", "--fail-on", "unsigned")
    assert (found["signed"], found["findings"]) == ("good", {})
    assert told(repo, "churn@v1.0.0", "--fail-on", "unsigned", code=1)["signed"] == "none"


def test_a_remote_that_cannot_be_asked_is_no_remote_that_has_nothing_more(repo: RepositoryBuilder) -> None:
    repo.git("remote", "add", "origin", "/nowhere/at/all")
    refused = ask(repo, "churn@v1.0.0")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--fetched" in refused.stderr
    assert told(repo, "churn@v1.0.0", "--fetched")["version"] == "v1.0.0"


def test_tags_that_the_remote_does_not_have_are_named(repo: RepositoryBuilder, tmp_path: Path) -> None:
    """A checkout that is used again may have some that were deleted since."""
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repo.tag("churn@v2.0.0")
    answer = ask(repo, "churn@v1.0.0")
    assert answer.returncode == 0
    assert "'origin' does not have count here nevertheless: churn@v2.0.0" in answer.stderr
    assert "nevertheless" not in ask(repo, "churn@v1.0.0", "--fetched").stderr


def test_an_event_has_a_registry_even_if_that_is_empty(repo: RepositoryBuilder) -> None:
    repo.tag("churn@deprecated")
    assert told(repo, "churn@deprecated")["registry"] == {}


def test_a_registry_without_tags(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "empty")
    repo.commit({"m": "1"})
    assert ask(repo, "--json", "nightly").returncode == 0
    refused = ask(repo, "--json", "churn@v1.0.0")
    assert (refused.returncode, refused.stdout) == (1, "")


def test_no_repository(gtod: Gtod, tmp_path: Path) -> None:
    refused = gtod("ci-event", "churn@v1.0.0", cwd=tmp_path)
    assert refused.returncode == 1
    assert "actions/checkout" in refused.stderr


def test_a_refusal_is_one_sentence_after_another_for_github(
    gtod: Gtod, tmp_path: Path, repo: RepositoryBuilder
) -> None:
    many = [f"churn@v3.0.{number}" for number in range(8)]
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git"))
    for tag in many:
        repo.git("--git-dir", str(tmp_path / "remote.git"), "tag", "-m", "Register", tag)
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    for answer in (ask(repo, "--github", "churn@v1.0.0"), gtod("ci-event", "--github", "churn@v1.0.0", cwd=tmp_path)):
        (said,) = (line for line in answer.stdout.splitlines() if line.startswith("::error"))
        assert not re.search(r"[.…]\.", said), said


@pytest.mark.parametrize("form", ["--json", "--github"])
def test_without_a_home_a_user_or_a_locale(form: str) -> None:
    """As in a container whose user has no entry in /etc/passwd."""
    with TemporaryDirectory(dir="/tmp") as directory:
        repo = RepositoryBuilder(Path(directory) / "repo")
        repo.commit({"m": "1"})
        repo.tag("churn@v1.0.0", tagger="Änn <ann@example.com>")
        if _NOBODY:
            for place in (repo.path.parent, *repo.path.parent.rglob("*")):
                os.chown(place, 54_321, 54_321)
        outputs = repo.path / "outputs"
        answer = subprocess.run(
            [*_NOBODY, sys.executable, "-m", "gto_daemon", "ci-event", form, "churn@v1.0.0"],
            cwd=repo.path,
            env={name: os.environ[name] for name in ("PATH", "PYTHONPATH")} | {"GITHUB_OUTPUT": str(outputs)},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        written = outputs.read_text("utf-8") if form == "--github" else json.loads(answer.stdout)["author"]
        assert "Änn" in written
