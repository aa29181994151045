"""`gtod ci-event`: what the tag that started a job of CI did."""

import os
from collections.abc import Iterable

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, needs_local_repository
from gto_daemon.cli.ci_event import FINDINGS, OUTPUTS, CiEvent, event_of_job, joined, ref_of_job
from gto_daemon.cli.ci_formats import (
    append_to,
    as_text,
    dotenv,
    error_command,
    github_outputs,
    no_workflow_commands,
    summary,
)
from gto_daemon.cli.exit_status import BROKEN
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, emoji, one_line, print_json, write
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_ref


@click.command(cls=GtodCommand)
@needs_local_repository
@argument(
    "ref",
    required=False,
    shell_complete=complete_ref,
    meaning="Tag, with or without refs/tags/  [default: GITHUB_REF, or CI_COMMIT_TAG]",
)
@click.option("--github", is_flag=True, help="Write outputs and a job summary, as a step of GitHub Actions")
@click.option("--gitlab", is_flag=True, help="Print a dotenv report for GitLab")
@click.option("--json", "as_json", is_flag=True, help="Print everything in json format")
@click.option(
    "--fail-on",
    metavar="LIST",
    default="broken",
    show_default=True,
    help=f"Exit with 1 on any of: {', '.join(FINDINGS)}",
)
@click.option("--fetched", is_flag=True, help="Do not ask the remote whether tags are missing here")
def ci_event(
    backend: Backend, *, ref: str | None, github: bool, gitlab: bool, as_json: bool, fail_on: str, fetched: bool
) -> None:
    """Tell a job of CI what its tag did to the registry.

    Any other ref gives empty outputs. A checkout that lacks tags of its remote is refused, because the answer could be
    wrong. Runs without a daemon.
    """
    form = options.only_one("Only one output format allowed", github=github, gitlab=gitlab, json=as_json)
    wanted = _wanted(fail_on)
    chosen = ref or ref_of_job(os.environ)
    if chosen is None:
        raise click.UsageError("Missing argument 'REF', and neither GITHUB_REF nor CI_COMMIT_TAG is set")
    if form == "github":
        _step_of_github(backend, chosen, wanted, fetched=fetched)
        return
    event = event_of_job(backend.in_process(), chosen, fetched=fetched)
    if form == "gitlab":
        write(dotenv(event.values), nl=False)
    elif form == "json":
        print_json({name: event.values.get(name) for name in OUTPUTS} | {"findings": event.findings})
    else:
        _say(event)
    _fail(_failures(event, wanted))


def _step_of_github(backend: Backend, ref: str, wanted: list[str], *, fetched: bool) -> None:
    """Do it as a step; whatever is said is others' text, so none of it is a command to the runner.

    Raises:
        click.exceptions.Exit: with code 1.

    """
    refused: str | None = None
    with no_workflow_commands():
        try:
            event = event_of_job(backend.in_process(), ref, fetched=fetched)
            failures = _failures(event, wanted)
            append_to("GITHUB_OUTPUT", github_outputs(event.values))
            if os.environ.get("GITHUB_STEP_SUMMARY"):
                append_to("GITHUB_STEP_SUMMARY", summary(event, failures))
            _say(event)
        except click.ClickException as error:
            error.show()
            refused = joined(error.message, getattr(error, "hint", ""))
    messages = failures if refused is None else [refused]
    for each in messages:
        write(error_command(each))
    if messages:
        raise click.exceptions.Exit(BROKEN)


def _wanted(fail_on: str) -> list[str]:
    names = [name for each in fail_on.split(",") if (name := each.strip())]
    for name in names:
        if name not in FINDINGS:
            raise click.UsageError(f"Invalid value for '--fail-on': '{name}' is not one of {', '.join(FINDINGS)}")
    return names


def _failures(event: CiEvent, wanted: Iterable[str]) -> list[str]:
    return [one_line(event.findings[name]) for name in wanted if name in event.findings]


def _say(event: CiEvent) -> None:
    if not event.sentence:
        return
    echo(emoji("✅") + event.sentence)
    for name in OUTPUTS:
        if name in event.values and name != "registry":
            echo(f"{name}: {one_line(as_text(event.values[name]))}")
    if event.state:
        echo(event.state)


def _fail(failures: list[str]) -> None:
    if failures:
        raise Refused("\n".join(failures))
