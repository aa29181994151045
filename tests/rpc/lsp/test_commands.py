"""Commands: every method for editors without an extension, and acts that ask in the editor itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.rpc.methods import ROUTES
from tests.builders import RepositoryBuilder
from tests.remotes import hook
from tests.rpc.lsp.editor import Editor
from tests.rpc.peer import CallFailedError
from tests.waiting import soon


def command(name: str, *arguments: object) -> dict[str, object]:
    return {"command": name, "arguments": list(arguments)}


async def test_every_method_about_a_registry_is_a_command(new_editor: Callable[[], Editor], root: Path) -> None:
    result = await new_editor().initialize(root)
    offered = set(result["capabilities"]["executeCommandProvider"]["commands"])
    methods = {name.replace("/", ".") for name in ROUTES if name.startswith("gto/")}
    assert methods - offered == {"gto.handshake", "gto.retire", "gto.shutdown", "gto.subscribe", "gto.unsubscribe"}
    assert offered - methods == {"gto.revealArtifact", "gto.registerVersion", "gto.assignStage"}


async def test_a_client_with_wizards_is_left_to_them(new_editor: Callable[[], Editor], root: Path) -> None:
    result = await new_editor().initialize(root, clientCommands=["gto.registerVersion", "gto.assignStage"])
    offered = result["capabilities"]["executeCommandProvider"]["commands"]
    assert "gto.registerVersion" not in offered
    assert "gto.revealArtifact" in offered


async def test_a_command_answers_what_its_method_answers(editor: Editor, root: Path) -> None:
    shown = await editor.execute(command("gto.show", {"name": "churn@latest"}))
    assert [each["version"] for each in shown["versions"]] == ["v2.0.0"]
    assert (await editor.execute({"command": "gto.stages"}))["stages"] == ["dev", "prod"]
    assert (await editor.execute(command("gto.why", {"name": "churn", "stage": "prod"})))["holds"] == ["v1.0.0"]


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("gto.nothing", [], -32602),
        ("gto.shutdown", [], -32602),
        ("rpc.discover", [], -32602),
        ("gto.show", ["churn"], -32602),
        ("gto.show", [{}, {}], -32602),
        ("gto.show", [{"unknown": 1}], -32602),
        ("gto.assign", [{"name": "churn", "stage": "a b", "version": "v2.0.0"}], -32803),
        ("gto.assignStage", [{}], -32602),
        ("gto.revealArtifact", [{"repo": "/", "name": "churn"}], -32803),
    ],
)
async def test_what_is_wrong_with_a_command(editor: Editor, name: str, arguments: list[object], code: int) -> None:
    with pytest.raises(CallFailedError) as caught:
        await editor.execute(command(name, *arguments))
    assert caught.value.code == code


async def test_a_refusal_says_its_remedy_in_the_message(editor: Editor) -> None:
    with pytest.raises(CallFailedError) as caught:
        await editor.execute(command("gto.assign", {"name": "churn", "stage": "dev", "version": "v2.0.0"}))
    assert caught.value.kind == "WrongArgs"
    assert "already in stage" in caught.value.message


async def test_an_action_that_the_registry_left_behind_is_refused(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    uri = editor.open(root / "artifacts.yaml")
    (assign, *_) = await editor.actions(uri, 0, 0, "refactor.gto.assign")
    registry.tag("churn@v3.0.0", registry.commit({"x": "1"}), at=1_700_001_000)
    with pytest.raises(CallFailedError) as caught:
        await editor.execute(assign["command"])
    assert caught.value.kind == "RegistryChanged"


@pytest.mark.parametrize("kind", ["register", "assign", "rollback", "unassign"])
async def test_each_kind_of_action_makes_the_tag_of_its_title(
    editor: Editor, registry: RepositoryBuilder, root: Path, kind: str
) -> None:
    registry.tag("churn#prod#3", at=1_700_000_600)
    registry.tag("churn#prod!#4", at=1_700_000_700)
    registry.tag("churn#prod#5", at=1_700_000_800)
    registry.commit({"x": "1"})
    registry.git("config", "user.name", "Ann")
    registry.git("config", "user.email", "ann@example.com")
    if kind == "assign":
        (root / ".gto").write_text("stages: [dev, prod, qa]\n")
    # Registering warns that the file is as it was.
    editor.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
    uri = editor.open(root / "artifacts.yaml")
    (action, *_) = await editor.actions(uri, 0, 0, f"refactor.gto.{kind}")
    result = await editor.execute(action["command"])
    (tag,) = [each["tag"] for each in result["created"]]
    assert action["title"].endswith(f" — {tag}")
    assert registry.git("cat-file", "-t", f"refs/tags/{tag}").strip() == "tag"


async def test_a_version_is_registered_by_question_and_answer(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    registry.commit({"x": "1"})
    editor.answers["window/showMessageRequest"] = lambda params: params["actions"][params["type"] == 3]
    result = await editor.execute(command("gto.registerVersion", {"repo": str(root), "name": "churn"}))
    asked = await editor.until("window/showMessageRequest")
    assert [each["title"] for each in asked["actions"]] == ["churn@v2.0.1", "churn@v2.1.0", "churn@v3.0.0"]
    assert [each["tag"] for each in result["created"]] == ["churn@v2.1.0"]


async def test_a_stage_is_assigned_by_question_and_answer(editor: Editor, root: Path) -> None:
    editor.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
    result = await editor.execute(command("gto.assignStage", {"repo": str(root), "name": "churn"}))
    asked = await editor.until("window/showMessageRequest")
    assert asked["message"] == "Assign churn v2.0.0 to which stage?"
    assert [each["title"] for each in asked["actions"]] == ["prod, replacing v1.0.0"]
    assert result["replaces"] == [{"artifact": "churn", "stage": "prod", "from": "v1.0.0", "to": "v2.0.0"}]
    assert await editor.execute(command("gto.assignStage", {"repo": str(root), "name": "churn"})) is None
    assert "every stage" in (await _last_message(editor))


async def test_who_does_not_answer_does_nothing(editor: Editor, registry: RepositoryBuilder, root: Path) -> None:
    before = registry.git("for-each-ref", "refs/tags")
    registry.commit({"x": "1"})
    for name in ("gto.registerVersion", "gto.assignStage"):
        assert await editor.execute(command(name, {"repo": str(root), "name": "churn"})) is None
    assert registry.git("for-each-ref", "refs/tags") == before


@pytest.mark.parametrize("agrees", [True, False])
async def test_what_an_act_warns_of_is_said_before_it(
    editor: Editor, registry: RepositoryBuilder, root: Path, agrees: bool
) -> None:
    registry.tag("churn@deprecated", at=1_700_000_900)
    before = registry.git("for-each-ref", "refs/tags")
    editor.answers["window/showMessageRequest"] = lambda params: params["actions"][0 if agrees else 1]
    wanted = {"name": "churn", "stage": "prod", "version": "v2.0.0"}
    result = await editor.execute(command("gto.assign", wanted))
    asked = await editor.until("window/showMessageRequest")
    deed = "Create tag churn#prod#3"
    assert asked == {
        "type": 2,
        "message": f"'churn' is deprecated; this act makes it active again. {deed}?",
        "actions": [{"title": deed}, {"title": "Cancel"}],
    }
    if agrees:
        assert [each["tag"] for each in result["created"]] == ["churn#prod#3"]
        assert result["repo"] == str(root)
    else:
        assert result is None
        assert registry.git("for-each-ref", "refs/tags") == before


async def test_what_was_agreed_to_is_done_or_nothing(editor: Editor, registry: RepositoryBuilder) -> None:
    registry.tag("churn@deprecated", at=1_700_000_900)

    def answer(params: Any) -> Any:
        registry.tag("churn#prod#3", at=1_700_001_000)
        return params["actions"][0]

    editor.answers["window/showMessageRequest"] = answer
    with pytest.raises(CallFailedError) as caught:
        await editor.execute(command("gto.assign", {"name": "churn", "stage": "prod", "version": "v2.0.0"}))
    assert caught.value.kind == "RegistryChanged"


async def test_what_warns_of_nothing_asks_nothing(editor: Editor, root: Path) -> None:
    await editor.execute(command("gto.assign", {"name": "churn", "stage": "prod", "version": "v2.0.0"}))
    assert [each for each in editor.asked if each["method"] == "window/showMessageRequest"] == []


async def test_what_cannot_be_asked_is_refused(editor: Editor, root: Path) -> None:
    for name, artifact, kind in (
        ("gto.registerVersion", "churn", "VersionExistsForCommit"),
        ("gto.assignStage", "segment", "VersionRequired"),
    ):
        with pytest.raises(CallFailedError) as caught:
            await editor.execute(command(name, {"repo": str(root), "name": artifact}))
        assert caught.value.kind == kind


async def test_revealing_says_what_is_known(editor: Editor, root: Path) -> None:
    await editor.execute(command("gto.revealArtifact", {"repo": str(root), "name": "churn"}))
    assert await _last_message(editor) == "churn: v2.0.0 · dev v2.0.0 · prod v1.0.0. Versions: v2.0.0, v1.0.0."


async def test_an_annotation_is_applied_by_the_editor(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", "churn: {}\n# end\n")
    editor.answers["workspace/applyEdit"] = {"applied": True}
    result = await editor.execute(command("gto.annotate", {"name": "churn", "type": "model"}))
    assert (result["applied"], result["written"]) == (True, False)
    asked = await editor.until("workspace/applyEdit")
    (change,) = asked["edit"]["documentChanges"]
    assert change["textDocument"]["uri"] == uri
    assert change["edits"][0]["newText"] == ": {type: model}"


async def test_feedback_is_left_to_a_client_that_gives_its_own(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root, feedback=False)
    await editor.execute(command("gto.assign", {"name": "churn", "stage": "prod", "version": "v2.0.0"}))
    assert [each for each in editor.said if each["method"] == "window/showMessage"] == []


async def test_an_untrusted_editor_reads_and_does_not_write(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path
) -> None:
    editor = new_editor()
    await editor.initialize(root, trusted=False)
    uri = editor.open(root / "artifacts.yaml")
    assert await editor.titles(uri) == ["v2.0.0 · dev v2.0.0 · prod v1.0.0", "not registered"]
    assert await editor.actions(uri, 0) == []
    for name in ("gto.assign", "gto.assignStage", "gto.registerVersion"):
        editor.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
        with pytest.raises(CallFailedError) as caught:
            await editor.execute(
                command(name, {"repo": str(root), "name": "churn", **({"stage": "qa"} if name == "gto.assign" else {})})
            )
        assert caught.value.kind == "Untrusted"


async def test_pushing_shows_progress(editor: Editor, registry: RepositoryBuilder, root: Path, tmp_path: Path) -> None:
    registry.git("init", "--bare", "--quiet", str(tmp_path / "remote.git"))
    registry.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    result = await editor.execute(command("gto.push", {}))
    assert result["push"]["ok"] is True
    created = await editor.until("window/workDoneProgress/create")
    kinds = [
        each["params"]["value"]["kind"]
        for each in editor.said
        if each["method"] == "$/progress" and each["params"]["token"] == created["token"]
    ]
    assert (kinds[0], kinds[-1]) == ("begin", "end")


async def _last_message(editor: Editor) -> str:
    said = [each["params"]["message"] for each in editor.said if each["method"] == "window/showMessage"]
    return said[-1]


@pytest.mark.parametrize(("state", "is_done"), [("committed", True), ("prepared", False)])
async def test_an_act_that_is_cancelled_is_answered_by_what_became_of_it(
    editor: Editor, root: Path, registry: RepositoryBuilder, tmp_path: Path, state: str, *, is_done: bool
) -> None:
    reached = tmp_path / "reached"
    waiting = f'[ "$1" = {state} ] || exit 0\ntouch {reached}\nexec sleep 600\n'
    hook(registry.git_dir, "reference-transaction", waiting)
    params = command("gto.register", {"name": "new"})
    editor.peer.send({"jsonrpc": "2.0", "id": "act", "method": "workspace/executeCommand", "params": params})
    await soon(reached.exists)
    editor.notify("$/cancelRequest", {"id": "act"})
    answer = await editor.answer("act")
    assert ("new@v0.0.1" in registry.git("tag")) is is_done
    if is_done:
        assert [tag["tag"] for tag in answer["result"]["created"]] == ["new@v0.0.1"]
    else:
        assert answer["error"]["code"] == -32800


async def test_a_question_that_is_cancelled_is_answered_at_once(editor: Editor, registry: RepositoryBuilder) -> None:
    editor.unanswered.add("window/showMessageRequest")
    registry.commit({"x": "1"})
    before = registry.git("tag")
    params = command("gto.registerVersion", {"repo": str(registry.path), "name": "churn"})
    editor.peer.send({"jsonrpc": "2.0", "id": "act", "method": "workspace/executeCommand", "params": params})
    await editor.until("window/showMessageRequest")
    editor.notify("$/cancelRequest", {"id": "act"})
    assert (await editor.answer("act"))["error"]["code"] == -32800
    assert registry.git("tag") == before


@pytest.mark.parametrize("name", ["gto.register", "gto.registerVersion"])
async def test_nothing_is_made_or_asked_where_the_plan_was_cancelled(
    editor: Editor, registry: RepositoryBuilder, name: str
) -> None:
    registry.commit({"x": "1"})
    before = registry.git("tag")
    params = command(name, {"repo": str(registry.path), "name": "churn"})
    editor.peer.send({"jsonrpc": "2.0", "id": "act", "method": "workspace/executeCommand", "params": params})
    editor.notify("$/cancelRequest", {"id": "act"})
    assert (await editor.answer("act"))["error"]["code"] == -32800
    assert registry.git("tag") == before
    assert not [each for each in editor.asked if each["method"] == "window/showMessageRequest"]
