"""The directory of a site: gtod's own files come and go, others are never touched."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from gto_daemon.app.site_directory import MANIFEST, UnsuitableDirectoryError, write_site
from tests.builders import RepositoryBuilder

FIRST = [("assets/site.css", b"a"), ("artifacts/churn.html", b"churn"), ("index.html", b"1")]
SECOND = [("assets/site.css", b"b"), ("index.html", b"2")]


def tree(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def without_manifest(place: Path) -> dict[str, bytes]:
    return {path: content for path, content in tree(place).items() if path != MANIFEST}


def test_it_is_made_with_what_is_above_it(tmp_path: Path) -> None:
    out = tmp_path / "public/site"
    write_site(str(out), FIRST)
    assert without_manifest(out) == dict(FIRST)
    assert json.loads((out / MANIFEST).read_bytes())["files"] == sorted(path for path, _ in FIRST)


def test_a_later_one_takes_its_place_and_pages_that_are_gone_are_deleted(tmp_path: Path) -> None:
    write_site(str(tmp_path), FIRST)
    write_site(str(tmp_path), SECOND)
    assert without_manifest(tmp_path) == dict(SECOND)
    assert not (tmp_path / "artifacts").exists()


@pytest.mark.parametrize("place", [".git", ".git/site", "link/site"])
def test_gits_own_files_are_left_alone(repo: RepositoryBuilder, place: str) -> None:
    (repo.path / "link").symlink_to(repo.git_dir)
    before = tree(repo.git_dir)
    with pytest.raises(UnsuitableDirectoryError, match="among Git's own files"):
        write_site(str(repo.path / place), FIRST)
    assert tree(repo.git_dir) == before


def test_files_of_others_stay(tmp_path: Path) -> None:
    write_site(str(tmp_path), FIRST)
    (tmp_path / "CNAME").write_text("models.example.com")
    (tmp_path / "artifacts/notes.txt").write_text("mine")
    write_site(str(tmp_path), SECOND)
    assert without_manifest(tmp_path) == {
        **dict(SECOND),
        "CNAME": b"models.example.com",
        "artifacts/notes.txt": b"mine",
    }


def refused(out: Path, files: list[tuple[str, bytes]] = FIRST) -> str:
    before = tree(out) if out.is_dir() else None
    with pytest.raises(UnsuitableDirectoryError) as caught:
        write_site(str(out), files)
    assert (tree(out) if out.is_dir() else None) == before
    assert caught.value.hint
    return str(caught.value)


def test_a_directory_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    assert "index.html" in refused(tmp_path)


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]", "null", '{"format": 2, "files": []}', '{"format": 1}', "[" * 100_000]
)
def test_so_is_one_whose_manifest_is_none(manifest: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(manifest)
    assert MANIFEST in refused(tmp_path)


def test_so_is_one_whose_manifest_leads_elsewhere(tmp_path: Path) -> None:
    write_site(str(tmp_path / "a"), FIRST)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / MANIFEST).symlink_to(tmp_path / "a" / MANIFEST)
    refused(tmp_path / "b")


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    assert "is not a directory" in refused(tmp_path / "site")
    assert (tmp_path / "site").read_text() == "mine"


def test_a_file_of_others_in_the_place_of_a_page_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write_site(str(tmp_path), SECOND)
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts/churn.html").write_text("mine")
    assert "churn.html" in refused(tmp_path)


def test_a_folder_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    out, other = tmp_path / "site", tmp_path / "other"
    write_site(str(out), FIRST)
    (out / "artifacts/churn.html").rename(tmp_path / "churn.html")
    (out / "artifacts").rmdir()
    other.mkdir()
    (other / "churn.html").write_text("mine")
    (out / "artifacts").symlink_to(other)
    refused(out)
    refused(out, SECOND)
    assert (other / "churn.html").read_text() == "mine"


@pytest.mark.parametrize("path", ["../mine", "/etc/passwd", "artifacts/../../mine", "a/b/c.html", ".git/config", 7, ""])
def test_a_manifest_names_no_file_that_gtod_would_not_write(path: object, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    out = tmp_path / "site"
    write_site(str(out), FIRST)
    (out / ".git").mkdir()
    (out / ".git/config").write_text("mine")
    manifest = json.loads((out / MANIFEST).read_bytes())
    manifest["files"].append(path)
    (out / MANIFEST).write_text(json.dumps(manifest))
    write_site(str(out), SECOND)
    assert (tmp_path / "mine").read_text() == "mine"
    assert (out / ".git/config").read_text() == "mine"


def test_of_a_link_in_the_place_of_a_page_the_link_is_replaced(tmp_path: Path) -> None:
    out, mine = tmp_path / "site", tmp_path / "mine"
    mine.write_text("mine")
    write_site(str(out), FIRST)
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(mine)
    write_site(str(out), SECOND)
    assert mine.read_text() == "mine"
    assert not (out / "index.html").is_symlink()


def test_two_do_not_write_at_once(tmp_path: Path) -> None:
    write_site(str(tmp_path), FIRST)
    with (tmp_path / ".gtod-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UnsuitableDirectoryError, match="Another gtod"):
            write_site(str(tmp_path), SECOND)
    assert without_manifest(tmp_path) | {".gtod-site.lock": b""} == {**dict(FIRST), ".gtod-site.lock": b""}


@pytest.mark.parametrize("writes", range(5))
def test_wherever_it_is_ended_files_are_whole_and_the_next_one_goes_on(
    writes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_site(str(tmp_path), FIRST)
    replace, count = Path.replace, 0

    def end(self: Path, target: Path) -> Path:
        nonlocal count
        if count == writes:
            raise KeyboardInterrupt
        count += 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", end)
    third = [*SECOND, ("artifacts/other.html", b"other")]
    with pytest.raises(KeyboardInterrupt):
        write_site(str(tmp_path), third)
    whole = {content for _, content in [*FIRST, *third]}
    assert set(without_manifest(tmp_path).values()) <= whole
    monkeypatch.undo()
    write_site(str(tmp_path), third)
    assert without_manifest(tmp_path) == dict(third)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_site(str(tmp_path), FIRST)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        write_site(str(tmp_path), SECOND)
    monkeypatch.undo()
    assert without_manifest(tmp_path) == dict(FIRST)
