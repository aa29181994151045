"""Documents are found however their URIs are spelled, and editors are answered in the spelling that they used."""

import ntpath
import posixpath
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final
from urllib.parse import quote, unquote

import pytest

from gto_daemon.rpc.schema.uris import document_key, path_of
from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import CAPABLE, PULLING, Editor

FOLDERS: Final = (
    "my models",
    "c#",
    "modèles",
    "日本語",
    "a+b",
    "50%",
    "100%25",
    "a%20b",
    "it's (new)",
    "[x]{y}",
    "a;b,c=d&e",
    "what?",
    "a:b@c",
    "~!$*|",
)


def _lower(uri: str) -> str:
    """Hexadecimal digits in lower case."""
    return "".join(each if at % 2 == 0 else each.lower() for at, each in enumerate(_split(uri)))


def _split(uri: str) -> list[str]:
    parts, rest = [], uri
    while "%" in rest:
        before, _, rest = rest.partition("%")
        parts += [before, f"%{rest[:2]}"]
        rest = rest[2:]
    return [*parts, rest]


_UNRESERVED: Final = "/:@!$&'()*+,;=~[]{}|"
#: How editors spell the URI of a path.
SPELLINGS: Final[dict[str, Callable[[Path], str]]] = {
    "everything is encoded": lambda path: f"file://{quote(str(path))}",
    "in lower case": lambda path: _lower(f"file://{quote(str(path))}"),
    "the least is encoded": lambda path: "file://" + quote(str(path), safe=_UNRESERVED),
    "letters are not encoded": lambda path: (
        "file://" + "".join(each if each.isalpha() else quote(each) for each in str(path))
    ),
    "even slashes are encoded": lambda path: "file:///" + quote(str(path)[1:], safe=""),
    "with a host": lambda path: f"file://localhost{quote(str(path))}",
    "without slashes": lambda path: f"FILE:{quote(str(path))}",
}

PATHS: Final[tuple[tuple[str, ModuleType, str | None], ...]] = (
    ("file:///a/b%20c", posixpath, "/a/b c"),
    ("file:///a/b%2Bc", posixpath, "/a/b+c"),
    ("file:///a/b+c", posixpath, "/a/b+c"),
    ("file:///a/100%2525", posixpath, "/a/100%25"),
    ("file:///a/%e6%97%a5", posixpath, "/a/日"),
    ("file:///a/%E6%97%A5", posixpath, "/a/日"),
    ("file:///a/日", posixpath, "/a/日"),
    ("file:///a/%ff", posixpath, "/a/\udcff"),
    ("file:///a/100%", posixpath, "/a/100%"),
    ("file:///a/./b/../c/", posixpath, "/a/c"),
    ("file:///a/%2e%2e/c", posixpath, "/c"),
    ("file:////a//b", posixpath, "/a/b"),
    ("file:/a/b", posixpath, "/a/b"),
    ("FILE://LocalHost/a", posixpath, "/a"),
    ("file:///a#b?c", posixpath, "/a#b?c"),
    ("file://host/a", posixpath, None),
    ("file://[/a", posixpath, None),
    ("file:a", posixpath, None),
    ("file:", posixpath, None),
    ("file:///a%00b", posixpath, None),
    ("untitled:Untitled-1", posixpath, None),
    ("untitled:/a/artifacts.yaml", posixpath, None),
    ("vscode-remote://ssh-remote%2Bbox/a", posixpath, None),
    ('git:/a/artifacts.yaml?{"path":"/a/artifacts.yaml","ref":"~"}', posixpath, None),
    ("/a/b", posixpath, None),
    ("", posixpath, None),
    ("file:///c%3A/Users/ann/my%20models", ntpath, "c:\\Users\\ann\\my models"),
    ("file:///c%3a/Users/ann", ntpath, "c:\\Users\\ann"),
    ("file:///C:/Users/ann", ntpath, "c:\\Users\\ann"),
    ("file:///c:/Users/ann/", ntpath, "c:\\Users\\ann"),
    ("file:///C|/Users/ann", ntpath, "c:\\Users\\ann"),
    ("file://localhost/C:/a", ntpath, "c:\\a"),
    ("file:/C:/a%2Bb", ntpath, "c:\\a+b"),
    ("file://server/share/a%20b", ntpath, "\\\\server\\share\\a b"),
    ("file:////server/share/a", ntpath, "\\\\server\\share\\a"),
    ("untitled:C:\\a", ntpath, None),
)


