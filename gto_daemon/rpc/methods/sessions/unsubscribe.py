"""`gto/unsubscribe`: hear no more."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from gto_daemon.rpc.handlers import Example, SessionQuery
from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context


class UnsubscribeParams(Params):
    """The subscription."""

    subscription: int = Field(description="As `gto/subscribe` answered it, on this connection.")


class UnsubscribeResult(Result):
    """No notification of it comes after this answer."""

    subscription: int


def _answer(context: "Context", params: UnsubscribeParams) -> dict[str, Any]:
    context.subscriptions.remove(params.subscription)
    return {"subscription": params.subscription}


METHOD = SessionQuery(
    name="gto/unsubscribe",
    summary="End a subscription.",
    params=UnsubscribeParams,
    result=UnsubscribeResult,
    errors=("SubscriptionNotFound",),
    answer=_answer,
    example=Example(params={"subscription": 1}, result={"subscription": 1}),
)
