"""Bring the tables of docs/command-line.md up to date with the commands: `python docs/command_line.py`.

Between `<!-- NAME -->` and `<!-- /NAME -->` the page is made here, from the commands themselves; everything else on it
is written by hand and left alone. A test compares the two.
"""

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gto_daemon.cli.help import Argument
from gto_daemon.cli.program import program

PAGE = Path(__file__).with_name("command-line.md")

#: The name of the block that says what most commands have in common, and the command it is taken from.
COMMON, _COMMON_OF = "common options", "show"
_COMMON = ("repo", "no_daemon")
_GLOBAL = "gtod"
_BLOCK = re.compile(r"(?P<open><!-- (?P<name>[\w -]+) -->\n)(?P<text>.*?)(?P<close><!-- /(?P=name) -->)", re.S)


def blocks() -> dict[str, str]:
    """Name to text of everything on the page that is made from the commands."""
    context = click.Context(program, info_name="gtod")
    commands = {name: program.get_command(context, name) for name in program.list_commands(context)}
    common = commands[_COMMON_OF]
    if common is None:
        raise LookupError(_COMMON_OF)
    made = {
        _GLOBAL: _table(_rows(program.get_params(context), context)),
        COMMON: _table(_rows((each for each in common.get_params(context) if each.name in _COMMON), context)),
    }
    return made | {name: _block(name, command, context) for name, command in commands.items() if command}


def updated(page: str) -> str:
    """The page with its blocks made anew.

    Raises:
        LookupError: a block of the page is no command, or a command has no block.

    """
    made = blocks()
    names = [match["name"] for match in _BLOCK.finditer(page)]
    if sorted(names) != sorted(made):
        raise LookupError(f"blocks without a command or commands without a block: {sorted(set(names) ^ set(made))}")
    return _BLOCK.sub(lambda match: f"{match['open']}\n{made[match['name']]}\n{match['close']}", page)


def _block(name: str, command: click.Command, parent: click.Context) -> str:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(command.collect_usage_pieces(context))
    parameters = command.get_params(context)
    reads = {each.name for each in parameters}.issuperset(_COMMON)
    own = [each for each in parameters if not (reads and each.name in _COMMON)]
    parts = [f"`gtod {name} {usage}`\n", *_paragraphs(command.help or ""), _table(_rows(own, context))]
    if reads:
        parts.append("And the [common options](#common-options).\n")
    return "\n".join(part for part in parts if part)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield "```text\n" + paragraph.removeprefix("\b\n") + "\n```\n"
        else:
            yield paragraph + "\n"


def _rows(parameters: Iterable[click.Parameter], context: click.Context) -> Iterator[tuple[str, str]]:
    for each in parameters:
        if isinstance(each, Argument):
            yield f"`{each.make_metavar(context)}`", each.meaning.rstrip(".")
        elif "--help" in each.opts:
            continue
        elif isinstance(each, click.Option) and (record := each.get_help_record(context)) is not None:
            yield f"`{record[0]}`", record[1].rstrip(".")


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {_cell(left)} | {_cell(right)} |" for left, right in rows]
    return "\n".join(["| | |", "|---|---|", *lines]) + "\n" if lines else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("  [default", " [default")


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
