"""A public generator makes a client of openrpc.json, which compiles and asks: docs/protocol/generated-clients.md."""

import json
import os
import re
from pathlib import Path

import pytest

from gto_daemon import client
from tests.docs.pages import ROOT, blocks
from tests.docs.transcripts import run_script
from tests.oracle.npm import is_installed, modules, node_directory

_PAGE = ROOT / "docs/protocol/generated-clients.md"


@pytest.fixture(autouse=True)
def _node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(node_directory()), prepend=os.pathsep)


def test_a_generated_client_compiles_and_shows_the_registry(registry: Path, tmp_path: Path) -> None:
    assert is_installed(), "run: python -m tests.oracle.npm"
    install, generate, _install_generated, ask, compile_and_ask = (block.text for block in blocks(_PAGE))
    wanted = json.loads((ROOT / "tests/oracle/npm/package.json").read_text())["dependencies"]
    for name, version in re.findall(r"(\S+)@(\S+)", install):
        assert wanted[name] == version
    place = tmp_path / "client"
    place.mkdir()
    (place / "node_modules").symlink_to(modules())
    _run(generate, place)
    generated = place / "client/typescript"
    pinned = json.loads((generated / "package.json").read_text())["dependencies"]
    for name in ("@open-rpc/client-js", "@open-rpc/meta-schema", "@open-rpc/schema-utils-js"):
        assert pinned[name] == wanted[name]
    (generated / "src/ask.ts").write_text(ask)
    client.start()
    printed = _run(compile_and_ask.replace('"$PWD"', f"'{registry}'"), generated)
    *rows, checked = printed.splitlines()
    assert dict(row.split() for row in rows) == {
        name: row["version"] or "null" for name, row in client.show(registry).items()
    }
    assert checked == "churn v3.0.0"


def _run(script: str, place: Path) -> str:
    done = run_script(script, place)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
