"""The whole site: every file of it, by path."""

from collections.abc import Iterator
from importlib.resources import files

from gto_daemon.site import timeline_page
from gto_daemon.site.artifact_page import artifact_page, path_of
from gto_daemon.site.catalogue import Catalogue
from gto_daemon.site.index_page import PATH, index_page
from gto_daemon.site.plots import plots_of

_ASSETS = ("icon.svg", "site.css", "site.js", "plots.js", "uplot.css", "uplot.js", "uplot.LICENSE.txt")


def render(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Return the files of a site by path, the first page last: what it leads to is there before it."""
    for name in _ASSETS:
        yield f"assets/{name}", files("gto_daemon.site").joinpath("assets", name).read_bytes()
    events = catalogue.events_of()
    for entry in catalogue.entries:
        yield from plots_of(entry.plots, "").files.items()
        yield path_of(entry), artifact_page(catalogue, entry, events.get(entry.row["name"], ()))
    yield timeline_page.PATH, timeline_page.timeline_page(catalogue)
    yield PATH, index_page(catalogue)
