"""Everything that happened, newest first, a page for each so many events."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from gto_daemon.protocol.registry import HistoryRow
from gto_daemon.site.catalogue import Catalogue, moment
from gto_daemon.site.frame import page
from gto_daemon.site.markup import Html, element, join
from gto_daemon.site.names import page_of
from gto_daemon.site.parts import own_message, what_happened

_EVENTS = 500


def timeline_pages(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Return the pages by path."""
    events, stages = catalogue.events, catalogue.stages()
    pages = {entry.row["name"]: page_of(entry.row["name"]) for entry in catalogue.entries}
    last = max(0, len(events) - 1) // _EVENTS
    for number in range(last + 1):
        part = events[number * _EVENTS : (number + 1) * _EVENTS]
        days = [
            join(element("h2", day), element("ol", *(_item(event, stages, pages) for event in those)))
            for day, those in groupby(part, lambda event: (moment(event["timestamp"]) or "Unknown time")[:10])
        ]
        title = "Timeline" if not last else f"Timeline, page {number + 1} of {last + 1}"
        yield (
            _path(number),
            page(
                title,
                catalogue.title,
                element("h1", title),
                element("p", "Nothing has happened yet.") if not events else None,
                element("div", *days, class_="timeline"),
                _ways(number, last),
                current="timeline.html",
            ),
        )


def _path(number: int) -> str:
    return f"timeline-{number + 1}.html" if number else "timeline.html"


def _item(event: HistoryRow, stages: Mapping[str, int], pages: Mapping[str, str]) -> Html:
    message, name = own_message(event), event["artifact"]
    return element(
        "li",
        element("time", (moment(event["timestamp"]) or "")[11:]),
        " ",
        element("a", name, href=pages[name]) if name in pages else name,
        " ",
        what_happened(event, stages),
        element("span", f" by {event['author']}", class_="who"),
        element("p", message) if message else None,
    )


def _ways(number: int, last: int) -> Html | None:
    ways: Sequence[Html | None] = (
        element("a", "Newer", href=_path(number - 1), rel="prev") if number else None,
        element("a", "Older", href=_path(number + 1), rel="next") if number < last else None,
    )
    return element("nav", *ways, class_="ways", aria_label="Pages of the timeline") if last else None
