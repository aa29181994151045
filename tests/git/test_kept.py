"""A git that is kept between acts does what a fresh one would, and does not outlive its use."""

import getpass
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon.environment import ACT
from gto_daemon.git.identity import read_identity
from gto_daemon.git.kept import KeptGits
from gto_daemon.git.layout import find_layout
from gto_daemon.git.process import Cancellation, CancelledError, Git
from gto_daemon.git.transaction import RefsLockedError, RefsMovedError, RefTransaction, RefUpdate
from gto_daemon.registry.errors import RegistryError
from tests import kept_writers
from tests.builders import RepositoryBuilder
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


class Client:
    """A client that acts in one repository, by one configuration of its own."""

    def __init__(self, repo: RepositoryBuilder, kept: KeptGits, **variables: str) -> None:
        self.repo = repo
        self.kept = kept
        self.environment = {**os.environ, **variables}

    @property
    def head(self) -> str:
        return self.repo.git("rev-parse", "HEAD")

    def git(self, cancellation: Cancellation | None = None) -> Git:
        return Git(find_layout(str(self.repo.path)), self.environment, cancellation)

    def change(self, tag: str, before: str | None, after: str | None, git: Git | None = None) -> None:
        with RefTransaction(git or self.git(), self.kept, "the reason") as transaction:
            transaction.commit([RefUpdate(f"refs/tags/{tag}", before, after)])

    def create(self, tag: str) -> None:
        self.change(tag, None, self.head)

    def two(self) -> int:
        """Create two tags; answers which process is kept since."""
        self.create("one")
        (writer,) = writers()
        self.create("two")
        assert writers() == [writer]
        return writer


def writers() -> list[int]:
    return kept_writers.writers(os.getpid())


@pytest.fixture
def kept() -> Iterator[KeptGits]:
    # What a test before this one left in the same process ends by itself.
    eventually(lambda: writers() == [])
    kept = KeptGits(idle=600)
    yield kept
    kept.close()
    assert writers() == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory and a global configuration of its own, which are written to."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    return home


@pytest.fixture
def acting(repo: RepositoryBuilder, kept: KeptGits) -> Client:
    repo.commit({"a": "1"})
    return Client(repo, kept)


def hook(folder: Path, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "reference-transaction"
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


def tags(repo: RepositoryBuilder) -> list[str]:
    return repo.git("tag").splitlines()


def test_many_transactions_take_one_process(acting: Client) -> None:
    acting.two()
    acting.change("one", acting.head, None)
    assert tags(acting.repo) == ["two"]


def test_what_others_did_meanwhile_is_seen(acting: Client) -> None:
    acting.two()
    first = acting.head
    acting.repo.commit({"a": "2"})
    acting.repo.git("tag", "-d", "one")
    acting.create("one")
    acting.repo.git("pack-refs", "--all")
    acting.change("one", acting.head, first)
    acting.repo.git("pack-refs", "--all")
    acting.change("one", first, None)
    acting.repo.git("tag", "three", first)
    with pytest.raises(RefsMovedError):
        acting.create("three")
    with pytest.raises(RefsMovedError):
        acting.change("three", acting.head, None)
    acting.create("four")
    assert tags(acting.repo) == ["four", "three", "two"]
    assert acting.repo.git("for-each-ref", "--format=%(refname:short)", "refs/tags").split() == tags(acting.repo)


def test_objects_that_others_write_and_pack_are_found(acting: Client) -> None:
    acting.two()
    acting.repo.commit({"a": "2"})
    acting.repo.git("repack", "-adq")
    acting.create("three")
    assert acting.repo.git("rev-parse", "three") == acting.head


def test_a_name_in_the_place_of_a_folder_is_refused_as_ever(acting: Client) -> None:
    acting.two()
    acting.repo.git("tag", "folder")
    with pytest.raises(RegistryError) as refused:
        acting.create("folder/tag")
    assert refused.value.kind == "TagConflict"


def _in_hooks(_client: Client) -> Path:
    return _client.repo.git_dir / "hooks"


def _by_own_configuration(client: Client) -> Path:
    client.repo.git("config", "core.hooksPath", str(client.repo.path / "own"))
    return client.repo.path / "own"


def _by_relative_path(client: Client) -> Path:
    client.repo.git("config", "core.hooksPath", "relative")
    return client.repo.path / "relative"


def _by_home(client: Client) -> Path:
    client.repo.git("config", "--global", "core.hooksPath", "~/its-hooks")
    return Path(os.environ["HOME"], "its-hooks")


def _by_included_file(client: Client) -> Path:
    included = client.repo.path / "included"
    included.write_text("")
    client.repo.git("config", "include.path", str(included))
    client.create("in-between")
    assert len(writers()) == 1
    included.write_text(f"[core]\n\thooksPath = {client.repo.path}/included-hooks\n")
    return client.repo.path / "included-hooks"


def _by_branch(client: Client) -> Path:
    named = client.repo.path / "of-branch"
    named.write_text(f"[core]\n\thooksPath = {client.repo.path}/branch-hooks\n")
    client.repo.git("config", "includeIf.onbranch:special.path", str(named))
    client.create("in-between")
    assert len(writers()) == 1
    client.repo.git("checkout", "-qb", "special")
    return client.repo.path / "branch-hooks"


def _by_file_that_variables_include(client: Client) -> Path:
    included = client.repo.path / "included"
    included.write_text("")
    client.environment |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "include.path"}
    client.environment["GIT_CONFIG_VALUE_0"] = str(included)
    client.create("in-between")
    included.write_text(f"[core]\n\thooksPath = {client.repo.path}/included-hooks\n")
    return client.repo.path / "included-hooks"


