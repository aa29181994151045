"""An object that is longer than what is read of it is told by its length, before it is inflated, in whichever store."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon.git.counters import Counters
from gto_daemon.git.git_store import GitStore
from gto_daemon.git.layout import find_layout
from gto_daemon.git.libgit_store import LibgitStore
from gto_daemon.git.loose_objects import DamagedObjectError, LooseObjects
from gto_daemon.git.objects import MAX_DEPTH, MAX_FOUND, MAX_TAG, ObjectReader, ObjectTooLongError, TooManyFilesError
from gto_daemon.git.store import MAX_OBJECT, ObjectStore
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import CUT, MAX_MESSAGE
from tests.builders import RepositoryBuilder


@pytest.fixture(scope="module", params=["loose", "packed"])
def long(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RepositoryBuilder:
    """A repository with a tag, a commit and a file, each one byte longer than what is read."""
    repo = RepositoryBuilder(tmp_path_factory.mktemp("long") / "repo")
    repo.commit({"a": "1"})
    head, tree = repo.head.encode(), repo.git("rev-parse", "HEAD^{tree}").encode()
    person = b"Tina <tina@e> 1700000000 +0000"
    tag = b"object %s\ntype commit\ntag churn@v1.0.0\ntagger %s\n\n" % (head, person)
    repo.ref("refs/tags/churn@v1.0.0", repo.raw("tag", tag.ljust(MAX_TAG + 1, b"x")))
    repo.ref("refs/tags/churn@v2.0.0", repo.raw("tag", tag.ljust(MAX_TAG, b"x")))
    commit = b"tree %s\nauthor %s\ncommitter %s\n\n" % (tree, person, person)
    repo.ref("refs/heads/long", repo.raw("commit", commit.ljust(MAX_OBJECT + 1, b"x")))
    repo.ref("refs/tags/file", repo.raw("blob", b"x" * (MAX_OBJECT + 1)))
    if request.param == "packed":
        repo.git("repack", "-a", "-d", "-q")
        repo.git("prune-packed")
    return repo


@pytest.fixture(params=[LibgitStore, lambda layout: GitStore(layout, "objectformat")], ids=["libgit", "git"])
def store(request: pytest.FixtureRequest, long: RepositoryBuilder) -> Iterator[ObjectStore]:
    opened = request.param(find_layout(str(long.path)))
    yield opened
    opened.close()


@pytest.mark.parametrize(("ref", "kind"), [("churn@v1.0.0", "tag"), ("heads/long", "commit"), ("tags/file", "blob")])
def test_what_is_too_long_is_known_by_its_length(
    store: ObjectStore, long: RepositoryBuilder, ref: str, kind: str
) -> None:
    oid = long.git("rev-parse", ref)
    found = store.read(oid, MAX_TAG)
    assert found is not None
    assert (found.kind, found.data, found.size) == (kind, None, int(long.git("cat-file", "-s", oid)))
    whole = store.read(oid, None)
    assert whole is not None
    assert whole.data is not None
    assert len(whole.data) == found.size
    # Git was not asked for more than it may take up, or is there again.
    assert store.read(long.git("rev-parse", "churn@v2.0.0")) is not None


def test_what_is_as_long_as_allowed_is_read(store: ObjectStore, long: RepositoryBuilder) -> None:
    found = store.read(long.git("rev-parse", "churn@v2.0.0"), MAX_TAG)
    assert found is not None
    assert found.data is not None
    assert len(found.data) == MAX_TAG


@pytest.mark.parametrize("digits", [7, 40])
def test_libgit2_itself_inflates_nothing_that_is_too_long(long: RepositoryBuilder, digits: int) -> None:
    commit = long.git("rev-parse", "heads/long")
    store = LibgitStore(find_layout(str(long.path)))
    for rev in (commit[:digits], "long", "long~0", "long:a", "tags/file"):
        assert store.resolve(rev) is None
    assert store.between(long.head, commit, 10) == ([], False)
    assert store.resolve(long.head[:digits]) == long.head
    store.close()


def test_a_head_that_is_too_long_is_none(long: RepositoryBuilder) -> None:
    long.switch("long")
    store = LibgitStore(find_layout(str(long.path)))
    assert store.head() is None
    long.switch("main")
    assert store.head() == long.head
    store.close()


def test_a_tag_that_is_too_long_says_so_and_one_that_is_not_is_cut(long: RepositoryBuilder) -> None:
    reader = ObjectReader(find_layout(str(long.path)), Counters())
    with pytest.raises(ObjectTooLongError) as caught:
        reader.tag(long.git("rev-parse", "churn@v1.0.0"))
    assert caught.value.size == MAX_TAG + 1
    raw = reader.tag(long.git("rev-parse", "churn@v2.0.0"))
    assert isinstance(raw, tuple)
    assert (raw.target, raw.seconds) == (long.head, 1700000000)
    assert raw.message == "x" * MAX_MESSAGE + CUT
    assert raw.odd == (f"a message of more than {MAX_MESSAGE} characters",)
    assert reader.commit(long.git("rev-parse", "heads/long")) is None
    reader.close()


def loose(place: Path, header: bytes, body: bytes, *, behind: bytes = b"") -> tuple[LooseObjects, str]:
    data = header + body
    oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    (place / oid[:2]).mkdir(parents=True)
    (place / oid[:2] / oid[2:]).write_bytes(zlib.compress(data) + behind)
    return LooseObjects(place), oid


@pytest.mark.parametrize("size", [b"0", b"1", b"999", b"9999999"])
def test_a_file_whose_length_is_not_the_one_it_names_is_damaged(tmp_path: Path, size: bytes) -> None:
    objects, oid = loose(tmp_path, b"blob " + size + b"\0", b"x" * 1000)
    with pytest.raises(DamagedObjectError):
        objects.find(oid)


@pytest.mark.parametrize("length", [0, 1, 16_000, 17_000, 1_000_000])
def test_a_file_of_any_length_is_read_in_pieces(tmp_path: Path, length: int) -> None:
    body = bytes(number * number % 251 for number in range(length))
    objects, oid = loose(tmp_path, b"blob %d\0" % length, body)
    found = objects.find(oid)
    assert found is not None
    assert found[1:] == (body, length)
    shorter = objects.find(oid, length - 1)
    assert shorter is not None
    assert shorter[1:] == (None, length)


def test_one_folder_in_many_places_is_not_looked_for_in_all_of_them(repo: RepositoryBuilder) -> None:
    entry, tree = b"100644 dvc.yaml\0" + bytes.fromhex(repo.blob("artifacts: {}")), ""
    for _ in range(8):
        tree = repo.raw("tree", entry)
        entry = b"".join(b"40000 %d\0%s" % (number, bytes.fromhex(tree)) for number in range(10))
    reader = ObjectReader(find_layout(str(repo.path)), Counters())
    with pytest.raises(TooManyFilesError):
        reader.find_files(tree, "dvc.yaml", {})
    assert len(reader.find_files(tree, "other.yaml", {})) == 0
    assert MAX_FOUND < 10**7


def test_folders_deeper_than_any_are_not_descended(repo: RepositoryBuilder) -> None:
    oid = repo.raw("tree", b"")
    for _ in range(MAX_DEPTH + 1):
        oid = repo.raw("tree", b"40000 a\0" + bytes.fromhex(oid))
    reader = ObjectReader(find_layout(str(repo.path)), Counters())
    with pytest.raises(TooManyFilesError):
        reader.find_files(oid, "dvc.yaml", {})
    assert reader.entry(oid, "a/" * MAX_DEPTH + "a") is not None
    assert reader.entry(oid, "a/" * 5000 + "a") is None


def test_a_file_that_is_longer_than_asked_for_is_not_missing(long: RepositoryBuilder) -> None:
    reader = ObjectReader(find_layout(str(long.path)), Counters())
    oid = long.git("rev-parse", "tags/file")
    assert reader.blob(oid, 1000) is None
    assert reader.is_longer(oid, 1000)
    assert not reader.is_longer(oid, MAX_OBJECT + 1)
    assert not reader.is_longer("9" * 40, 1000)
    reader.close()
    with pytest.raises(RegistryError):
        reader.resolve("nope")
