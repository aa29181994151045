"""Helix in a terminal: attach, colours, diagnostics, hover, code action; its tag is looked at with Git."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.editors import newer
from tests.editors.conftest import set_up
from tests.waiting import eventually

_ESCAPE = re.compile(r"\x1b\[[\d;:]*m")
_COLOUR = re.compile(r"\x1b\[38;2;(\d+;\d+;\d+)m")


@pytest.fixture
def tmux(registry: RepositoryBuilder, environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Run a command of tmux, where Helix runs in the registry, set up as the page says."""
    configuration = tmp_path / "config"
    helix = configuration / "helix"
    helix.mkdir(parents=True)
    (helix / "languages.toml").write_text(set_up("toml"))
    own = {
        **environment,
        "XDG_CONFIG_HOME": str(configuration),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "HELIX_RUNTIME": str(newer.helix_runtime()),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
    }
    subprocess.run(["sh", "-c", set_up("sh")], check=True, env=own)

    def run(*arguments: str) -> str:
        command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=True, env=own, capture_output=True, text=True).stdout

    helix_command = shlex.join([*newer.helix(), "artifacts.yaml"])
    run("new-session", "-d", "-x", "140", "-y", "30", "-c", str(registry.path), helix_command)
    yield run
    run("kill-server")


def test_helix_assigns_a_stage(registry: RepositoryBuilder, tmux: Callable[..., str]) -> None:
    def shows(words: str) -> bool:
        return words in tmux("capture-pane", "-p")

    def colours(words: str) -> set[str]:
        lines = tmux("capture-pane", "-p", "-e").splitlines()
        return {each for line in lines if words in _ESCAPE.sub("", line) for each in _COLOUR.findall(line)}

    # The text is there before the server is, which has been asked about it once something is marked.
    eventually(lambda: shows("typo: 1") and shows("●"))
    tmux("send-keys", "Space", "k")
    eventually(lambda: shows("| prod | v1.0.0 |"))
    tmux("send-keys", "Escape")
    eventually(lambda: not shows("| prod | v1.0.0 |"))
    tmux("send-keys", "Space", "a")
    eventually(lambda: shows("Assign churn v2.0.0 to prod — churn#prod#2"))
    tmux("send-keys", "Enter")
    eventually(lambda: registry.git("tag", "--list", "churn#prod#2"))
    tag = registry.git("cat-file", "-p", "refs/tags/churn#prod#2")
    assert tag.endswith("Assigning stage prod to artifact churn version v2.0.0")

    # The other files are gtod's, too, and YAML with its colours: a comment has its own, and so have keys.
    for name, key, complaint in ((".gto", "stagez", "unknown key 'stagez'"), (".gtod.yaml", "rulez", "'rulez' is not")):
        (registry.path / name).write_text(f"# Comment\n{key}: [one]\n")
        tmux("send-keys", f":open {name}", "Enter", "j")
        eventually(partial(shows, complaint))
        assert len(colours(f"{key}: [one]") - colours("# Comment")) >= 2, name
