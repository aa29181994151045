"""The params of a request against the model of its method."""

from typing import Any, cast

from pydantic import ValidationError

from gto_daemon.rpc.errors import INVALID_PARAMS, RpcError
from gto_daemon.rpc.method import Method
from gto_daemon.rpc.params import Params


def validated(method: Method, params: dict[str, Any] | list[Any] | None) -> Params:
    """The params of a request.

    Raises:
        RpcError: -32602 with every fault.

    """
    if isinstance(params, list):
        raise RpcError(INVALID_PARAMS, f"Invalid params: {method.name} takes them by name, as an object")
    try:
        return cast("Params", method.params.model_validate(params or {}))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        said = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'params'}: {fault['msg']}" for fault in faults)
        raise RpcError(INVALID_PARAMS, f"Invalid params: {said}", {"errors": faults}) from None
