"""`gtod apply`: several acts as one."""

import sys
from pathlib import Path

import click

from gto_daemon.cli.acts import How, acts, perform, read_actions, yes
from gto_daemon.cli.completing import complete_file
from gto_daemon.cli.help import Command, argument
from gto_daemon.cli.source import Source, reads_repository


@click.command(cls=Command)
@reads_repository
@argument(
    "file",
    shell_complete=complete_file,
    meaning='JSON: [{"method": "assign", "params": {"name": …, "stage": …}}, …]; - reads stdin',
)
@acts
@yes
def apply(source: Source, *, file: str, how: How) -> None:
    """Carry out several acts as one: all of them, or none.

    Possible are register, assign, unassign, deregister, deprecate and rollback; later ones see what earlier ones do.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.UsageError(f"'{file}' cannot be read: {reason}") from error
    actions = read_actions(text)
    for action in actions:
        people = {name: value for name, value in how.people.items() if value is not None}
        action["params"] = {**people, **action.get("params", {})}
    deletes = any(action["params"].get("delete") for action in actions)
    perform(source, "gto/apply", how, deletes=deletes, actions=actions)