def _by_file_in_a_home(client: Client) -> Path:
    home = f"~{getpass.getuser()}"
    included = client.repo.path / "included"
    included.write_text("")
    client.repo.git("config", "include.path", f"{home}/{os.path.relpath(included, Path(home).expanduser())}")
    client.create("in-between")
    included.write_text(f"[core]\n\thooksPath = {client.repo.path}/included-hooks\n")
    return client.repo.path / "included-hooks"


@pytest.mark.parametrize(
    "where",
    [
        _in_hooks, _by_own_configuration, _by_relative_path, _by_home, _by_included_file, _by_branch,
        _by_file_that_variables_include, _by_file_in_a_home,
    ],
)  # fmt: skip
@pytest.mark.usefixtures("home")
def test_a_hook_that_is_set_later_runs(acting: Client, where: Callable[[Client], Path]) -> None:
    acting.two()
    hook(where(acting), "echo no >&2; exit 1")
    with pytest.raises(RegistryError) as refused:
        acting.create("three")
    assert refused.value.kind == "HookRefused"
    assert "three" not in tags(acting.repo)


def test_a_hook_runs_in_the_environment_of_its_own_act(acting: Client, tmp_path: Path) -> None:
    acting.two()
    hook(acting.repo.git_dir / "hooks", f'echo "${ACT}" >> {tmp_path}/said')
    for token in ("1" * 16, "2" * 16):
        acting.environment[ACT] = token
        acting.create(f"of-{token}")
    said = (tmp_path / "said").read_text().split()
    assert list(dict.fromkeys(said)) == ["1" * 16, "2" * 16]


def test_the_token_of_an_act_is_no_reason_for_another_process(acting: Client) -> None:
    acting.environment[ACT] = "1" * 16
    writer = acting.two()
    acting.environment[ACT] = "2" * 16
    acting.create("three")
    assert writers() == [writer]


def test_a_hook_of_another_client_is_its_own(acting: Client, tmp_path: Path) -> None:
    writer = acting.two()
    hook(tmp_path / "theirs", "exit 1")
    theirs = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath"}
    other = Client(acting.repo, acting.kept, **theirs, GIT_CONFIG_VALUE_0=str(tmp_path / "theirs"))
    with pytest.raises(RegistryError):
        other.create("three")
    acting.create("four")
    assert writers() == [writer]


@pytest.mark.parametrize("existing", [False, True], ids=["always", "existing"])
def test_a_log_is_written_with_the_reason_and_the_time(acting: Client, existing: bool) -> None:
    acting.two()
    log = acting.repo.git_dir / "logs/refs/tags/three"
    if existing:
        log.parent.mkdir(parents=True)
        log.touch()
    else:
        acting.repo.git("config", "core.logAllRefUpdates", "always")
    acting.create("three")
    assert log.read_text().endswith("\tthe reason\n")


@pytest.mark.usefixtures("home")
def test_the_present_configuration_says_who_tags(acting: Client) -> None:
    def name() -> str:
        return read_identity(acting.git(), acting.kept).name

    acting.repo.git("config", "--global", "user.email", "first@example.com")
    acting.repo.git("config", "--global", "user.name", "First")
    assert name() == name() == "First"
    acting.repo.git("config", "--global", "user.name", "Other")
    assert name() == "Other"
    acting.repo.git("config", "user.name", "Third")
    assert name() == "Third"
    acting.environment["GIT_COMMITTER_NAME"] = "Fourth"
    assert name() == "Fourth"


def test_git_is_not_asked_again_who_tags(acting: Client, tmp_path: Path) -> None:
    wrapper = tmp_path / "bin/git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/asked\nexec {shutil.which("git")} "$@"\n')
    wrapper.chmod(0o755)
    acting.environment["PATH"] = f"{wrapper.parent}:{os.environ['PATH']}"
    for tag in ("one", "two", "three"):
        read_identity(acting.git(), acting.kept)
        acting.create(tag)
    assert (tmp_path / "asked").read_text().split() == ["var", "update-ref"]


def test_another_repository_at_the_same_path_has_another_process(acting: Client, tmp_path: Path) -> None:
    acting.two()
    acting.repo.path.rename(tmp_path / "away")
    shutil.copytree(tmp_path / "away", acting.repo.path)
    acting.create("three")
    assert "three" in tags(acting.repo)
    assert not (tmp_path / "away/.git/refs/tags/three").exists()
    assert len(writers()) == 1


