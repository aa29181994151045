"""Every example in the README and on the page of the command line, run on the demo registry, prints what it says."""

import doctest
import io
import os
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks
from tests.docs.transcripts import exchanges, matches, run_block, run_script

_README = ROOT / "README.md"
_PAGES = (_README, ROOT / "docs/command-line.md")
#: Shell examples that set up a machine; the demo and the suite are what the first runs, and `.ci/run` runs them.
_SETTING_UP = ("make demo", "pip install .")


def _of(page: Path, language: str) -> list[Block]:
    return [block for block in blocks(page) if block.language == language]


def _is_live(block: Block) -> bool:
    return "gtod watch" in block.text


_TRANSCRIPTS = [
    pytest.param(block, id=f"{page.name}:{block.line}")
    for page in _PAGES
    for block in _of(page, "console")
    if not _is_live(block)
]
_SCRIPTS = [block for block in _of(_README, "sh") if not any(each in block.text for each in _SETTING_UP)]


@pytest.mark.parametrize("block", _TRANSCRIPTS)
def test_commands_print_what_the_page_says(block: Block, registry: Path) -> None:
    for exchange, printed in run_block(block, registry):
        assert matches(exchange.expected, printed), f"$ {exchange.command}\n{printed}"


@pytest.mark.parametrize("block", _SCRIPTS, ids=lambda block: f"README.md:{block.line}")
def test_scripts_run(block: Block, registry: Path) -> None:
    clone = registry.with_name("clone")
    subprocess.run(["git", "clone", "--quiet", registry, clone], check=True)
    done = run_script(block.text, clone)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "deploy churn v3.0.0 to prod\n"


def test_a_change_is_told_as_the_page_says(registry: Path) -> None:
    (block,) = (block for block in _of(_README, "console") if _is_live(block))
    watching, tagging = exchanges(block)
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


def test_the_python_example_answers_what_the_page_says(registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(registry)
    (block,) = _of(_README, "pycon")
    example = doctest.DocTestParser().get_doctest(block.text, {}, "README.md", str(_README), block.line)
    said = io.StringIO()
    assert example.examples
    assert doctest.DocTestRunner().run(example, out=said.write).failed == 0, said.getvalue()


def test_no_example_is_left_out() -> None:
    left_out = [block for block in _of(_README, "sh") if block not in _SCRIPTS]
    assert len(left_out) == len(_SETTING_UP)
    assert {block.language for page in _PAGES for block in blocks(page)} == {"console", "sh", "pycon", "text"}
    assert len(_TRANSCRIPTS) >= 10


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
