"""The JSON schema of `.gtod.yaml`, from the description that its reader goes by."""

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.rules.format import (
    FORMAT,
    MAX_ITEMS,
    MAX_WORD,
    Entry,
    FormatVersion,
    Items,
    Keys,
    Named,
    Shape,
    Word,
)
from gto_daemon.registry.rules.values import RULES_VERSION

#: The name of its file, which is its identifier too.
SCHEMA_FILE = "gtod-yaml.schema.json"


def rules_schema() -> JsonObject:
    """Return the schema. Draft 7, which is what editors understand."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_FILE,
        "title": "Rules of promotion and evidence for a GTO registry (.gtod.yaml)",
        **_schema(FORMAT),
    }


def _schema(shape: Shape) -> JsonObject:
    match shape:
        case Keys():
            return {
                "type": "object",
                "properties": {name: _described(entry) for name, entry in shape.entries.items()},
                **({"required": list(shape.required)} if shape.required else {}),
                "additionalProperties": False,
            }
        case Named():
            return {
                "type": "object",
                "propertyNames": _text(shape.name),
                "additionalProperties": _schema(shape.each),
                "maxProperties": MAX_ITEMS,
            }
        case Items():
            least = {} if shape.empty else {"minItems": 1}
            return {"type": "array", "items": _schema(shape.item), **least, "maxItems": MAX_ITEMS}
        case Word():
            return {"type": "string", **_text(shape)}
        case FormatVersion():
            return {"const": RULES_VERSION}


def _described(entry: Entry) -> JsonObject:
    return {"description": entry.text, **_schema(entry.shape)}


def _text(word: Word) -> JsonObject:
    if word.choices:
        return {"enum": list(word.choices)}
    return {"pattern": f"^(?:{word.pattern})$", "maxLength": MAX_WORD}
