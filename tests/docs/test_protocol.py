"""The first programs on the page of the protocol run, and what it says of messages is what the daemon says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.app.demo import create_demo
from tests.docs.pages import ROOT, Block, blocks, section
from tests.docs.transcripts import matches, run_block
from tests.oracle.npm import node_directory

_PAGE = ROOT / "docs/protocol.md"
_BLOCKS = blocks(_PAGE)
_SHOWN = ["churn v3.1.0 v3.0.0", "segment v0.4.1 null", "cv-class v0.1.13 null"]
#: Words of a page that is read in ten minutes, the fenced programs and the table of methods with them.
_MAX_WORDS = 2900


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The registry that `gtod demo` makes."""
    create_demo(tmp_path / "gtod-demo")
    return tmp_path / "gtod-demo"


def _program(language: str, place: Path) -> list[str]:
    (text,) = (block.text for block in _BLOCKS if block.language == language)
    name = {"python": "first.py", "js": "first.mjs"}[language]
    assert f"`{name}`" in section(_PAGE, {"python": "Python", "js": "Node.js"}[language])
    (place / name).write_text(text, "utf-8")
    interpreter = sys.executable if language == "python" else str(node_directory() / "node")
    # Only the standard library of Python counts.
    return [interpreter, *(["-I", "-u"] if language == "python" else []), str(place / name)]


@pytest.mark.parametrize("language", ["python", "js"])
def test_a_first_program_lists_artifacts_and_prints_changes(language: str, demo: Path, tmp_path: Path) -> None:
    with subprocess.Popen(_program(language, tmp_path), cwd=demo, stdout=subprocess.PIPE, encoding="utf-8") as program:
        assert program.stdout is not None
        try:
            shown = {program.stdout.readline().strip() for _ in [*_SHOWN, "Watching"]}
            subprocess.run(_tagging().split(), cwd=demo, check=True, stdout=subprocess.DEVNULL)
            changed = program.stdout.readline().strip()
        finally:
            program.terminate()
    absent = "None" if language == "python" else "null"
    assert shown == {*(line.replace("null", absent) for line in _SHOWN), "Watching"}
    assert changed == "Changed: segment"


@pytest.mark.parametrize("language", ["python", "js"])
def test_a_first_program_says_in_a_sentence_that_there_is_no_repository(language: str, tmp_path: Path) -> None:
    done = subprocess.run(_program(language, tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_the_change_of_the_page_can_be_made_after_the_tour(demo: Path) -> None:
    tagging = _tagging()
    for command in ("gtod assign churn --version v3.1.0 --stage prod", "gtod rollback churn prod", tagging):
        subprocess.run(command.split(), cwd=demo, check=True, stdout=subprocess.DEVNULL)


def _tagging() -> str:
    (found,) = re.findall(r"run `(gtod assign [^`]+)`", section(_PAGE, "Quick start").replace("\n", " "))
    return str(found)


@pytest.mark.parametrize(
    "block", [block for block in _BLOCKS if block.language == "console"], ids=lambda each: each.line
)
def test_commands_print_what_the_page_says(block: Block, demo: Path) -> None:
    for exchange, printed in run_block(block, demo):
        assert matches(exchange.expected, printed), f"line {block.line}: $ {exchange.command}\n{printed}"


def test_messages_are_as_the_page_has_them(demo: Path) -> None:
    """The requests of the page are sent about the demo's registry; what it shows of answers is what comes."""
    handshake, changed, changes, assign, refusal = (
        json.loads(block.text) for block in _BLOCKS if block.language == "json"
    )
    with client.Client.connect() as asking:
        shaken = asking.call(handshake["method"], handshake["params"])
        assert set(handshake["params"]["require"]) <= set(shaken["capabilities"])
        subscribed = asking.call("gto/subscribe", {"repo": str(demo)})
        plan = {**assign["params"], "repo": str(demo), "dry_run": True}
        plan["expect_clock"] = asking.call(assign["method"], {**plan, "expect_clock": None})["clock"]
        act = {**plan, "dry_run": False}
        wrong = {**act, "version": re.search(r"v[\d.]+", refusal["error"]["message"])[0]}  # type: ignore[index]
        with pytest.raises(client.CallError) as refused:
            asking.call(assign["method"], wrong)
        assert (refused.value.code, refused.value.message) == (refusal["error"]["code"], refusal["error"]["message"])
        assert refused.value.data == refusal["error"]["data"]
        assert asking.call(assign["method"], act)["created"]
        method, params = next(asking.notifications())
        assert method == changed["method"]
        assert params.keys() == changed["params"].keys()
        assert params["subscription"] == subscribed["subscription"]
        since = asking.call(changes["method"], {"repo": str(demo), "since": subscribed["clock"]})
        assert [event["artifact"] for event in since["events"]["added"]] == [act["name"]]
        with pytest.raises(client.CallError) as moved:
            asking.call(assign["method"], {**act, "force": True})
        assert moved.value.kind == "RegistryChanged"


def test_the_page_is_read_in_ten_minutes() -> None:
    text = re.sub(r"\]\([^)]*\)", "]", _PAGE.read_text("utf-8"))
    assert len(text.split()) < _MAX_WORDS
