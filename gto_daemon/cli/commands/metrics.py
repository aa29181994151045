"""`gtod metrics` and `gtod params`: the numbers beside versions."""

from collections.abc import Callable
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.evidence_tables import markdown_table, print_csv, print_values, values_table
from gto_daemon.cli.exit_status import exit_if_broken, say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, print_json
from gto_daemon.cli.shell_completion import complete_artifact, complete_key, complete_place

#: What `--json` prints of an answer.
_PRINTED = ("keys", "versions", "problems")


def _shows_values(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the argument and the options that both commands have."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        decorators = (
            reads_repository,
            argument(
                "name",
                required=False,
                shell_complete=complete_artifact,
                meaning="Artifact to show (also NAME@latest, NAME@v1.2.3, NAME#stage, NAME@max:KEY). If empty, show "
                "the latest version of each artifact",
            ),
            click.option(
                "--all", "everything", is_flag=True, help="Show all versions; of an artifact, also deregistered ones"
            ),
            click.option(
                "--against",
                metavar="STAGE|VERSION",
                shell_complete=complete_place,
                help="Compare with the version in this stage, or with this version  [default: the version before]",
            ),
            click.option(
                "--keys",
                metavar="KEY,…",
                shell_complete=complete_key,
                help=f"Show only these {what}, by short names or whole keys; `*` stands for any characters",
            ),
            click.option(
                "--as-of", metavar="TIME", help="Show the registry as it was at this time (RFC 3339, or Unix seconds)"
            ),
            options.as_json,
            click.option("--csv", "as_csv", is_flag=True, help="Print whole keys and exact values as CSV (RFC 4180)"),
            click.option("--md", "as_md", is_flag=True, help="Print a table in GitHub's Markdown"),
            options.as_plain,
            options.exit_code,
        )
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


@click.command(cls=GtodCommand)
@_shows_values("metrics")
def metrics(backend: Backend, **asked: Any) -> None:
    """Show the metrics of versions, with what changed since the version before.

    They are read from each version's commit, as dvc.yaml, DVCLive or the section evidence of .gtod.yaml name them.
    """
    _show(backend, "metrics", **asked)


@click.command(cls=GtodCommand)
@_shows_values("params")
def params(backend: Backend, **asked: Any) -> None:
    """Show the params of versions, with what changed since the version before.

    They are read from each version's commit, as dvc.yaml, DVCLive or the section evidence of .gtod.yaml name them.
    """
    _show(backend, "params", **asked)


def _show(
    backend: Backend,
    what: str,
    *,
    name: str | None,
    everything: bool,
    against: str | None,
    keys: str | None,
    as_of: str | None,
    as_json: bool,
    as_csv: bool,
    as_md: bool,
    as_plain: bool,
    exit_code: bool,
) -> None:
    form = options.only_one("Only one output format allowed", json=as_json, csv=as_csv, md=as_md, plain=as_plain)
    name, version = options.artifact_and_version(name or "")
    if version is not None and everything:
        raise click.UsageError(f"--all shows all versions, and '{version}' is one: give one of them")
    answer = backend.ask(
        f"gto/{what}",
        name=name or None,
        versions=[version] if version else None if name or everything else ["latest"],
        deprecated=bool(name) and everything,
        keys=options.listed(keys),
        against=against and against.removeprefix("@"),
        as_of=options.moment(as_of),
    )
    if form == "json":
        print_json({member: answer[member] for member in _PRINTED})
    elif form == "csv":
        print_csv(answer)
    elif form == "md":
        echo(markdown_table(values_table(answer, several=not name)))
    else:
        print_values(answer, several=not name, plain=form == "plain")
    exit_if_broken(answer, artifact=name)
    say_if_nothing(_why_nothing(answer, name, what), exit_code=exit_code)


def _why_nothing(answer: dict[str, Any], name: str | None, what: str) -> str | None:
    if answer["keys"]:
        return None
    if answer.get("reason"):
        return str(answer["reason"])
    whose = f"version of '{name}'" if name else "version"
    if not answer["versions"]:
        return f"There is no {whose}."
    return f"No {whose} has {what}: a dvc.yaml, or the section evidence of .gtod.yaml, names the files that have them."
