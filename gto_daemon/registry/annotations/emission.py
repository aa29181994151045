"""Values as YAML on one line, as they may stand in a block or between brackets."""

import io
from typing import Any

_WIDEST = 1 << 20


def emitted(value: Any) -> str:
    """The value in flow style: plain where that reads back the same, quoted where it must be."""
    # It costs 50 ms, and most processes never write an annotation.
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415

    def plain(part: Any) -> Any:
        if isinstance(part, str) and any(character in part for character in "\n\r\t\x85\u2028\u2029"):
            return DoubleQuotedScalarString(part)
        if isinstance(part, dict):
            return {plain(key): plain(member) for key, member in part.items()}
        return [plain(member) for member in part] if isinstance(part, list | tuple) else part

    yaml = YAML()
    yaml.default_flow_style = True
    yaml.width = _WIDEST
    out = io.StringIO()
    # Between braces, so that what only those give a meaning to is quoted.
    yaml.dump({"_": plain(value)}, out)
    return out.getvalue().strip().removeprefix("{_:").removesuffix("}").strip() or "null"