@pytest.mark.parametrize(("uri", "flavour", "path"), PATHS)
def test_the_path_of_a_uri(uri: str, flavour: ModuleType, path: str | None) -> None:
    assert path_of(uri, flavour) == path


@pytest.mark.parametrize("name", FOLDERS)
def test_each_spelling_of_a_path_has_one_key(name: str) -> None:
    path = Path("/home/ann") / name / "artifacts.yaml"
    assert {document_key(spelled(path)) for spelled in SPELLINGS.values()} == {f"file:{path}"}
    assert path_of(path.as_uri()) == str(path)


def test_what_is_no_file_is_kept_by_its_uri() -> None:
    assert document_key("untitled:a%20b") == "untitled:a%20b"
    assert document_key("git:/a?x") != document_key("git:/a?y")


async def _everything(editor: Editor, root: Path, opened: Callable[[Path], str], asked: Callable[[Path], str]) -> None:
    """Each feature in a repository whose documents are opened by one spelling and asked about by another."""
    file = root / "artifacts.yaml"
    own, uri = opened(file), asked(file)
    editor.open(file, uri=own)
    assert (await editor.titles(uri))[0] == "v2.0.0 · dev v2.0.0 · prod v1.0.0"
    assert "v2.0.0" in (await editor.at("hover", uri, 0, 1))["contents"]["value"]
    assert [each["name"] for each in await editor.ask("documentSymbol", uri)] == ["churn", "segment"]
    assert await editor.ask("foldingRange", uri)
    assert (await editor.at("completion", uri, 1, 8))["items"]
    (found,) = await editor.at("definition", uri, 0, 1)
    assert unquote(found["uri"]) == f"file://{root}/models/churn.pkl"
    assert [each["uri"] for each in await editor.at("references", uri, 0, 1, context={"includeDeclaration": True})] == [
        own
    ]
    (link,) = await editor.ask("documentLink", uri)
    assert unquote(link["target"]) == f"file://{root}/models/churn.pkl"
    assert any(each["kind"].startswith("refactor.gto") for each in await editor.actions(uri, 0))
    assert (await editor.at("prepareRename", uri, 3, 1))["placeholder"] == "segment"
    (change,) = (await editor.at("rename", uri, 3, 1, newName="other"))["documentChanges"]
    assert change["textDocument"] == {"uri": own, "version": 1}
    symbols = await editor.request("workspace/symbol", {"query": "churn"})
    assert [each["location"]["uri"] for each in symbols] == [own]
    version = editor.change(uri, "churn:\n  type: model\n  typo: x\n")
    assert await editor.published(own) == ["uncommitted-annotation", "unknown-field"]
    (fix, *_) = await editor.actions(uri, 2, 3, "quickfix")
    (change,) = fix["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": own, "version": version}
    answer = await editor.request("gto/annotate", {"name": "churn", "type": "data", "apply": "edit"})
    (change,) = answer["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": own, "version": version}
    editor.close(uri)
    assert await editor.published(own) == []
    assert await editor.ask("codeLens", uri) == []


@pytest.mark.parametrize("name", FOLDERS)
async def test_every_feature_works_in_a_folder_of_that_name(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, name: str
) -> None:
    root = registry.path.resolve().with_name(name)
    registry.path.rename(root)
    editor = new_editor()
    await editor.initialize(root)
    await _everything(editor, root, Path.as_uri, Path.as_uri)


@pytest.mark.parametrize("asked", SPELLINGS)
@pytest.mark.parametrize("opened", ["everything is encoded", "the least is encoded", "letters are not encoded"])
async def test_documents_are_found_by_every_spelling(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, opened: str, asked: str
) -> None:
    root = registry.path.resolve().with_name("modèles + [100%] it's #1")
    registry.path.rename(root)
    editor = new_editor()
    folders = [{"uri": SPELLINGS[asked](root), "name": "models"}]
    await editor.request(
        "initialize", {"processId": None, "capabilities": CAPABLE, "workspaceFolders": folders, "rootUri": None}
    )
    editor.notify("initialized", {})
    await _everything(editor, root, SPELLINGS[opened], SPELLINGS[asked])
    # A folder that was added by one spelling is taken away by another.
    gone = {"added": [], "removed": [{"uri": SPELLINGS[opened](root), "name": "models"}]}
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": gone})
    assert await editor.request("workspace/symbol", {"query": "churn"}) == []


