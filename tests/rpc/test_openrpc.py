"""The documents say what the server does."""

import ast
import copy
import json
from pathlib import Path
from typing import Any

import pytest

import gto_daemon
from gto_daemon.docgen.documents import generated
from gto_daemon.docgen.openrpc import FIELDS, digest, document, examples, result_of
from gto_daemon.docgen.reference import type_in_words
from gto_daemon.docgen.shapes import adapter, shapes
from gto_daemon.docgen.topics import TOPIC_OF, TOPICS
from gto_daemon.registry.errors import KINDS
from gto_daemon.registry.rules.judging import KINDS as JUDGED
from gto_daemon.rpc.methods import ROUTES, every
from gto_daemon.rpc.methods.sessions.handshake import capabilities
from tests.rpc.peer import Peer

PACKAGE = Path(gto_daemon.__file__).parent
ROOT = Path(__file__).resolve().parents[2]


WRITTEN = [
    "docs/fleet-yaml.schema.json",
    "docs/gtod-yaml.schema.json",
    "docs/protocol.md",
    *(f"docs/protocol/{name}.md" for name in sorted([*(topic.page for topic in TOPICS), "common", "errors"])),
    "gto_daemon/protocol/openrpc.json",
    "gto_daemon/rpc/lsp/capabilities.json",
]


@pytest.mark.parametrize("path", WRITTEN)
def test_what_is_written_is_what_is_generated(path: str) -> None:
    texts = generated()
    assert sorted(texts) == WRITTEN
    # The package may be installed somewhere else.
    root = PACKAGE.parent if path.startswith("gto_daemon/") else ROOT
    assert (root / path).read_text() == texts[path], "run: make docs"


def test_the_page_carries_the_digest_of_the_models() -> None:
    described = json.loads((PACKAGE / "protocol/openrpc.json").read_text())
    assert described == document()
    assert f"\n    {digest(described)}\n" in (ROOT / "docs/protocol.md").read_text(), "run: make docs"


def test_the_digest_changes_with_what_programs_see_alone() -> None:
    before = digest(document())

    def changed(place: str, name: str, value: Any) -> str:
        described = copy.deepcopy(document())
        found = described
        for step in place.split():
            found = found[int(step) if step.isdecimal() else step]  # type: ignore[index]
        assert found.get(name) != value
        found[name] = value
        return digest(described)

    same: list[tuple[str, str, Any]] = [
        ("info", "title", "other words"),
        ("methods 0", "summary", "other words"),
        ("methods 0", "examples", []),
        ("methods 0", "tags", []),
        ("components schemas ShowResult", "title", "other words"),
        ("x-kinds ArtifactNotFound fields", "artifact", "other words"),
        ("components errors ArtifactNotFound", "message", "other words"),
    ]
    assert {changed(*change) for change in same} == {before}
    others: list[tuple[str, str, Any]] = [
        ("methods 0 params 0", "required", True),
        ("components schemas ShowResult properties", "description", {"type": "string"}),
        ("components schemas ShowResult", "required", []),
        ("x-kinds ArtifactNotFound fields", "also", "words"),
        ("x-notifications 0", "from", "client"),
        ("", "x-features", []),
    ]
    assert len({before, *(changed(*change) for change in others)}) == 1 + len(others)


async def test_discover_answers_the_document(peer: Peer) -> None:
    assert await peer.call("rpc.discover") == json.loads((PACKAGE / "protocol/openrpc.json").read_text())


def test_every_method_is_in_the_document_and_in_the_reference() -> None:
    assert [method["name"] for method in document()["methods"]] == list(ROUTES)
    texts = generated()
    reference = "".join(text for path, text in texts.items() if path.startswith("docs/protocol/"))
    notifications = [each["name"] for each in document()["x-notifications"]]
    assert sorted(TOPIC_OF) == sorted([*ROUTES, *notifications])
    for name in TOPIC_OF:
        assert reference.count(f"### {name}\n") == 1
        assert f"[`{name}`](protocol/{TOPIC_OF[name].page}.md#" in texts["docs/protocol.md"]
    for kind in KINDS:
        assert f"| `{kind}` |" in texts["docs/protocol/errors.md"]
    assert set(ROUTES) <= set(capabilities())


def test_every_reference_in_the_document_leads_somewhere() -> None:
    whole = document()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            here = [value["$ref"]] if "$ref" in value else []
            return here + [each for member in value.values() for each in references(member)]
        return [each for member in value for each in references(member)] if isinstance(value, list) else []

    found = set(references(whole))
    assert found
    for reference in found:
        place: Any = whole
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


@pytest.mark.parametrize("method", every(), ids=lambda method: str(method.name))
def test_the_example_of_a_method_is_one(method: Any) -> None:
    example = examples()[method.name]
    method.params.model_validate(example["params"])
    adapter(result_of(method)).validate_python(example["result"])


@pytest.mark.parametrize("method", every(), ids=lambda method: str(method.name))
def test_what_a_method_may_refuse_has_a_meaning(method: Any) -> None:
    assert set(method.all_errors) <= set(KINDS)
    assert len(set(method.all_errors)) == len(method.all_errors)


def raised_kinds() -> dict[str, set[str]]:
    """Kind to the members of its data, of every refusal that is made anywhere in the package."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "RegistryError":
                kind = node.args[0]
                members = {keyword.arg for keyword in node.keywords if keyword.arg} - {"hint", "retryable"}
                if path.name == "law.py" and ast.unparse(kind) == "first.kind":
                    # Of a violation, by the table of `judging`.
                    for rule in JUDGED.values():
                        found.setdefault(rule, set()).update(members)
                    continue
                assert isinstance(kind, ast.Constant), f"{path}:{node.lineno}: a kind is written where it is raised"
                found.setdefault(str(kind.value), set()).update(members)
    return found


def test_every_kind_that_is_raised_is_declared_with_its_fields() -> None:
    raised = raised_kinds()
    assert len(raised) > 10
    assert set(raised) <= set(KINDS)
    for kind in (JUDGED["from"], JUDGED["soak"], JUDGED["branches"]):
        raised[kind].add("allow")  # Where the author may override.
    assert {kind: fields for kind, fields in raised.items() if fields} == {
        kind: set(fields) for kind, fields in FIELDS.items()
    }


def test_every_member_of_every_shape_has_a_type_in_words() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert schema["description"], name
        for member in schema.get("properties", {}).values():
            assert type_in_words(member)


def test_the_table_of_routes_says_what_the_methods_are() -> None:
    assert {name: route.kind for name, route in ROUTES.items()} == {method.name: type(method) for method in every()}
    assert set(examples()) == set(ROUTES)


def test_the_shapes_of_the_protocol_import_the_standard_library_alone() -> None:
    imported = {
        node.module
        for path in (PACKAGE / "protocol").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and not str(node.module).startswith("gto_daemon.protocol")
    }
    assert imported == {"typing"}
    assert {"ShowResult", "HistoryRow", "DidChangeParams"} <= shapes().keys()
