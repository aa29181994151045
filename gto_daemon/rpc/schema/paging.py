"""Pages of a long answer, bound to the clock they were cut at."""

from collections.abc import Sequence
from typing import Any, TypeVar
from zlib import crc32

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.schema.params import PageParams

T = TypeVar("T")
_NOT_PART_OF_THE_QUESTION = {"limit", "cursor", "repo", "env"}


def page(rows: Sequence[T], params: PageParams, clock: str) -> tuple[Sequence[T], dict[str, Any]]:
    """The page of `rows` that `params` ask for, and the members it adds to the result.

    Raises:
        RegistryError: `RegistryChanged` when the cursor is of another clock, `WrongArgs` when it is none, or of
            another question.

    """
    if params.limit is None:
        if params.cursor is not None:
            raise _wrong("A cursor needs a limit")
        return rows, {}
    question = f"{crc32(params.model_dump_json(exclude=_NOT_PART_OF_THE_QUESTION).encode()):08x}"
    start = 0 if params.cursor is None else _start(params.cursor, question, clock)
    end = start + params.limit
    return rows[start:end], {"next_cursor": f"{end}.{question}.{clock}" if end < len(rows) else None}


def _start(cursor: str, question: str, clock: str) -> int:
    start, _, rest = cursor.partition(".")
    of_question, _, of_clock = rest.partition(".")
    if not (start.isascii() and start.isdigit() and len(start) <= 18 and of_clock):
        raise _wrong(f"'{cursor}' is no cursor")
    if of_question != question:
        raise _wrong("The cursor belongs to another question")
    if of_clock != clock:
        raise RegistryError(
            "RegistryChanged",
            "The registry changed since the page before this one",
            hint="Start again without a cursor.",
            clock=clock,
        )
    return int(start)


def _wrong(message: str) -> RegistryError:
    return RegistryError(
        "WrongArgs",
        message,
        hint="Send next_cursor of the page before as it came, with limit and the other params unchanged.",
        reason="cursor",
    )
