"""What the params of the methods have in common: strictness, the repository, the view, times and pages."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from gto_daemon.rpc.schema.client_environment import bounded


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


class PageParams(Params):
    """A question whose answer may be long."""

    limit: int | None = Field(None, ge=1, description="At most so many entries; `next_cursor` then leads to the rest.")
    cursor: str | None = Field(
        None, description="`next_cursor` of the page before; needs `limit`, and the other params as they were."
    )
