"""`gtod get`: the artifact itself, as it was in a version."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click

from gto_daemon.cli.completing import complete_artifact
from gto_daemon.cli.help import Command, argument
from gto_daemon.cli.printing import echo, explain, warn
from gto_daemon.cli.refusals import Refused, refusal
from gto_daemon.cli.source import Source, reads_repository


@click.command(cls=Command)
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name (also NAME@latest, NAME@v1.2.3, NAME#stage)")
@click.option("--rev", help="Repo revision to use  [default: HEAD]")
@click.option("-o", "--out", help="Where to put it  [default: its own name, in the working directory]")
@click.option("--force", is_flag=True, help="Replace what is there")
def get(source: Source, *, name: str, rev: str | None, out: str | None, force: bool) -> None:
    """Get the artifact itself, as it was in a version.

    What is in Git is copied out. What DVC tracks is got by dvc, where that is installed; else the command is printed.
    """
    described = source.ask("gto/describe", name=name, rev=rev)
    content: dict[str, Any] | None = described["content"]
    if content is None:
        raise Refused(
            f"'{name}' cannot be got: {described.get('reason')}", "Describe it: gtod annotate NAME --path PATH."
        )
    kind, path = content["kind"], content["path"]
    if kind == "missing":
        raise Refused(f"'{name}' cannot be got: {content['reason']}", "See: gtod describe NAME.")
    if kind == "url":
        echo(path)
        explain(f"'{name}' is not in the repository; get it from that address by the means that it is for")
        raise click.exceptions.Exit(1)
    place = out if out is not None else Path(path).name
    if os.path.lexists(place) and not force:
        raise Refused(f"There is a '{place}' already", "Give another place with --out, or replace it with --force.")
    if kind == "dvc":
        _by_dvc(source.repo, content, place, force=force)
    else:
        _from_git(source.repo, content, place)
    echo(place)


def _from_git(repo: str, content: dict[str, Any], place: str) -> None:
    from gto_daemon.app.getting import copy_out
    from gto_daemon.client import CallError

    try:
        pointers = copy_out(repo, content["commit"], content["path"], place)
    except CallError as error:
        raise refusal(error.code, error.message, error.data) from error
    except OSError as error:
        raise Refused(f"'{place}' cannot be written: {error.strerror or error}") from error
    for pointer in pointers:
        warn(f"{pointer} is a pointer of Git LFS; git lfs pull in a clone, at that commit, has the file itself")


def _by_dvc(repo: str, content: dict[str, Any], place: str, *, force: bool) -> None:
    command = ["dvc", "get", repo, content["path"], "--rev", content["commit"], "-o", place, *(["--force"] * force)]
    if shutil.which("dvc") is None:
        echo(shlex.join(command))
        explain(f"{content['path']} is tracked by DVC, and there is no dvc here to get it; the command is above")
        raise click.exceptions.Exit(1)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise click.exceptions.Exit(done.returncode)
