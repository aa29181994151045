"""Where we differ from GTO on purpose: for every row of `deviations.ROWS`, what GTO does and what we do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from tests.builders import RepositoryBuilder
from tests.differential.annotation_files import BAD
from tests.differential.compare import compare_history
from tests.differential.deviations import BAD_CONFIGURATIONS, BAD_ENVIRONMENTS, ROWS, applying, mend
from tests.differential.histories import Commit, History, Tag, make
from tests.differential.subject import Subject
from tests.differential.test_tricky_histories import everything
from tests.oracle.real_gto import Oracle

_ROOT: Final = Path(__file__).parents[2]
_GOOD: Final = (
    Commit(0, {"artifacts.yaml": "good: {}\n"}, message="0\n"),
    Tag("good@v1.0.0", 10),
    Tag("good#prod#1", 20),
    Tag("m@v1.0.0", 25),
    Tag("m#dev#2", 27),
    Commit(30, message="1\n"),
    Tag("good@v2.0.0", 40),
    Tag("good#dev#2", 50),
)


def _with(*events: Commit | Tag) -> History:
    return History((*_GOOD, *events))


BAD_THINGS: Final = {
    "the reserved tag": _with(Tag("m@created", 60)),
    "the reserved tag, lightweight": _with(Tag("m@created", lightweight=True)),
    "a registration on a blob": _with(Tag("m@v2.0.0", 60, target="blob")),
    "an assignment on a tree": _with(Tag("m#prod#3", 60, target="tree")),
    "a deregistration on a blob": _with(Tag("m@v1.0.0!", 60, target="blob")),
    **{f"an annotation file at HEAD: {text!r}": _with(Commit(60, {"artifacts.yaml": text})) for text in BAD},
    **{
        f"an annotation file at an old version: {text!r}": _with(
            Commit(60, {"artifacts.yaml": text}),
            Tag("m@v2.0.0", 70),
            Commit(80, {"artifacts.yaml": "good: {}\n"}),
            Tag("m@v3.0.0", 90),
        )
        for text in BAD
    },
    **{f"a configuration: {text!r}": replace(_with(), config=text) for text in BAD_CONFIGURATIONS},
    **{f"a variable: {env!r}": replace(_with(), env=dict(env)) for env in BAD_ENVIRONMENTS},
}
ODD: Final = {
    "no tagger": Tag("m@v2.0.0", 60, tagger=None),
    "a tagger without name": Tag("m@v2.0.0", 60, tagger="<tina@example.com>"),
    "a tagger without e-mail": Tag("m@v2.0.0", 60, tagger="Tina <>"),
    "a tagger without either": Tag("m@v2.0.0", 60, tagger=" <>"),
    "a message that is not UTF-8": Tag("m@v2.0.0", 60, message=b"caf\xe9\n"),
    "a time zone that is a word": Tag("m@v2.0.0", 60, tz="UTC"),
    "no time zone": Tag("m@v2.0.0", 60, tz=""),
    "a time zone without its sign": Tag("m@v2.0.0", 60, tz="0530"),
    "a time zone with something behind it": Tag("m@v2.0.0", 60, tz="-0330 (NST)"),
    "blanks behind the time zone": Tag("m@v2.0.0", 60, tz="+0100  "),
    "another artifact inside": Tag("m@v2.0.0", 60, object_name="n@v7.0.0"),
    "another kind of event inside": Tag("m@v2.0.0", 60, object_name="m#prod#1"),
    "no name of GTO's inside": Tag("m@v2.0.0", 60, object_name="release"),
    "a stage that was renamed": Tag("m#qa#5", 60, object_name="m#prod#5"),
}
NESTED: Final = {
    "a registration": _with(Tag("m@v2.0.0", 60, nested=1), Tag("m#prod#3", 70)),
    "an assignment": _with(Tag("m@v2.0.0", 60), Tag("m#prod#3", 70, nested=1)),
    "tags three deep": _with(
        Tag("m@v2.0.0", 60, nested=3), Tag("m#prod#3", 70, nested=2), Tag("m@v2.0.0!", 80, nested=1)
    ),
    "a deprecation": _with(Tag("m@deprecated", 60, nested=1)),
}
OTHER_DIGITS: Final = _with(
    Tag("m@v1.1\u0663.0", 60),
    Tag("new@v1.2\u0663.0-rc.1\u0663!", 70),
    # GTO takes them for no tags of its own either: the first digit of a number, and a counter, are ASCII.
    Tag("m@v1.0.\u0663", 80),
    Tag("m#prod#\u0663", 90),
)
MANY: Final = History(
    (
        Commit(0),
        Tag("m@v1.0.0", 10),
        Tag("m@v2.0.0", 20),
        Tag("m#prod#1", 30),
        Tag("n@v1.0.0", 40),
        Tag("n#dev#1", 50),
    )
)


@pytest.mark.parametrize("name", BAD_THINGS)
def test_one_bad_thing_does_not_spoil_the_rest(name: str, oracle: Oracle, tmp_path: Path) -> None:
    history = BAD_THINGS[name]
    repo = make(history, tmp_path / "repo").path
    assert [row.id for row in applying(history)] == ["bad-things"]
    refused = oracle.run("show", "--json", cwd=repo, env=history.env)
    assert refused.exit == 1, f"GTO answers: {refused.stdout}"
    compare_history(history, everything(mend(history)), oracle).check()
    assert _problems(repo, history), "the bad thing is not in `problems`"


def _garbage(repo: RepositoryBuilder) -> None:
    repo.ref("refs/tags/bad@v1.0.0", repo.raw("tag", b"garbage"))


def _of_a_missing_commit(repo: RepositoryBuilder) -> None:
    repo.tag("bad@v1.0.0", "1" * 40)


def _symbolic(repo: RepositoryBuilder) -> None:
    (repo.git_dir / "refs/tags/bad@v1.0.0").write_text("ref: refs/tags/good@v1.0.0\n")


def _beyond_the_calendar(repo: RepositoryBuilder) -> None:
    repo.tag("bad@v1.0.0", at=10**12)


def _beyond_the_clock(repo: RepositoryBuilder) -> None:
    repo.tag("bad@v1.0.0", tz="+9999")


@pytest.mark.parametrize("damage", [_garbage, _of_a_missing_commit, _symbolic, _beyond_the_calendar, _beyond_the_clock])
def test_a_damaged_tag_does_not_spoil_the_rest(
    damage: Callable[[RepositoryBuilder], None], oracle: Oracle, tmp_path: Path
) -> None:
    sound = make(_with(), tmp_path / "sound").path
    repo = make(_with(), tmp_path / "repo")
    damage(repo)
    assert oracle.run("show", "--json", cwd=repo.path).exit == 1
    subject = Subject(repo.path)
    answer = subject.call("gto/show")
    theirs = oracle.run("show", "--json", cwd=sound).json
    assert {name: row for name, row in answer["artifacts"].items() if name != "bad"} == theirs
    (problem,) = answer["problems"]
    assert problem.get("tag", "") == "bad@v1.0.0" or problem["artifact"] == "bad"
    for name in theirs:
        versions = oracle.run("show", name, "--json", cwd=sound).json
        assert json.dumps(subject.call("gto/show", name=name)["versions"]) == json.dumps(versions)


@pytest.mark.parametrize("name", ODD)
def test_odd_tag_objects_are_read_as_far_as_they_can_be(name: str, oracle: Oracle, tmp_path: Path) -> None:
    history = _with(ODD[name])
    repo = make(history, tmp_path / "repo").path
    assert [row.id for row in applying(history)] == ["odd-tag-objects"]
    theirs = oracle.run("print-state", cwd=repo)
    subject = Subject(repo)
    assert theirs.exit == 1 or theirs.json["artifacts"] != subject.call("gto/printState")["artifacts"]
    compare_history(history, everything(mend(history)), oracle).check()
    assert _problems(repo, history)[0]["tag"] == ODD[name].name


@pytest.mark.parametrize("name", NESTED)
def test_tags_of_tags_are_peeled(name: str, oracle: Oracle, tmp_path: Path) -> None:
    history = NESTED[name]
    repo = make(history, tmp_path / "repo").path
    assert [row.id for row in applying(history)] == ["nested-tags"]
    theirs = oracle.run("print-state", cwd=repo).json
    subject = Subject(repo)
    assert theirs["artifacts"] != subject.call("gto/printState")["artifacts"]
    compare_history(history, everything(mend(history)), oracle).check()
    assert not _problems(repo, history)


def test_digits_of_any_script_count_in_versions(oracle: Oracle, tmp_path: Path) -> None:
    repo = make(OTHER_DIGITS, tmp_path / "repo").path
    assert applying(OTHER_DIGITS) == []
    assert "new" in oracle.run("show", "--json", "-d", cwd=repo).json
    compare_history(OTHER_DIGITS, everything(OTHER_DIGITS), oracle).check()


def test_a_stage_counts_for_each_version_on_its_commit(oracle: Oracle, tmp_path: Path) -> None:
    repo = make(MANY, tmp_path / "repo").path
    assert [row.id for row in applying(MANY)] == ["many-versions"]
    refused = oracle.run("show", "n", "--json", cwd=repo)
    assert refused.exit == 1
    assert "Multiple versions are not allowed" in refused.stderr
    subject = Subject(repo)
    shown = subject.call("gto/show", versions_per_stage=-1)
    versions = subject.call("gto/show", name="m", versions_per_stage=-1)["versions"]
    event = subject.call("gto/checkRef", ref="m#prod#1")["event"]
    assert shown["artifacts"]["m"]["stage"] == {"dev": None, "prod": "v1.0.0, v2.0.0"}
    assert shown["artifacts"]["n"] == {
        "version": "v1.0.0",
        "stage": {"dev": "v1.0.0", "prod": None},
        "registered": True,
        "active": True,
    }
    assert [(row["version"], [stage["stage"] for stage in row["stages"]]) for row in versions] == [
        ("v2.0.0", ["prod"]),
        ("v1.0.0", ["prod"]),
    ]
    assert event["tag"] == "m#prod#1"
    assert [problem["tag"] for problem in shown["problems"]] == ["m#prod#1"]


def test_head_may_annotate_an_artifact_with_several_versions_there(oracle: Oracle, tmp_path: Path) -> None:
    history = History((Commit(0, {"artifacts.yaml": "m: {}\n"}), Tag("m@v1.0.0", 10), Tag("m@v2.0.0", 20)))
    repo = make(history, tmp_path / "repo").path
    assert [row.id for row in applying(history)] == ["many-versions"]
    assert "Multiple versions are not allowed" in oracle.run("show", "--json", cwd=repo).stderr
    subject = Subject(repo)
    versions = subject.call("gto/show", name="m")["versions"]
    assert [(row["version"], len(row["enrichments"])) for row in versions] == [("v2.0.0", 1), ("v1.0.0", 1)]


def test_other_artifacts_read_as_without_the_ambiguous_one(oracle: Oracle, tmp_path: Path) -> None:
    without = replace(MANY, events=tuple(e for e in MANY.events if isinstance(e, Commit) or e.name[0] == "n"))
    theirs = oracle.run("show", "n", "--json", cwd=make(without, tmp_path / "without").path).json
    subject = Subject(make(MANY, tmp_path / "repo").path)
    assert json.dumps(subject.call("gto/show", name="n")["versions"]) == json.dumps(theirs)


@pytest.mark.parametrize("flags", [(), ("--plain",)])
def test_tables_show_whole_versions(flags: tuple[str, ...], oracle: Oracle, tmp_path: Path) -> None:
    repo = make(History((Commit(0), Tag("m@v10.20.30-rc.1", 10))), tmp_path / "repo").path
    theirs = oracle.run("show", *flags, cwd=repo).stdout
    assert "v10.20." in theirs
    assert "v10.20.30" not in theirs
    assert "v10.20.30-rc.1" in _gtod("show", *flags, cwd=repo).stdout


def test_the_name_of_an_artifact_can_be_shown_alone(oracle: Oracle, tmp_path: Path) -> None:
    repo = make(_with(), tmp_path / "repo").path
    assert "Cannot apply --name" in oracle.run("show", "good", "--name", cwd=repo).stderr
    assert _gtod("show", "good", "--name", cwd=repo).stdout == "good\ngood\n"


def test_a_version_that_was_registered_twice_has_a_table(oracle: Oracle, tmp_path: Path) -> None:
    history = History((Commit(0), Tag("m@v1.0.0", 10), Tag("m@v1.0.0!", 20), Tag("m@v1.0.0#3", 30)))
    repo = make(history, tmp_path / "repo").path
    assert "Multiple registrations are not supported" in oracle.run("show", "m", cwd=repo).stderr
    shown = _gtod("show", "m", cwd=repo)
    assert shown.returncode == 0
    assert "m@v1.0.0#3" in shown.stdout


@pytest.mark.parametrize("ref", ["HEAD", "m@v9.9.9", "nonsense"])
def test_check_ref_says_why_there_is_no_event(ref: str, oracle: Oracle, tmp_path: Path) -> None:
    repo = make(_with(), tmp_path / "repo").path
    theirs = oracle.run("check-ref", ref, cwd=repo)
    ours = _gtod("check-ref", ref, cwd=repo)
    assert (theirs.exit, theirs.stdout, theirs.stderr) == (0, "", "")
    assert (ours.returncode, ours.stdout) == (0, "")
    assert ref in ours.stderr


@pytest.mark.parametrize("make_it", [Path.mkdir, lambda place: place.symlink_to("nowhere")])
def test_a_configuration_that_is_no_file_allows_nothing(
    make_it: Callable[[Path], None], oracle: Oracle, tmp_path: Path
) -> None:
    repo = make(_with(), tmp_path / "repo").path
    make_it(repo / ".gto")
    ours = _gtod("assign", "good", "--version", "v1.0.0", "--stage", "anything", cwd=repo)
    assert (ours.returncode, ours.stdout) == (1, "")
    assert ".gto cannot be read" in ours.stderr
    assert _gtod("show", "--json", cwd=repo).returncode == 0
    theirs = oracle.run("assign", "good", "--version", "v1.0.0", "--stage", "anything", cwd=repo)
    assert theirs.exit == 0


def test_a_configuration_that_cannot_be_read_has_acts_refused_by_both(oracle: Oracle, tmp_path: Path) -> None:
    repo = make(_with(), tmp_path / "repo").path
    for text in ("stages: dev", "stage: [dev]", "stages: [dev", "- dev", "stages:\t[dev]"):
        (repo / ".gto").write_text(text)
        arguments = ("assign", "good", "--version", "v1.0.0", "--stage", "anything")
        assert (text, oracle.run(*arguments, cwd=repo).exit) == (text, 1)
        ours = _gtod(*arguments, cwd=repo)
        assert (text, ours.returncode, ours.stdout) == (text, 1, "")


def test_history_takes_the_shortcuts_of_show(oracle: Oracle, tmp_path: Path) -> None:
    repo = make(_with(Tag("good#prod!#7", 60, 0), Tag("good@v1.0.0!", 70, 0)), tmp_path / "repo").path
    rows = oracle.run("history", "good", "--json", cwd=repo).json
    subject = Subject(repo)
    for name, key, value in (("good#prod", "stage", "prod"), ("good@v1.0.0", "version", "v1.0.0")):
        assert oracle.run("history", name, "--json", cwd=repo).json == []
        wanted = [row for row in rows if row[key] == value]
        assert 0 < len(wanted) < len(rows)
        assert json.dumps(subject.call("gto/history", name=name)["events"]) == json.dumps(wanted)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "--json", "--plain"), 2),
        (("show", "--name", "--ref"), 2),
        (("history", "--json", "--plain"), 2),
        (("check-ref", "m@v1.0.0", "--json", "--name"), 2),
        (("stages", "--allowed", "--used"), 2),
        (("show", "-r", "/nowhere/at/all"), 1),
    ],
)
def test_wrong_use_is_named(arguments: tuple[str, ...], code: int, oracle: Oracle, tmp_path: Path) -> None:
    repo = make(_with(), tmp_path / "repo").path
    theirs = oracle.run(*arguments, cwd=repo)
    assert theirs.exit == 1
    ours = _gtod(*arguments, cwd=repo)
    assert (ours.returncode, ours.stdout) == (code, "")
    assert ours.stderr
    assert "Unexpected" not in ours.stderr
    assert "Traceback" not in ours.stderr


def test_the_documentation_has_the_same_rows() -> None:
    text = (_ROOT / "docs" / "differences.md").read_text()
    documented = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)
    assert documented == [row.id for row in ROWS]


def test_every_row_is_tested_on_a_history_or_on_the_command_line() -> None:
    histories = [*BAD_THINGS.values(), *NESTED.values(), MANY, *(_with(tag) for tag in ODD.values())]
    decided = {row.id for history in histories for row in applying(history)}
    assert decided | _ON_THE_COMMAND_LINE == {row.id for row in ROWS}


def test_a_mended_history_needs_no_mending() -> None:
    for history in (*BAD_THINGS.values(), *NESTED.values(), *(_with(tag) for tag in ODD.values())):
        mended = mend(history)
        # Bad annotation files stay in the commits; GTO is sent to the good ones beside them.
        assert [row.id for row in applying(mended)] in ([], ["bad-things"])
        assert mend(mended) == mended


_ON_THE_COMMAND_LINE: Final = {
    "config-no-file",
    "tables",
    "nothing-found",
    "names-of-dvc",
    "check-ref-reason",
    "history-shortcuts",
    "usage-errors",
}


def _problems(repo: Path, history: History) -> list[dict[str, Any]]:
    subject = Subject(repo, history.env)
    problems: list[dict[str, Any]] = subject.call("gto/show")["problems"]
    assert all(problem["message"] and problem["hint"] and problem["code"] for problem in problems)
    return problems


def _gtod(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GTOD_NO_DAEMON": "1", "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", "gto_daemon", *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
