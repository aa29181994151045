"""What every test runs in: an environment of its own, so that neither the machine's Git nor a running gtod matters."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pygit2
import pytest

from tests.builders import RepositoryBuilder
from tests.faults.fault_coverage import KEY as FAULT_COVERAGE

_IDENTITY = "[user]\n\tname = Uma User\n\temail = uma@example.com\n[init]\n\tdefaultBranch = main\n"
#: Editors of other people need system packages: `make editors` installs those and runs them.
collect_ignore = [] if os.environ.get("EDITORS") else ["editors"]
if find_spec("mcp") is None:
    collect_ignore.append("mcp")  # an extra of users, which an environment of an older lock file lacks, too
#: Where other releases of GTO, and a newer Git, were installed for the tests.
_KEPT = ("GTOD_ORACLES", "GTOD_NEWER_GIT")
_PRIVATE = pytest.StashKey[Path]()
# Nothing in the tests is timed, neither by us nor by hypothesis.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("differential", "comparison with the real GTO")
    group.addoption("--histories", type=int, default=210, help="how many random histories to compare (default: 210)")
    group.addoption("--random-histories", action="store_true", help="other histories in every run, not the same ones")
    group.addoption("--fuzz", type=int, default=400, help="how many frames of garbage to send (default: 400 a framing)")


def pytest_configure(config: pytest.Config) -> None:
    """Isolate before anything is imported or started; processes that tests start inherit it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell that runs the tests in the background has them ignore it, and with them all that they start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Short, because the path of a unix socket may have 104 bytes only; each xdist worker has one of its own.
    private = Path(tempfile.mkdtemp(prefix="gtod-", dir="/tmp"))
    config.stash[_PRIVATE] = private
    for name in [name for name in os.environ if name.startswith(("GIT_", "GTO_", "GTOD_")) and name not in _KEPT]:
        del os.environ[name]
    home = private / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(_IDENTITY)
    os.environ.update(
        HOME=str(home),
        XDG_CONFIG_HOME=str(home / ".config"),
        XDG_STATE_HOME=str(home / ".local/state"),
        GIT_CONFIG_GLOBAL=str(home / ".gitconfig"),
        GIT_CONFIG_NOSYSTEM="1",
        GTOD_RUNTIME_DIR=str(private / "run"),
        GTOD_VERIFY="1",
        TZ="UTC",
    )
    # The conftest of a folder that pytest is told to run is imported before this, and libgit2 asks for HOME but once.
    for level, place in ((pygit2.enums.ConfigLevel.GLOBAL, home), (pygit2.enums.ConfigLevel.XDG, home / ".config/git")):
        pygit2.settings.search_path[level] = str(place)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that names `TRANSPORTS` runs over each of them what needs a daemon, and only that."""
    transports = getattr(metafunc.module, "TRANSPORTS", None)
    marked = any("transport" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if transports and "transport" in metafunc.fixturenames and not marked:
        metafunc.parametrize("transport", transports, indirect=True)


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """How clients reach the daemon of this test: `unix` or `tcp`."""
    return str(getattr(request, "param", "unix"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how often each fault of `tests/faults` hit."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    lines = {
        line
        for report in reports
        for key, line in (getattr(report, "user_properties", ()) if getattr(report, "when", "") == "teardown" else ())
        if key == FAULT_COVERAGE
    }
    if lines:
        terminalreporter.section("how often the faults hit")
        terminalreporter.write("".join(f"{line}\n" for line in sorted(lines)))


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_PRIVATE], ignore_errors=True)


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[..., RepositoryBuilder]:
    """Make a repository in this test's directory: `make_repository("name", bare=True)`."""

    def make(name: str = "repo", **options: object) -> RepositoryBuilder:
        return RepositoryBuilder(tmp_path / name, **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def repo(make_repository: Callable[..., RepositoryBuilder]) -> RepositoryBuilder:
    """An empty repository."""
    return make_repository()
