"""Lenses and hovers say the metrics of the latest version, beside those of the version in the most important stage."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.builders import RepositoryBuilder
from tests.rpc.conftest import ANNOTATIONS
from tests.rpc.lsp.editor import Editor

DVC = "metrics: [metrics.json]\n"


@pytest.fixture
def measured(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Version 1 in prod, version 2 in dev, each with metrics; version 2 has one more."""
    for version, metrics in ((1, {"auc": 0.9, "loss": 0.5}), (2, {"auc": 0.92, "loss": 0.5, "new": float("nan")})):
        files = {"dvc.yaml": DVC, "metrics.json": json.dumps(metrics), "artifacts.yaml": ANNOTATIONS}
        commit = repo.commit({**files, "models/churn.pkl": str(version)}, at=1_700_000_000 + version)
        repo.tag(f"churn@v{version}.0.0", commit, at=1_700_000_100 + version)
        repo.tag(f"churn#{('prod', 'dev')[version - 1]}#{version}", commit, at=1_700_000_200 + version)
    repo.checkout()
    return repo


async def opened(editor: Editor, repo: RepositoryBuilder) -> str:
    root = repo.path.resolve()
    await editor.initialize(root)
    return editor.open(root / "artifacts.yaml")


async def lens(editor: Editor, uri: str) -> str:
    first: str = (await editor.ask("codeLens", uri))[0]["command"]["title"]
    return first


@pytest_asyncio.fixture
async def blank(new_editor: Callable[[], Editor]) -> Editor:
    return new_editor()


async def test_a_lens_waits_for_nothing_and_then_says_the_headline(blank: Editor, measured: RepositoryBuilder) -> None:
    uri = await opened(blank, measured)
    assert await lens(blank, uri) == "v2.0.0 · dev v2.0.0 · prod v1.0.0"
    await blank.until("workspace/codeLens/refresh")
    assert await lens(blank, uri) == "v2.0.0 · auc 0.92 (+0.02 vs prod) · dev v2.0.0 · prod v1.0.0"
    # What is known is read no more, so nothing is refreshed again.
    assert not [each for each in await blank.nothing_more() if "refresh" in each.get("method", "")]


async def test_a_lens_follows_the_stage(blank: Editor, measured: RepositoryBuilder) -> None:
    uri = await opened(blank, measured)
    await lens(blank, uri)
    await blank.until("workspace/codeLens/refresh")
    await lens(blank, uri)
    measured.tag("churn#prod#3", measured.git("rev-parse", "churn@v2.0.0^{}"), at=1_700_000_900)
    await blank.until("workspace/codeLens/refresh")
    while "auc 0.92 ·" not in (said := await lens(blank, uri)):
        assert said == "v2.0.0 · dev v2.0.0 · prod v2.0.0"
        await blank.until("workspace/codeLens/refresh")
    assert said == "v2.0.0 · auc 0.92 · dev v2.0.0 · prod v2.0.0"


async def test_a_hover_has_the_table_at_once(blank: Editor, measured: RepositoryBuilder) -> None:
    uri = await opened(blank, measured)
    shown = (await blank.at("hover", uri, 0, 1))["contents"]["value"]
    assert "| metric | v2.0.0 | prod v1.0.0 | difference |" in shown
    assert "| auc | `0.92` | `0.9` | +0.02 |" in shown
    assert "| new | `NaN` |  |  |" in shown
    assert "| loss | `0.5` | `0.5` | ±0 |" in shown
    assert "metric" not in (await blank.at("hover", uri, 3, 1))["contents"]["value"]


async def test_without_metrics_nothing_is_added(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    assert await lens(editor, uri) == "v2.0.0 · dev v2.0.0 · prod v1.0.0"
    assert "metric" not in (await editor.at("hover", uri, 0, 1))["contents"]["value"]
    assert await lens(editor, uri) == "v2.0.0 · dev v2.0.0 · prod v1.0.0"
