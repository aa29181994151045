"""Metrics: the headline in a few words, and the table of all."""

from collections.abc import Iterator, Mapping, Sequence

from gto_daemon.protocol.evidence import MetricsResult, VersionValues
from gto_daemon.readable_values import readable_value
from gto_daemon.site.catalogue import CatalogueEntry
from gto_daemon.site.markup import Content, Html, element, join
from gto_daemon.site.parts import NONE, short, table

_HEADLINES = 3


def by_version(metrics: MetricsResult | None) -> Mapping[str, VersionValues]:
    """Return the values by version."""
    return {each["version"]: each for each in metrics["versions"]} if metrics else {}


def headline_keys(metrics: MetricsResult | None) -> Sequence[str]:
    """Return the keys to show where there is little room."""
    return metrics["headline"][:_HEADLINES] if metrics else ()


def headline(entry: CatalogueEntry) -> Html:
    """Return the headline metrics of the latest version."""
    found = by_version(entry.metrics).get(entry.row["latest"] or "")
    if entry.metrics is None or found is None:
        return NONE
    shown = [
        join(element("span", name(entry.metrics, key), " ", element("b", value_text(found, key))), " ")
        for key in headline_keys(entry.metrics)
        if key in found["values"]
    ]
    return join(*shown) if shown else NONE


def value_text(values: VersionValues | None, key: str) -> str:
    """Return a value as people read it; empty where there is none."""
    if values is None or key not in values["values"]:
        return ""
    special = values.get("special", {})
    return special[key] if key in special else readable_value(values["values"][key])


def value_cell(values: VersionValues | None, key: str) -> Html:
    """Return the cell of a value."""
    return element("td", value_text(values, key), class_="n")


def metrics_table(metrics: MetricsResult) -> Html | None:
    """Return the table of all metrics and versions, if there are any."""
    keys = metrics["keys"]
    if not keys:
        return None
    # Where all are of one file, the heading says so.
    several = len(files(metrics)) > 1
    heads: list[Content] = ["Version"]
    heads += [element("th", name(metrics, key), title=key if several else None) for key in keys]

    def row(values: VersionValues) -> Iterator[Html]:
        yield element("th", short(values["version"]))
        for key in keys:
            yield element("td", value_text(values, key))

    return table("Metrics by version", heads, map(row, metrics["versions"]), class_="sortable metrics")


def files(metrics: MetricsResult) -> Sequence[str]:
    """Return the files that the keys are of."""
    return list(dict.fromkeys(key.partition(":")[0] for key in metrics["keys"]))


def name(metrics: MetricsResult, key: str) -> str:
    """Return the short name of a key."""
    return metrics["short"].get(key, key)


def value_heads(metrics: MetricsResult | None) -> list[Html]:
    """Return the heads of the columns of headline metrics."""
    if metrics is None:
        return []
    return [element("th", name(metrics, key), class_="n") for key in headline_keys(metrics)]
