"""The JSON schemas of `.gtod.yaml` and `fleet.yaml`, from the descriptions that their readers go by."""

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.fleet.format import FORMAT as FLEET_FORMAT
from gto_daemon.registry.rules.format import FORMAT as RULES_FORMAT
from gto_daemon.registry.rules.values import RULES_VERSION
from gto_daemon.registry.shapes.shape import (
    MAX_ITEMS,
    Entry,
    FileFormat,
    Flag,
    FormatVersion,
    Items,
    Keys,
    Named,
    Records,
    Shape,
    Word,
)


def json_schemas() -> dict[str, JsonObject]:
    """Return the schemas, by the names of their files."""
    return {
        name: _of_file(name, title, file)
        for name, title, file in (
            (
                "gtod-yaml.schema.json",
                "Rules of promotion and evidence for a GTO registry (.gtod.yaml)",
                RULES_FORMAT,
            ),
            (
                "fleet-yaml.schema.json",
                "The repositories that gtod answers about together, and where it sends events (fleet.yaml)",
                FLEET_FORMAT,
            ),
        )
    }


def _of_file(name: str, title: str, file: FileFormat) -> JsonObject:
    """Return the schema of a file. Draft 7, which is what editors understand."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": name,
        "title": title,
        **_schema(file.keys),
        **({} if file.empty else {"type": ["object", "null"]}),
    }


def _schema(shape: Shape) -> JsonObject:
    schema: JsonObject
    match shape:
        case Keys():
            schema = {
                "type": "object",
                "properties": {name: _described(entry) for name, entry in shape.entries.items()},
                **({"required": list(shape.required)} if shape.required else {}),
                **({"oneOf": [{"required": [name]} for name in shape.one_of]} if shape.one_of else {}),
                **({"not": {"required": list(shape.at_most_one)}} if shape.at_most_one else {}),
                "additionalProperties": False,
            }
        case Named():
            schema = {
                "type": "object",
                "propertyNames": _text(shape.name),
                "additionalProperties": _schema(shape.each),
                "maxProperties": MAX_ITEMS,
            }
        case Items():
            least = {} if shape.empty else {"minItems": 1}
            schema = {"type": "array", "items": _schema(shape.item), **least, "maxItems": MAX_ITEMS}
            if shape.or_one:
                schema = {"anyOf": [_schema(shape.item), schema]}
        case Records():
            schema = {"type": "array", "items": _schema(shape.each), "maxItems": shape.most}
        case Word():
            schema = {"type": "string", **_text(shape)}
        case Flag():
            schema = {"type": "boolean"}
        case FormatVersion():
            schema = {"const": RULES_VERSION}
    return schema


def _described(entry: Entry) -> JsonObject:
    return {"description": entry.text, **_schema(entry.shape)}


def _text(word: Word) -> JsonObject:
    if word.choices:
        return {"enum": list(word.choices)}
    return {"pattern": f"^(?:{word.pattern})$", "maxLength": word.most}
