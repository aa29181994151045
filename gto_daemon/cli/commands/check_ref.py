"""`gtod check-ref`: what a tag did."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.event_text import sentence
from gto_daemon.cli.exit_status import exit_if_broken, say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, emoji, print_json, print_lines
from gto_daemon.cli.shell_completion import complete_ref

_FIELDS = {"name": "artifact", "version": "version", "event": "event", "stage": "stage"}


@click.command(cls=GtodCommand)
@reads_repository
@argument("ref", shell_complete=complete_ref, meaning="Git reference to analyze")
@options.as_json
@options.show_name
@options.show_version
@options.show_event
@options.show_stage
@options.exit_code
def check_ref(
    backend: Backend,
    *,
    ref: str,
    as_json: bool,
    show_name: bool,
    show_version: bool,
    show_event: bool,
    show_stage: bool,
    exit_code: bool,
) -> None:
    """Find out the artifact version registered/assigned with ref."""
    form = options.only_one(
        "Only one output formatting flag is allowed",
        json=as_json,
        name=show_name,
        version=show_version,
        event=show_event,
        stage=show_stage,
    )
    result = backend.ask("gto/checkRef", ref=ref)
    event = result["event"]
    reason = result.get("reason")
    if event is None:
        exit_if_broken(result, tag=ref.removeprefix("refs/tags/"))
    elif form == "json":
        print_json(event)
    elif form is None:
        echo(emoji("✅") + sentence(event))
    else:
        value = event.get(_FIELDS[form])
        print_lines([value] if value else ())
        reason = None if value else f"'{event['tag']}' is a {event['event']}, which has no {form}"
    # GTO prints nothing and succeeds; scripts rely on that, people are told why.
    say_if_nothing(reason, exit_code=exit_code)
