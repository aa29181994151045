"""JSON that a user gives."""

import json
from typing import Any

import click

#: Collections inside each other. The daemon reads no more than some 200.
_MAX_DEPTH = 100


def parse_json(text: str, what: str) -> Any:
    """Return the value of a JSON text.

    Args:
        text: what the user gave.
        what: what it is, in the plural: "params".

    Raises:
        click.UsageError: it is no JSON, or its brackets go too deep.

    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise click.UsageError(f"The {what} are not JSON: {error}") from error
    except RecursionError:
        raise _too_deep(what) from None
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _within(each)]
    if any(isinstance(each, dict | list) for each in level):
        raise _too_deep(what)
    return value


def _within(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _too_deep(what: str) -> click.UsageError:
    return click.UsageError(f"The {what} have more than {_MAX_DEPTH} brackets inside each other")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no value of JSON")
