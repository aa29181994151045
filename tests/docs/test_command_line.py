"""The page of the command line is the program's: commands, options, and the variables that are read."""

import re

from docs.command_line import PAGE, updated
from docs.man_page import MAN_PAGE, man_page
from gto_daemon.cli.program import COMMANDS
from tests.docs.pages import ROOT

_HINT = "run: python docs/command_line.py"


def test_its_tables_are_those_of_the_commands() -> None:
    page = PAGE.read_text("utf-8")
    assert updated(page) == page, _HINT


def test_the_man_page_has_what_it_has() -> None:
    assert man_page(PAGE.read_text("utf-8")) == MAN_PAGE.read_text("utf-8"), "run: make docs"


def test_every_command_has_a_heading() -> None:
    headings = re.findall(r"^### gtod ([\w-]+)$", PAGE.read_text("utf-8"), re.M)
    assert sorted(headings) == sorted(COMMANDS)


def test_every_variable_that_is_read_is_on_it() -> None:
    page = PAGE.read_text("utf-8")
    sources = [path.read_text("utf-8") for path in ROOT.glob("gto_daemon/**/*.py")]
    read = {name for source in sources for name in re.findall(r"\bGTOD_[A-Z_]+\b", source)}
    assert read <= set(re.findall(r"\bGTOD_[A-Z_]+\b", page))
    assert {"GTOD_NO_DAEMON", "GTOD_RUNTIME_DIR"} <= read
