"""`gtod rollback`: assign a stage to what it held before."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.acts import How, acts, message, perform
from gto_daemon.cli.completing import complete_artifact, complete_stage
from gto_daemon.cli.help import Command, argument
from gto_daemon.cli.source import Source, reads_repository


@click.command(cls=Command)
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument(
    "stage", required=False, shell_complete=complete_stage, meaning="Stage to roll back, unless NAME is NAME#stage"
)
@message
@acts
def rollback(source: Source, *, name: str, stage: str | None, message: str | None, how: How) -> None:
    """Assign a stage to the version that it held before the present one.

    gtod why NAME STAGE shows what it held.
    """
    name, stage = options.name_and_stage(name, stage)
    perform(source, "gto/rollback", how, name=name, stage=stage, message=message, **how.people)
