"""What a metric chose, in words."""

from collections.abc import Mapping
from typing import Any

from gto_daemon.readable_values import readable_value


def chosen_text(chosen: Mapping[str, Any]) -> str:
    """Return which version a metric chose, by which value, and which would be next."""
    value, other = chosen["value"], chosen["runner_up_value"]
    texts = [readable_value(each) for each in (value, other)]
    if texts[0] == texts[1] and value != other:
        texts = [repr(value), repr(other)]
    said = f"{chosen['artifact']}@{chosen['asked']} is {chosen['version']}: {texts[0]} ({chosen['key']})"
    if chosen["runner_up"] is None:
        return f"{said}; no other version has it"
    return f"{said}; next is {chosen['runner_up']}: {texts[1]}"
