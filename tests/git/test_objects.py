"""Objects are read by id, peeled, and counted; what is missing or refused says so."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.git.counters import Counters
from gto_daemon.git.git_store import GitStore
from gto_daemon.git.layout import find_layout
from gto_daemon.git.libgit_store import LibgitStore
from gto_daemon.git.loose_objects import MAX_ALTERNATES, object_directories
from gto_daemon.git.objects import MAX_REVISION, ObjectReader
from gto_daemon.git.store import unreadable
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder

Make = Callable[..., RepositoryBuilder]


def open_reader(repo: RepositoryBuilder) -> ObjectReader:
    return ObjectReader(find_layout(str(repo.path)), Counters())


def refused(path: Path) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        ObjectReader(find_layout(str(path)), Counters()).head()
    assert str(path) in caught.value.message
    return caught.value


def test_a_tag_of_a_tag_leads_to_the_commit(repo: RepositoryBuilder) -> None:
    commit = repo.commit()
    oid = repo.tag("inner", commit)
    for number in range(5):
        oid = repo.tag(f"outer{number}", oid, target_kind="tag", message=f"outer {number}")
    raw = open_reader(repo).tag(oid)
    assert isinstance(raw, tuple)
    assert (raw.target, raw.target_type, raw.message) == (commit, "commit", "outer 4")


@pytest.mark.parametrize("kind", ["blob", "tree"])
def test_a_tag_of_something_else_says_what_it_is(repo: RepositoryBuilder, kind: str) -> None:
    repo.commit({"a": "1"})
    target = repo.blob("text") if kind == "blob" else repo.git("rev-parse", "HEAD^{tree}")
    reader = open_reader(repo)
    raw = reader.tag(repo.tag("odd", target, target_kind=kind))  # type: ignore[arg-type]
    assert isinstance(raw, tuple)
    assert (raw.target, raw.target_type) == (target, kind)
    assert reader.tag(target) == kind
    assert reader.tag(repo.head) == "commit"


def test_a_tag_of_a_missing_tag_is_missing(repo: RepositoryBuilder) -> None:
    repo.commit()
    assert open_reader(repo).tag(repo.tag("outer", "9" * 40, target_kind="tag")) is None


def test_what_is_missing_damaged_or_no_id_is_none(repo: RepositoryBuilder) -> None:
    repo.commit()
    oid = repo.tag("a")
    (repo.git_dir / "objects" / oid[:2] / oid[2:]).write_bytes(b"damaged")
    reader = open_reader(repo)
    assert reader.tag(oid) is None
    for nothing in ("9" * 40, "no id", "", "9" * 39):
        assert reader.tag(nothing) is None
        assert reader.commit(nothing) is None
        assert reader.blob(nothing, 100) is None
    assert reader.commit(repo.blob("text")) is None


def test_a_tag_signed_by_git_is_read_without_its_signature(repo: RepositoryBuilder, tmp_path: Path) -> None:
    key = tmp_path / "key"
    assert shutil.which("ssh-keygen"), "install openssh-client: Git signs with it"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    repo.commit()
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={key}"]
    repo.git(*signing, "tag", "-s", "-m", "Signed\n\nfor you", "churn@v1.0.0")
    oid = repo.git("rev-parse", "refs/tags/churn@v1.0.0")
    assert "SSH SIGNATURE" in repo.git("cat-file", "-p", oid)
    raw = open_reader(repo).tag(oid)
    assert isinstance(raw, tuple)
    assert (raw.message, raw.odd, raw.tagger) == ("Signed\n\nfor you", (), "Uma User")


def test_objects_that_are_packed_while_the_repository_is_open_are_found(repo: RepositoryBuilder) -> None:
    repo.commit()
    reader = open_reader(repo)
    first = repo.tag("first")
    repo.git("gc", "--quiet", "--prune=now")
    assert isinstance(reader.tag(first), tuple)
    second = repo.tag("second", repo.git("rev-parse", "HEAD"))
    repo.git("gc", "--quiet", "--prune=now")
    reader.reopen_when_repacked()
    assert isinstance(reader.tag(first), tuple)
    assert isinstance(reader.tag(second), tuple)


def test_deleted_packs_are_let_go_of(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.git("gc", "--quiet")
    reader = open_reader(repo)
    for number in range(4):
        assert reader.commit(repo.git("rev-parse", "HEAD")) is not None
        repo.git("commit", "--quiet", "--allow-empty", "-m", str(number))
        repo.git("gc", "--quiet", "--prune=now")
        reader.reopen_when_repacked()
    mapped = Path("/proc/self/maps").read_text()
    assert [line for line in mapped.splitlines() if str(repo.git_dir) in line and "(deleted)" in line] == []


def test_files_are_found_by_their_path_in_a_tree(repo: RepositoryBuilder) -> None:
    repo.commit({"a.txt": "a", "sub/dir/b.txt": "b", "sub-x": "c"})
    reader = open_reader(repo)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    assert reader.file(tree, "a.txt") == repo.blob("a")
    assert reader.file(tree, "sub/dir/b.txt") == repo.blob("b")
    for nothing in ("missing", "sub", "sub/dir", "a.txt/b", "sub/missing/b.txt", ""):
        assert reader.file(tree, nothing) is None


def test_a_submodule_is_no_file(make_repository: Make) -> None:
    outer = make_repository("outer")
    outer.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},artifacts.yaml")
    tree = outer.git("write-tree")
    assert open_reader(outer).file(tree, "artifacts.yaml") is None
    assert open_reader(outer).find_files(tree, "artifacts.yaml", {}) == []


def test_every_file_of_a_name_is_found_and_known_folders_are_not_read_again(repo: RepositoryBuilder) -> None:
    files: dict[str, str | bytes | None] = {"dvc.yaml": "0", "b/dvc.yaml": "1", "b/c/dvc.yaml": "2", "d/e/f": "3"}
    repo.commit(files)
    counters = Counters()
    reader = ObjectReader(find_layout(str(repo.path)), counters)
    known: dict[str, tuple[str, ...]] = {}
    found = reader.find_files(repo.git("rev-parse", "HEAD^{tree}"), "dvc.yaml", known)
    assert found == ["b/c/dvc.yaml", "b/dvc.yaml", "dvc.yaml"]
    repo.commit({"new": "4"})
    tree = repo.git("rev-parse", "HEAD^{tree}")
    assert set(known) & {repo.git("rev-parse", "HEAD:b"), repo.git("rev-parse", "HEAD:d")} != set()
    before, read = set(known), counters.trees
    for _ in range(2):
        assert reader.find_files(tree, "dvc.yaml", known) == found
    assert set(known) - before == {tree}
    assert counters.trees == read + 1


def test_each_read_is_counted_where_it_happens(repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    counters = Counters()
    reader = ObjectReader(find_layout(str(repo.path)), counters)
    inner = repo.tag("inner")
    reader.tag(repo.tag("outer", inner, target_kind="tag"))
    assert counters.tags == 2
    found = reader.commit(repo.head)
    assert found is not None
    assert counters.commits == 1
    blob = reader.file(found[1].tree, "a")
    assert blob is not None
    assert reader.blob(blob, 10) == b"1"
    assert (counters.trees, counters.blobs) == (1, 1)
    assert reader.tag("9" * 40) is None
    assert counters.tags == 2


def test_a_file_longer_than_the_limit_is_not_read(repo: RepositoryBuilder) -> None:
    assert open_reader(repo).blob(repo.blob("12345"), 4) is None


@pytest.mark.parametrize("rev", ["HEAD", "main", "churn@v1.0.0", "HEAD~1^0", "@", "refs/tags/churn@v1.0.0", ":/Update"])
def test_a_revision_in_gits_own_syntax_names_a_commit(repo: RepositoryBuilder, rev: str) -> None:
    repo.commit()
    repo.commit()
    repo.tag("churn@v1.0.0")
    assert open_reader(repo).resolve(rev) == repo.git("rev-list", "-1", rev)


@pytest.mark.parametrize(
    "rev", ["missing", "", "9" * 40, "HEAD~9", "HEAD:a", "text", "..", "HEAD..main", "\0", "é", "-x"]
)
def test_a_revision_that_names_no_commit_is_refused(repo: RepositoryBuilder, rev: str) -> None:
    repo.commit({"a": "1"})
    repo.lightweight("text", repo.blob("text"))
    with pytest.raises(RegistryError) as caught:
        open_reader(repo).resolve(rev)
    assert caught.value.kind == "RefNotFound"
    assert caught.value.hint


def test_head_before_the_first_commit_is_none(repo: RepositoryBuilder) -> None:
    assert open_reader(repo).head() is None


@pytest.mark.parametrize(
    ("extension", "words", "remedy"),
    [
        ("refStorage=reftable", "the reftable format", "Install Git 2.45 or newer"),
        ("objectFormat=sha256", "SHA-256 object ids", "Install Git 2.29 or newer"),
        ("sparkling=true", "'sparkling'", "Install a newer Git"),
    ],
)
def test_a_format_that_only_git_reads_is_refused_where_no_git_is(
    repo: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch, extension: str, words: str, remedy: str
) -> None:
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", *f"extensions.{extension}".split("="))
    monkeypatch.setenv("PATH", "/nowhere")
    error = refused(repo.path)
    assert error.kind == "UnsupportedRepository"
    assert words in error.message
    assert remedy in error.hint


def test_an_extension_that_git_does_not_know_either_is_named(repo: RepositoryBuilder) -> None:
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.sparkling", "true")
    error = refused(repo.path)
    assert error.kind == "UnsupportedRepository"
    assert "sparkling" in error.message


def test_another_users_repository_is_refused_with_the_command_to_trust_it(repo: RepositoryBuilder) -> None:
    # The words are libgit2's (1.9); a repository of another user takes root to make.
    said = f"repository path '{repo.path}' is not owned by current user"
    error = unreadable(str(repo.path), said)
    assert error.kind == "UnreadableRepository"
    assert error.hint.endswith(f"safe.directory {repo.path}`")


def test_a_configuration_that_git_cannot_read_is_said(repo: RepositoryBuilder) -> None:
    (repo.git_dir / "config").write_text("[core\n")
    error = refused(repo.path)
    assert error.kind == "UnreadableRepository"
    assert error.hint.endswith(" status`")


def test_only_so_many_directories_of_objects_are_looked_in(repo: RepositoryBuilder, tmp_path: Path) -> None:
    others = [tmp_path / f"other{number}" for number in range(MAX_ALTERNATES + 50)]
    for other in others:
        other.mkdir()
    (repo.git_dir / "objects/info/alternates").write_text("".join(f"{other}\n" for other in others))
    assert object_directories(repo.git_dir) == [repo.git_dir / "objects", *others[: MAX_ALTERNATES - 1]]


def test_branches_that_lead_to_a_commit_are_found_by_both_stores(repo: RepositoryBuilder) -> None:
    commit = repo.commit()
    for name in ("heads/a", "remotes/origin/b", "tags/c"):
        repo.ref(f"refs/{name}", commit)
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    layout = find_layout(str(repo.path))
    for store in (LibgitStore(layout), GitStore(layout, "objectformat")):
        assert sorted(store.branches()) == ["refs/heads/a", "refs/heads/main", "refs/remotes/origin/b"]
        store.close()


def test_a_revision_without_end_is_not_looked_for(repo: RepositoryBuilder) -> None:
    commit = repo.commit({"a": "1"})
    reader = open_reader(repo)
    steps = "^0" * ((MAX_REVISION - len("HEAD")) // 2)
    assert reader.resolve(f"HEAD{steps}") == commit
    with pytest.raises(RegistryError) as caught:
        reader.resolve(f"HEAD{steps}" + "^0" * 1000)
    assert caught.value.kind == "RefNotFound"
    assert len(caught.value.message) < MAX_REVISION + 100
