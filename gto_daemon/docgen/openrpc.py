"""The OpenRPC document: every method, error and notification, generated from the models of params and results.

`documents.py` writes it and the page for people into the project.
"""

import hashlib
import inspect
import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from gto_daemon.docgen.notifications import NOTIFICATIONS
from gto_daemon.docgen.shapes import descriptions, own_members, shapes
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import KINDS
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.handlers import Method
from gto_daemon.rpc.jsonrpc.errors import CODES, INTERNAL_ERROR, INVALID_PARAMS, REQUEST_FAILED
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME
from gto_daemon.rpc.methods import every
from gto_daemon.rpc.methods.sessions.handshake import FEATURES

#: Members of the document that are for people.
_WORDS = frozenset(("description", "summary", "examples"))
_REF = "#/components/schemas/{model}"

#: Members of `data` besides `kind`, `hint` and `retryable`.
_ALLOW = 'Params with which the same request is done nevertheless, such as `{"force": true}`.'

FIELDS: dict[str, dict[str, str]] = {
    "ArtifactNotFound": {"artifact": "The name asked for."},
    "RefNotFound": {"ref": "The revision asked for."},
    "InvalidTagName": {"tag": "The name that was given."},
    "WrongArgs": {
        "reason": "Which argument, or which arguments together.",
        "tag": "Where it was done already: the tag that did it.",
        "holder": "Which version holds the stage, where the version was put there before.",
        "since": "By which tag it holds it.",
        "deletes": "Where tags are to be deleted: how many it would be.",
        "allow": _ALLOW,
    },
    "NotImplementedInGTO": {"artifact": "The artifact asked for."},
    "NotARepository": {"path": "The path that was given."},
    "UnsupportedRepository": {"path": "The repository.", "format": "The format that cannot be read here."},
    "UnreadableRepository": {"path": "The repository, or the file in it."},
    "RefsMigrating": {"path": "The git directory."},
    "RelativePath": {"path": "The path that was given."},
    "InvalidVersion": {"version": "The version that was given or made."},
    "ValidationError": {"value": "What was given."},
    "VersionRequired": {"artifact": "The artifact."},
    "ManyVersions": {
        "artifact": "The artifact.",
        "versions": "The versions concerned.",
        "commits": "The commit of each.",
    },
    "VersionAlreadyRegistered": {
        "artifact": "The artifact.",
        "version": "The version.",
        "commit": "Where it is registered.",
    },
    "VersionExistsForCommit": {
        "artifact": "The artifact.",
        "version": "The version that is there.",
        "commit": "The commit.",
        "tag": "The tag that registers it.",
    },
    "WrongConfig": {
        "path": "The file, null for a variable.",
        "range": "Where in it, null if nowhere.",
    },
    "UnknownStage": {"stage": "The stage asked for.", "allowed": "Those that the configuration allows."},
    "TagExists": {"tag": "Its name.", "allow": _ALLOW},
    "TagConflict": {"ref": "The ref that cannot be.", "there": "The ref that is in its way."},
    "NoEarlierVersion": {"artifact": "The artifact.", "stage": "The stage."},
    "IdentityRequired": {"words": "What git said."},
    "SigningFailed": {"tag": "The tag.", "words": "What gpg or ssh-keygen said."},
    "HookRefused": {"hook": "Which hook.", "words": "What it said."},
    "UnknownType": {"type": "The type asked for.", "allowed": "Those that the configuration allows."},
    "NoFile": {"path": "The path asked for.", "allow": _ALLOW},
    "ArtifactHasTags": {"artifact": "The artifact.", "tags": "How many."},
    "PathIsUsed": {"path": "The other artifact's.", "artifact": "The other artifact.", "allow": _ALLOW},
    "WrongArtifactsYaml": {"path": "The file.", "range": "Where in it."},
    "AnnotationNotEditable": {"path": "The file.", "artifact": "The artifact."},
    "UncommittedChanges": {"path": "The file."},
    "UnsavedChanges": {"path": "The file."},
    "TagNotFound": {"tag": "Its name."},
    "RemoteNotFound": {"remote": "The name that was given."},
    "RemoteUnavailable": {"remote": "Which.", "words": "What git said."},
    "AuthenticationFailed": {"remote": "Which.", "words": "What git said."},
    "UnsupportedUrl": {"url": "The URL, without credentials."},
    "CacheUnusable": {"path": "The directory."},
    "RefLocked": {"path": "The lock file.", "age_s": "Seconds since it was made."},
    "ActInProgress": {
        "path": "The repository; it is not told where hooks go too deep.",
        "pid": "The process that holds it, or null.",
        "since": "When it took it, RFC 3339, or null.",
    },
    "GitFailed": {
        "words": "What git said.",
        "created": "Where only a part was done and stays: the tags that were created.",
        "deleted": "The tags that were deleted, likewise.",
    },
    "RegistryChanged": {
        "clock": "The clock now.",
        "moved": "What did: tags, targets, configuration or clock.",
        "events": "Rows of history of the tags that came or went.",
    },
    "MissingCapability": {"missing": "The capabilities that this server lacks."},
    "ProtocolMismatch": {"client": "The client's protocol version.", "server": "The server's."},
    "SubscriptionNotFound": {"subscription": "The number that was given."},
}


@cache
def examples() -> JsonObject:
    """Return a request and its answer for each method, by name."""
    found: JsonObject = json.loads(Path(__file__).with_name("examples.json").read_text())
    return found


