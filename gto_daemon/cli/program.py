"""`gtod` itself: the table of its commands, and the group that imports the one that is asked for."""

import errno
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

import click

from gto_daemon import __version__
from gto_daemon.cli.backend import GlobalOptions
from gto_daemon.cli.help import DAEMON, MODIFYING, READING, SCRIPTING, SECTIONS
from gto_daemon.cli.local_service import LocalService
from gto_daemon.cli.printing import echo, emoji, unwritten


class CommandSpec(NamedTuple):
    """The module of a command in `gto_daemon.cli.commands`, and its section of the help (None: hidden)."""

    module: str
    section: str | None


#: Every command, in the order of the help. The command's object is named like the command, `-` written as `_`.
COMMANDS = {
    "register": CommandSpec("register", MODIFYING),
    "assign": CommandSpec("assign", MODIFYING),
    "promote": CommandSpec("assign", None),
    "deprecate": CommandSpec("deprecate", MODIFYING),
    "rollback": CommandSpec("rollback", MODIFYING),
    "apply": CommandSpec("apply", MODIFYING),
    "annotate": CommandSpec("annotate", MODIFYING),
    "remove": CommandSpec("annotate", MODIFYING),
    "push": CommandSpec("remotes", MODIFYING),
    "fetch": CommandSpec("remotes", MODIFYING),
    "show": CommandSpec("show", READING),
    "history": CommandSpec("history", READING),
    "check-ref": CommandSpec("check_ref", READING),
    "describe": CommandSpec("describe", READING),
    "get": CommandSpec("get", READING),
    "metrics": CommandSpec("metrics", READING),
    "params": CommandSpec("metrics", READING),
    "compare": CommandSpec("compare", READING),
    "plot": CommandSpec("plot", READING),
    "stages": CommandSpec("stages", READING),
    "at": CommandSpec("at", READING),
    "why": CommandSpec("why", READING),
    "sync-status": CommandSpec("remotes", READING),
    "site": CommandSpec("site", READING),
    "doctor": CommandSpec("doctor", READING),
    "audit": CommandSpec("audit", READING),
    "rules": CommandSpec("rules", READING),
    "fleet": CommandSpec("fleet", READING),
    "sinks": CommandSpec("sinks", READING),
    "watch": CommandSpec("watch", READING),
    "parse-tag": CommandSpec("hidden", None),
    "print-state": CommandSpec("hidden", None),
    "start": CommandSpec("lifecycle", DAEMON),
    "stop": CommandSpec("lifecycle", DAEMON),
    "restart": CommandSpec("lifecycle", DAEMON),
    "status": CommandSpec("status", DAEMON),
    "logs": CommandSpec("logs", DAEMON),
    "socket-path": CommandSpec("lifecycle", DAEMON),
    "serve": CommandSpec("servers", DAEMON),
    "lsp": CommandSpec("servers", DAEMON),
    "mcp": CommandSpec("mcp", DAEMON),
    "ci-event": CommandSpec("ci_event", SCRIPTING),
    "call": CommandSpec("call", SCRIPTING),
    "openrpc": CommandSpec("call", SCRIPTING),
    "completion": CommandSpec("completion", SCRIPTING),
    "demo": CommandSpec("demo", SCRIPTING),
    "help": CommandSpec("help", SCRIPTING),
}


#: Acts without a command of their own, and the command that does them.
_DONE_BY = {
    "unassign": "`gtod deprecate NAME VERSION STAGE` takes a version out of a stage.",
    "deregister": "`gtod deprecate NAME VERSION` takes a registration back.",
}


class Program(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the names, in the order of the help."""
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
        """Resolve as click does; for an unknown command, suggest the one that is probably meant."""
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
@click.option(
    "--verbose", "-v", is_flag=True, expose_value=False, help="Accepted for compatibility with GTO, and ignored"
)
@click.option("--traceback", "--tb", is_flag=True, expose_value=False, hidden=True)
@click.option("--no-daemon", is_flag=True, help="Run in this process, without a daemon")
@click.pass_context
def program(ctx: click.Context, no_daemon: bool) -> None:
    """A live artifact and model registry over the Git tags of GTO.

    Commands and options match GTO's. A daemon that starts automatically answers them from memory.
    """
    ctx.obj = GlobalOptions(no_daemon, ctx.obj or LocalService())


def run(local: LocalService | None = None) -> None:
    """Run the command of this process's arguments, and end the process with its exit code.

    Args:
        local: what answers without a daemon, where something was asked of it already.

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
        program.main(prog_name="gtod", obj=local)
    except OSError as error:
        # click prints its help by itself; nothing else writes what has no name.
        if error.errno not in (errno.ENOSPC, errno.EIO) or error.filename is not None:
            raise
        refusal = unwritten(error, "")
        refusal.show()
        sys.exit(refusal.exit_code)
