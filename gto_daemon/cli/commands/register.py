"""`gtod register`: register a version of an artifact."""

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_artifact, complete_ref
from gto_daemon.cli.write_command import WriteOptions, act_options, force, message, override, perform, simple


@click.command(cls=GtodCommand, short_help="Register a version of an artifact.")
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument(
    "ref", default="HEAD", shell_complete=complete_ref, meaning="Git reference to use for registration  [default: HEAD]"
)
@click.option("--version", "--ver", help="Version name in SemVer format")
@message
@simple
@force
@click.option("--bump-major", is_flag=True, help="Bump major version")
@click.option("--bump-minor", is_flag=True, help="Bump minor version")
@click.option("--bump-patch", is_flag=True, help="Bump patch version")
@override
@act_options
def register(
    backend: Backend,
    *,
    name: str,
    ref: str,
    version: str | None,
    message: str | None,
    simple: bool | None,
    force: bool,
    bump_major: bool,
    bump_minor: bool,
    bump_patch: bool,
    override: str | None,
    how: WriteOptions,
) -> None:
    """Create an artifact version to signify an important, published or released iteration."""
    bumps = [part for part, on in (("major", bump_major), ("minor", bump_minor), ("patch", bump_patch)) if on]
    if len(bumps) + bool(version) > 1:
        raise Refused("Need to specify either version or single bump argument", "Leave out all but one of them.")
    perform(
        backend,
        "gto/register",
        how,
        name=name,
        ref=ref or "HEAD",
        version=version or None,
        message=message,
        bump=bumps[0] if bumps else None,
        force=force,
        **({} if simple is None else {"simple": simple}),
        override=override,
        **how.people,
    )
