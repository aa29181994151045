"""What others wrote into tags, commits and files, on a terminal: shown, and never obeyed."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from gto_daemon.visible import visible
from tests.builders import RepositoryBuilder

_ROOT = Path(__file__).parents[2]
#: Sets the window's title, clears the screen, turns text around, in C0 and C1, and goes back to write over the line.
_EVIL = "\x1b]0;pwned\x07\x1b[2J\u202e\x9b31m\rover\x08"
_IN_YAML = r"\e]0;pwned\a\e[2J\u202e\u009b31m\rover\b"
_ANNOTATION = f"""churn:
  type: "t{_IN_YAML}"
  path: "p{_IN_YAML}"
  description: "d{_IN_YAML}"
  labels: ["l{_IN_YAML}"]
  custom: "c{_IN_YAML}"
  "x{_IN_YAML}": 1
"bad{_IN_YAML}": {{}}
"""
_LINES = [
    *("show", "show churn", "show --plain", "history", "history churn --plain", "history --commits", "history -A"),
    *("describe churn", "describe churn --type", "describe churn --description", "describe churn --path"),
    *("describe churn --custom", "doctor", "check-ref churn@v1.0.0", "why churn prod", "stages --allowed", "stages"),
    *("at", "get churn", f"check-ref f{_EVIL}x", f"show z{_EVIL}", f"assign churn --stage p{_EVIL}", "print-state"),
    *(f"parse-tag q{_EVIL}", "push", "fetch", "sync-status", "annotate churn --type m --dry-run"),
    *("rollback churn prod --dry-run", "deprecate churn --dry-run", "register churn --dry-run", "logs", "status"),
    *("metrics", "metrics churn", "metrics churn --all --plain", "metrics churn --csv", "metrics churn --md"),
    *("params churn", "compare churn@v1.0.0 HEAD", "compare churn@v1.0.0 HEAD --md", "show churn --metrics *"),
    *(f"show churn@max:z{_EVIL}", "show churn@max:same", f"plot churn z{_EVIL} --vega x", "plot churn same --vega x"),
    *("ci-event churn#prod#1", "ci-event churn@v1.0.0 --fetched", f"ci-event f{_EVIL}x --github"),
    *("ci-event churn@v1.0.0 --fetched --gitlab", "ci-event churn@v1.0.0 --fetched --json"),
    *("show churn@max:only", f"metrics churn --keys z{_EVIL}"),
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> RepositoryBuilder:
    repo = RepositoryBuilder(tmp_path_factory.mktemp("hostile") / "repo")
    who = f"A{_EVIL} <a{_EVIL}@x>"
    numbers = json.dumps({f"k{_EVIL}": f"v{_EVIL}", f"n{_EVIL}\nn": 1, "same": 1})
    evidence = {
        "dvc.yaml": f'metrics: ["m{_IN_YAML}.json", "g{_IN_YAML}", m.json]\nparams: ["m{_IN_YAML}.json"]\n',
        f"m{_EVIL}.json": numbers,
        "m.json": json.dumps({"same": 2, "only": 3, f"l{_EVIL}": [_EVIL]}),
    }
    files = {"artifacts.yaml": _ANNOTATION, ".gto": f'stages: ["p{_IN_YAML}"]\n"x{_IN_YAML}": 1\n', **evidence}
    repo.commit(files, message=f"subject{_EVIL}\n\nbody{_EVIL}", author=who)
    for name in ("churn@v1.0.0", "churn#prod#1"):
        repo.tag(name, tagger=who, message=f"message{_EVIL}\nsecond{_EVIL}")
    repo.checkout()
    # No file has such a name, but a line of packed-refs may.
    (repo.git_dir / "packed-refs").write_text(f"# pack-refs with: peeled \n{repo.head} refs/tags/f{_EVIL[:-7]}\n")
    hook = repo.git_dir / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nprintf '%s' '{_EVIL}' >&2\nexit 1\n")
    hook.chmod(0o755)
    subprocess.run(["git", "init", "--quiet", "--bare", f"{repo.path}.git"], check=True)
    repo.git("remote", "add", "origin", f"{repo.path}.git")
    return repo


def on_terminal(line: str, cwd: Path) -> str:
    """All that a terminal is sent by a command line, line ends as they were."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", *line.split(" ")],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "GTOD_NO_DAEMON": "1", "NO_COLOR": "1", "TERM": "xterm"},
    )
    os.close(theirs)
    received = b""
    try:
        while chunk := os.read(ours, 65536):
            received += chunk
    except OSError:
        pass  # Linux' way to say that the other end of a terminal is closed
    os.close(ours)
    process.wait()
    return received.decode("utf-8", "replace").replace("\r\n", "\n")


@pytest.mark.parametrize("line", _LINES, ids=range(len(_LINES)))
def test_no_command_has_a_terminal_obey(hostile: RepositoryBuilder, line: str) -> None:
    shown = on_terminal(line, hostile.path)
    assert "Traceback" not in shown
    assert visible(shown) == shown
    assert not set(shown) & set("\x1b\x07\x08\x9b\r\u202e")


@pytest.mark.parametrize("line", ["history", "describe churn --description", "check-ref churn@v1.0.0", "push"])
def test_it_is_seen_that_something_odd_is_there(hostile: RepositoryBuilder, line: str) -> None:
    assert "\\x1b" in on_terminal(line, hostile.path)


def test_what_means_no_harm_stays() -> None:
    for text in ("", "plain", "two\nlines\twith a tab\r\n", "é 🎈 👩‍👩‍👧 עברית", "می\u200cشود"):
        assert visible(text) == text
    assert visible("a\rb\x1b\x9b\u202e") == "a\\rb\\x1b\\x9b\\u202e"


def test_no_command_prints_past_it() -> None:
    """All of the command line prints by `echo`, or says here why it need not."""
    own = {"printing.py", "tables.py", "refusals.py"}  # they make what they are given harmless, then style it
    for path in (_ROOT / "gto_daemon" / "cli").rglob("*.py"):
        text = path.read_text()
        assert path.name in own or ("click.echo" not in text and "click.secho" not in text), path
        assert "print(" not in text.replace("def print(", ""), path
