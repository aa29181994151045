"""`gto/unsubscribe`: end a subscription."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.rpc.handlers import SessionQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import UnsubscribeResult
    from gto_daemon.rpc.context import Context


class UnsubscribeParams(Params):
    """The subscription."""

    subscription: int = Field(description="The subscription that `gto/subscribe` returned on this connection.")


def _answer(context: "Context", params: UnsubscribeParams) -> "UnsubscribeResult":
    context.subscriptions.remove(params.subscription)
    return {"subscription": params.subscription}


METHOD = SessionQuery(
    name="gto/unsubscribe",
    summary="End a subscription.",
    params=UnsubscribeParams,
    errors=("SubscriptionNotFound",),
    answer=_answer,
)
