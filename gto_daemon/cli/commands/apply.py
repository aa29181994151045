"""`gtod apply`: several changes, atomically."""

import sys
from pathlib import Path

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.shell_completion import complete_file
from gto_daemon.cli.write_command import CHOOSING, WriteOptions, act_options, perform, read_actions, yes


@click.command(cls=GtodCommand)
@reads_repository
@argument(
    "file",
    shell_complete=complete_file,
    meaning='JSON: [{"method": "assign", "params": {"name": …, "stage": …}}, …]; - reads stdin',
)
@act_options
@yes("deleting, or before assigning what a metric chose")
def apply(backend: Backend, *, file: str, how: WriteOptions) -> None:
    """Apply several changes atomically.

    The methods are register, assign, unassign, deregister, deprecate and rollback; each one sees the effects of
    those before it.
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
    chooses = any(str(action["params"].get("version")).startswith(CHOOSING) for action in actions)
    perform(backend, "gto/apply", how, deletes=deletes, chooses=chooses, actions=actions)
