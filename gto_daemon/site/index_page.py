"""The first page: every artifact, with its latest version, its stages and its headline metrics."""

from collections.abc import Iterator, Mapping

from gto_daemon.site.catalogue import Catalogue, CatalogueEntry
from gto_daemon.site.frame import page
from gto_daemon.site.markup import Content, Html, element, join, linked
from gto_daemon.site.names import page_of
from gto_daemon.site.parts import NONE, badge, short, stage_badge, table, when
from gto_daemon.site.values import headline

PATH = "index.html"
_DESCRIPTION = 200


def index_page(catalogue: Catalogue) -> bytes:
    """Return the page."""
    entries, stages, events = catalogue.entries, catalogue.stages(), catalogue.events_of()
    heads: list[Content] = ["Artifact", "Type", "Latest", "Stages"]
    with_metrics = any(entry.metrics and entry.metrics["keys"] for entry in entries)
    if with_metrics:
        heads.append("Metrics")
    heads.append("Last event")

    def row(entry: CatalogueEntry) -> Iterator[Html]:
        yield element("th", *_name(entry))
        yield element("td", entry.row["type"])
        yield element("td", _latest(entry))
        yield element("td", _stages(entry, stages))
        if with_metrics:
            yield element("td", headline(entry))
        newest = events.get(entry.row["name"])
        yield element("td", when(newest[0]["timestamp"]) if newest else NONE)

    listed = (
        table("Artifacts", heads, map(row, entries), class_="sortable cards")
        if entries
        else element("p", "There are no artifacts yet.")
    )
    return page(
        catalogue.title,
        catalogue.title,
        element("h1", catalogue.title),
        element("p", _counts(catalogue), class_="lead"),
        element("div", id="filter", hidden=True) if entries else None,
        listed,
        problems(catalogue),
        current=PATH,
        foot=_foot(catalogue),
    )


def _name(entry: CatalogueEntry) -> Iterator[Content]:
    row = entry.row
    folder = element("span", f"{row['dir']}:", class_="dir") if row["dir"] else None
    yield element("a", folder, row["label"], href=page_of(row["name"]))
    if row["deprecated"]:
        yield join(" ", badge("deprecated", "gone"))
    labels = (entry.annotation or {}).get("labels") or ()
    for label in labels:
        yield join(" ", badge(label))
    if description := row["description"]:
        cut = description if len(description) <= _DESCRIPTION else f"{description[:_DESCRIPTION]}…"
        yield element("p", linked(cut))


def _latest(entry: CatalogueEntry) -> Html:
    if entry.row["latest"] is not None:
        return join(short(entry.row["latest"]))
    said = "no active version" if entry.artifact["versions"] else "not registered"
    return element("span", said, class_="none")


def _stages(entry: CatalogueEntry, stages: Mapping[str, int]) -> Html:
    held = entry.row["stages"].items()
    return join(*(join(element("span", stage_badge(*each, stages)), " ") for each in held)) if held else NONE


def _counts(catalogue: Catalogue) -> str:
    deprecated = sum(entry.row["deprecated"] for entry in catalogue.entries)
    versions = sum(len(entry.artifact["versions"]) for entry in catalogue.entries)
    parts = [_count(len(catalogue.entries), "artifact"), _count(versions, "version")]
    parts += [f"{deprecated} deprecated"] if deprecated else []
    return " · ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _foot(catalogue: Catalogue) -> Html:
    made = catalogue.made_at.strftime("%Y-%m-%d %H:%M")
    at = join(" at commit ", element("code", catalogue.commit[:7])) if catalogue.commit else None
    return join("Made on ", element("time", made), at, f" by {catalogue.made_by}. Times are in UTC.")


def problems(catalogue: Catalogue) -> Html | None:
    """Return what could not be read, if anything."""
    found = [each for each in catalogue.problems if each["severity"] != "info"]
    if not found:
        return None
    items = [element("li", join(each["message"], " ", element("span", each["hint"], class_="hint"))) for each in found]
    return element(
        "details", element("summary", _count(len(found), "problem")), element("ul", *items), class_="problems"
    )
