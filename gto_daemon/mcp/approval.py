"""Asking the person before an act, in the way of each era of the protocol."""

from typing import Final

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from gto_daemon.mcp.plans import PlannedActs
from gto_daemon.mcp.replies import Refusal

_KEY: Final = "approval"
#: A form without fields: to accept it is the answer.
_FORM: Final[types.ElicitRequestedSchema] = {"type": "object", "properties": {}}


async def approved(
    context: ServerRequestContext, params: types.CallToolRequestParams, planned: PlannedActs
) -> bool | types.InputRequiredResult:
    """Return whether the person agrees, or the question that the client has to put first.

    True for a client that cannot ask: its own prompt before a destructive tool is all there is.

    Raises:
        Refusal: the client answered something else.

    """
    capabilities = context.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    # A client that names no mode has forms (revision 2025-11-25).
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return True
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        answer = (params.input_responses or {}).get(_KEY)
        if params.request_state != planned.token or not isinstance(answer, types.ElicitResult):
            question = types.ElicitRequestFormParams(message=planned.question, requested_schema=_FORM)
            return types.InputRequiredResult(
                input_requests={_KEY: types.ElicitRequest(params=question)}, request_state=planned.token
            )
        return answer.action == "accept"
    try:
        said = await context.session.elicit_form(planned.question, _FORM, related_request_id=context.request_id)
    except MCPError:
        return False
    except ValidationError:
        raise Refusal(
            "NotAnswered",
            "The client's answer to the question to the person was none that the protocol has. Nothing was done.",
            "Ask the person, and call `apply_plan` again: they are asked once more.",
        ) from None
    return said.action == "accept"
