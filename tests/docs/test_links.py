"""Links between the pages lead somewhere, and what the pages name in the code is there."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, every_page, links, prose

_PAGES = pytest.mark.parametrize("page", every_page(), ids=lambda page: str(page.relative_to(ROOT)))
_IN_CODE = re.compile(r"`((?:gto_daemon|tests|benchmarks|demo|docs)/[\w./-]*)`")


def test_there_are_pages() -> None:
    names = {str(page.relative_to(ROOT)) for page in every_page()}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/ci.md"} <= names


@_PAGES
def test_every_link_between_pages_resolves(page: Path) -> None:
    broken = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        found = target.is_relative_to(ROOT) and target.exists() and (not fragment or fragment in anchors(target))
        if not found:
            broken.append(link)
    assert not broken


@_PAGES
def test_every_path_that_is_named_exists(page: Path) -> None:
    assert not [path for path in _IN_CODE.findall(prose(page)) if not (ROOT / path).exists()]


@_PAGES
def test_links_to_elsewhere_are_https(page: Path) -> None:
    assert not [link for link in links(page) if re.match(r"[a-z]+:", link) and not link.startswith("https://")]
