"""What the params of the methods have in common: strictness, the repository, the view, times and pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from zlib import crc32

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.schema.client_environment import bounded

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Noted
    from gto_daemon.protocol.results import Page

T = TypeVar("T")

#: Said with every answer about the past.
_NOTE = "Tags that were deleted since then are not known any more; the configuration is today's."
#: Params that a cursor may be used with whatever they are.
_NOT_PART_OF_THE_QUESTION = {"limit", "cursor", "repo", "env"}


class Params(BaseModel):
    """The params of a method. An unknown or ill-typed member is an error, so that a typing slip never passes silently.

    Built on first use: a one-shot command pays for the models of one method only.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def seconds(value: Any) -> Any:
    """Seconds since the epoch from RFC 3339 text; anything but text is left to the validation of numbers.

    Raises:
        ValueError: it is no such time.

    """
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is no time: write 2024-05-31T12:00:00Z, or seconds since the epoch") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


#: A moment as clients write it, seconds since the epoch inside. Without an offset it is taken for UTC.
Time = Annotated[
    float,
    BeforeValidator(seconds),
    Field(allow_inf_nan=False, ge=-62_135_596_800, le=253_402_300_799),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "string", "format": "date-time"}],
            "description": "RFC 3339 (UTC where it names no offset), or seconds since the epoch.",
        }
    ),
]


#: Variables of a client.
Environment = Annotated[dict[str, str], AfterValidator(bounded)]


class ClientParams(Params):
    """A request that the client's environment may matter to."""

    env: Environment | None = Field(
        None,
        description="For this request, in place of the environment sent with `gto/handshake`.",
    )


class RepositoryParams(ClientParams):
    """A question about one repository."""

    repo: str | None = Field(
        None,
        description="Absolute path of anything inside the repository. An LSP session with exactly one workspace "
        "folder may leave it out.",
    )


class ErrandParams(ClientParams):
    """Something to be done, about no repository here."""

    work_done_token: int | str | None = Field(
        None, alias="workDoneToken", description="For `$/progress` notifications about this request (LSP 3.17)."
    )


class ActParams(RepositoryParams):
    """Something to be done."""

    work_done_token: int | str | None = Field(
        None, alias="workDoneToken", description="For `$/progress` notifications about this request (LSP 3.17)."
    )


class ViewParams(RepositoryParams):
    """A question that may be asked of another state than the present one, HEAD's."""

    as_of: Time | None = Field(None, description="The registry as of then, from the tags that still exist.")
    worktree: bool = Field(False, description="Annotations from the files on disk in place of HEAD's.")
    all_branches: bool = Field(False, description="Annotations at the heads of all local branches too.")
    all_commits: bool = Field(False, description="Annotations at all commits of the local branches too.")
    annotations: Literal["gto", "all"] = Field(
        "gto",
        description="`gto`: artifacts.yaml alone, as GTO reads it; `all`: the artifacts section of every dvc.yaml too.",
    )

    def add_note(self, answer: "Noted") -> None:
        """Add to an answer about the past what it cannot know."""
        if self.as_of is not None:
            answer["note"] = _NOTE


class PageParams(Params):
    """A question whose answer may be long."""

    limit: int | None = Field(None, ge=1, description="At most so many entries; `next_cursor` then leads to the rest.")
    cursor: str | None = Field(
        None, description="`next_cursor` of the page before; needs `limit`, and the other params as they were."
    )

    def page(self, rows: Sequence[T], clock: str, answer: "Page") -> Sequence[T]:
        """Return the page of `rows` that is asked for, and add to the answer where the next one starts.

        Raises:
            RegistryError: `RegistryChanged` when the cursor is of another clock, `WrongArgs` when it is none, or of
                another question.

        """
        if self.limit is None:
            if self.cursor is not None:
                raise _wrong("A cursor needs a limit")
            return rows
        question = f"{crc32(self.model_dump_json(exclude=_NOT_PART_OF_THE_QUESTION).encode()):08x}"
        start = 0 if self.cursor is None else _start(self.cursor, question, clock)
        end = start + self.limit
        answer["next_cursor"] = f"{end}.{question}.{clock}" if end < len(rows) else None
        return rows[start:end]


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
