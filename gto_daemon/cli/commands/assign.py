"""`gtod assign` (`promote`): assign a stage to a version."""

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.shell_completion import complete_artifact, complete_assignable, complete_ref, complete_stage
from gto_daemon.cli.write_command import (
    CHOOSING,
    WriteOptions,
    act_options,
    force,
    message,
    override,
    perform,
    simple,
    yes,
)


@click.command(cls=GtodCommand)
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument(
    "ref",
    required=False,
    shell_complete=complete_ref,
    meaning="Git reference to use  [default: HEAD, unless --version is given]",
)
@click.option(
    "--version",
    shell_complete=complete_assignable,
    help="If you provide REF, this will be used to name new version. max:KEY or min:KEY chooses by a metric",
)
@click.option("--stage", required=True, shell_complete=complete_stage, help="Stage to assign")
@message
@simple
@force
@click.option(
    "--sr", "--skip-registration", "skip_registration", is_flag=True, help="Don't register a version at given commit"
)
@override
@act_options
@yes("assigning what max:KEY or min:KEY chose")
def assign(
    backend: Backend,
    *,
    name: str,
    ref: str | None,
    version: str | None,
    stage: str,
    message: str | None,
    simple: bool | None,
    force: bool,
    skip_registration: bool,
    override: str | None,
    how: WriteOptions,
) -> None:
    """Assign stage to specific artifact version."""
    name_version = None
    if ref is not None:
        name_version, version = version, None
    elif version is None:
        ref = "HEAD"
    perform(
        backend,
        "gto/assign",
        how,
        chooses=version is not None and version.startswith(CHOOSING),
        name=name,
        stage=stage,
        version=version,
        ref=ref,
        name_version=name_version,
        message=message,
        simple=simple,
        force=force,
        skip_registration=skip_registration,
        override=override,
        **how.people,
    )


promote = assign
