"""Each message that recommends a command has a test that runs it."""

import importlib
from pathlib import Path

import pytest

from tests.remedies.conftest import CASES
from tests.remedies.recommended import ROOT, bare, messages, page_commands, typescript_commands

for module in Path(__file__).parent.glob("test_*.py"):
    importlib.import_module(f"tests.remedies.{module.stem}")

#: What is said of commands, and recommends none.
PROSE = (
    "Would create git tag", "Would delete git tag", "Would push git tag",
    "Created git tag", "Deleted git tag", "Pushed git tag",
    "Push created git tag", "Delete the git tag(s)", "git tag {} on remote", "gtod get was ended",
    "earlier gtod get was ended", "git update-ref did",
    "git log -1 --no-show-signature --format=%ct",
)  # fmt: skip


def recommending() -> list[tuple[str, str]]:
    return sorted({(module, text) for module, text in messages() if "git rev-parse --local-env-vars" not in text})


@pytest.mark.parametrize(("module", "text"), recommending())
def test_a_message_with_a_command_has_a_test_that_runs_it(module: str, text: str) -> None:
    assert any(part in text for part in CASES), f"{module}: bind a test to {text!r} with @remedy"


def test_no_test_is_of_a_message_that_is_gone() -> None:
    texts = [text for _, text in messages()]
    assert [part for part in CASES if not any(part in text for text in texts)] == []


def test_every_command_in_a_message_is_in_backticks() -> None:
    assert [each for each in bare() if not any(part in each[1] for part in PROSE)] == []


#: Commands of pages and of the extension, each with the case that runs it or its like.
ELSEWHERE = {
    "chmod 700": "test_daemon.test_its_directory_is_open",
    "git tag -d": "test_tags.test_doctor_of_a_lightweight_tag",
    "gtod get": "tests/cli/test_get.py",
    "git fetch --tags --force": "test_repositories.test_tags_that_a_clone_lacks",
    "git fetch --unshallow --tags": "test_repositories.test_a_shallow_clone",
    "git config --global --add safe.directory": "test_repositories.test_somebody_elses",
    "sysctl fs.inotify": "test_daemon.test_limits_of_inotify",
    "git clone": "test_repositories.test_a_remote_repository_where_one_here_is_needed",
    "git tag NAME": "what makes a lightweight tag, no remedy",
    "gtod status": "test_daemon",
    "gtod logs": "test_daemon",
    "gtod stop": "test_daemon",
    "gtod restart": "test_daemon",
    "gtod start": "test_daemon",
    "gtod serve": "tests/client/test_transports",
    "gtod watch": "tests/cli/test_watch.py",
    "gtod call gto/status": "tests/cli/test_commands.py",
    "gtod check-ref": "tests/cli/test_commands.py",
    "gtod show": "test_tags.test_what_there_is_to_see",
    "gtod doctor": "test_tags.test_many_problems",
    "gtod socket-path": "tests/cli/test_lifecycle.py",
    "gtod fleet": "tests/cli/test_fleet.py",
    "gtod mcp": "tests/cli/test_mcp.py",
    "gtod --no-daemon COMMAND": "tests/rpc/test_oneshot.py",
}


@pytest.mark.parametrize("command", sorted({*page_commands(ROOT / "docs/troubleshooting.md"), *typescript_commands()}))
def test_a_command_of_a_page_or_of_the_extension_is_one_that_is_run(command: str) -> None:
    assert any(command.startswith(known) for known in ELSEWHERE), command
