"""`gtod describe`: an artifact's annotation."""

import json
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import exit_if_broken, say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, print_json
from gto_daemon.cli.shell_completion import complete_artifact


@click.command(cls=GtodCommand)
@reads_repository
@argument(
    "name",
    shell_complete=complete_artifact,
    meaning="Artifact name (also NAME@latest, NAME@v1.2.3, NAME#stage, NAME@max:KEY: as of that version's commit)",
)
@click.option("--rev", help="Repo revision to use  [default: HEAD]")
@click.option("--type", "show_type", is_flag=True, help="Show type")
@click.option(
    "--path",
    "show_path",
    is_flag=True,
    help="Show path as written in the file (in a dvc.yaml, relative to its folder)",
)
@click.option("--root-path", "show_root_path", is_flag=True, help="Show path from the root of the repository")
@click.option("--description", "show_description", is_flag=True, help="Show description")
@click.option("--custom", "show_custom", is_flag=True, help="Show custom metadata")
@click.option("--worktree", is_flag=True, help="Read the files on disk instead of a commit")
@options.exit_code
def describe(
    backend: Backend,
    *,
    name: str,
    rev: str | None,
    show_type: bool,
    show_path: bool,
    show_root_path: bool,
    show_description: bool,
    show_custom: bool,
    worktree: bool,
    exit_code: bool,
) -> None:
    """Display the annotation of an artifact.

    It is the artifact's entry in artifacts.yaml, or in the artifacts section of a dvc.yaml (as dir:NAME).
    """
    field = options.only_one(
        "Can output one key only",
        type=show_type,
        path=show_path,
        root_path=show_root_path,
        description=show_description,
        custom=show_custom,
    )
    if rev is not None and worktree:
        raise click.UsageError("--worktree reads the files on disk and --rev a commit; give one of them")
    result = backend.ask("gto/describe", name=name, rev=rev, worktree=worktree)
    annotation = result["annotation"]
    reason = ". ".join(filter(None, (result.get("reason"), result.get("hint")))) or None
    if annotation is None:
        # A file that cannot be read may well have the annotation.
        exit_if_broken(result, artifact=name, files=True)
    elif field is None:
        print_json(annotation)
    elif field == "root_path" and result["root_path"] is not None:
        echo(result["root_path"])
    elif field in annotation:
        echo(_text(annotation[field]))
    else:
        reason = f"the annotation of '{name}' has no {field.removeprefix('root_')}"
    # GTO 0.2.8 prints nothing and succeeds.
    say_if_nothing(reason, exit_code=exit_code)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=4)
