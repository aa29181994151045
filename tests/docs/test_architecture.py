"""The page about the architecture names the dependency rules as they are enforced."""

import re
import tomllib

from tests.docs.pages import ROOT


def test_it_lists_the_contracts_of_import_linter() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    listed = page.partition("<!-- contracts -->")[2].partition("<!-- /contracts -->")[0]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    assert re.findall(r"^- (.+)$", listed, re.M) == [contract["name"] for contract in contracts]


def test_every_package_has_its_row() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    packages = {place.parent.name for place in ROOT.glob("gto_daemon/*/__init__.py")}
    assert set(re.findall(r"^\| `gto_daemon/(\w+)/` \|", page, re.M)) == packages
