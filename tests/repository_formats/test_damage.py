"""One broken object, ref or lock never takes down the rest, is named, and is seen when it is mended."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon.client.errors import CallError
from tests.differential.subject import Subject
from tests.repository_formats.formats import Repository, git
from tests.repository_formats.git_comparison import assert_as_git_sees_it
from tests.repository_formats.git_view import GitView
from tests.repository_formats.maker import MadeByGit

_ANNOTATIONS = b"victim:\n  type: model\n  path: models/churn.pkl\n"


@pytest.fixture(params=["--object-format=sha1", "--object-format=sha256"])
def made(request: pytest.FixtureRequest, template: Callable[..., Path], tmp_path: Path) -> MadeByGit:
    """A registry read by libgit2, and one read by git: `victim@v1.0.0` has a commit, folder and file of its own."""
    place = tmp_path / "repo"
    shutil.copytree(template(*(() if request.param.endswith("sha1") else (request.param,))), place)
    made = MadeByGit(place)
    head = made.git("rev-parse", "HEAD")
    blob = made.git("hash-object", "-w", "--stdin", stdin=_ANNOTATIONS)
    tree = made.git("mktree", stdin=f"100644 blob {blob}\tartifacts.yaml\n".encode())
    commit = made.git("commit-tree", tree, "-p", head, "-m", "The victim")
    made.tag("victim@v1.0.0", commit)
    made.tag("victim#prod#1", commit)
    return made


VICTIMS = {
    "tag": "refs/tags/victim@v1.0.0",
    "commit": "refs/tags/victim@v1.0.0^{commit}",
    "tree": "refs/tags/victim@v1.0.0^{tree}",
    "blob": "refs/tags/victim@v1.0.0^{commit}:artifacts.yaml",
}


def _missing(file: Path) -> None:
    file.unlink()


def _empty(file: Path) -> None:
    _rewritten(file, b"")


def _garbage(file: Path) -> None:
    _rewritten(file, b"\x00no object\xff" * 20)


def _cut_short(file: Path) -> None:
    _rewritten(file, file.read_bytes()[:-12])


def _another(file: Path) -> None:
    """A sound object under a wrong id, which only its hash tells."""
    others = (other for other in file.parents[1].glob("??/*") if other != file)
    _rewritten(file, next(others).read_bytes())


def _rewritten(file: Path, content: bytes) -> None:
    # Objects are read-only, and a reader may have the old file mapped.
    file.unlink()
    file.write_bytes(content)


DAMAGES = (_missing, _empty, _garbage, _cut_short, _another)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("victim", VICTIMS)
def test_one_damaged_object_spoils_nothing_else(made: MadeByGit, victim: str, damage: Callable[[Path], None]) -> None:
    oid = made.git("rev-parse", VICTIMS[victim])
    file = made.path / ".git/objects" / oid[:2] / oid[2:]
    sound = Subject(made.path).call("gto/show")
    kept = file.read_bytes()
    damage(file)
    subject = Subject(made.path)
    broken = subject.call("gto/show")
    others = {name: row for name, row in broken["artifacts"].items() if name != "victim"}
    assert others == {name: row for name, row in sound["artifacts"].items() if name != "victim"}
    assert subject.call("gto/history")["events"]
    noticed = [problem for problem in broken["problems"] if problem not in sound["problems"]]
    assert any(oid in (problem.get("oid"), problem.get("commit")) for problem in noticed)
    assert all(problem["hint"] for problem in noticed)
    if victim != "tag":
        assert broken["artifacts"]["victim"]["version"] == "v1.0.0"
    made.tag("after@v1.0.0")
    assert "after" in subject.call("gto/show")["artifacts"]
    _rewritten(file, kept) if file.exists() else file.write_bytes(kept)
    mended = subject.call("gto/show")
    assert mended["artifacts"].pop("after")
    assert mended["artifacts"] == sound["artifacts"]
    assert mended["problems"] == sound["problems"]
    assert_as_git_sees_it(Repository(made.path, made.path), subject)


def test_a_damaged_head_spoils_no_tag(made: MadeByGit) -> None:
    oid = made.git("rev-parse", "HEAD^{tree}")
    file = made.path / ".git/objects" / oid[:2] / oid[2:]
    sound = Subject(made.path).call("gto/show")
    kept = file.read_bytes()
    _garbage(file)
    subject = Subject(made.path)
    broken = subject.call("gto/show")
    registered = {name: row for name, row in sound["artifacts"].items() if row["registered"]}
    assert broken["artifacts"] == registered
    assert any(problem.get("oid") == oid for problem in broken["problems"])
    _rewritten(file, kept)
    assert subject.call("gto/show")["artifacts"] == sound["artifacts"]


def test_a_pack_without_its_index_takes_its_objects_along_and_no_more(made: MadeByGit) -> None:
    made.git("repack", "-a", "-d", "-q")
    made.tag("loose@v1.0.0", made.git("commit-tree", made.git("mktree"), "-m", "Of its own"))
    (index,) = (made.path / ".git/objects/pack").glob("*.idx")
    sound = Subject(made.path).call("gto/show")
    index.rename(index.with_suffix(".kept"))
    subject = Subject(made.path)
    broken = subject.call("gto/show")
    assert broken["artifacts"].keys() == {"loose"}
    assert {problem["code"] for problem in broken["problems"]} >= {"unreadable-tag"}
    index.with_suffix(".kept").rename(index)
    assert subject.call("gto/show")["artifacts"] == sound["artifacts"]


@pytest.mark.parametrize("kind", ["index", "multi-pack-index", "commit-graph"])
def test_a_damaged_table_of_a_pack_is_left_to_git_and_ends_no_process(
    made: MadeByGit, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    made.git("repack", "-a", "-d", "-q")
    made.tag("own@v1.0.0", made.git("commit-tree", made.git("mktree"), "-m", "Of its own"))
    made.git("multi-pack-index", "write")
    made.git("commit-graph", "write", "--reachable")
    pattern = {"index": "pack/*.idx", "multi-pack-index": "pack/multi-pack-index", "commit-graph": "info/commit-graph"}
    (table,) = (made.path / ".git/objects").glob(pattern[kind])
    kept = table.read_bytes()
    sound = Subject(made.path).call("gto/show")["artifacts"]
    is_libgit2s = made.git("rev-parse", "--show-object-format") == "sha1"
    luck = random.Random(kind)
    for _ in range(12):
        damaged = bytearray(kept)
        for _ in range(40):
            damaged[luck.randrange(len(damaged))] = luck.randrange(256)
        _rewritten(table, bytes(damaged))
        caplog.clear()
        assert Subject(made.path).call("gto/show")["artifacts"]["own"]["version"] == sound["own"]["version"]
        # SHA-256 is git's to read anyway.
        assert (f"{table.name} is damaged, so git reads for us" in caplog.text) == is_libgit2s
    _rewritten(table, kept)
    caplog.clear()
    assert Subject(made.path).call("gto/show")["artifacts"] == sound
    assert "damaged" not in caplog.text


def test_a_packed_file_that_was_overwritten_spoils_what_is_in_it(made: MadeByGit) -> None:
    made.git("repack", "-a", "-d", "-q")
    made.tag("loose@v1.0.0", made.git("commit-tree", made.git("mktree"), "-m", "Of its own"))
    (pack,) = (made.path / ".git/objects/pack").glob("*.pack")
    kept = pack.read_bytes()
    _rewritten(pack, kept[:64] + b"\x00" * (len(kept) - 128) + kept[-64:])
    assert "loose" in Subject(made.path).call("gto/show")["artifacts"]


@pytest.mark.parametrize("content", [b"", b"garbage\n", b"0" * 40, b"ref: refs/tags/loop@v1.0.0\n", b"\x00\xff"])
def test_a_broken_ref_counts_for_nothing(made: MadeByGit, content: bytes) -> None:
    subject = Subject(made.path)
    sound = subject.call("gto/show")["artifacts"]
    (made.path / ".git/refs/tags/loop@v1.0.0").write_bytes(content)
    assert subject.call("gto/show")["artifacts"] == sound
    assert_as_git_sees_it(Repository(made.path, made.path), subject)


def _everything(git_dir: Path) -> None:
    shutil.rmtree(git_dir / "refs/tags")
    (git_dir / "packed-refs").unlink()


def _packed(git_dir: Path) -> None:
    (git_dir / "packed-refs").unlink()


def _loose(git_dir: Path) -> None:
    shutil.rmtree(git_dir / "refs/tags")


def _some_lines(git_dir: Path) -> None:
    lines = (git_dir / "packed-refs").read_bytes().splitlines(keepends=True)
    # A line that begins with ^ belongs to the one before.
    kept = [line for line in lines if b"churn" not in line and not line.startswith(b"^")]
    (git_dir / "packed-refs").write_bytes(kept[0].replace(b" fully-peeled", b"") + b"".join(kept[1:]))


@pytest.mark.parametrize("deletion", [_everything, _packed, _loose, _some_lines])
def test_refs_deleted_under_us_are_gone(made: MadeByGit, deletion: Callable[[Path], None]) -> None:
    subject = Subject(made.path)
    subject.look()
    deletion(made.path / ".git")
    (made.path / ".git/refs").mkdir(exist_ok=True)
    assert_as_git_sees_it(Repository(made.path, made.path), subject)
    made.tag("again@v1.0.0")
    assert "again" in subject.call("gto/show")["artifacts"]


_LOCKS = ("HEAD.lock", "index.lock", "packed-refs.lock", "config.lock", "refs/tags/new@v1.0.0.lock", "shallow.lock")


@pytest.fixture
def locked(made: MadeByGit) -> Iterator[MadeByGit]:
    """What `kill -9` of git may leave."""
    for lock in _LOCKS:
        (made.path / ".git" / lock).write_text("")
    (made.path / ".git/objects/pack/tmp_pack_1a2b3c").write_text("half a pack")
    yield made
    # Never removed by us.
    assert all((made.path / ".git" / lock).exists() for lock in _LOCKS)


def test_leftover_locks_keep_nobody_from_reading(locked: MadeByGit) -> None:
    assert_as_git_sees_it(Repository(locked.path, locked.path))


def test_a_locked_name_is_refused_and_others_are_made(locked: MadeByGit) -> None:
    subject = Subject(locked.path)
    with pytest.raises(CallError) as caught:
        subject.call("gto/register", name="new", ref="HEAD", version="v1.0.0")
    data = caught.value.data or {}
    assert data["kind"] == "RefLocked"
    assert data["path"] == str(locked.path / ".git/refs/tags/new@v1.0.0.lock")
    assert isinstance(data["age_s"], int)
    assert "new@v1.0.0" not in GitView(locked.path).refs
    subject.call("gto/register", name="new", ref="HEAD", version="v2.0.0")
    assert GitView(locked.path).versions("new").keys() == {"v2.0.0"}


def test_a_deletion_under_a_lock_is_refused_and_deletes_nothing(locked: MadeByGit) -> None:
    before = GitView(locked.path).refs
    with pytest.raises(CallError) as caught:
        Subject(locked.path).call("gto/deregister", name="victim", version="v1.0.0", delete=True, force=True)
    assert (caught.value.data or {})["kind"] == "RefLocked"
    assert str((caught.value.data or {})["path"]).endswith("packed-refs.lock")
    assert GitView(locked.path).refs == before


def test_names_that_differ_in_case_alone_are_two_where_git_keeps_two(made: MadeByGit) -> None:
    """In `packed-refs` they always are; as files they are wherever the file system tells them apart."""
    made.git("pack-refs", "--all")
    shown = assert_as_git_sees_it(Repository(made.path, made.path))
    assert (shown["artifacts"]["churn"]["version"], shown["artifacts"]["Churn"]["version"]) == ("v1.1.0", "v5.0.0")


def test_a_loose_ref_of_other_case_hides_no_packed_one(made: MadeByGit) -> None:
    git(made.path, "pack-refs", "--all")
    git(made.path, "tag", "-a", "-m", "m", "CHURN@v1.0.0")
    assert_as_git_sees_it(Repository(made.path, made.path))
