"""`gtod get`: the files of an artifact, as they were in a version."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.chosen_version import chosen_text
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, explain, warn
from gto_daemon.cli.refusals import Refused, refusal
from gto_daemon.cli.shell_completion import complete_artifact, complete_file
from gto_daemon.environment import counts
from gto_daemon.protocol import JsonObject

if TYPE_CHECKING:
    from gto_daemon.app.destination import Destination

#: Maximum number of files that a message lists.
_LOST_SHOWN = 10


@click.command(cls=GtodCommand)
@reads_repository
@argument(
    "name",
    shell_complete=complete_artifact,
    meaning="Artifact name (also NAME@latest, NAME@v1.2.3, NAME#stage, NAME@max:KEY)",
)
@click.option("--rev", help="Repo revision to use  [default: HEAD]")
@click.option(
    "-o",
    "--out",
    shell_complete=complete_file,
    help="Destination  [default: its own name, in the working directory]",
)
@click.option("--force", is_flag=True, help="Replace what is there, except files that are in no commit")
def get(backend: Backend, *, name: str, rev: str | None, out: str | None, force: bool) -> None:
    """Get the files of an artifact, as they were in a version.

    Files in Git are copied out. DVC-tracked files are fetched with dvc; if it is not installed, the command is printed.
    """
    described = backend.ask("gto/describe", name=name, rev=rev)
    if "chosen" in described:
        explain(chosen_text(described["chosen"]))
    content: JsonObject | None = described["content"]
    if content is None:
        reason = described.get("reason") or ""
        raise Refused(f"'{name}' cannot be got: {reason}", described.get("hint") or "")
    kind, path = content["kind"], content["path"]
    if kind == "missing":
        raise Refused(f"'{name}' cannot be got: {content['reason']}", f"See: `gtod describe {shlex.quote(name)}`.")
    if kind == "url":
        echo(path)
        explain(f"'{name}' is not in the repository; get it from that address by the means that it is for")
        raise click.exceptions.Exit(1)
    filename = Path(path).name
    out = filename if out is None else out
    # Only now: a command that is answered by a daemon otherwise loads nothing of what reads repositories.
    from gto_daemon.app.destination import Destination, UnsafeDestinationError
    from gto_daemon.client import CallError

    try:
        with Destination(out, filename, replace=force) as place:
            if place.restored:
                warn(f"'{out}' is back: an earlier gtod get was ended while it replaced it")
            if kind == "dvc":
                _by_dvc(backend.repo, content, place.new, out)
            else:
                _from_git(backend.repo, content, place.new)
            _check_losses(place, backend, name, path, out)
            rest = place.take()
    except UnsafeDestinationError as error:
        raise Refused(str(error), error.hint) from error
    except CallError as error:
        raise refusal(error.code, error.message, error.data) from error
    except OSError as error:
        raise Refused(f"'{out}' cannot be written: {error.strerror or error}") from error
    if rest is not None:
        warn(f"what '{out}' was before cannot be deleted, and is '{rest}' now")
    echo(out)


def _check_losses(place: "Destination", backend: Backend, name: str, path: str, out: str) -> None:
    from gto_daemon.app.get_files import files_lost

    lost = files_lost(place, backend.call_raw, backend.repo, name, path)
    if not lost:
        return
    shown = ", ".join(str(Path(out, each)) for each in lost[:_LOST_SHOWN])
    more = f" and {len(lost) - _LOST_SHOWN} more" if len(lost) > _LOST_SHOWN else ""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        moved = shlex.join([str(place.path), str(place.free_name())])
        raise Refused(
            f"'{out}' is not replaced: no commit has what would be lost: {shown}{more}",
            f"Move it away: `mv {moved}`, or give another place with --out.",
        )
    echo(f"In no commit, and lost: {shown}{more}")
    click.confirm("Replace it?", abort=True)


def _from_git(repo: str, content: JsonObject, new: Path) -> None:
    from gto_daemon.app.get_files import copy_out

    missed = copy_out(repo, content["commit"], content["path"], new)
    for submodule in missed.submodules:
        warn(f"{submodule} is a submodule, and left out: what is in it is in another repository")
    for pointer in missed.pointers:
        warn(f"{pointer} is a pointer of Git LFS; in a clone, at that commit, Git LFS has the file itself")


def _by_dvc(repo: str, content: JsonObject, new: Path, out: str) -> None:
    def command(place: str) -> list[str]:
        return ["dvc", "get", "--rev", content["commit"], "-o", place, "--", repo, content["path"]]

    if shutil.which("dvc") is None:
        echo(shlex.join(command(out)))
        explain(f"{content['path']} is tracked by DVC, and there is no dvc here to get it; the command is above")
        raise click.exceptions.Exit(1)
    # In a hook of Git, variables name the hook's repository.
    environment = {name: value for name, value in os.environ.items() if counts(name)}
    done = subprocess.run(command(str(new)), stdout=subprocess.DEVNULL, env=environment, check=False)
    if done.returncode:
        raise click.exceptions.Exit(done.returncode)
    if not os.path.lexists(new):
        raise Refused(f"dvc got nothing for '{content['path']}'", f"See what it says: {shlex.join(command(out))}")
