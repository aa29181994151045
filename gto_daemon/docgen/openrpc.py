"""The OpenRPC document: every method, error and notification, generated from the models of params and results.

`documents.py` writes it and docs/protocol.md into the project.
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
from gto_daemon.docgen.topics import TOPIC_OF
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import KINDS
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.handlers import Method
from gto_daemon.rpc.jsonrpc.errors import CODES, INTERNAL_ERROR, INVALID_PARAMS, REQUEST_FAILED
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME
from gto_daemon.rpc.methods import every
from gto_daemon.rpc.methods.sessions.handshake import FEATURES

#: Members of the document that only people read.
_WORDS = frozenset(("description", "summary", "title", "examples", "tags"))
_REF = "#/components/schemas/{model}"

#: Members of `data` besides `kind`, `hint` and `retryable`.
_ALLOW = 'Params that make the same request succeed, such as `{"force": true}`.'

#: Of refusals by the rules.
_REFUSED_BY_RULES = {
    "rule": "The first rule that the act breaks.",
    "violations": "Every rule that it breaks, as in the result of `gto/audit`.",
    "path": "The file with the rules.",
    "commit": "The commit that they were read from.",
}
_LIFTED_BY_REASON = {**_REFUSED_BY_RULES, "allow": _ALLOW}

FIELDS: dict[str, dict[str, str]] = {
    "ArtifactNotFound": {"artifact": "The requested name."},
    "RefNotFound": {"ref": "The requested revision."},
    "InvalidTagName": {"tag": "The given name."},
    "WrongArgs": {
        "reason": "The argument, or the combination of arguments, that is wrong.",
        "tag": "If it was done already: the tag that did it.",
        "holder": "If the version was assigned to the stage before: the version that holds the stage now.",
        "since": "The tag that assigned the stage to that version.",
        "deletes": "If tags would be deleted: how many.",
        "allow": _ALLOW,
    },
    "NotImplementedInGTO": {"artifact": "The requested artifact."},
    "NotARepository": {"path": "The given path."},
    "UnsupportedRepository": {"path": "The repository.", "format": "The format that gtod cannot read."},
    "UnreadableRepository": {"path": "The repository, or the file in it."},
    "RefsMigrating": {"path": "The git directory."},
    "RelativePath": {"path": "The given path."},
    "InvalidVersion": {"version": "The given or generated version."},
    "ValidationError": {"value": "The given value."},
    "VersionRequired": {"artifact": "The artifact."},
    "AmbiguousKey": {"key": "The given name.", "candidates": "The keys that it may mean."},
    "NoSuchKey": {"key": "The given name.", "near": "Similar keys."},
    "ManyVersions": {
        "artifact": "The artifact.",
        "versions": "The versions concerned.",
        "commits": "The commit of each.",
    },
    "VersionAlreadyRegistered": {
        "artifact": "The artifact.",
        "version": "The version.",
        "commit": "The commit on which it is registered.",
    },
    "VersionExistsForCommit": {
        "artifact": "The artifact.",
        "version": "The version on the commit.",
        "commit": "The commit.",
        "tag": "The tag that registers it.",
    },
    "WrongConfig": {
        "path": "The file; null for an environment variable.",
        "range": "The range in the file; null if there is none.",
    },
    "UnknownStage": {"stage": "The requested stage.", "allowed": "The values that the configuration allows."},
    "TagExists": {"tag": "The name of the tag.", "allow": _ALLOW},
    "TagConflict": {"ref": "The ref that cannot exist.", "there": "The existing ref that prevents it."},
    "NoEarlierVersion": {"artifact": "The artifact.", "stage": "The stage."},
    "IdentityRequired": {"words": "Git's own message."},
    "SigningFailed": {"tag": "The tag.", "words": "The output of gpg or ssh-keygen."},
    "HookRefused": {"hook": "The name of the hook.", "words": "The output of the hook."},
    "UnknownType": {"type": "The requested type.", "allowed": "The values that the configuration allows."},
    "NoFile": {"path": "The requested path.", "allow": _ALLOW},
    "ArtifactHasTags": {"artifact": "The artifact.", "tags": "The number of its tags."},
    "PathIsUsed": {"path": "The path of the other artifact.", "artifact": "The other artifact.", "allow": _ALLOW},
    "WrongArtifactsYaml": {"path": "The file.", "range": "The range in the file."},
    "AnnotationNotEditable": {"path": "The file.", "artifact": "The artifact."},
    "UncommittedChanges": {"path": "The file."},
    "UnsavedChanges": {"path": "The file."},
    "TagNotFound": {"tag": "The name of the tag."},
    "SinkNotFound": {"sink": "The requested name."},
    "FleetUnreadable": {"path": "The file."},
    "FleetNotEditable": {"path": "The file."},
    "NotFollowed": {"url": "The URL, without credentials."},
    "RemoteNotFound": {"remote": "The given name."},
    "RemoteUnavailable": {"remote": "The remote.", "words": "Git's own message."},
    "AuthenticationFailed": {"remote": "The remote.", "words": "Git's own message."},
    "UnsupportedUrl": {"url": "The URL, without credentials."},
    "CacheUnusable": {"path": "The directory."},
    "LedgerUnusable": {"path": "The directory."},
    "RefLocked": {"path": "The lock file.", "age_s": "The age of the lock file, in seconds."},
    "ActInProgress": {
        "path": "The repository; absent if hooks are nested too deeply.",
        "pid": "The process that holds the lock, or null.",
        "since": "When that process took the lock, RFC 3339, or null.",
    },
    "GitFailed": {
        "words": "Git's own message.",
        "created": "If only a part was done and remains: the created tags.",
        "deleted": "If only a part was done and remains: the deleted tags.",
    },
    "RegistryChanged": {
        "clock": "The current clock.",
        "moved": "What changed: tags, targets, configuration or clock.",
        "events": "The history rows of the added and removed tags.",
    },
    "MissingCapability": {"missing": "The required capabilities that this server lacks."},
    "ProtocolMismatch": {
        "client": "The protocol version of the client.",
        "server": "The protocol version of the server.",
    },
    "RulesUnreadable": {
        "ref": "Where the rules were looked for.",
        "commit": "The commit that they were to be read from.",
        "path": "The file that is wrong.",
        "range": "The range in the file.",
    },
    "TransitionNotAllowed": _LIFTED_BY_REASON,
    "TooEarly": _LIFTED_BY_REASON,
    "NotOnBranch": _LIFTED_BY_REASON,
    "SignatureRequired": _REFUSED_BY_RULES,
    "NotAllowed": _REFUSED_BY_RULES,
    "DeletionNotAllowed": _REFUSED_BY_RULES,
    "SubscriptionNotFound": {"subscription": "The given number."},
}


@cache
def examples() -> JsonObject:
    """Return an example request and result for each method, by name."""
    found: JsonObject = json.loads(Path(__file__).with_name("examples.json").read_text())
    return found


def result_of(method: Method) -> str:
    """Return the name of a method's result type, taken from the annotation of its handler.

    The handler of a snapshot query returns an `…Answer`, which lacks the clock and the problems: they are added later.
    """
    handler: Any = getattr(method, "perform", None) or getattr(method, "answer")  # noqa: B009  (not of all kinds)
    annotation = inspect.get_annotations(handler)["return"]
    name = annotation if isinstance(annotation, str) else annotation.__name__
    return name.removesuffix("Answer") + "Result" if name.endswith("Answer") else str(name)


class _Schema(GenerateJsonSchema):
    """Leave out titles, which repeat the names of members."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  (pydantic's signature)
        return False


