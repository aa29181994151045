"""`gtod rollback`: assign a stage to what it held before."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.shell_completion import complete_artifact, complete_stage
from gto_daemon.cli.write_command import WriteOptions, act_options, message, override, perform


@click.command(cls=GtodCommand)
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument(
    "stage", required=False, shell_complete=complete_stage, meaning="Stage to roll back, unless NAME is NAME#stage"
)
@message
@override
@act_options
def rollback(
    backend: Backend, *, name: str, stage: str | None, message: str | None, override: str | None, how: WriteOptions
) -> None:
    """Assign a stage to its previous version.

    gtod why NAME STAGE shows the versions that it held.
    """
    name, stage = options.name_and_stage(name, stage)
    perform(backend, "gto/rollback", how, name=name, stage=stage, message=message, override=override, **how.people)
