"""`gtod` itself: the table of its commands, and the group that imports the one that is asked for."""

import errno
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

import click

from gto_daemon import __version__
from gto_daemon.cli.help import LIVING, MODIFYING, READING, SECTIONS, TALKING
from gto_daemon.cli.here import Here
from gto_daemon.cli.printing import echo, emoji, unwritten
from gto_daemon.cli.source import Whole


class Entry(NamedTuple):
    """Where a command lives: a module of `gto_daemon.cli.commands`, and its section of the help (None: hidden)."""

    module: str
    section: str | None


#: Every command, in the order of the help. The command's object is named like the command, `-` written as `_`.
COMMANDS = {
    "register": Entry("register", MODIFYING),
    "assign": Entry("assign", MODIFYING),
    "promote": Entry("assign", None),
    "deprecate": Entry("deprecate", MODIFYING),
    "rollback": Entry("rollback", MODIFYING),
    "apply": Entry("apply", MODIFYING),
    "annotate": Entry("annotate", MODIFYING),
    "remove": Entry("annotate", MODIFYING),
    "push": Entry("remotes", MODIFYING),
    "fetch": Entry("remotes", MODIFYING),
    "show": Entry("show", READING),
    "history": Entry("history", READING),
    "check-ref": Entry("check_ref", READING),
    "describe": Entry("describe", READING),
    "get": Entry("get", READING),
    "stages": Entry("stages", READING),
    "at": Entry("at", READING),
    "why": Entry("why", READING),
    "sync-status": Entry("remotes", READING),
    "doctor": Entry("doctor", READING),
    "watch": Entry("watch", READING),
    "parse-tag": Entry("technical", None),
    "print-state": Entry("technical", None),
    "start": Entry("life", LIVING),
    "stop": Entry("life", LIVING),
    "restart": Entry("life", LIVING),
    "status": Entry("status", LIVING),
    "logs": Entry("logs", LIVING),
    "socket-path": Entry("life", LIVING),
    "serve": Entry("servers", LIVING),
    "lsp": Entry("servers", LIVING),
    "call": Entry("call", TALKING),
    "openrpc": Entry("call", TALKING),
    "completion": Entry("completion", TALKING),
    "demo": Entry("demo", TALKING),
    "help": Entry("help", TALKING),
}


#: Acts that have no command of their own, and what does them.
_DONE_BY = {
    "unassign": "`gtod deprecate NAME VERSION STAGE` takes a version out of a stage.",
    "deregister": "`gtod deprecate NAME VERSION` takes back a registration.",
}


class Program(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module; None for a name that is not in the table."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"gto_daemon.cli.commands.{entry.module}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with the commands that an unknown one is probably meant for."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0].lower(), {**_DONE_BY, **COMMANDS}, 1)
            if not near:
                raise
            meant = _DONE_BY.get(near[0], f"Did you mean '{near[0]}'?")
            raise click.UsageError(f"No such command '{args[0]}'. {meant}", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list per section."""
        width = formatter.width - 6 - max(map(len, COMMANDS))
        for section in SECTIONS:
            with formatter.section(section):
                formatter.write_dl(list(self._rows(ctx, section, width)))

    def _rows(self, ctx: click.Context, section: str, width: int) -> Iterator[tuple[str, str]]:
        for name, entry in COMMANDS.items():
            command = self.get_command(ctx, name) if entry.section == section else None
            if command is not None:
                yield name, command.get_short_help_str(width)


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        echo(f"{emoji('🪴')}gtod {__version__}")
        ctx.exit()


@click.group(
    name="gtod",
    cls=Program,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show version and exit"
)
@click.option("--verbose", "-v", is_flag=True, expose_value=False, help="Accepted as GTO's, and ignored")
@click.option("--traceback", "--tb", is_flag=True, expose_value=False, hidden=True)
@click.option("--no-daemon", is_flag=True, help="Answer in this process, without a daemon")
@click.pass_context
def program(ctx: click.Context, no_daemon: bool) -> None:
    """A live artifact and model registry over the Git tags of GTO.

    Reads and options are GTO's; the answers come from a daemon that starts by itself and holds the registry in memory.
    """
    ctx.obj = Whole(no_daemon, ctx.obj or Here())


def run(here: Here | None = None) -> None:
    """Run the command of this process's arguments, and end the process with its exit code.

    Args:
        here: what answers without a daemon, where something was asked of it already.

    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark in its place, never a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if "_GTOD_COMPLETE" in os.environ:
        from click.shell_completion import add_completion_class

        from gto_daemon.cli.bash_completion import WholeWords

        add_completion_class(WholeWords)
    try:
        program.main(prog_name="gtod", obj=here)
    except OSError as error:
        # click prints its help by itself; nothing else writes what has no name.
        if error.errno not in (errno.ENOSPC, errno.EIO) or error.filename is not None:
            raise
        refusal = unwritten(error, "")
        refusal.show()
        sys.exit(refusal.exit_code)
