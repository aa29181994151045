"""What happened, newest first."""

from collections.abc import Mapping
from itertools import groupby

from gto_daemon.protocol.registry import HistoryRow
from gto_daemon.site.catalogue import Catalogue, moment
from gto_daemon.site.frame import page
from gto_daemon.site.markup import Html, element, join
from gto_daemon.site.names import page_of
from gto_daemon.site.parts import own_message, what_happened

PATH = "timeline.html"
#: Events on the page; each artifact has all of its own on its page.
_EVENTS = 500


def timeline_page(catalogue: Catalogue) -> bytes:
    """Return the page."""
    stages, shown = catalogue.stages(), catalogue.events[:_EVENTS]
    pages = {entry.row["name"]: page_of(entry.row["name"]) for entry in catalogue.entries}
    days = [
        join(element("h2", day), element("ol", *(_item(event, stages, pages) for event in events)))
        for day, events in groupby(shown, lambda event: (moment(event["timestamp"]) or "Unknown time")[:10])
    ]
    older = len(catalogue.events) - len(shown)
    return page(
        "Timeline",
        catalogue.title,
        element("h1", "Timeline"),
        None if shown else element("p", "Nothing has happened yet."),
        element("div", *days, class_="timeline"),
        element("p", f"{older} older events are on the pages of their artifacts.", class_="hint") if older else None,
        current=PATH,
    )


def _item(event: HistoryRow, stages: Mapping[str, int], pages: Mapping[str, str]) -> Html:
    message, name = own_message(event), event["artifact"]
    return element(
        "li",
        element("time", (moment(event["timestamp"]) or "")[11:]),
        " ",
        element("a", name, href=pages[name]) if name in pages else name,
        " ",
        what_happened(event, stages),
        f" by {event['author']}",
        element("p", message) if message else None,
    )
