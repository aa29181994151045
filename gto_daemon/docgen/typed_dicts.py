"""The types of the client: a TypedDict for every object of the protocol, from the OpenRPC document.

What they are written into imports the standard library alone, so that the client stays light.
"""

import json
from collections.abc import Sequence
from keyword import iskeyword
from typing import Any

_HEADER = '''"""The objects of the protocol, as the type checker sees them.

Generated from the OpenRPC document by `make docs`; a test fails when the two differ.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
_WIDTH = 120
_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def typed_dicts(document: dict[str, Any]) -> str:
    """The module `gto_daemon/client/types.py`."""
    classes = [_class(name, schema) for name, schema in document["components"]["schemas"].items()]
    return "\n\n".join([_HEADER, *classes])


def _class(name: str, schema: dict[str, Any]) -> str:
    members = schema.get("properties", {})
    required = schema.get("required", ())
    if any(iskeyword(member) for member in members):
        return _by_call(name, schema["description"], members, required)
    lines = [f"class {name}(TypedDict):", f'    """{schema["description"]}"""', ""]
    for member, of in members.items():
        annotation = type_of(of)
        line = f"    {member}: {annotation if member in required else f'NotRequired[{annotation}]'}"
        wrapped = f"    {member}: NotRequired[\n        {annotation}\n    ]"
        lines.append(line if len(line) <= _WIDTH else wrapped)
    if not members:
        lines.pop()
    return "\n".join(lines) + "\n"


def _by_call(name: str, description: str, members: dict[str, Any], required: Sequence[str]) -> str:
    """A member that is a keyword of Python (`from`) cannot stand in a class."""
    lines = [f"#: {description}", f"{name} = TypedDict(", f'    "{name}",', "    {"]
    for member, of in members.items():
        annotation = type_of(of) if member in required else f"NotRequired[{type_of(of)}]"
        lines.append(f'        "{member}": {json.dumps(annotation)},')
    return "\n".join([*lines, "    },", ")"]) + "\n"


def type_of(schema: dict[str, Any]) -> str:
    """The annotation for a JSON schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each) for each in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(json.dumps(value) for value in values)}]"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}))}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {type_of(inner) if isinstance(inner, dict) else 'Any'}]"
    return _SIMPLE.get(str(kind), "Any")
