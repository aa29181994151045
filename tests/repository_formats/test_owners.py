"""Repositories that we may not write, may not read all of, or that belong to somebody else.

Root may do everything, so what permissions forbid is tried in a process of another user.
"""

import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pygit2
import pytest

from gto_daemon.client.errors import CallError
from tests.builders import RepositoryBuilder
from tests.differential.subject import Subject
from tests.repository_formats.conftest import INIT_OPTIONS, use_newest_git
from tests.repository_formats.formats import Repository, git
from tests.repository_formats.git_comparison import assert_as_git_sees_it
from tests.repository_formats.git_view import GitView

#: Nobody's, and not that of the tests.
_USER = 54321
Template = Callable[..., Path]
_FORMATS = pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that any user may enter, which those of pytest are not."""
    made = Path(tempfile.mkdtemp(prefix="gtod-owners-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    for directory, _, files in os.walk(made):
        Path(directory).chmod(0o755)
        for file in files:
            if not Path(directory, file).is_symlink():
                Path(directory, file).chmod(0o644)
    shutil.rmtree(made)


def as_user(place: Path, job: Callable[[], Any]) -> Any:
    """What `job` answers in a process of another user, who has a home below `place`; of ours, where we are not root.

    Raises:
        CallError: as the job.

    """
    home = place / "home"
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text("[user]\n\tname = Other\n\temail = other@example.com\n")
    owned(home, _USER)
    _import_everything(home)
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of pytest-xdist, which do nothing meanwhile
        child = os.fork()
    if child == 0:
        try:
            said = json.dumps(["answer", _in_child(home, job)])
        except CallError as error:
            said = json.dumps(["refusal", error.code, error.message, error.data])
        except BaseException as error:  # noqa: BLE001 - it has to reach the parent
            said = json.dumps(["failure", repr(error)])
        with os.fdopen(write, "w") as pipe:
            pipe.write(said)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        told = json.loads(pipe.read())
    os.waitpid(child, 0)
    if told[0] == "refusal":
        raise CallError(*told[1:])
    assert told[0] == "answer", told
    return told[1]


def _import_everything(home: Path) -> None:
    """What is imported late has to be there: the other user may not be allowed to read our Python."""
    builder = RepositoryBuilder(home / "imports")
    builder.commit()
    subject = Subject(builder.path)
    subject.call("gto/register", name="new", ref="HEAD", version="v1.0.0")
    subject.call("gto/history")
    with pytest.raises(CallError):
        subject.call("gto/register", name="new", ref="none", version="v2.0.0")
    shutil.rmtree(builder.path)


def _in_child(home: Path, job: Callable[[], Any]) -> Any:
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_USER)
        os.setuid(_USER)
    paths = {"HOME": home, "XDG_CONFIG_HOME": home, "GIT_CONFIG_GLOBAL": home / ".gitconfig"}
    os.environ.update({name: str(path) for name, path in paths.items()}, GTOD_RUNTIME_DIR=str(home / "run"))
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    pygit2.settings.search_path[pygit2.enums.ConfigLevel.GLOBAL] = str(home)
    os.chdir(home)
    return job()


def owned(top: Path, user: int) -> None:
    """Have everything there belong to a user, where we may give it away."""
    if os.getuid() == 0:
        for directory, directories, files in os.walk(top):
            for name in (".", *directories, *files):
                os.chown(Path(directory, name), user, user, follow_symlinks=False)


def without_writing(top: Path) -> None:
    """Have nothing there be writable for anybody but root."""
    for directory, _, files in os.walk(top):
        for file in files:
            Path(directory, file).chmod(0o444)
        Path(directory).chmod(0o555)


@_FORMATS
def test_what_may_not_be_written_is_read_and_refuses_acts(
    template: Template, place: Path, options: tuple[str, ...]
) -> None:
    repo = shutil.copytree(template(*options), place / "repo")
    view = GitView(repo)
    expected = view.show(), view.history()
    owned(repo, _USER)
    without_writing(repo)

    def read() -> Any:
        subject = Subject(repo)
        return subject.call("gto/show")["artifacts"], subject.call("gto/history")["events"]

    assert tuple(as_user(place, read)) == expected

    def act() -> Any:
        return Subject(repo).call("gto/register", name="new", ref="HEAD", version="v1.0.0", author="Other")

    with pytest.raises(CallError) as caught:
        as_user(place, act)
    assert (caught.value.data or {})["kind"] == "GitFailed"
    assert "ermission" in str((caught.value.data or {})["words"])
    owned(repo, os.getuid())
    assert GitView(repo).refs == view.refs


@_FORMATS
def test_refs_that_may_not_be_written_refuse_and_hold_what_they_held(
    template: Template, place: Path, options: tuple[str, ...]
) -> None:
    repo = shutil.copytree(template(*options), place / "repo")
    before = GitView(repo).refs
    owned(repo, _USER)
    without_writing(repo / ".git/refs")

    def act() -> Any:
        return Subject(repo).call("gto/register", name="new", ref="HEAD", version="v1.0.0")

    with pytest.raises(CallError) as caught:
        as_user(place, act)
    assert (caught.value.data or {})["kind"] == "GitFailed"
    owned(repo, os.getuid())
    assert GitView(repo).refs == before


def test_a_ref_that_may_not_be_read_is_a_problem_and_no_more(template: Template, place: Path) -> None:
    repo = shutil.copytree(template(), place / "repo")
    git(repo, "tag", "-a", "-m", "m", "secret@v1.0.0")
    expected = {name: row for name, row in GitView(repo).show().items() if name != "secret"}
    owned(repo, _USER)
    (repo / ".git/refs/tags/secret@v1.0.0").chmod(0)
    shown = as_user(place, lambda: Subject(repo).call("gto/show"))
    assert shown["artifacts"] == expected
    assert [problem["code"] for problem in shown["problems"] if problem.get("tag") == "secret@v1.0.0"] == ["broken-ref"]


@_FORMATS
def test_objects_that_may_not_be_read_are_problems_and_no_more(
    template: Template, place: Path, options: tuple[str, ...]
) -> None:
    repo = shutil.copytree(template(*options), place / "repo")
    oid = git(repo, "rev-parse", "refs/tags/churn@v1.1.0")
    owned(repo, _USER)
    (repo / ".git/objects" / oid[:2] / oid[2:]).chmod(0)
    shown = as_user(place, lambda: Subject(repo).call("gto/show"))
    assert shown["artifacts"]["churn"]["version"] == "v1.0.0"
    assert [problem["oid"] for problem in shown["problems"] if problem["code"] == "unreadable-tag"] == [oid]


def test_a_pack_that_may_not_be_read_takes_its_objects_along_and_no_more(template: Template, place: Path) -> None:
    repo = shutil.copytree(template(), place / "repo")
    git(repo, "repack", "-a", "-d", "-q")
    git(repo, "tag", "-a", "-m", "m", "loose@v1.0.0")
    owned(repo, _USER)
    (pack,) = (repo / ".git/objects/pack").glob("*.pack")
    pack.chmod(0)
    shown = as_user(place, lambda: Subject(repo).call("gto/show"))
    assert shown["artifacts"].keys() == {"loose"}
    assert {"unreadable-tag", "missing-commit"} <= {problem["code"] for problem in shown["problems"]}


def test_packed_refs_that_may_not_be_read_refuse_until_they_may(template: Template, place: Path) -> None:
    repo = shutil.copytree(template(), place / "repo")
    git(repo, "pack-refs", "--all")
    owned(repo, _USER)

    def ask() -> Any:
        subject = Subject(repo)
        (repo / ".git/packed-refs").chmod(0)
        try:
            subject.look()
        except CallError as error:
            refusal = error.data
        (repo / ".git/packed-refs").chmod(0o644)
        return refusal, sorted(subject.call("gto/show")["artifacts"])

    refusal, names = as_user(place, ask)
    assert (refusal["kind"], refusal["retryable"]) == ("UnreadableRepository", True)
    assert "churn" in names


@pytest.fixture
def foreign(request: pytest.FixtureRequest) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a repository to somebody else")


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize("options", INIT_OPTIONS, ids=str)
@pytest.mark.parametrize("bare", [False, True], ids=["worktree", "bare"])
def test_somebody_elses_repository_is_refused_until_it_is_trusted(
    template: Template, place: Path, options: tuple[str, ...], bare: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "--ref-format=reftable" in options:
        use_newest_git(monkeypatch)
    repo = shutil.copytree(template(*options), place / "repo")
    if bare:
        repo = (repo / ".git").rename(place / "repo.git")
        git(repo, "config", "core.bare", "true")
    owned(repo, _USER)
    with pytest.raises(CallError) as caught:
        Subject(repo).look()
    data = caught.value.data or {}
    assert data["kind"] == "UnreadableRepository"
    assert data["hint"].endswith(f"git config --global --add safe.directory {repo}`")
    with pytest.raises(CallError) as caught:
        Subject(repo).call("gto/register", name="new", ref="HEAD", version="v1.0.0")
    assert (caught.value.data or {})["kind"] == "UnreadableRepository"
    configuration = Path(os.environ["GIT_CONFIG_GLOBAL"])
    kept = configuration.read_text()
    try:
        git(place, "config", "--global", "--add", "safe.directory", str(repo))
        subject = Subject(repo)
        assert_as_git_sees_it(Repository(repo, repo), subject)
        subject.call("gto/register", name="new", ref="HEAD", version="v1.0.0")
        assert_as_git_sees_it(Repository(repo, repo), subject)
    finally:
        configuration.write_text(kept)


def test_another_users_process_reads_what_it_owns(template: Template, place: Path) -> None:
    """The other way round, where the daemon's user is not root."""
    repo = shutil.copytree(template("--object-format=sha256"), place / "repo")
    expected = GitView(repo).show()
    if os.getuid() == 0:
        with pytest.raises(CallError) as caught:
            as_user(place, lambda: Subject(repo).call("gto/show"))
        assert (caught.value.data or {})["kind"] == "UnreadableRepository"
    owned(repo, _USER)
    assert as_user(place, lambda: Subject(repo).call("gto/show"))["artifacts"] == expected
