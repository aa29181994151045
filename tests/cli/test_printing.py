"""Problems, refusals and emojis, as they reach the terminal."""

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gto_daemon.cli.printing import PROBLEMS_SHOWN, echo, emoji, print_json, print_lines, report_problems
from gto_daemon.cli.refusals import Refused, refusal
from gto_daemon.cli.tables import Table, print_table
from tests.builders import RepositoryBuilder


def problem(message: str, severity: str = "warning", hint: str = "") -> dict[str, str]:
    return {"code": "some-code", "severity": severity, "message": message, "hint": hint}


def test_a_problem_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    report_problems([problem("a is\nbroken", hint="Mend it.")])
    assert capsys.readouterr() == ("", "⚠️  a is broken (Mend it)\n")


def test_a_problem_of_a_file_names_its_line_and_commit(capsys: pytest.CaptureFixture[str]) -> None:
    place = {"path": "a.yaml", "commit": "c" * 40, "range": {"start": {"line": 2, "character": 0}}}
    report_problems([{**problem("broken"), **place}, {**problem("broken"), "path": "b.yaml"}])
    assert capsys.readouterr().err == "⚠️  a.yaml:3 at ccccccc: broken\n⚠️  b.yaml: broken\n"


def test_a_problem_is_told_once_and_remarks_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    report_problems([problem("a"), problem("a", "error"), problem("b", "info")])
    assert capsys.readouterr().err == "⚠️  a\n"


def test_many_problems_end_in_a_pointer_to_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    report_problems([problem(f"number {index}") for index in range(PROBLEMS_SHOWN + 5)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == PROBLEMS_SHOWN + 1
    assert lines[-1] == "⚠️  and 5 more (`gtod doctor` lists them all)"


@pytest.mark.parametrize(("name", "value"), [("GTO_EMOJIS", "false"), ("gto_emojis", "0"), ("GTO_EMOJIS", "No")])
def test_gto_emojis_drops_them(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert emoji("✅") == ""
    report_problems([problem("a")])
    assert capsys.readouterr().err == "warning: a\n"


def test_gto_emojis_true_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTO_EMOJIS", "true")
    assert emoji("✅") == "✅  "


def test_an_emoji_that_cannot_be_encoded_is_dropped() -> None:
    assert emoji("✅", io.TextIOWrapper(io.BytesIO(), encoding="latin-1")) == ""


def test_json_is_gto_s(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"ä": [1, None, {}]})
    assert capsys.readouterr().out == '{\n    "\\u00e4": [\n        1,\n        null,\n        {}\n    ]\n}\n'


def test_lines_lose_their_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(["a\r\n", ""])
    assert capsys.readouterr().out == "a\n\n"


def test_a_refusal_is_gto_s_line_and_the_hint(capsys: pytest.CaptureFixture[str]) -> None:
    error = refusal(-32803, "Cannot find artifact 'x'", {"kind": "ArtifactNotFound", "hint": "Look again."})
    assert isinstance(error, Refused)
    assert error.exit_code == 1
    error.show()
    assert capsys.readouterr() == ("", "❌ Cannot find artifact 'x'\nLook again.\n")


def test_params_that_do_not_fit_are_usage() -> None:
    data = {"errors": [{"loc": ["as_of"], "msg": "'x' is no time", "type": "value_error"}]}
    error = refusal(-32602, "Invalid params", data)
    assert isinstance(error, click.UsageError)
    assert error.exit_code == 2
    assert error.message == "as-of: 'x' is no time"


def test_invisible_characters_are_shown_as_their_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    for character in "\u200b\u200d\u2060\ufeff\u00ad\u061c\u3164\u202e\x1b":
        echo(f"a{character}b")
        Refused(f"a{character}b", f"c{character}d").show()
        print_table(Table(["x"], [[f"a{character}b"]]), plain=True)
        said = capsys.readouterr()
        assert character not in said.out + said.err
        assert "\\" in said.out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has one")
@pytest.mark.parametrize("words", [["show"], ["show", "--json"], ["history"], ["doctor", "--json"], ["-h"]])
def test_an_output_that_takes_nothing_is_named(words: list[str], registry: Path) -> None:
    ended = shell(f"gtod {' '.join(words)} > /dev/full", registry)
    assert ended.returncode == 1
    assert "The output could not be written: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has one")
@pytest.mark.parametrize("option", ["", " --json"])
def test_an_act_that_cannot_be_told_of_is_said_to_be_done(option: str, repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.checkout()
    ended = shell(f"gtod register z{option} > /dev/full", repo.path)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "It was done all the same: created z@v0.0.1"
    assert "Traceback" not in ended.stderr
    assert repo.git("tag") == "z@v0.0.1"


@pytest.mark.parametrize(
    "words", ["show --json", "show", "register z --dry-run", "show --json 2>&-", "call gto/show - <&-"]
)
def test_closed_streams_are_no_fault(words: str, registry: Path) -> None:
    ended = shell(f"gtod {words} >&-", registry)
    assert "Traceback" not in ended.stderr
    assert ended.returncode == (2 if "call" in words else 0)


def shell(line: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    gtod = f'gtod() {{ {shlex.quote(sys.executable)} -m gto_daemon "$@"; }}; {line}'
    env = {**os.environ, "GTOD_NO_DAEMON": "1"}
    return subprocess.run(
        ["bash", "-c", gtod], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=60
    )
