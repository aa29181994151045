"""`gtod why`: why a stage holds its version."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, print_json
from gto_daemon.cli.rows import spaced
from gto_daemon.cli.shell_completion import complete_artifact, complete_stage
from gto_daemon.cli.signatures import explain, signature_text, verify_first, with_signatures
from gto_daemon.cli.tables import Table, print_table


@click.command(cls=GtodCommand)
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument("stage", required=False, shell_complete=complete_stage, meaning="Stage, unless NAME is NAME#stage")
@options.as_json
@options.as_plain
@with_signatures
@options.exit_code
def why(
    backend: Backend,
    *,
    name: str,
    stage: str | None,
    as_json: bool,
    as_plain: bool,
    signatures: bool,
    wait: bool,
    exit_code: bool,
) -> None:
    """Show why a stage holds its version.

    Prints every event that decided it, oldest first.
    """
    options.only_one("Only one output format allowed", json=as_json, plain=as_plain)
    name, stage = options.name_and_stage(name, stage)
    verify_first(backend, name, signatures=signatures, wait=wait)
    result = backend.ask("gto/why", name=name, stage=stage, signatures=signatures)
    if as_json:
        print_json({key: result[key] for key in ("name", "stage", "holds", "since", "chain", "reason")})
    elif result["chain"]:
        chain = result["chain"]
        rows = [[spaced(link["timestamp"]), link["effect"], link["ref"], link["author"]] for link in chain]
        columns = ["timestamp", "effect", "ref", "author"]
        if signatures:
            columns.append("signature")
            rows = [[*row, signature_text(link["signature"])] for row, link in zip(rows, chain, strict=True)]
        print_table(Table(columns, rows), plain=as_plain)
        echo(result["reason"])
        explain(link.get("signature") for link in chain)
    say_if_nothing(None if result["chain"] else result["reason"], exit_code=exit_code)
