"""Lines end where Git, gpg and ssh-keygen end them, and nowhere else."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import gto_daemon
from gto_daemon.git.client_configuration import read_configuration
from gto_daemon.git.default_remote import read_remotes
from gto_daemon.git.layout import configured, find_layout
from gto_daemon.git.lines import lines_of
from gto_daemon.git.process import Git
from gto_daemon.registry.rules.judging import override_reason
from tests.builders import RepositoryBuilder

#: Where Python ends a line of text, and no program that is run here does.
OTHERS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@pytest.mark.parametrize("other", OTHERS)
def test_a_line_ends_at_its_line_feed(other: str) -> None:
    assert lines_of(f"a{other}b\nc\r\nd".encode()) == [f"a{other}b", "c", "d"]


def test_a_value_makes_no_second_setting_or_remote(make_repository: Callable[..., RepositoryBuilder]) -> None:
    registry = make_repository("forged")
    forged = "Ann\u2028user.signingkey=mallory\u2028[extensions]\u2028refstorage = reftable"
    registry.git("config", "user.name", forged)
    registry.git("remote", "add", "one\u2028two", "elsewhere")
    git = Git(find_layout(str(registry.path)), {})
    variables = read_configuration(git, {}).variables
    assert variables["user.name"] == forged
    assert "user.signingkey" not in variables
    assert read_remotes(git.run) == ["one\u2028two"]
    assert configured(registry.git_dir, "extensions", "refstorage") is None


def test_a_message_has_the_trailers_that_git_finds_in_it() -> None:
    assert override_reason("m\n\nOverride: down") == "down"
    assert override_reason("m\n\nSee:\u2028Override: down") is None


def test_no_output_of_a_program_is_cut_where_text_is() -> None:
    cut = re.compile(r"(decode|fsdecode)\([^()]*(\([^()]*\)[^()]*)*\)\s*\.splitlines\(\)")
    allowed = {
        "client/spawn.py",  # what our own daemon says, of which the last line is shown
        "daemon/rules/past.py",  # ASCII
        "rpc/methods/acts/annotation_acts.py",  # both sides of a difference, cut alike
    }
    package = Path(gto_daemon.__file__).parent
    found = {str(path.relative_to(package)) for path in package.rglob("*.py") if cut.search(path.read_text())}
    assert found <= allowed
