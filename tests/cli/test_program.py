"""The program around the commands: its help, its version, its completion, and how little it imports."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gto_daemon import __version__
from gto_daemon.cli.program import COMMANDS, program
from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

HEAVY = {"pydantic", "pygls", "lsprotocol", "pygit2", "rich", "asyncio", "yaml", "watchfiles", "subprocess"}


def test_without_arguments_it_prints_its_help_and_ends_with_2(gtod: Gtod) -> None:
    answer = gtod()
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "Read the registry:" in answer.stderr


def test_help_lists_every_command_but_the_hidden_ones(gtod: Gtod) -> None:
    answer = gtod("-h")
    assert answer.returncode == 0
    listed = {line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  ") and line.split()}
    visible = {name for name, entry in COMMANDS.items() if entry.section}
    assert visible <= listed
    assert not {"parse-tag", "print-state"} & listed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_a_sentence(name: str) -> None:
    answer = CliRunner().invoke(program, [name, "--help"], prog_name="gtod")
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"Usage: gtod {name} ")


def test_the_version_can_be_parsed(gtod: Gtod) -> None:
    assert gtod("--version").stdout == f"🪴  gtod {__version__}\n"
    assert gtod("--version", env={"GTO_EMOJIS": "false"}).stdout == f"gtod {__version__}\n"


def test_verbose_is_accepted_before_and_after_a_command(gtod: Gtod, registry: Path) -> None:
    plain = gtod("stages", cwd=registry).stdout
    assert gtod("-v", "stages", cwd=registry).stdout == plain
    assert gtod("stages", "-v", cwd=registry).stdout == plain


def test_a_terminal_that_cannot_show_a_character_is_no_crash(gtod: Gtod, registry: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "gto_daemon", "show", "--no-daemon"],
        cwd=registry,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b"| churn" in answer.stdout


def imported(gtod: Gtod, cwd: Path, *argv: str) -> set[str]:
    """The modules that a command line with a warm daemon adds to `sys.modules`."""
    gtod(*argv, cwd=cwd)  # so that there is a daemon
    script = (
        "import atexit, os, sys; before = {*sys.modules}; from gto_daemon.__main__ import main\n"
        "tell = lambda: print(*{*sys.modules} - before, file=sys.stderr, flush=True)\n"
        "leave = os._exit; os._exit = lambda code: (tell(), leave(code)); atexit.register(tell); main()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, *argv], cwd=cwd, capture_output=True, encoding="utf-8", check=True
    )
    assert answer.stdout
    return set(answer.stderr.split())


def test_a_plain_json_read_imports_neither_click_nor_anything_heavy(gtod: Gtod, registry: Path) -> None:
    for line in ("show --json", "show churn@latest --json", "history --json", "check-ref churn#prod#3 --json"):
        modules = imported(gtod, registry, *line.split())
        assert "gto_daemon" in modules
        assert not modules & {*HEAVY, "click", "pathlib", "dataclasses", "re", "enum", "typing", "socket", "json"}


def test_a_plain_json_read_without_a_daemon_imports_no_models_and_little_of_pygit2(gtod: Gtod, registry: Path) -> None:
    for line in ("show --json", "show churn@latest --json", "history --json", "check-ref churn#prod#3 --json"):
        modules = imported(gtod, registry, "--no-daemon", *line.split())
        assert "pygit2._pygit2" in modules
        assert not modules & {"pydantic", "pygit2", "click", "asyncio", "subprocess", "tempfile", "secrets"}


def test_other_answers_import_click_and_nothing_heavy(gtod: Gtod, registry: Path) -> None:
    for line in ("show --json --vs -1", "show churn@latest --ref", "show --plain", "check-ref churn#prod#3", "stages"):
        modules = imported(gtod, registry, *line.split())
        assert "click" in modules
        assert not modules & HEAVY


def shim(tmp_path: Path) -> Path:
    """A directory with `gtod`."""
    program = tmp_path / "bin" / "gtod"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gto_daemon "$@"\n')
    program.chmod(0o755)
    return program.parent


def complete(line: str, cwd: Path, tmp_path: Path) -> list[str]:
    """What bash is offered for the line, whose words it ends at `@` and `:` as it does by default."""
    script = (
        "eval \"$(gtod completion bash)\"; COMP_LINE=$1; COMP_POINT=${#1}; COMP_WORDBREAKS=$' \\t\\n\"\\'@><=;|&(:'; "
        '_gtod_completion gtod; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    answer = subprocess.run(
        ["bash", "-c", script, "bash", line],
        cwd=cwd,
        env={**os.environ, "PATH": f"{shim(tmp_path)}:{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert answer.stderr == ""
    return answer.stdout.split()


def test_bash_completes_commands_and_options(registry: Path, tmp_path: Path) -> None:
    assert complete("gtod che", registry, tmp_path) == ["check-ref"]
    assert complete("gtod show --regis", registry, tmp_path) == ["--registered-only"]


def test_bash_completes_artifacts_versions_stages_and_tags_from_a_warm_daemon(
    gtod: Gtod, registry: Path, tmp_path: Path
) -> None:
    gtod("show", cwd=registry)
    assert complete("gtod show ", registry, tmp_path) == ["churn", "segment", "cv-class"]
    assert complete("gtod show se", registry, tmp_path) == ["segment"]
    assert complete("gtod show churn@v", registry, tmp_path) == ["v3.1.0", "v3.0.0"]
    assert complete("gtod show churn@l", registry, tmp_path) == ["latest"]
    assert complete("gtod show churn#", registry, tmp_path) == ["churn#dev", "churn#prod", "churn#staging"]
    assert complete("gtod check-ref seg", registry, tmp_path) == ["segment#dev#1", "segment@v0.4.1"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("assign churn --version v3.0", ["v3.0.0"]),
        ("assign churn --stage s", ["staging"]),
        ("assign churn churn@v3", ["v3.1.0", "v3.0.0"]),
        ("why churn p", ["prod"]),
        ("rollback churn d", ["dev"]),
        ("deprecate churn v3.1", ["v3.1.0"]),
        ("deprecate churn v3.1.0 d", ["dev"]),
        ("at segment@", ["v0.4.1"]),
        ("register churn churn#prod", ["churn#prod#3"]),
        ("call gto/hist", ["gto/history"]),
        ("help why", ["why"]),
        ("show hurn", ["churn"]),
    ],
)
def test_bash_completes_what_an_argument_means(
    gtod: Gtod, registry: Path, tmp_path: Path, line: str, offered: list[str]
) -> None:
    gtod("show", cwd=registry)
    assert complete(f"gtod {line}", registry, tmp_path) == offered


@pytest.mark.parametrize("command", ["push", "fetch", "sync-status", "annotate", "remove", "watch"])
def test_help_offers_no_option_that_is_refused(gtod: Gtod, command: str) -> None:
    page = gtod(command, "--help").stdout
    assert "the URL of a remote" not in " ".join(page.split())
    assert ("--no-daemon" in page) is (command != "watch")
    assert "--branch" not in page


def test_only_what_may_delete_or_choose_a_version_asks_before(gtod: Gtod) -> None:
    offering = [each for each in COMMANDS if "--yes" in gtod(each, "--help").stdout]
    assert offering == ["assign", "promote", "deprecate", "apply"]


def test_help_is_a_command_too(gtod: Gtod) -> None:
    assert gtod("help").stdout == gtod("--help").stdout
    assert gtod("help", "why").stdout == gtod("why", "--help").stdout
    unknown = gtod("help", "nosuch")
    assert (unknown.returncode, "No such command 'nosuch'" in unknown.stderr) == (2, True)


def test_bash_completes_a_name_with_a_directory(gtod: Gtod, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit()
    repo.tag("some/dir=churn@v1.0.0")
    gtod("show", cwd=repo.path)
    assert complete("gtod show some/dir:ch", repo.path, tmp_path) == ["churn"]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("apply ou", "outcome.json "),
        ("show -r fol", "folder/"),
        ("get churn -o ou", "outcome.json "),
        ("annotate churn --path ou", "outcome.json "),
        ("demo fol", "folder/"),
    ],
)
def test_bash_completes_files_and_folders(line: str, completed: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    (repo.path / "folder").mkdir()
    (repo.path / "outcome.json").touch()
    assert typed(f"gtod {line}", repo.path, tmp_path).endswith(f" {completed}")


def typed(line: str, cwd: Path, tmp_path: Path) -> str:
    """What bash on a terminal makes of the line by the tab key."""
    import pty

    rc = tmp_path / "rc"
    rc.write_text(
        'eval "$(gtod completion bash)"\nPS1=\nbind "set enable-bracketed-paste off"\n'
        'bind -x \'"\\C-g": printf "<%s>" "$READLINE_LINE"\'\necho ready\n'
    )
    terminal, theirs = pty.openpty()
    with subprocess.Popen(
        ["bash", "--rcfile", str(rc), "-i"],
        cwd=cwd,
        env={**os.environ, "PATH": f"{shim(tmp_path)}:{os.environ['PATH']}", "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as bash:
        os.close(theirs)
        said = read_until(terminal, "ready")
        os.write(terminal, f"{line}\t\a".encode())
        said = read_until(terminal, ">")
        bash.kill()
    os.close(terminal)
    (answer,) = re.findall("<(.*)>", said)
    return str(answer)


def read_until(terminal: int, end: str) -> str:
    """What comes from a terminal up to and with `end`; the time limit of the tests ends a wait for ever."""
    said = ""
    while end not in said:
        said += os.read(terminal, 4096).decode()
    return said


def test_bash_offers_no_version_that_is_only_a_commit(gtod: Gtod, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    repo.tag("churn@v1.0.0")
    repo.commit({"a": "2", "artifacts.yaml": "churn: {path: a}\n"})
    repo.tag("churn#dev#1")
    assert '"discovered": true' in gtod("show", "churn", "--json", cwd=repo.path).stdout
    assert complete("gtod assign churn --version ", repo.path, tmp_path) == ["v1.0.0"]
    assert complete("gtod deprecate churn ", repo.path, tmp_path) == ["v1.0.0"]
    assert complete("gtod show churn@", repo.path, tmp_path) == ["latest", "greatest", "v1.0.0"]


def test_bash_completes_metrics(gtod: Gtod, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit({"dvc.yaml": "metrics: [m.json]\n", "m.json": '{"auc": 0.9, "train": {"loss": 1}}'})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    gtod("show", cwd=repo.path)
    assert complete("gtod show churn@max:", repo.path, tmp_path) == ["auc", "train.loss"]
    assert complete("gtod get churn@min:a", repo.path, tmp_path) == ["auc"]
    assert complete("gtod assign churn --version m", repo.path, tmp_path) == [
        "max:auc", "max:train.loss", "min:auc", "min:train.loss"
    ]  # fmt: skip
    assert complete("gtod plot churn tr", repo.path, tmp_path) == ["train.loss"]
    assert complete("gtod metrics churn --keys auc,t", repo.path, tmp_path) == ["auc,train.loss"]
    assert complete("gtod metrics churn --against ", repo.path, tmp_path) == ["prod", "v1.0.0"]


def test_completion_starts_no_daemon(
    gtod: Gtod, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(tmp_path / "run"))
    assert complete("gtod show ", registry, tmp_path) == []
    assert gtod("status").returncode == 3


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_click_s_script(shell: str, gtod: Gtod) -> None:
    assert "_GTOD_COMPLETE" in gtod("completion", shell).stdout
