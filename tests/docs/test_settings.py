"""The settings for contributors work without a network: hooks are this repository's own."""

import yaml

from tests.docs.pages import ROOT


def test_every_hook_is_local_and_runs_what_make_installs() -> None:
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repository["repo"] for repository in settings["repos"]] == ["local"]
    hooks = settings["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)


def test_the_hooks_check_what_make_lint_checks() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lint = makefile.partition("\nlint:")[2].partition("\n\n")[0]
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    programs = {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in settings["repos"][0]["hooks"]}
    assert programs == {"ruff", "mypy", "lint-imports"}
    assert all(f"$(BIN)/{program}" in lint for program in programs)
