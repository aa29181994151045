"""Hovers say who signed the tags of stages, once that is verified."""

import asyncio
from pathlib import Path

from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import Editor
from tests.signing import needs_ssh, public, sign, sign_by_ssh, ssh_key


@needs_ssh
async def test_a_hover_says_who_signed(editor: Editor, registry: RepositoryBuilder, root: Path, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys/ann")
    signers = tmp_path / "signers"
    signers.write_text(f"ann@example.com {public(key)}\n")
    sign_by_ssh(registry, key, signers=signers)
    sign(registry, "churn#prod#3")
    uri = editor.open(root / "artifacts.yaml")

    async def hovered() -> bool:
        shown: str = (await editor.at("hover", uri, 0, 1))["contents"]["value"]
        return "`churn#prod#3`, signed by `ann@example.com`" in shown

    async with asyncio.timeout(30):
        while not await hovered():
            pass