@cache
def document() -> JsonObject:
    """Return the OpenRPC document, of the newest version that the published generators know."""
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
        "openrpc": "1.2.6",
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
    """Return the SHA-256 of what a document promises to programs, as 64 hexadecimal digits.

    It covers the canonical JSON (keys sorted, no white space, UTF-8) of methods, schemas, notifications, codes, kinds
    of refusal with the names of their fields, features and the largest frame, without `description`, `summary`,
    `title`, `tags` and `examples`. So rewording a description does not change it.
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
    # The type is checked too, because a member of a shape may have such a name.
    return isinstance(member, str if key in ("description", "summary", "title") else list) and key in _WORDS


def _method(method: Method, schemas: JsonObject) -> JsonObject:
    params = schemas[method.params.__name__]
    # OpenRPC has required params first, because a generated function takes them by position.
    ordered = sorted(params.get("properties", {}).items(), key=lambda each: each[0] not in params.get("required", ()))
    described: JsonObject = {
        "name": method.name,
        "summary": method.summary,
        "tags": [{"name": TOPIC_OF[method.name].title}],
        "paramStructure": "by-name",
        "params": [
            {
                "name": name,
                "required": name in params.get("required", ()),
                **({"description": schema["description"]} if "description" in schema else {}),
                "schema": {key: value for key, value in schema.items() if key != "description"},
            }
            for name, schema in ordered
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
    """Remove `default: null`, because optional members are absent rather than null, and add what people read.

    Generators name a type after its title; a type without one gets a hash for a name.
    """
    for member in schema.get("properties", {}).values():
        if member.get("default", ...) is None:
            del member["default"]
    for member, words in descriptions().get(name, {}).items():
        schema["properties"][member]["description"] = words
    return {**schema, "title": name}


def _ordered(properties: JsonObject, own: list[str]) -> JsonObject:
    """Put the repository first, then the model's own members, then the ones it shares with others."""
    names = dict.fromkeys(("repo", *own, *properties))
    return {name: properties[name] for name in names if name in properties}
