"""`gto/verifySignatures`: verify the signatures of tags, and wait for it."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.signature_book import client_key
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.registry.tag_names import parse_shortcut
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.params import ActParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import VerifySignaturesResult


class VerifySignaturesParams(ActParams):
    """The tags."""

    name: str | None = Field(None, description="Verify only the tags of this artifact. By default all.")


def _perform(acting: ActContext, params: VerifySignaturesParams) -> "VerifySignaturesResult":
    snapshot = acting.fresh()
    refs = snapshot.index.refs
    names = refs if params.name is None else [parse_shortcut(params.name).artifact]
    oids = {ref.oid: None for name in names for ref in refs.get(name, {}).values() if not ref.is_lightweight}
    book = acting.worktree.signatures
    verified = book.verify(acting.git, client_key(acting.environment), oids) if oids else 0
    stated = snapshot.stated()
    return {"verified": verified, "clock": stated["clock"], "problems": stated["problems"]}


METHOD = Act(
    name="gto/verifySignatures",
    summary="Verify the signatures of tags that are not verified yet; `signatures` of other methods shows them.",
    params=VerifySignaturesParams,
    perform=_perform,
)
