"""Hovers and lenses say who signed the tags of stages, once that is verified."""

import asyncio
from collections.abc import Callable
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


async def lens(editor: Editor, uri: str) -> str:
    first: str = (await editor.ask("codeLens", uri))[0]["command"]["title"]
    return first


@needs_ssh
async def test_a_lens_says_who_signed_and_waits_for_nothing(
    editor: Editor, registry: RepositoryBuilder, root: Path, tmp_path: Path
) -> None:
    key = ssh_key(tmp_path / "keys/ann")
    signers = tmp_path / "signers"
    signers.write_text(f"ann@example.com {public(key)}\n")
    sign_by_ssh(registry, key, signers=signers)
    sign(registry, "churn#prod#3")
    registry.git("update-ref", "refs/tags/churn#test#5", registry.git("rev-parse", "refs/tags/churn#prod#3"))
    uri = editor.open(root / "artifacts.yaml")
    assert "sign" not in await lens(editor, uri)
    await editor.until("workspace/codeLens/refresh")
    said = await lens(editor, uri)
    assert "(signed by ann@example.com)" in said
    assert "(⚠ bad signature)" in said


@needs_ssh
async def test_no_lens_runs_a_program_for_an_untrusted_editor(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path, tmp_path: Path
) -> None:
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\n")
    program.chmod(0o755)
    sign_by_ssh(registry, ssh_key(tmp_path / "keys/ann"), signers=tmp_path / "signers")
    (tmp_path / "signers").touch()
    sign(registry, "churn#prod#3")
    registry.git("config", "gpg.ssh.program", str(program))
    for trusted in (False, True):
        editor = new_editor()
        await editor.initialize(root, trusted=trusted)
        await lens(editor, editor.open(root / "artifacts.yaml"))
        if trusted:
            await editor.until("workspace/codeLens/refresh")
        else:
            await editor.nothing_more()
        assert ran.exists() is trusted