def test_a_repository_that_was_deleted_and_made_again_has_another_process(acting: Client) -> None:
    acting.two()
    # The file system may give its numbers to the new one.
    for _ in range(3):
        shutil.rmtree(acting.repo.path)
        acting.repo.path.mkdir()
        acting.repo.git("init", "-q", "-b", "main")
        acting.repo.git("commit", "-q", "--allow-empty", "-m", "m")
        acting.create("one")
        assert tags(acting.repo) == ["one"]


def test_one_that_was_begun_by_another_configuration_is_not_kept(acting: Client) -> None:
    with RefTransaction(acting.git(), acting.kept, "reason") as transaction:
        (writer,) = writers()
        acting.repo.git("config", "core.sharedRepository", "0666")
        transaction.commit([RefUpdate("refs/tags/one", None, acting.head)])
    acting.create("two")
    assert writer not in writers()
    for tag in ("one", "two"):
        assert (acting.repo.git_dir / "refs/tags" / tag).stat().st_mode & 0o777 == 0o666


def test_an_object_that_was_pruned_is_not_there_for_it(acting: Client) -> None:
    acting.two()
    oid = acting.repo.tag_object("three", acting.head)
    acting.change("three", None, oid)
    acting.change("three", oid, None)
    acting.repo.git("prune", "--expire=now")
    with pytest.raises(RegistryError) as refused:
        acting.change("three", None, oid)
    assert "nonexistent object" in refused.value.message
    assert "three" not in tags(acting.repo)


def test_tables_of_refs_are_written_by_a_fresh_one(acting: Client) -> None:
    # As newer Gits have it; this one, which may not know the format, says so itself.
    acting.two()
    acting.repo.git("config", "extensions.refStorage", "reftable")
    with RefTransaction(acting.git(), acting.kept, "reason"):
        assert len(writers()) == 1
    assert writers() == []


def test_one_that_was_killed_is_replaced(acting: Client) -> None:
    writer = acting.two()
    os.kill(writer, signal.SIGKILL)
    eventually(lambda: writers() == [] or Path(f"/proc/{writer}/stat").read_text().split()[2] == "Z")
    acting.create("three")
    assert "three" in tags(acting.repo)


def test_a_git_that_knows_no_second_transaction_does(acting: Client, tmp_path: Path) -> None:
    older = tmp_path / "older/git"
    older.parent.mkdir()
    git = shutil.which("git")
    older.write_text(
        f"""#!/bin/sh
[ "$1" = update-ref ] || exec {git} "$@"
read -r first
[ "$first" = start ] && {{ echo "fatal: unknown command: start" >&2; exit 128; }}
{{ echo "$first"; cat; }} | exec {git} "$@"
"""
    )
    older.chmod(0o755)
    acting.environment["PATH"] = f"{older.parent}:{os.environ['PATH']}"
    for tag in ("one", "two"):
        acting.create(tag)
    assert tags(acting.repo) == ["one", "two"]


def test_a_locked_ref_is_told_and_tried_again(acting: Client) -> None:
    acting.two()
    lock = acting.repo.git_dir / "refs/tags/three.lock"
    lock.touch()
    with RefTransaction(acting.git(), acting.kept, "reason") as transaction:
        update = RefUpdate("refs/tags/three", None, acting.head)
        with pytest.raises(RefsLockedError) as locked:
            transaction.commit([update])
        assert locked.value.path == lock
        lock.unlink()
        transaction.commit([update])
    assert "three" in tags(acting.repo)


def test_one_that_is_given_up_leaves_no_lock_and_no_process(acting: Client) -> None:
    acting.repo.git("config", "core.filesRefLockTimeout", "60000")
    (writer,) = [acting.two()]
    lock = acting.repo.git_dir / "refs/tags/three.lock"
    lock.touch()
    cancellation = Cancellation()
    given_up = threading.Timer(0.2, cancellation.cancel)
    given_up.start()
    with pytest.raises(CancelledError):
        acting.change("three", None, acting.head, acting.git(cancellation))
    given_up.join()
    assert writers() == []
    assert list(acting.repo.git_dir.rglob("*.lock")) == [lock]
    lock.unlink()
    acting.create("three")
    assert writers() != [writer]


def test_so_many_are_kept_and_no_more(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    kept = KeptGits(limit=2, idle=600)
    for number in range(5):
        Client(repo, kept, NUMBER=str(number)).create(f"tag-{number}")
        assert len(writers()) == min(number + 1, 2)
    kept.close()
    assert writers() == []


def test_an_idle_one_ends_with_the_thread_that_ends_it(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    kept = KeptGits(idle=0.1)
    Client(repo, kept).create("one")
    shutil.rmtree(repo.path)
    eventually(lambda: not writers())
    eventually(lambda: "kept-gits" not in {thread.name for thread in threading.enumerate()})


def test_nothing_is_kept_where_that_is_not_wanted(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    Client(repo, KeptGits(0)).create("one")
    assert writers() == []
    assert tags(repo) == ["one"]