async def test_another_file_that_is_open_is_named_as_the_editor_opened_it(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder
) -> None:
    root = registry.path.resolve().with_name("a+b é")
    registry.path.rename(root)
    (root / ".gto").write_text("types: [model]\n")
    editor = new_editor()
    await editor.initialize(root)
    config = editor.open(root / ".gto", uri=SPELLINGS["the least is encoded"](root / ".gto"))
    uri = editor.open(root / "artifacts.yaml", "churn:\n  type: report\n")
    (add,) = [each for each in await editor.actions(uri, 1, 9, "quickfix") if each["title"].startswith("Add")]
    (change,) = add["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": config, "version": 1}


async def test_a_folder_that_was_opened_through_a_link_is_named_by_the_link(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder
) -> None:
    link = registry.path.resolve().with_name("the link")
    link.symlink_to(registry.path.resolve())
    editor = new_editor()
    await editor.initialize(link)
    uri = editor.open(link / "artifacts.yaml")
    (found,) = await editor.at("definition", uri, 0, 1)
    assert found["uri"] == (link / "models/churn.pkl").as_uri()
    version = editor.change(uri, "churn: {type: x}\n")
    answer = await editor.request("gto/annotate", {"name": "churn", "type": "data", "apply": "edit"})
    (change,) = answer["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": version}
    assert change["edits"][0]["range"]["start"] == {"line": 0, "character": 12}
    (symbol,) = await editor.request("workspace/symbol", {"query": "churn"})
    assert symbol["location"]["uri"] == uri


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "untitled:{path}",
        "vscode-remote://ssh-remote%2Bbox{path}",
        "git:{path}?%7B%22path%22%3A%22{path}%22%2C%22ref%22%3A%22~%22%7D",
        "vscode-vfs://github{path}",
        "file://elsewhere{path}",
        "{path}",
        "file:artifacts.yaml",
    ],
)
async def test_what_is_no_file_here_is_answered_with_nothing(
    new_editor: Callable[[], Editor], root: Path, uri: str
) -> None:
    """What has the path of an annotation file, and is none, gets no features, and the file's are left alone."""
    editor = new_editor()
    await editor.initialize(root, capabilities=PULLING)
    file = root / "artifacts.yaml"
    own = editor.open(file)
    other = editor.open(file, "churn: [\n", uri=uri.format(path=file))
    for method in ("codeLens", "documentSymbol", "documentLink", "foldingRange"):
        assert await editor.ask(method, other) == []
    for method in ("hover", "completion", "prepareRename"):
        assert await editor.at(method, other, 0, 1) is None
    assert (await editor.ask("diagnostic", other))["items"] == []
    assert await editor.actions(other, 0) == []
    editor.close(other)
    assert len(await editor.ask("documentSymbol", own)) == 2
    # A document that was never opened is not read from disk either.
    editor.close(own)
    assert await editor.ask("documentSymbol", own) == []


@pytest.mark.parametrize(
    "uri",
    [
        "file://[/a",
        "file:///%ED%A0%80/artifacts.yaml",
        "file:///%",
        "x" * 10_000,
        "%",
        ":",
        "{root}/%00/artifacts.yaml",
        "{root}/artifacts.yaml%00",
        "file://%00/artifacts.yaml",
    ],
)
async def test_odd_uris_do_no_harm(editor: Editor, root: Path, uri: str) -> None:
    uri = uri.replace("{root}", root.as_uri())
    editor.open(root / "artifacts.yaml", uri=uri)
    assert await editor.ask("codeLens", uri) == []
    own = editor.open(root / "artifacts.yaml")
    assert await editor.titles(own)
    assert await editor.at("definition", own, 0, 1)
    assert await editor.at("references", own, 0, 1, context={"includeDeclaration": True})
    assert await editor.request("gto/annotate", {"name": "churn", "type": "x", "apply": "edit"})
