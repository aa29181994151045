"""`gtod deprecate`: deprecate an artifact, deregister a version, or unassign a stage."""

from typing import Any

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.shell_completion import complete_artifact, complete_stage, complete_version
from gto_daemon.cli.write_command import WriteOptions, act_options, delete, force, message, perform, simple, yes


@click.command(cls=GtodCommand, short_help="Deprecate an artifact, a version or a stage.")
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument("version", required=False, shell_complete=complete_version, meaning="Artifact version")
@argument("stage", required=False, shell_complete=complete_stage, meaning="Stage to unassign")
@click.option("--ref", help="Git reference to use (for model deprecation)")
@message
@simple
@force
@delete
@act_options
@yes("deleting")
def deprecate(
    backend: Backend,
    *,
    name: str,
    version: str | None,
    stage: str | None,
    ref: str | None,
    message: str | None,
    simple: bool | None,
    force: bool,
    delete: bool,
    how: WriteOptions,
) -> None:
    """Deprecate artifact, deregister a version, or unassign a stage."""
    about: dict[str, Any]
    if stage:
        method, about = "gto/unassign", {"version": version, "stage": stage}
    elif version:
        method, about = "gto/deregister", {"version": version}
    else:
        method, about = "gto/deprecate", {"ref": ref}
    if simple is not None:
        about["simple"] = simple
    about |= {"name": name, "message": message, "force": force, "delete": delete}
    perform(backend, method, how, deletes=delete, **about, **how.people)
