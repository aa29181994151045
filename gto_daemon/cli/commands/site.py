"""`gtod site`: the registry as a static site."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import echo, report_problems
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_directory
from gto_daemon.cli.signatures import verify_first

if TYPE_CHECKING:
    from gto_daemon.site.catalogue import Catalogue, CatalogueEntry

#: How often the registry is read again when it changes while it is being read.
_ATTEMPTS = 3


@click.command(cls=GtodCommand)
@reads_repository
@click.option(
    "-o",
    "--out",
    default="site",
    shell_complete=complete_directory,
    help="Directory to write: a new or empty one, or that of a former site  [default: site]",
)
@click.option("--title", help="Heading of the site  [default: the name of the repository's folder]")
def site(backend: Backend, *, out: str, title: str | None) -> None:
    """Write the registry as a static site.

    Artifacts, versions, stages, metrics, plots and history, as pages that load nothing from anywhere.
    """
    from gto_daemon.app.site_directory import UnsuitableDirectoryError, write_site
    from gto_daemon.site.pages import render

    found = _read(backend, title)
    try:
        write_site(out, render(found))
    except UnsuitableDirectoryError as error:
        raise Refused(str(error), error.hint) from error
    except OSError as error:
        raise Refused(f"'{out}' cannot be written: {error.strerror or error}") from error
    report_problems(found.problems)
    count = len(found.entries)
    echo(f"Wrote a site of {count} artifact{'' if count == 1 else 's'} to '{out}'. Open it: {Path(out) / 'index.html'}")


def _read(backend: Backend, title: str | None) -> "Catalogue":
    """Ask for the whole registry, as it was at one moment."""
    from datetime import UTC, datetime

    from gto_daemon import __version__
    from gto_daemon.site.catalogue import Catalogue

    verify_first(backend, None, signatures=True, wait=True)

    for _ in range(_ATTEMPTS):
        tree = _call(backend, "gto/tree", deprecated=True)
        history = _call(backend, "gto/history", signatures=True)
        entries = [_entry(backend, row) for row in tree["artifacts"]]
        if _call(backend, "gto/tree", deprecated=True)["clock"] == tree["clock"]:
            break
    return Catalogue(
        title=title or Path(backend.repo).name.removesuffix(".git") or "Registry",
        commit=_head(backend),
        made_at=datetime.now(UTC),
        made_by=f"gtod {__version__}",
        entries=entries,
        events=history["events"],
        problems=tree["problems"],
    )


def _entry(backend: Backend, row: Mapping[str, Any]) -> "CatalogueEntry":
    from gto_daemon.site.catalogue import CatalogueEntry

    name = row["name"]
    return CatalogueEntry(
        row=row,  # type: ignore[arg-type]  # as the protocol says
        artifact=_call(backend, "gto/artifact", name=name, deprecated=True, signatures=True),
        annotation=_call(backend, "gto/describe", name=name)["annotation"] if row["annotated_in"] else None,
        metrics=_call(backend, "gto/metrics", name=name, deprecated=True),
        plots=_call(backend, "gto/plots", name=name, images=True) if row["latest"] else None,
    )


def _call(backend: Backend, method: str, **params: Any) -> Any:
    """Ask without reporting problems: those of the registry are the same in each answer."""
    return backend.call(method, {"repo": backend.repo, **params})


def _head(backend: Backend) -> str | None:
    from gto_daemon.client import CallError

    try:
        return str(backend.call_raw("gto/at", {"repo": backend.repo})["commit"])
    except CallError:
        return None  # there is no commit yet
