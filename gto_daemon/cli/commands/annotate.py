"""`gtod annotate | remove`: the description of an artifact in its annotation file (GTO 0.2.8, cli.py)."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from gto_daemon.cli.backend import Backend, needs_local_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, say_remote_messages
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_artifact, complete_file
from gto_daemon.cli.write_command import warn_of

_OPTIONS = (
    click.option("--commit", is_flag=True, help="Commit the file, and nothing else"),
    click.option("--push", is_flag=True, help="Commit the file, and push the branch"),
    click.option("--remote", help="Remote to push to  [default: the one that git would push to]"),
    # Of a repository that is given by its URL, which is refused for now.
    click.option("-b", "--branch", hidden=True),
    click.option(
        "--file",
        type=click.Choice(["artifacts.yaml", "dvc.yaml"]),
        help="File to change  [default: the one that has the entry, or artifacts.yaml]",
    ),
    click.option("--dry-run", is_flag=True, help="Show what would change in the file, without writing it"),
)


def _writes(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command(cls=GtodCommand)
@needs_local_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name (some/dir:NAME: in some/dir/dvc.yaml)")
@click.option("--type", "artifact_type", help="Artifact type")
@click.option("--path", shell_complete=complete_file, help="Artifact path")
@click.option("-e", "--must-exist", "--must_exist", "must_exist", is_flag=True, help="Artifact is committed to Git")
@click.option("--allow-same-path", is_flag=True, help="Allow multiple artifacts use the same path")
@click.option("--label", "labels", multiple=True, help="Labels to add to artifact")
@click.option("-d", "--description", help="Artifact description")
@click.option("-c", "--custom", help="Custom metadata to add to artifact")
@_writes
def annotate(backend: Backend, *, name: str, artifact_type: str | None, labels: tuple[str, ...], **asked: Any) -> None:
    """Update artifact metadata annotations.

    Nothing else in the file changes: comments, order and quotes stay.
    """
    _needs_files(backend)
    given = {"name": name, "type": artifact_type, "labels": list(labels) or None, **asked}
    _say(backend.ask("gto/annotate", **given), dry_run=asked["dry_run"])


@click.command(cls=GtodCommand)
@needs_local_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@_writes
def remove(backend: Backend, *, name: str, **asked: Any) -> None:
    """Remove the annotation of an artifact."""
    _needs_files(backend)
    _say(backend.ask("gto/removeAnnotation", name=name, **asked), dry_run=asked["dry_run"])


def _needs_files(backend: Backend) -> None:
    backend.local_only("Annotations are written into the files of a clone; those of a remote repository cannot be yet")


def _say(result: Mapping[str, Any], *, dry_run: bool) -> None:
    warn_of(result["warnings"])
    if dry_run:
        echo(result["diff"] or "Nothing to do")
        return
    echo(f"Updated `{result['path']}`")
    push = result.get("push")
    if result.get("commit"):
        echo(f"Committed as {result['commit'][:7]}" + (", and pushed" if push and push["ok"] else ""))
    say_remote_messages(push)
    if push and not push["ok"]:
        raise Refused(push["message"], push.get("hint") or "")
