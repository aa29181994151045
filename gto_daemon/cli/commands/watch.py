"""`gtod watch`: the registry's changes as they happen."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from gto_daemon.cli.backend import Backend, needs_daemon
from gto_daemon.cli.event_text import added_line, artifacts_line, changed_line, removed_line
from gto_daemon.cli.exec_hook import ExecHook
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import echo, warn
from gto_daemon.cli.watching import RegistryChange, follow_changes
from gto_daemon.platform.signals import raise_at_end


@click.command(cls=GtodCommand)
@needs_daemon
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per change")
@click.option("--exec", "command", metavar="COMMAND", help="Run COMMAND through the shell for each new event")
def watch(backend: Backend, as_json: bool, command: str | None) -> None:
    r"""Print changes of the registry until interrupted.

    With --exec, COMMAND finds the event in GTOD_EVENT, GTOD_ARTIFACT, GTOD_VERSION, GTOD_STAGE, GTOD_REF,
    GTOD_COMMIT, GTOD_AUTHOR, GTOD_AUTHOR_EMAIL, GTOD_MESSAGE, GTOD_TIMESTAMP, GTOD_CLOCK and GTOD_REPO, and as one
    line of JSON on its standard input. It runs for new events, not for those whose tag was deleted. A command
    that fails is reported, and watching goes on. Commands run one after the other: a slow one delays those after it,
    which is reported, but not the output. When watching ends, a running command is ended too.
    """
    if backend.no_daemon:
        raise click.UsageError("watch needs the daemon; leave out --no-daemon and GTOD_NO_DAEMON")
    backend.local_only("A remote repository sends no notifications, so it cannot be watched")
    say = _print_json if as_json else _print_lines
    commands = ExecHook(command, warn) if command is not None else None
    try:
        if commands is not None:
            raise_at_end()
        _watch(backend.repo, say, commands)
    except KeyboardInterrupt:
        # The way to end it. Not an abort, so nothing is said and the exit code is 0.
        return
    finally:
        if commands is not None:
            commands.close()


def _watch(repo: str, say: Callable[[RegistryChange], None], commands: ExecHook | None) -> None:
    for change in follow_changes(repo, notify=lambda message: echo(message, err=True)):
        say(change)
        if commands is None:
            continue
        known = {_tag(event) for event in change.removed}
        for event in change.added:
            # The same tag with another version, because that one's tag came or went, is no event.
            if _tag(event) in known:
                continue
            commands.run_for(event, repo=change.repo, clock=change.clock)


def _tag(event: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(event[field] for field in ("ref", "commit", "timestamp", "event"))


def _print_json(change: RegistryChange) -> None:
    echo(json.dumps(change.as_json()))


def _print_lines(change: RegistryChange) -> None:
    # A tag in both is there still: it was moved, or what it rests on came or went.
    before = {event["ref"]: event for event in change.removed}
    there = {event["ref"] for event in change.added}
    for event in change.removed:
        if event["ref"] not in there:
            echo(removed_line(event))
    for event in change.added:
        earlier = before.get(event["ref"])
        echo(added_line(event) if earlier is None else changed_line(earlier, event))
    if not change.added and not change.removed:
        echo(artifacts_line(change.artifacts))
