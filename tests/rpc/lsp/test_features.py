"""Each feature once over the protocol; what it says in which case is tested in tests/editor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import PULLING, Editor
from tests.rpc.peer import CallFailedError


async def test_what_the_server_can_is_what_it_says(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    result = await editor.initialize(root)
    capabilities = result["capabilities"]
    assert capabilities["textDocumentSync"] == {"openClose": True, "change": 2, "save": True}
    assert "diagnosticProvider" not in capabilities
    for name in (
        "hoverProvider",
        "completionProvider",
        "definitionProvider",
        "referencesProvider",
        "documentLinkProvider",
        "documentSymbolProvider",
        "workspaceSymbolProvider",
        "codeActionProvider",
        "codeLensProvider",
        "inlayHintProvider",
        "foldingRangeProvider",
        "renameProvider",
    ):
        assert capabilities[name], name
    assert capabilities["experimental"] == {"gto": {"protocol": PROTOCOL}}
    assert {"gto.assign", "gto.show", "gto.assignStage"} <= set(capabilities["executeCommandProvider"]["commands"])


async def test_lenses_hints_symbols_and_folding(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    assert await editor.titles(uri) == [
        "v2.0.0 · dev v2.0.0 · prod v1.0.0",
        "Register Version…",
        "Assign Stage…",
        "not registered",
        "Register Version…",
    ]
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    assert await editor.ask("inlayHint", uri, range=whole) == []
    editor.notify("workspace/didChangeConfiguration", {"settings": {"gto": {"inlayHints": {"enabled": True}}}})
    hints = await editor.ask("inlayHint", uri, range=whole)
    assert [(hint["position"], hint["label"]) for hint in hints] == [
        ({"line": 0, "character": 6}, "v2.0.0 · dev v2.0.0 · prod v1.0.0"),
        ({"line": 3, "character": 8}, "not registered"),
    ]
    seen = {"start": {"line": 3, "character": 0}, "end": {"line": 5, "character": 0}}
    assert await editor.ask("inlayHint", uri, range=seen) == hints[1:]
    symbols = await editor.ask("documentSymbol", uri)
    assert [(each["name"], [child["name"] for child in each["children"]]) for each in symbols] == [
        ("churn", ["type", "path"]),
        ("segment", []),
    ]
    assert await editor.ask("foldingRange", uri) == [{"startLine": 0, "endLine": 2}]
    (found,) = await editor.request("workspace/symbol", {"query": "chn"})
    assert (found["name"], found["location"]["range"]["start"]) == ("churn", {"line": 0, "character": 0})


async def test_hover_definition_references_and_links(editor: Editor, root: Path) -> None:
    workflow = root / ".github" / "workflows" / "deploy.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("run: deploy churn@v2.0.0 to churn#prod\n")
    uri = editor.open(root / "artifacts.yaml")
    assert "Latest version: `v2.0.0`" in (await editor.at("hover", uri, 0, 1))["contents"]["value"]
    (target,) = await editor.at("definition", uri, 0, 1)
    assert target["uri"] == (root / "models" / "churn.pkl").as_uri()
    (link,) = await editor.ask("documentLink", uri)
    assert link["target"] == target["uri"]
    found = await editor.at("references", uri, 0, 1, context={"includeDeclaration": True})
    assert [(each["uri"], each["range"]["start"]["character"]) for each in found] == [
        (uri, 0),
        (workflow.as_uri(), 12),
        (workflow.as_uri(), 28),
    ]
    ci = editor.open(workflow)
    assert "in prod" not in (await editor.at("hover", ci, 0, 15))["contents"]["value"]
    links = await editor.ask("documentLink", ci)
    assert [(each["range"]["start"]["character"], each["target"]) for each in links] == [(12, uri), (28, uri)]
    (back,) = await editor.at("definition", ci, 0, 15)
    assert (back["uri"], back["range"]["start"]) == (uri, {"line": 0, "character": 0})


async def test_completion_with_and_without_snippets(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root)
    uri = editor.open(root / "artifacts.yaml", "churn:\n  \n")
    items = (await editor.at("completion", uri, 1, 2))["items"]
    labels = next(each for each in items if each["label"] == "labels")
    assert (labels["insertTextFormat"], labels["textEdit"]["newText"]) == (2, "labels: [$1]")
    plain = new_editor()
    await plain.initialize(root, capabilities={})
    uri = plain.open(root / "artifacts.yaml", "churn:\n  \n")
    items = (await plain.at("completion", uri, 1, 2))["items"]
    labels = next(each for each in items if each["label"] == "labels")
    assert ("insertTextFormat" in labels, labels["textEdit"]["newText"]) == (False, "labels: []")


async def test_renaming(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    with pytest.raises(CallFailedError) as caught:
        await editor.at("prepareRename", uri, 0, 1)
    assert caught.value.message == (
        "churn has 4 tags. Tags cannot be renamed. Register under the new name and deprecate the old one."
    )
    assert caught.value.kind == "ArtifactHasTags"
    assert (await editor.at("prepareRename", uri, 3, 1))["placeholder"] == "segment"
    edit = await editor.at("rename", uri, 3, 1, newName="segments")
    (change,) = edit["documentChanges"]
    assert change["edits"] == [
        {
            "range": {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 7}},
            "newText": "segments",
        }
    ]


async def test_a_quick_fix_edits_another_file_than_the_one_it_is_for(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path
) -> None:
    (root / ".gto").write_text("# ä\ntypes: [model]\n")
    editor = new_editor()
    await editor.initialize(root)
    uri = editor.open(root / "artifacts.yaml", "churn:\n  type: report\n")
    (add,) = [each for each in await editor.actions(uri, 1, 9, "quickfix") if each["title"].startswith("Add")]
    (change,) = add["edit"]["documentChanges"]
    assert change["textDocument"]["uri"] == (root / ".gto").as_uri()
    assert change["edits"][0]["range"]["start"] == {"line": 1, "character": 13}
    assert add["diagnostics"][0]["code"] == "type-not-allowed"


async def test_rules_while_they_are_typed(editor: Editor, registry: RepositoryBuilder, root: Path) -> None:
    registry.git("branch", "release/1")
    uri = editor.open(root / ".gtod.yaml", "version: 1\nrules:\n  stages: {prod: {who: [leeds], soak: 1h}}\n")
    assert await editor.published(uri) == ["unknown-role", "soak-without-from"]
    line = "  stages: {prod: {from: [], branches: [], who: [leeds], soak: 1h}}"
    editor.change(uri, f"version: 1\nrules:\n{line}\nroles:\n  leads: []\n")
    assert await editor.published(uri) == ["wrong-rules", "wrong-rules", "unknown-role"]

    async def offered(before: str) -> list[str]:
        found = await editor.at("completion", uri, 2, line.index(before) + len(before))
        return [each["label"] for each in found["items"]]

    assert await offered("from: [") == ["dev", "prod"]
    assert "release/1" in await offered("branches: [")
    people = await offered("who: [")
    assert people[0] == "leads"
    assert all("@" in each for each in people[1:])
    assert len(people) > 1
    fixes = await editor.actions(uri, 2, line.index("leeds"), "quickfix")
    assert [each["title"] for each in fixes] == ["Change to 'leads'", "Define the role 'leeds'"]
    found = await editor.at("hover", uri, 2, line.index("soak"))
    assert "1 hour" in found["contents"]["value"]
    assert [each["name"] for each in await editor.ask("documentSymbol", uri)] == ["version", "rules", "roles"]
    assert {"startLine": 3, "endLine": 4} in await editor.ask("foldingRange", uri)
    assert await editor.ask("codeLens", uri) == []


async def test_a_quick_fix_makes_a_file_where_the_editor_can(new_editor: Callable[[], Editor], root: Path) -> None:
    for capabilities, count in ((None, 1), ({"textDocument": {"codeAction": {"codeActionLiteralSupport": {
        "codeActionKind": {"valueSet": []}}}}}, 0)):  # fmt: skip
        editor = new_editor()
        await editor.initialize(root, capabilities=capabilities)
        uri = editor.open(root / "artifacts.yaml", "churn:\n  path: models/new.pkl\n")
        made = [each for each in await editor.actions(uri, 1) if each["title"].startswith("Create file")]
        assert len(made) == count


async def _refusals(editor: Editor, uri: str) -> dict[str, str | None]:
    found = await editor.actions(uri, 0, 0, "refactor.gto")
    return {each["title"].partition(" — ")[0]: each.get("disabled", {}).get("reason") for each in found}


async def test_the_rules_of_promotion_disable_actions_until_something_changes(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    rules = "version: 1\nrules:\n  stages: {prod: {from: [dev], branches: [main], who: [Uma@example.com]}}\n"
    uri = editor.open(root / "artifacts.yaml")
    act = "Assign churn v2.0.0 to prod"
    assert (await _refusals(editor, uri))[act] is None
    registry.commit({".gtod.yaml": rules})
    registry.git("config", "user.email", "eve@example.com")
    for _ in range(2):
        reason = (await _refusals(editor, uri))[act]
        assert reason is not None
        assert reason.startswith("eve@example.com (claimed")
        assert "Uma@example.com may" in reason
    registry.git("config", "user.email", "uma@example.com")
    assert (await _refusals(editor, uri))[act] is None
    # The branch moves, and neither the rules nor the tags do.
    registry.git("update-ref", "refs/heads/other", registry.head)
    registry.git("symbolic-ref", "HEAD", "refs/heads/other")
    first = registry.git("rev-parse", "churn@v1.0.0^{commit}")
    registry.git("update-ref", "refs/heads/main", first)
    reason = (await _refusals(editor, uri))[act]
    assert reason is not None
    assert "is not on 'main'" in reason


async def test_rules_that_cannot_be_read_disable_every_action(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    uri = editor.open(root / "artifacts.yaml")
    registry.commit({".gtod.yaml": "version: 1\nrule: {}\n"})
    reasons = set((await _refusals(editor, uri)).values())
    assert len(reasons) == 1
    assert "The rules of promotion at" in str(reasons)


async def test_beside_a_fix_nothing_is_offered_that_acts_at_once(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path
) -> None:
    registry.commit({"x": "1"})
    text = "churn: {path: nothing.pkl}\n"
    editor = new_editor()
    await editor.initialize(root)
    uri = editor.open(root / "artifacts.yaml", text)
    kinds = {each["kind"] for each in await editor.actions(uri, 0)}
    assert kinds == {"quickfix"}
    assert {each["kind"] for each in await editor.actions(uri, 0, 0, "refactor.gto.assign")} == {"refactor.gto.assign"}
    clean = editor.open(root / "artifacts.yaml", "churn: {}\n")
    assert {each["kind"] for each in await editor.actions(clean, 0)} >= {"refactor.gto.assign"}
    assert not any(each.get("isPreferred") for each in await editor.actions(clean, 0))

    wizards = new_editor()
    await wizards.initialize(root, clientCommands=["gto.assignStage"])
    uri = wizards.open(root / "artifacts.yaml", text)
    found = await wizards.actions(uri, 0)
    assert {each["kind"] for each in found} == {"quickfix", "refactor.gto.assign"}, "the rest would act"
    (assign,) = [each for each in found if each["kind"] == "refactor.gto.assign"]
    assert assign["title"] == "Assign churn v2.0.0 to prod…"
    about = {"repo": str(root), "name": "churn", "version": "v2.0.0", "stage": "prod"}
    assert assign["command"]["command"] == "gto.assignStage"
    assert assign["command"]["arguments"] == [about]


async def test_an_old_editor_gets_commands_changes_and_plain_text(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities={})
    uri = editor.open(root / "artifacts.yaml")
    assert {each["command"] for each in await editor.actions(uri, 0)} >= {"gto.assign"}
    assert all(isinstance(each["command"], str) for each in await editor.actions(uri, 0))
    contents = (await editor.at("hover", uri, 0, 1))["contents"]
    assert contents["kind"] == "plaintext"
    assert "`" not in contents["value"]
    with pytest.raises(CallFailedError, match="documentChanges"):
        await editor.at("rename", uri, 3, 1, newName="other")
    assert "location" in (await editor.ask("documentSymbol", uri))[0]


async def test_pulled_diagnostics_say_when_nothing_changed(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    result = await editor.initialize(root, capabilities=PULLING)
    assert result["capabilities"]["diagnosticProvider"]["interFileDependencies"] is True
    uri = editor.open(root / "artifacts.yaml", "churn: {typo: 1}\n")
    first = await editor.ask("diagnostic", uri)
    assert [each["code"] for each in first["items"]] == ["uncommitted-annotation", "unknown-field"]
    assert first["items"][1]["codeDescription"]["href"].endswith("/diagnostics.md#unknown-field")
    again = await editor.ask("diagnostic", uri, previousResultId=first["resultId"])
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    editor.change(uri, "churn: {}\n")
    assert (await editor.ask("diagnostic", uri, previousResultId=first["resultId"]))["kind"] == "full"
    assert [each for each in editor.said if each["method"] == "textDocument/publishDiagnostics"] == []


@pytest.mark.parametrize("capabilities", [{}, PULLING])
async def test_where_there_is_no_registry_nothing_is_said(
    new_editor: Callable[[], Editor], tmp_path: Path, capabilities: dict[str, Any]
) -> None:
    editor = new_editor()
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    await editor.initialize(nowhere, capabilities=capabilities)
    uri = editor.open(nowhere / "artifacts.yaml", "a: [\n")
    other = editor.open(nowhere / "other.txt", "x")
    await everything(editor, uri)
    await everything(editor, other)
    await everything(editor, "untitled:x")
    await everything(editor, "https://example.com/artifacts.yaml")
    assert await editor.request("workspace/symbol", {"query": ""}) == []


async def everything(editor: Editor, uri: str) -> None:
    """Every feature is asked, and has nothing to say."""
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    for method, params in {
        "codeLens": {},
        "documentLink": {},
        "documentSymbol": {},
        "foldingRange": {},
        "inlayHint": {"range": whole},
        "codeAction": {"range": whole, "context": {"diagnostics": []}},
        "hover": {"position": whole["start"]},
        "completion": {"position": whole["start"]},
        "definition": {"position": whole["start"]},
        "references": {"position": whole["start"], "context": {"includeDeclaration": True}},
        "prepareRename": {"position": whole["start"]},
        "rename": {"position": whole["start"], "newName": "x1"},
    }.items():
        assert not await editor.ask(method, uri, **params), method


async def test_another_tools_file_gets_nothing(
    new_editor: Callable[[], Editor], make_repository: Callable[..., RepositoryBuilder]
) -> None:
    foreign = make_repository("foreign")
    text = "snap:\n  kind: snap\n  source: .\ncharm:\n  kind: charm\n  source: .\n"
    foreign.commit({"artifacts.yaml": text})
    foreign.checkout()
    editor = new_editor()
    await editor.initialize(foreign.path)
    uri = editor.open(foreign.path / "artifacts.yaml")
    await everything(editor, uri)
    heard = await editor.nothing_more()
    assert [each["params"]["health"] for each in heard if each["method"] == "experimental/serverStatus"] == ["ok"]
    assert not {each["method"] for each in heard} & {"textDocument/publishDiagnostics", "workspace/codeLens/refresh"}
