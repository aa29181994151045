"""Lists and dictionaries of results that notebooks show as tables, and that pandas can take.

They are what they were to a program: equal to a plain list or dictionary, the same as JSON, and they look the same when
printed. The columns are those of `gtod show` and `gtod history`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, cast, overload

from gto_daemon.protocol.registry import ArtifactRow
from gto_daemon.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas

Row = TypeVar("Row")

VERSION_COLUMNS = ("artifact", "version", "stage", "created_at", "ref")
HISTORY_COLUMNS = ("timestamp", "artifact", "event", "version", "stage", "commit", "ref")
TAG_COLUMNS = ("created_at", "artifact", "event", "version", "stage", "commit_hexsha", "tag")
#: Rows that a notebook shows, and stores with every output: as many as pandas shows.
MAX_SHOWN = 60
#: Columns of them: the registry has one for each stage.
MAX_COLUMNS = 20
#: Characters of one cell: a version may be in any number of stages.
MAX_CELL_LENGTH = 300

_TIMES = ("timestamp", "created_at", "activated_at")
#: Of microseconds, because nanoseconds end in the year 2262, and tags may be dated later.
_UTC = "datetime64[us, UTC]"
#: Columns that hold ids of commits, or versions, which are ids of commits where none was registered.
_IDS = ("commit", "commit_hexsha", "version", "latest", "ref")
_STAGE = "#"
#: An id, alone or in a list of versions.
_HEXSHA = re.compile(r"(?<![^, ])[0-9a-f]{40}(?:[0-9a-f]{24})?(?![^, ])")
_LEFT = ' style="text-align: left"'


class RowsTable(list[Row]):
    """A list of rows, shown as a table in notebooks. A slice is one too."""

    def __init__(self, rows: Iterable[Row] = (), columns: Sequence[str] = ()) -> None:
        super().__init__(rows)
        self._columns = columns

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Row: ...

    @overload
    def __getitem__(self, index: slice, /) -> RowsTable[Row]: ...

    def __getitem__(self, index: SupportsIndex | slice, /) -> Row | RowsTable[Row]:
        found = super().__getitem__(index)
        return RowsTable(cast("list[Row]", found), self._columns) if isinstance(index, slice) else cast("Row", found)

    def to_pandas(self) -> pandas.DataFrame:
        """Return a `DataFrame` with all members that are single values, and times in UTC.

        Raises:
            ImportError: pandas is not installed.

        """
        return _frame(self._columns, [_flat(row) for row in self])

    def _repr_html_(self) -> str:
        return _html(self._columns, [_flat(row) for row in self[:MAX_SHOWN]], len(self))


class RegistryTable(dict[str, ArtifactRow]):
    """The artifacts by name, shown as a table in notebooks."""

    def to_pandas(self) -> pandas.DataFrame:
        """Return a `DataFrame` with a row for each artifact, and a column such as `#prod` for each stage.

        Raises:
            ImportError: pandas is not installed.

        """
        rows: list[dict[str, Any]] = [
            {
                "name": name,
                "latest": row.get("version"),
                "registered": row.get("registered"),
                "active": row.get("active"),
            }
            | _stages(row)
            for name, row in self._rows().items()
        ]
        return _frame(("name", "latest", "registered", "active"), rows).set_index("name")

    def _repr_html_(self) -> str:
        rows = [
            {"name": name if row.get("registered") else f"*{name}", "latest": row.get("version"), **_stages(row)}
            for name, row in sorted(self._rows().items())
        ]
        return _html(list(dict.fromkeys(key for row in rows for key in row)), rows[:MAX_SHOWN], len(rows))

    def _rows(self) -> dict[str, dict[str, Any]]:
        return {name: _members(row) for name, row in self.items()}


def _members(row: object) -> dict[str, Any]:
    """Return a row as a dictionary: programs may have put anything in its place."""
    return row if isinstance(row, dict) else {}


def _stages(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{_STAGE}{stage}": versions for stage, versions in _members(row.get("stage")).items()}


def _flat(row: object) -> dict[str, Any]:
    """Return the members that are single values, and the stages of a version as one text."""
    members = _members(row)
    flat = {name: value for name, value in members.items() if not isinstance(value, list | dict)}
    if isinstance(stages := members.get("stages"), list):
        names = (_members(each).get("stage") for each in stages)
        flat["stage"] = ", ".join(dict.fromkeys(str(name) for name in names if name is not None)) or None
    return flat


def _frame(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pandas.DataFrame:
    try:
        import pandas
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise ImportError("to_pandas() needs pandas, which is not installed; run: pip install pandas") from error
    names = dict.fromkeys(name for row in rows for name in row) or columns
    return pandas.DataFrame(
        {
            name: pandas.Series([_moment(row.get(name)) for row in rows], dtype=_UTC)
            if name in _TIMES
            else pandas.Series([row.get(name) for row in rows], dtype=None if rows else object)
            for name in names
        }
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _html(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], count: int) -> str:
    if not count:
        return "<p>Nothing found</p>"
    shown = columns[:MAX_COLUMNS]
    head = "".join(f"<th{_LEFT}>{_text(name)}</th>" for name in shown)
    body = "".join(
        f"<tr>{''.join(f'<td{_LEFT}>{_text(_cell(name, row.get(name)))}</td>' for name in shown)}</tr>\n"
        for row in rows
    )
    parts = ((len(rows), count, "rows"), (len(shown), len(columns), "columns"))
    more = ", ".join(f"{some} of {all_:,} {what}" for some, all_, what in parts if all_ > some)
    foot = f"<p>{more}</p>" if more else ""
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>{foot}"


def _text(text: str) -> str:
    shown = text if len(text) <= MAX_CELL_LENGTH else f"{text[:MAX_CELL_LENGTH]}…"
    return escape(visible(shown))


def _cell(column: str, value: object) -> str:
    """Return what a table shows of a value: the beginning of an object id, and `-` for nothing."""
    if value is None:
        return "-"
    holds_ids = column in _IDS or column.startswith(_STAGE)
    return _HEXSHA.sub(lambda match: match[0][:7], str(value)) if holds_ids else str(value)
