"""Metrics and params as tables: for a terminal, for spreadsheets (CSV), and for GitHub (Markdown)."""

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal

from gto_daemon.cli.printing import one_line, write
from gto_daemon.cli.tables import Table, print_table, terminal_width
from gto_daemon.readable_values import readable_difference, readable_value
from gto_daemon.visible import visible

_CSV_COLUMNS = ("artifact", "version", "stages", "created_at", "ref", "commit")
#: What Markdown gives a meaning to; an underscore only at the border of a word.
_MARKDOWN = re.compile(r"[\\&$`*\[\]<>|~]|(?<!\w)_|_(?!\w)")
#: A number, and what changed.
_NUMBER = re.compile(r"[-+±]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?: \(.*\))?|NaN|-?Infinity")


def print_values(answer: Mapping[str, Any], *, several: bool, plain: bool) -> None:
    """Print the values as a table; on a terminal that it is too wide for, with a row for each key if that fits.

    Args:
        answer: of `gto/metrics` or `gto/params`.
        several: whether it is about more than one artifact.
        plain: whether the table is for grep and awk.

    """
    table = values_table(answer, several=several)
    if not plain and not several and sys.stdout.isatty():
        turned = _transposed(table)
        if _width(table) > terminal_width() >= _width(turned):
            table = turned
    print_table(table, plain=plain)


def values_table(answer: Mapping[str, Any], *, several: bool) -> Table:
    """Return a row for each version, with a column for each key; see `print_values`."""
    names = _column_names(answer, several=several)
    columns = [name for name in dict.fromkeys(names.values()) if name]
    others = {(each["artifact"], each["label"]): each for each in answer["versions"]}
    rows: list[list[str | None]] = []
    versions = answer["versions"]
    for version in sorted(versions, key=itemgetter("artifact")) if several else versions:
        cells = dict.fromkeys(columns)
        for key in {**version["values"], **version["changes"]}:
            change = version["changes"].get(key)
            before = others.get((version["artifact"], change["against"])) if change else None
            cells[names[version["artifact"], key]] = _cell(version, key, before)
        label = version["label"] if version["active"] else f"{version['label']} (deregistered)"
        first = [version["artifact"]] if several else []
        rows.append([*first, label, ", ".join(version["stages"]), *cells.values()])
    return Table((*(["artifact"] if several else []), "version", "stage", *columns), rows)


def value_text(values: Mapping[str, Any], special: Mapping[str, str], key: str) -> str | None:
    """Return a value as people read it; None if there is none."""
    if key in special:
        return special[key]
    return readable_value(values[key]) if key in values else None


def side_text(difference: Mapping[str, Any], side: Literal["from", "to"]) -> str | None:
    """Return the value of one side of a difference as people read it; None if there is none."""
    if side in difference.get("special", {}):
        return str(difference["special"][side])
    return None if difference[side] is None else readable_value(difference[side])


def difference_text(difference: Mapping[str, Any]) -> str | None:
    """Return the number between two values as people read it; None if there is none, as between true and false."""
    # JSON says 1 and -1 of these, as DVC does, and nobody reads it so.
    if difference["difference"] is None or (
        isinstance(difference["from"], bool) and isinstance(difference["to"], bool)
    ):
        return None
    return readable_difference(difference["difference"])


def metric_columns(versions: Sequence[Mapping[str, Any]]) -> dict[str, list[str | None]]:
    """Return the metrics in the rows of `gtod show NAME`, by their short names."""
    # Each version has its own in the order that was asked for: the one that has most tells most of it.
    fullest = sorted((version["metrics"] for version in versions), key=len, reverse=True)
    keys = dict.fromkeys(key for metrics in fullest for key in metrics)
    return {
        name: [value_text(version["metrics"], version.get("special", {}), key) for version in versions]
        for key, name in short_keys(keys).items()
    }


def short_keys(keys: Iterable[str]) -> dict[str, str]:
    """Return each whole key without its file where no other key is then the same."""
    names = {key: key if "\\:" in key else key.partition(":")[2] or key for key in keys}
    uses = Counter(names.values())
    return {key: name if uses[name] == 1 else key for key, name in names.items()}


def values_csv(answer: Mapping[str, Any]) -> str:
    """Return the values as RFC 4180 has it, exactly and by whole keys; a cell is empty where a version has none."""
    keys = answer["keys"]
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([*_CSV_COLUMNS, *keys])
    for version in answer["versions"]:
        known = {**version, "version": version["label"], "stages": " ".join(version["stages"])}
        rows.writerow([*(known[name] for name in _CSV_COLUMNS), *(_exactly(version, key) for key in keys)])
    return text.getvalue()


def print_csv(answer: Mapping[str, Any]) -> None:
    """Print the values as CSV; see `values_csv`."""
    text = values_csv(answer)
    # A terminal is sent no carriage return but its own.
    write(visible(text.replace("\r\n", "\n")) if sys.stdout.isatty() else text, nl=False)


def markdown_table(table: Table) -> str:
    """Return the table as GitHub's Markdown, with numbers at the right."""
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]
    rules = ["---:" if _are_numbers(cells) else "---" for cells in columns]
    rows = [[markdown_text(name) for name in table.columns], rules]
    rows += [["-" if cell is None else markdown_text(cell) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def markdown_text(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", visible(one_line(text)))


def _are_numbers(cells: Iterable[str | None]) -> bool:
    said = [cell for cell in cells if cell is not None]
    return bool(said) and all(_NUMBER.fullmatch(cell) for cell in said)


def _column_names(answer: Mapping[str, Any], *, several: bool) -> dict[tuple[str, str], str]:
    """Return the column of each artifact's keys: what several artifacts call by one name is one column."""
    keys: dict[str, dict[str, None]] = {}
    for version in answer["versions"]:
        own = keys.setdefault(version["artifact"], {})
        own.update(dict.fromkeys((*version["values"], *version["changes"])))
    order = {key: number for number, key in enumerate(answer["keys"])}
    names: dict[tuple[str, str], str] = {}
    for artifact, own in keys.items():
        among_own = short_keys(own) if several else answer["short"]
        for key in own:
            names[artifact, key] = among_own.get(key, key)
    return dict(sorted(names.items(), key=lambda item: order.get(item[0][1], len(order))))


def _cell(version: Mapping[str, Any], key: str, before: Mapping[str, Any] | None) -> str | None:
    text = value_text(version["values"], version.get("special", {}), key)
    change = version["changes"].get(key)
    if change is None:
        return text
    number = difference_text(change)
    if number is not None:
        return f"{text} ({number})"
    was = value_text(before["values"], before.get("special", {}), key) if before else None
    if was is None:
        was = side_text(change, "from")
    if was == text:
        # NaN is what it was to people, though not to itself.
        return text
    return f"{'-' if text is None else text} ({'new' if was is None else f'was {was}'})"


def _exactly(version: Mapping[str, Any], key: str) -> str:
    """Return a value as JSON has it, but for strings: `0.934`, `true`, `[1, 2]`, `NaN`."""
    if key in version.get("special", {}):
        return str(version["special"][key])
    if key not in version["values"]:
        return ""
    value = version["values"][key]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _transposed(table: Table) -> Table:
    head, *rest = zip(table.columns, *table.rows, strict=True)
    names = ["-" if name is None else name for name in head]
    return Table(names, [list(row) for row in rest])


def _width(table: Table) -> int:
    columns: Iterable[Sequence[str | None]] = zip(table.columns, *table.rows, strict=True)
    return sum(3 + max(len(cell or "-") for cell in cells) for cells in columns) + 1
