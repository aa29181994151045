"""The parts that the params of methods share: strictness, the repository, the view, times and pages."""

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

#: The note in every result about the past.
_NOTE = "Tags that were deleted since then are not known any more; the configuration is today's."
#: Params that may change between the pages of a cursor.
_NOT_PART_OF_THE_QUESTION = {"limit", "cursor", "repo", "env"}


class Params(BaseModel):
    """The params of a method. An unknown or ill-typed member is an error, so that typing errors are noticed.

    A model is built on first use, so that a one-shot command builds only the models of one method.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def seconds(value: Any) -> Any:
    """Return seconds since the epoch for RFC 3339 text; other values are left to the validation of numbers.

    Raises:
        ValueError: the text is not a time.

    """
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a time: write 2024-05-31T12:00:00Z, or seconds since the epoch") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


#: A time as clients write it, converted to seconds since the epoch. A time without an offset is UTC.
Time = Annotated[
    float,
    BeforeValidator(seconds),
    Field(allow_inf_nan=False, ge=-62_135_596_800, le=253_402_300_799),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "string", "format": "date-time"}],
            "description": "RFC 3339 (UTC if it has no offset), or seconds since the epoch.",
        }
    ),
]


#: The environment of a client.
Environment = Annotated[dict[str, str], AfterValidator(bounded)]


class ClientParams(Params):
    """The params of a request that may depend on the client's environment."""

    env: Environment | None = Field(
        None,
        description="The environment for this request, instead of the one sent with `gto/handshake`.",
    )


class RepositoryParams(ClientParams):
    """The params of a request about one repository."""

    repo: str | None = Field(
        None,
        description="The absolute path of the repository, or of anything inside it. An LSP session with exactly one "
        "workspace folder may leave it out.",
    )


class SignatureParams(RepositoryParams):
    """The params of a query about events, which may include their signatures."""

    signatures: bool = Field(
        False,
        description="Include the signature of each event's tag. A signature that is not verified yet has the status "
        "`unverified` with the reason `pending`, and `gto/didVerifySignatures` follows.",
    )


class FleetParams(ClientParams):
    """The params of a request about a fleet."""

    fleet: str | None = Field(
        None,
        description="The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may "
        "have neither URLs nor sinks.",
    )

    @property
    def question(self) -> tuple[object, ...]:
        """What tells it from other questions about a fleet. Params are strict, so equal ones are of one type."""
        return tuple(value for name, value in self.__dict__.items() if name not in ("env", "fleet"))


class ErrandParams(ClientParams):
    """The params of an act that concerns no local repository."""

    work_done_token: int | str | None = Field(
        None,
        alias="workDoneToken",
        description="The token for `$/progress` notifications about this request (LSP 3.17).",
    )


class ActParams(RepositoryParams):
    """The params of an act."""

    work_done_token: int | str | None = Field(
        None,
        alias="workDoneToken",
        description="The token for `$/progress` notifications about this request (LSP 3.17).",
    )


class AsOfParams(RepositoryParams):
    """The params of a query that can show an earlier state than the present one."""

    as_of: Time | None = Field(None, description="Show the registry as of this time, from the tags that still exist.")

    def add_note(self, answer: "Noted") -> None:
        """Add a note to a result about the past about its limits."""
        if self.as_of is not None:
            answer["note"] = _NOTE


class ViewParams(AsOfParams):
    """The params of a query that can show other states than the present one at HEAD."""

    worktree: bool = Field(False, description="Read annotations from the files on disk instead of HEAD.")
    all_branches: bool = Field(False, description="Include annotations at the heads of all local branches.")
    all_commits: bool = Field(False, description="Include annotations at all commits of the local branches.")
    annotations: Literal["gto", "all"] = Field(
        "gto",
        description="`gto`: only artifacts.yaml, as GTO reads it; `all`: also the artifacts section of every dvc.yaml.",
    )


class PageParams(Params):
    """The params of a query with a paged result."""

    limit: int | None = Field(
        None, ge=1, description="The maximum number of entries; `next_cursor` leads to the next page."
    )
    cursor: str | None = Field(
        None, description="The `next_cursor` of the previous page; requires `limit` and otherwise the same params."
    )

    def page(self, rows: Sequence[T], clock: str, answer: "Page") -> Sequence[T]:
        """Return the requested page of `rows`, and add the cursor of the next page to the result.

        Raises:
            RegistryError: `RegistryChanged` if the cursor belongs to another clock, `WrongArgs` if it is invalid or
                belongs to another query.

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
        raise _wrong(f"'{cursor}' is not a cursor")
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
