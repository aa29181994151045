"""Write values as YAML on one line, valid in a block and between brackets."""

import io
from typing import Any

import yaml

_WIDEST = 1 << 20


def emitted(value: Any) -> str:
    """Return the value in flow style: plain if every parser reads that back unchanged, otherwise quoted.

    `?0` between braces is a plain scalar for one parser and the sign of a key for another; a word that is a boolean in
    YAML 1.1 is none in YAML 1.2.
    """
    text = _written(value, quoting=False)
    return text if _is_read_as(text, value) else _written(value, quoting=True)


def _written(value: Any, *, quoting: bool) -> str:
    # It costs 50 ms, and most processes never write an annotation.
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415

    def styled(part: Any) -> Any:
        if isinstance(part, str) and (quoting or any(character in part for character in "\n\r\t\x85\u2028\u2029")):
            return DoubleQuotedScalarString(part)
        if isinstance(part, dict):
            return {styled(key): styled(member) for key, member in part.items()}
        return [styled(member) for member in part] if isinstance(part, list | tuple) else part

    ruamel = YAML()
    ruamel.default_flow_style = True
    ruamel.width = _WIDEST
    out = io.StringIO()
    # Between braces, so that what only those give a meaning to is quoted.
    ruamel.dump({"_": styled(value)}, out)
    return out.getvalue().strip().removeprefix("{_:").removesuffix("}").strip() or "null"


def _is_read_as(text: str, value: Any) -> bool:
    try:
        return bool(yaml.safe_load(f"{{_: {text}}}") == {"_": value})
    except yaml.YAMLError:
        return False
