"""The page of an artifact: what it is, where it stands, its versions, their metrics and plots, and what happened."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gto_daemon.protocol.artifacts import VersionRow
from gto_daemon.protocol.registry import HistoryRow
from gto_daemon.protocol.results import Problem
from gto_daemon.site.catalogue import Catalogue, CatalogueEntry, moment
from gto_daemon.site.frame import page
from gto_daemon.site.markup import Content, Html, element, join, linked
from gto_daemon.site.names import page_of
from gto_daemon.site.parts import (
    NONE,
    badge,
    is_signed,
    own_message,
    short,
    signature_words,
    stage_badge,
    table,
    what_happened,
    when,
)
from gto_daemon.site.plots import plots_of
from gto_daemon.site.values import by_version, files, headline_keys, metrics_table, value_cell, value_heads

_ROOT = "../"
_CUSTOM = 4000


def artifact_page(catalogue: Catalogue, entry: CatalogueEntry, events: Sequence[HistoryRow]) -> bytes:
    """Return the page of an artifact, whose events are given newest first."""
    name, row, stages = entry.row["name"], entry.row, catalogue.stages()
    plots = plots_of(entry.plots, _ROOT)
    metrics = metrics_table(entry.metrics) if entry.metrics else None
    sections = [
        ("versions", "Versions", _versions(entry, stages)),
        ("metrics", "Metrics", _metrics(entry, metrics)),
        ("plots", f"Plots of {short(row['latest'] or '')}", plots.markup),
        ("about", "Annotation", _annotation(entry)),
        ("history", "History", _history(events, stages)),
        ("problems", "Problems", _problems(entry, catalogue.problems)),
    ]
    shown = [(place, title, content) for place, title, content in sections if content]
    deprecated = join(" ", badge("deprecated", "gone")) if row["deprecated"] else None
    return page(
        name,
        catalogue.title,
        element("h1", name, deprecated),
        element("p", linked(row["description"]), class_="lead") if row["description"] else None,
        _held(entry, stages),
        *(element("section", element("h2", title), content, id=place) for place, title, content in shown),
        root=_ROOT,
    )


def _held(entry: CatalogueEntry, stages: Mapping[str, int]) -> Html | None:
    """Return who put which version into which stage, and when."""
    cards = []
    for stage, versions in entry.row["stages"].items():
        for version in versions:
            held = _holder(entry, version, stage)
            cards.append(
                element(
                    "li",
                    stage_badge(stage, (), stages),
                    " ",
                    element("a", short(version), href=f"#{version}"),
                    element("p", "since ", when(held["since"]), f" by {held['author']}") if held else None,
                )
            )
    return element("ul", *cards, class_="stages", aria_label="Stages") if cards else None


def _holder(entry: CatalogueEntry, version: str, stage: str) -> Any:
    for row in entry.artifact["versions"]:
        if row["version"] == version:
            return next((held for held in row["stages"] if held["stage"] == stage), None)
    return None


def _versions(entry: CatalogueEntry, stages: Mapping[str, int]) -> Html:
    versions = entry.artifact["versions"]
    if not versions:
        return element("p", "No version is registered.")
    values, keys = by_version(entry.metrics), headline_keys(entry.metrics)
    signed = is_signed(event for row in versions for event in row["events"])
    heads: list[Content] = ["Version", "Stages", *value_heads(entry.metrics), "Created", "Author", "Commit"]

    def cells(row: VersionRow) -> Iterator[Html]:
        yield element("th", *_version(row), id=row["version"])
        yield element(
            "td", *(join(stage_badge(each["stage"], (), stages), " ") for each in row["stages"] if each["holds"])
        )
        for key in keys:
            yield value_cell(values.get(row["version"]), key)
        yield element("td", when(row["created_at"]))
        yield element("td", row["author"] or NONE)
        subject = row["subject"]
        said = subject if subject is not None else element("span", "not in this clone", class_="none")
        yield element("td", element("code", row["commit"][:7]), " ", said)
        if signed:
            yield element("td", _signature_of(row))

    return table(
        "Versions", [*heads, "Signature"] if signed else heads, map(cells, versions), class_="sortable versions"
    )


def _version(row: VersionRow) -> Iterator[Content]:
    yield row["label"]
    if row["latest"]:
        yield join(" ", badge("latest"))
    if not row["active"]:
        yield join(" ", badge("deregistered", "gone"))
    elif not row["registered"]:
        yield join(" ", badge("not registered"))


def _signature_of(row: VersionRow) -> str:
    """Return the signature of the tag that the version is known by."""
    found = next((event for event in row["events"] if event["ref"] == row["ref"]), None)
    return signature_words(found.get("signature")) if found else ""


def _metrics(entry: CatalogueEntry, made: Html | None) -> Html | None:
    if made is None or entry.metrics is None:
        return None
    named = files(entry.metrics)
    source = element("p", "From ", element("code", named[0]), ".", class_="hint") if len(named) == 1 else None
    return join(source, element("div", class_="charts", hidden=True), made)


def _annotation(entry: CatalogueEntry) -> Html | None:
    annotation = entry.annotation
    if annotation is None:
        return None
    rows: list[tuple[str, Content]] = []
    if annotation.get("type"):
        rows.append(("Type", annotation.get("type")))
    if path := annotation.get("path"):
        rows.append(("Path", linked(path) if "://" in path else element("code", path)))
    if labels := annotation.get("labels"):
        rows.append(("Labels", [join(badge(label), " ") for label in labels]))
    if (custom := annotation.get("custom")) is not None:
        rows.append(("Custom", _custom(custom)))
    if where := entry.row["annotated_in"]:
        rows.append(("Described in", element("code", where[0])))
    return element("dl", *(join(element("dt", term), element("dd", said)) for term, said in rows)) if rows else None


def _custom(value: Any) -> Html:
    """Return any value of YAML: mappings as lists of terms, as deep as one reads, the rest as JSON."""
    if isinstance(value, Mapping) and value and all(not isinstance(each, Mapping | list) for each in value.values()):
        pairs = (join(element("dt", str(key)), element("dd", _scalar(each))) for key, each in value.items())
        return element("dl", *pairs)
    if isinstance(value, Mapping | list):
        text = json.dumps(value, ensure_ascii=False, indent=2)
        return element("pre", text if len(text) <= _CUSTOM else f"{text[:_CUSTOM]}…")
    return _scalar(value)


def _scalar(value: Any) -> Html:
    return linked(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _history(events: Sequence[HistoryRow], stages: Mapping[str, int]) -> Html | None:
    if not events:
        return None
    signed = is_signed(events)
    messages = any(map(own_message, events))
    heads: list[Content] = ["Time", "Event", "Author", "Tag"]
    heads += ["Signature"] if signed else []
    heads += ["Message"] if messages else []

    def cells(event: HistoryRow) -> Iterator[Html]:
        yield element("td", moment(event["timestamp"]))
        yield element("td", what_happened(event, stages))
        yield element("td", event["author"])
        yield element("td", short(event["ref"]))
        if signed:
            yield element("td", signature_words(event.get("signature")))
        if messages:
            yield element("td", linked(own_message(event)), class_="message")

    return table("History", heads, map(cells, events), class_="history")


def _problems(entry: CatalogueEntry, everywhere: Sequence[Problem]) -> Html | None:
    """Return what is wrong with this artifact, without what is wrong with the registry: the first page has that."""
    elsewhere = {each["message"] for each in everywhere if each.get("artifact") != entry.row["name"]}
    found = {
        (each["message"], each["hint"]): None
        for answer in (entry.row, entry.metrics, entry.plots)
        for each in (answer["problems"] if answer else ())
        if each["severity"] != "info" and each["message"] not in elsewhere
    }
    items = [element("li", message, " ", element("span", hint, class_="hint")) for message, hint in found]
    return element("ul", *items, class_="problems") if items else None


def path_of(entry: CatalogueEntry) -> str:
    """Return the path of the page."""
    return page_of(entry.row["name"])
