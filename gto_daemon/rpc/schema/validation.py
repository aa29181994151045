"""The error for params that do not match the model of their method."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, TypedDict, TypeVar

from pydantic import ValidationError

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.rpc.jsonrpc.errors import INVALID_PARAMS, RpcError
from gto_daemon.rpc.schema.params import Params

P = TypeVar("P", bound=Params)
#: The maximum number of faults reported per request. Reporting 100,000 would block other requests for seconds.
MAX_FAULTS: Final = 20
#: Our words for a fault, by pydantic's name of its type. Other faults are reported in pydantic's words.
_WORDS: Final = {
    "missing": "this member is required",
    "bool_type": "has to be true or false",
    "dict_type": "has to be an object",
    "float_type": "has to be a number",
    "int_type": "has to be an integer",
    "list_type": "has to be an array",
    "model_type": "has to be an object",
    "none_required": "has to be null",
    "string_type": "has to be a string",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "has to be {expected}",
    "too_short": "needs at least {min_length}",
    "too_long": "has more than {max_length}",
}


class Fault(TypedDict):
    """A fault at one place in the params."""

    loc: list[int | str]
    msg: str
    type: str


def invalid_params(method: str, model: type[Params], params: JsonObject | list[Any] | None) -> RpcError:
    """Return the error -32602 for invalid params, with at most `MAX_FAULTS` faults.

    Args:
        method: the name of the method.
        model: the model of its params.
        params: the params as received.

    """
    if isinstance(params, list):
        fault: Fault = {"loc": [], "msg": _WORDS["dict_type"], "type": "dict_type"}
        said = f"Invalid params: {method} takes them by name, as an object"
        return RpcError(INVALID_PARAMS, said, {"errors": [fault]})
    given = params or {}
    members = {field.alias or name for name, field in model.model_fields.items()}
    unknown = [name for name in given if name not in members]
    if len(unknown) > MAX_FAULTS:
        given = {name: given[name] for name in (*members.intersection(given), *unknown[:MAX_FAULTS])}
    try:
        model.model_validate(given)
    except ValidationError as error:
        faults = [_fault(each, members) for each in _first_errors(error, model, given)]
        more = max(error.error_count() + max(len(unknown) - MAX_FAULTS, 0) - len(faults), 0)
        said = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'params'}: {fault['msg']}" for fault in faults)
        said += f"; and {more} more" if more else ""
        return RpcError(INVALID_PARAMS, f"Invalid params: {said}", {"errors": faults})
    raise ValueError("these params are valid")


def _first_errors(error: ValidationError, model: type[Params], params: JsonObject) -> list[Any]:
    if error.error_count() > MAX_FAULTS:
        # pydantic reports all faults or none, and so many faults can only come from long lists.
        try:
            model.model_validate(_shortened(params))
        except ValidationError as shorter:
            error = shorter if shorter.error_count() <= MAX_FAULTS**2 else error
    return error.errors(include_url=False, include_input=False)[:MAX_FAULTS]


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(member) for name, member in islice(value.items(), 10 * MAX_FAULTS)}
    return [_shortened(each) for each in value[:MAX_FAULTS]] if isinstance(value, list) else value


def _fault(error: Mapping[str, Any], members: Iterable[str]) -> Fault:
    kind, loc, context = error["type"], list(error["loc"]), error.get("ctx", {})
    if kind == "extra_forbidden":
        near = did_you_mean(near_names(str(loc[-1]), members)) if len(loc) == 1 else ""
        return {"loc": loc, "msg": f"there is no such member. {near}".rstrip(". "), "type": kind}
    words = _WORDS.get(kind)
    said = words.format(**context) if words else error["msg"].removeprefix("Value error, ")
    return {"loc": loc, "msg": said, "type": kind}
