"""Every example in the README, in the tour and on the command-line page prints what the page says."""

import doctest
import io
import os
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.app.demo import create_demo
from tests.docs.pages import ROOT, Block, blocks
from tests.docs.transcripts import exchanges, matches, run_block, run_script

_README = ROOT / "README.md"
_TOUR = ROOT / "docs/tour.md"
_COMMAND_LINE = ROOT / "docs/command-line.md"
_TRANSCRIPTS = [
    pytest.param(block, id=f"{_COMMAND_LINE.name}:{block.line}")
    for block in blocks(_COMMAND_LINE)
    if block.language == "console"
]


@pytest.mark.parametrize("block", _TRANSCRIPTS)
def test_commands_print_what_the_page_says(block: Block, tmp_path: Path) -> None:
    create_demo(tmp_path / "gtod-demo")
    _check_commands(block, tmp_path / "gtod-demo")


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        pytest.param(_README, {"console": 4, "live": 1}, id="README.md"),
        pytest.param(_TOUR, {"console": 11, "live": 1, "pycon": 1, "text": 1}, id="tour.md"),
    ],
)
def test_a_tour_is_true_from_its_beginning_to_its_end(
    page: Path, kinds: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks are run in one place, in the order in which a reader types them."""
    first, *others = (block for block in blocks(page) if "pip install ." not in block.text)
    _check_commands(first, tmp_path)
    demo = tmp_path / "gtod-demo"
    monkeypatch.chdir(demo)
    checks: dict[str, Callable[[Block, Path], None]] = {
        "console": _check_commands,
        "live": _check_watching,
        "pycon": _check_python,
        "text": lambda *_: None,
    }
    seen: Counter[str] = Counter()
    for block in others:
        kind = "live" if "gtod watch" in block.text else block.language
        checks[kind](block, demo)
        seen[kind] += 1
    assert seen == kinds


def test_a_registry_is_made_from_a_file_as_the_page_says(tmp_path: Path) -> None:
    """The blocks are run in the folder of the file, one after the other."""
    (tmp_path / "churn.pkl").write_bytes(b"trained")
    for block in blocks(ROOT / "docs/first-model.md"):
        _check_commands(block, tmp_path)
    assert (tmp_path / "served.pkl").read_bytes() == b"trained"


def test_a_fleet_is_made_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks are run in one folder, one after the other."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    consoles = [block for block in blocks(ROOT / "docs/fleet.md") if block.language == "console"]
    assert len(consoles) == 3
    for block in consoles:
        _check_commands(block, tmp_path)


def _check_commands(block: Block, registry: Path) -> None:
    for exchange, printed in run_block(block, registry):
        assert matches(exchange.expected, printed), f"line {block.line}: $ {exchange.command}\n{printed}"


def _check_watching(block: Block, registry: Path) -> None:
    watching, tagging, ending = exchanges(block)
    assert ending.command == "kill %1"  # what `terminate` does below
    with subprocess.Popen(
        ["bash", "-c", "exec " + watching.command.removesuffix("&")],
        cwd=registry,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        assert watch.stderr.readline().startswith("Watching ")
        try:
            tagged = run_script(tagging.command, registry)
            assert tagged.returncode == 0, tagged.stderr
            printed = "".join(watch.stdout.readline() for _ in tagging.expected.splitlines())
        finally:
            watch.terminate()
            watch.communicate()
    assert matches(tagging.expected, printed), printed


def _check_python(block: Block, _registry: Path) -> None:
    example = doctest.DocTestParser().get_doctest(block.text, {}, _TOUR.name, str(_TOUR), block.line)
    said = io.StringIO()
    assert example.examples
    assert doctest.DocTestRunner().run(example, out=said.write).failed == 0, said.getvalue()


def test_reading_leaves_the_repository_as_it_was(registry: Path) -> None:
    before = _traces(registry)
    script = "gtod show; gtod history; gtod describe churn; gtod at; gtod doctor; gtod stages; gtod --no-daemon show"
    done = run_script(script, registry)
    assert done.returncode == 0, done.stderr
    assert _traces(registry) == before


def _traces(repository: Path) -> dict[str, tuple[int, int]]:
    """Every file and directory in it, with its size and when it was changed."""
    return {
        str(place.relative_to(repository)): (found.st_size, found.st_mtime_ns)
        for place in repository.rglob("*")
        for found in [place.lstat()]
    }
