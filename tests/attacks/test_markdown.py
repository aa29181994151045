"""What others wrote, in an editor: no link, no picture, no heading of theirs in a hover, and none in a message."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import Editor

_EVIL = [
    "[click](command:workbench.action.terminal.sendSequence?%7B%7D)",
    "![x](https://evil.example/track.png)",
    "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "text\n\n# heading\n\n[click](https://evil.example)\n\n| a |\n|---|\n",
    "``` \n[click](https://evil.example) ` [click](https://evil.example) `",
    "https://evil.example www.evil.example me@evil.example",
    "\u202e[kcilc](command:x)\x1b[31m",
    "[x]: https://evil.example\n\n[x]",
    "\r\r# heading\r[click](command:x)",
]
#: As editors read it: tables and bare addresses count, and HTML, to see it.
_READER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "linkify"])
_OWN = re.compile(r"^(command:gto\.|file:)")


@pytest.mark.parametrize("evil", _EVIL)
async def test_a_hover_shows_it_and_makes_nothing_of_it(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path, evil: str
) -> None:
    fields = json.dumps(evil)
    text = f"churn:\n  type: {fields}\n  path: {fields}\n  description: {fields}\n  labels: [{fields}]\n"
    registry.commit(
        {"artifacts.yaml": text}, message=evil, author=f"{evil.splitlines()[0].translate(_NO_ANGLES)} <a@x>"
    )
    registry.tag("churn@v7.0.0", message=evil, tagger=f"{evil.splitlines()[0].translate(_NO_ANGLES)} <a@x>")
    registry.tag("churn#prod#9", message=evil)
    registry.checkout()
    editor = new_editor()
    await editor.initialize(root)
    uri = editor.open(root / "artifacts.yaml", text)
    seen = 0
    for line in range(5):
        hover = await editor.ask("hover", uri, position={"line": line, "character": 3})
        if hover is None:
            continue
        seen += 1
        shown = hover["contents"]["value"]
        assert not re.search("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069]", shown)
        blocks = _READER.parse(shown)
        headings = [blocks[place + 1].content for place, block in enumerate(blocks) if block.type == "heading_open"]
        assert headings in ([], ["`churn`"]), shown
        for token in (each for block in blocks for each in (block, *(block.children or ()))):
            assert token.type not in ("image", "html_block", "html_inline", "fence", "code_block"), shown
            if token.type == "link_open":
                assert _OWN.match(str(token.attrs["href"])), shown
    assert seen


_NO_ANGLES = str.maketrans({"<": "(", ">": ")"})


async def test_a_message_of_the_server_makes_no_link_of_it(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path, tmp_path: Path
) -> None:
    """VS Code makes links, of commands too, of what a server has it show; here a remote says it."""
    from tests.remotes import hook, remote_of
    from tests.rpc.lsp.test_commands import command

    hook(remote_of(registry, tmp_path / "remote.git"), "pre-receive", "echo '[click](command:x)' >&2; exit 1")
    registry.tag("churn@v8.0.0")
    editor = new_editor()
    await editor.initialize(root)
    await editor.execute(command("gto.push", {}))
    said = [each["params"]["message"] for each in editor.said if each["method"] == "window/showMessage"]
    assert any("click" in message for message in said), said
    assert not any("](" in message for message in said)