def result_of(method: Method) -> str:
    """Return the name of what a method answers, as the annotation of its handler has it.

    A handler that is asked of a snapshot leaves out the state of that, which is added: it returns an `…Answer`.
    """
    handler: Any = getattr(method, "perform", None) or getattr(method, "answer")  # noqa: B009  (not of all kinds)
    annotation = inspect.get_annotations(handler)["return"]
    name = annotation if isinstance(annotation, str) else annotation.__name__
    return name.removesuffix("Answer") + "Result" if name.endswith("Answer") else str(name)


class _Schema(GenerateJsonSchema):
    """Without the titles that repeat the names of members."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  (pydantic's signature)
        return False


@cache
def document() -> JsonObject:
    """The OpenRPC 1.3 document."""
    methods = every()
    names = [*(result_of(method) for method in methods), *(notification.params for notification in NOTIFICATIONS)]
    models = {method.params.__name__: method.params for method in methods} | {name: shapes()[name] for name in names}
    _, definitions = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(model)) for name, model in models.items()],
        ref_template=_REF,
        schema_generator=_Schema,
    )
    schemas = {name: _tidy(name, schema) for name, schema in sorted(definitions["$defs"].items())}
    for name, model in models.items():
        own = own_members(name) if name in shapes() else list(model.__annotations__)
        schemas[name]["properties"] = _ordered(schemas[name].get("properties", {}), own)
    return {
        "openrpc": "1.3.2",
        "info": {
            "title": "gtod",
            "version": str(PROTOCOL),
            "description": "A live registry of GTO's Git tags over JSON-RPC 2.0. See docs/protocol.md.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "methods": [_method(method, schemas) for method in methods],
        "components": {"schemas": schemas, "errors": _errors()},
        "x-notifications": [
            {
                "name": notification.name,
                "summary": notification.summary,
                "from": "server" if notification.from_server else "client",
                "params": {"$ref": _REF.format(model=notification.params)},
            }
            for notification in NOTIFICATIONS
        ],
        "x-codes": {str(code): meaning for code, meaning in CODES.items()},
        "x-kinds": {kind: {"description": meaning, "fields": FIELDS.get(kind, {})} for kind, meaning in KINDS.items()},
        "x-features": list(FEATURES),
        "x-max-frame": MAX_FRAME,
    }


def digest(described: JsonObject) -> str:
    """SHA-256 of what a document promises to programs, as 64 hexadecimal digits; the same in other words.

    Of the canonical JSON (keys sorted, no white space, UTF-8) of methods, schemas, notifications, codes, kinds of
    refusal with the names of their fields, features and the largest frame; without `description`, `summary` and
    `examples`.
    """
    promised = {
        "methods": described["methods"],
        "schemas": described["components"]["schemas"],
        "notifications": described["x-notifications"],
        "codes": list(described["x-codes"]),
        "kinds": {kind: list(of["fields"]) for kind, of in described["x-kinds"].items()},
        "features": described["x-features"],
        "max-frame": described["x-max-frame"],
    }
    canonical = json.dumps(_without_words(promised), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _without_words(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_words(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_words(member) for key, member in value.items() if not _is_words(key, member)}


def _is_words(key: str, member: Any) -> bool:
    # By type as well, because a member of a shape may have such a name.
    return isinstance(member, str if key in ("description", "summary") else list) and key in _WORDS


def _method(method: Method, schemas: JsonObject) -> JsonObject:
    params = schemas[method.params.__name__]
    described: JsonObject = {
        "name": method.name,
        "summary": method.summary,
        "paramStructure": "by-name",
        "params": [
            {
                "name": name,
                "required": name in params.get("required", ()),
                **({"description": schema["description"]} if "description" in schema else {}),
                "schema": {key: value for key, value in schema.items() if key != "description"},
            }
            for name, schema in params.get("properties", {}).items()
        ],
        "result": {"name": result_of(method), "schema": {"$ref": _REF.format(model=result_of(method))}},
        "errors": [
            *({"$ref": f"#/components/errors/{code}"} for code in ("InvalidParams", "InternalError")),
            *({"$ref": f"#/components/errors/{kind}"} for kind in method.all_errors),
        ],
        "examples": [
            {
                "name": method.name,
                "params": [{"name": name, "value": value} for name, value in examples()[method.name]["params"].items()],
                "result": {"name": result_of(method), "value": examples()[method.name]["result"]},
            }
        ],
    }
    if method.hidden:
        described["x-hidden"] = True
    return described


def _errors() -> JsonObject:
    common = {
        "InvalidParams": {"code": INVALID_PARAMS, "message": CODES[INVALID_PARAMS]},
        "InternalError": {"code": INTERNAL_ERROR, "message": CODES[INTERNAL_ERROR]},
    }
    return common | {
        kind: {
            "code": REQUEST_FAILED,
            "message": meaning,
            "data": {"kind": kind, "hint": "string", "retryable": "boolean", **FIELDS.get(kind, {})},
        }
        for kind, meaning in KINDS.items()
    }


def _tidy(name: str, schema: JsonObject) -> JsonObject:
    """Optional members are absent rather than null: their `default: null` says nothing."""
    for member in schema.get("properties", {}).values():
        if member.get("default", ...) is None:
            del member["default"]
    for member, words in descriptions().get(name, {}).items():
        schema["properties"][member]["description"] = words
    schema.pop("title", None)
    return schema


def _ordered(properties: JsonObject, own: list[str]) -> JsonObject:
    """The repository first, then what is the model's own, then what it shares with others."""
    names = dict.fromkeys(("repo", *own, *properties))
    return {name: properties[name] for name in names if name in properties}
