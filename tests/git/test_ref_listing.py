"""The listing of refs says what `git for-each-ref` says, after anything that Git or others do to refs."""

import os
import random
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pygit2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.git import loose_refs, odd_refs, packed_refs
from gto_daemon.git.counters import Counters
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.refs import RefChanges, RefListing
from tests.builders import RepositoryBuilder
from tests.waiting import eventually

_NAMES = ["a@v1.0.0", "b", "nested/a", "nested/deep/b", "nested/deep/c", "z/z/z", "a.b", "\udcff\udcfe@v1.0.0"]


class Known:
    """A listing next to what its changes add up to."""

    def __init__(self, repo: RepositoryBuilder, **limits: int) -> None:
        self.repo = repo
        self.counters = Counters()
        self.listing = RefListing(repo.git_dir, self.counters, **limits)
        self.tags: dict[str, str] = {}
        self.heads: dict[str, str] = {}

    def refresh(self) -> RefChanges:
        changes = self.listing.refresh()
        for known, changed in ((self.tags, changes.tags), (self.heads, changes.heads)):
            for name, value in changed.items():
                assert known.get(name) != value, f"{name} did not change"
                if value is None:
                    del known[name]
                else:
                    known[name] = value
        return changes

    def check(self) -> None:
        """Compare with Git, and the sum of all changes with both."""
        self.refresh()
        assert self.resolved(self.tags) == for_each_ref(self.repo, "refs/tags/")
        assert self.resolved(self.heads) == for_each_ref(self.repo, "refs/heads/")
        for name, value in self.tags.items():
            assert self.listing.tag(name) == value

    def resolved(self, known: dict[str, str]) -> dict[str, str]:
        found = {}
        for name, value in known.items():
            target: str | None = value
            while target is not None and target.startswith("ref: "):
                target = self.listing.get(target.removeprefix("ref: "))
            if target is not None:
                found[name] = target
        return found


def for_each_ref(repo: RepositoryBuilder, root: str) -> dict[str, str]:
    run = subprocess.run(
        ["git", "for-each-ref", "--format=%(objectname) %(refname)", root],
        cwd=repo.path,
        capture_output=True,
        check=False,
    )
    lines = os.fsdecode(run.stdout).splitlines()
    return {name.removeprefix(root): oid for oid, name in (line.split(" ", 1) for line in lines)}


class Fuzz:
    """Random operations on the refs of a repository, by Git, by libgit2 and by writers in place."""

    def __init__(self, repo: RepositoryBuilder, other: RepositoryBuilder, seed: int) -> None:
        self.repo = repo
        self.random = random.Random(seed)
        self.known = Known(repo)
        self.commits = [repo.commit({"a": str(number)}) for number in range(4)]
        self.other = other
        other.git("fetch", "--quiet", str(repo.path), "main:main")
        repo.git("remote", "add", "origin", str(other.path))

    def step(self) -> None:
        operation = self.random.choice(
            [
                self.tag,
                self.tag,
                self.force,
                self.delete,
                self.delete,
                self.pack,
                self.transaction,
                self.in_place,
                self.symbolic,
                self.fetch,
                self.broken,
                self.libgit2,
                self.branch,
                self.linked_worktree,
                self.expire,
            ]
        )
        operation()

    def quiet(self, *arguments: str, text: str | None = None) -> None:
        # Many random operations are refused (a name below a name, a tag that is there): that is part of the game.
        subprocess.run(
            ["git", *arguments],
            cwd=self.repo.path,
            input=os.fsencode(text) if text else None,
            capture_output=True,
            check=False,
        )

    def name(self) -> str:
        return self.random.choice(_NAMES)

    def commit(self) -> str:
        return self.random.choice(self.commits)

    def tag(self) -> None:
        self.quiet("tag", "-a", "-m", "m", self.name(), self.commit())

    def force(self) -> None:
        self.quiet("tag", "-f", self.name(), self.commit())

    def delete(self) -> None:
        self.quiet("tag", "-d", self.name())

    def pack(self) -> None:
        self.quiet("pack-refs", "--all", *(["--no-prune"] if self.random.random() < 0.3 else []))

    def transaction(self) -> None:
        lines = [f"update refs/tags/t{number} {self.commit()}" for number in range(self.random.randrange(1, 5))]
        lines.append(f"delete refs/tags/t{self.random.randrange(5, 8)}")
        self.quiet("update-ref", "--stdin", text="\n".join(lines) + "\n")

    def in_place(self) -> None:
        name = self.random.choice(["b", "nested/a", "z/z/z"])
        place = self.repo.git_dir / "refs/tags" / name
        if place.is_file() and not place.is_symlink():
            with place.open("r+") as file:
                file.write(f"{self.commit()}\n")
                file.truncate()

    def symbolic(self) -> None:
        target = self.random.choice(["refs/heads/main", "refs/tags/a@v1.0.0", "refs/tags/missing"])
        self.quiet("symbolic-ref", f"refs/tags/{self.random.choice(['s1', 'nested/s2'])}", target)
        if self.random.random() < 0.3:
            self.quiet("symbolic-ref", "--delete", "refs/tags/s1")

    def fetch(self) -> None:
        for number in range(3):
            name = f"fetched/{number}"
            if self.random.random() < 0.5:
                self.other.git("tag", "-f", name, self.random.choice(self.commits))
            else:
                self.other.git("update-ref", "-d", f"refs/tags/{name}")
        self.quiet("fetch", "--quiet", "--prune", "origin", "+refs/tags/fetched/*:refs/tags/fetched/*")

    def broken(self) -> None:
        place = self.repo.git_dir / "refs/tags/broken"
        if place.is_dir():
            return
        if place.exists() and self.random.random() < 0.5:
            place.unlink()
        else:
            place.write_text(self.random.choice(["", "nonsense\n", f"{self.commit()}\n", self.commit()[:20]]))

    def libgit2(self) -> None:
        repository = pygit2.Repository(str(self.repo.git_dir))
        name = f"refs/tags/{self.random.choice(['b', 'nested/a', 'libgit2/x'])}"
        if name in repository.references and self.random.random() < 0.5:
            repository.references.delete(name)
        elif name not in repository.references:
            try:
                repository.references.create(name, self.commit())
            except ValueError:  # a name below a name
                return

    def branch(self) -> None:
        self.quiet("branch", "-f", self.random.choice(["side", "team/side"]), self.commit())
        if self.random.random() < 0.3:
            self.quiet("branch", "-D", "side")

    def linked_worktree(self) -> None:
        place = str(self.repo.path.with_name("linked"))
        self.quiet("worktree", "add", "--quiet", "--force", "-B", "linked", place, self.commit())
        if self.random.random() < 0.5:
            self.quiet("-C", place, "tag", "-f", "from-linked", self.commit())
            self.quiet("worktree", "remove", "--force", place)

    def expire(self) -> None:
        self.quiet("gc", "--quiet", "--prune=now") if self.random.random() < 0.2 else self.pack()


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_of_changes_is_what_git_lists(make_repository: Callable[..., RepositoryBuilder], seed: int) -> None:
    fuzz = Fuzz(make_repository("one"), make_repository("two", bare=True), seed)
    for _ in range(80):
        for _ in range(fuzz.random.choice([1, 1, 3])):
            fuzz.step()
        fuzz.known.check()


def test_what_comes_and_goes_while_listing_never_hides_what_stays(repo: RepositoryBuilder) -> None:
    oid = repo.commit()
    staying = {f"stay/{number}" for number in range(40)}
    for name in staying:
        repo.lightweight(name)
    listing = RefListing(repo.git_dir, Counters())
    listing.refresh()
    done = threading.Event()

    def churn() -> None:
        try:
            for number in range(25):
                lines = [f"update refs/tags/stay/{other} {oid}" for other in range(number, 40, 7)]
                lines += [f"update refs/tags/go/{number}/{other} {oid}" for other in range(5)]
                lines += [f"delete refs/tags/go/{number - 1}/{other}" for other in range(5)] if number else []
                subprocess.run(
                    ["git", "update-ref", "--stdin"],
                    cwd=repo.path,
                    input="\n".join(lines) + "\n",
                    text=True,
                    check=True,
                )
                repo.git("pack-refs", "--all", "--prune")
        finally:
            done.set()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        while not done.is_set():
            gone = {name for name, value in listing.refresh().tags.items() if value is None}
            assert not gone & staying
    finally:
        thread.join()
    listing.refresh()
    assert {name for name in for_each_ref(repo, "refs/tags/") if listing.tag(name) == oid} == {
        *staying,
        *(f"go/24/{other}" for other in range(5)),
    }


def test_two_changes_in_one_tick_of_the_clock_are_both_seen(repo: RepositoryBuilder) -> None:
    """The builder writes a ref in 0.1 ms; file systems stamp several of them with the same time."""
    known = Known(repo)
    oids = [repo.commit({"a": str(number)}) for number in range(3)]
    for number in range(60):
        oid = oids[number % 3]
        repo.ref("refs/tags/moving", oid)
        known.refresh()
        assert known.tags["moving"] == oid


def test_a_third_writer_with_the_inode_of_the_first_is_seen(
    repo: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within one tick of the clock a file may get device, inode, size and times of the one that was read."""
    known = Known(repo)
    oids = [repo.commit({"a": str(number)}) for number in range(2)]
    real, young = loose_refs.identity, time.time_ns() + 10**12
    monkeypatch.setattr(
        loose_refs, "identity", lambda path: (1, 1, 41, young, young) if path.endswith("/moving") else real(path)
    )
    for oid in (*oids, *oids):
        repo.ref("refs/tags/moving", oid)
        known.refresh()
        assert known.tags["moving"] == oid


def test_a_mark_is_young_by_the_time_before_it_was_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As when the process is stopped between looking at a file and judging how young it is."""
    place = tmp_path / "file"
    place.write_text("1")
    taken = place.stat().st_ctime_ns
    mark = loose_refs.identity(str(place))
    assert mark is not None
    assert loose_refs.is_racy(mark, taken)
    assert not loose_refs.is_racy(mark, taken + loose_refs.RACY_NS)


def test_an_unchanged_repository_is_listed_without_reading_a_file(repo: RepositoryBuilder) -> None:
    repo.commit()
    for number in range(20):
        repo.lightweight(f"nested/{number}")
    known = _settled(Known(repo))
    before = known.counters.as_json()
    known.refresh()
    after = known.counters.as_json()
    assert after.pop("listings") == before.pop("listings") + 1
    assert after == before


def test_a_new_ref_costs_one_file_among_many(repo: RepositoryBuilder) -> None:
    repo.commit()
    for number in range(50):
        repo.lightweight(f"many/{number}")
    known = _settled(Known(repo))
    before = known.counters.ref_files
    repo.lightweight("many/new")
    assert known.refresh().tags == {"many/new": repo.head}
    assert known.counters.ref_files == before + 1


def test_packing_is_no_change_and_reads_packed_refs_once(repo: RepositoryBuilder) -> None:
    repo.commit()
    for number in range(10):
        repo.lightweight(f"nested/{number}")
    known = _settled(Known(repo))
    before = known.counters.packed_refs
    repo.pack()
    assert known.refresh() == RefChanges({}, {})
    assert known.counters.packed_refs == before + 1


def test_a_tag_below_the_place_of_a_deleted_one_is_seen(repo: RepositoryBuilder) -> None:
    repo.commit()
    known = Known(repo)
    repo.git("tag", "a")
    known.check()
    repo.git("tag", "-d", "a")
    repo.git("tag", "a/b")
    known.check()
    repo.git("tag", "-d", "a/b")
    repo.git("tag", "a")
    known.check()
    assert set(known.tags) == {"a"}


def test_names_that_are_not_utf_8_are_listed_loose_and_packed(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.lightweight(b"caf\xe9@v1.0.0")
    known = Known(repo)
    known.check()
    repo.pack()
    known.check()
    assert set(known.tags) == {"caf\udce9@v1.0.0"}


def test_a_broken_file_hides_its_packed_line_and_is_named(repo: RepositoryBuilder) -> None:
    oid = repo.commit()
    repo.lightweight("a")
    repo.pack()
    known = Known(repo)
    known.check()
    place = repo.git_dir / "refs/tags/a"
    place.write_text("")
    known.refresh()
    assert known.tags == {}
    assert known.listing.unparsed == {"refs/tags/a"}
    known.refresh()
    assert known.listing.unparsed == {"refs/tags/a"}
    place.unlink()
    known.check()
    assert known.tags == {"a": oid}
    assert known.listing.unparsed == frozenset()


def test_a_broken_file_that_is_finished_in_place_is_read_without_a_hint(repo: RepositoryBuilder) -> None:
    repo.commit()
    place = repo.git_dir / "refs/tags/slow"
    place.write_text(repo.head[:7])
    known = _settled(Known(repo))
    assert known.listing.unparsed == {"refs/tags/slow"}
    place.write_text(f"{repo.head}\n")
    assert known.refresh().tags == {"slow": repo.head}


@pytest.mark.parametrize(("age", "nanoseconds", "racy"), [
    (0.01, 123_456_789, True),
    (0.1, 123_456_789, False),
    (0.1, 0, True),
    (2.05, 0, True),
    (2.2, 0, False),
])  # fmt: skip
def test_times_in_whole_seconds_are_believed_later(age: float, nanoseconds: int, racy: bool) -> None:
    changed = 1_700_000_000 * 10**9 + nanoseconds
    assert loose_refs.is_racy((1, 1, 41, changed, changed), changed + int(age * 1e9)) == racy


def test_lock_files_are_no_refs(repo: RepositoryBuilder) -> None:
    repo.commit()
    (repo.git_dir / "refs/tags/a.lock").write_text(f"{repo.head}\n")
    known = Known(repo)
    known.refresh()
    assert known.tags == {}


def test_forgetting_reads_everything_again(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.lightweight("a")
    known = _settled(Known(repo))
    read = known.counters.ref_files
    known.refresh()
    assert known.counters.ref_files == read
    known.listing.forget()
    known.refresh()
    assert known.counters.ref_files == read + 2, "the tag and the branch"


def test_a_repository_without_a_refs_directory_has_no_refs(repo: RepositoryBuilder) -> None:
    repo.commit()
    known = Known(repo)
    known.check()
    (repo.git_dir / "refs").rename(repo.git_dir / "elsewhere")
    known.refresh()
    assert known.heads == {}
    (repo.git_dir / "elsewhere").rename(repo.git_dir / "refs")
    known.check()


def test_a_fingerprint_of_what_was_listed_tells_of_the_next_change(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.lightweight("nested/a")
    known = _settled(Known(repo))
    fingerprint = Fingerprint(
        ((str(repo.git_dir / name), mark) for name, mark in known.listing.seen.items()), racy=known.listing.racy
    )
    assert fingerprint.holds()
    assert not fingerprint.racy
    repo.lightweight("nested/b")
    assert not fingerprint.holds()


# As Git writes them: each name once, an annotated tag followed by what it peels to.
_LINES = st.dictionaries(
    st.tuples(st.sampled_from(["tags", "heads"]), st.integers(0, 30)),
    st.tuples(st.sampled_from("0123456789abcdef"), st.sampled_from(["", f"^{'e' * 40}\n"])),
).map(
    lambda lines: "".join(
        [
            "# pack-refs with: peeled fully-peeled sorted\n",
            *(f"{oid * 40} refs/{root}/n{name}\n{peeled}" for (root, name), (oid, peeled) in lines.items()),
        ]
    ).encode()
)


@given(_LINES, _LINES)
def test_the_window_leaves_out_whole_common_lines_only(before: bytes, after: bytes) -> None:
    start, end = packed_refs.common_lines(before, after)
    assert before[:start] == after[:start]
    assert before[len(before) - end :] == after[len(after) - end :]
    assert start + end <= min(len(before), len(after))
    for text in (before, after):
        assert start == 0 or text[start - 1 : start] == b"\n"
        assert end == 0 or text[len(text) - end - 1 : len(text) - end] in (b"\n", b"")


@given(st.lists(st.one_of(_LINES), min_size=1, max_size=5))
def test_rewriting_packed_refs_is_read_by_its_difference(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]
) -> None:
    place = tmp_path_factory.mktemp("packed")
    listing = RefListing(place, Counters())
    tags: dict[str, str] = {}
    for text in texts:
        (place / "new").write_bytes(text)
        (place / "new").rename(place / "packed-refs")
        for name, value in listing.refresh().tags.items():
            if value is None:
                del tags[name]
            else:
                tags[name] = value
        assert tags == packed_refs.parse_lines(text).tags


def _settled(known: Known) -> Known:
    """Refreshed until nothing is so young that its mtime proves nothing."""

    def old_enough() -> bool:
        known.refresh()
        return not known.listing.racy

    eventually(old_enough)
    return known


def _make_pipe(place: Path) -> None:
    os.mkfifo(place)


def _make_socket(place: Path) -> None:
    os.mknod(place, stat.S_IFSOCK | 0o600)


def _make_sparse(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(8 << 30)


def _make_deep(place: Path) -> None:
    """3,000 folders in each other, which no path reaches to the end."""
    before = Path.cwd()
    place.mkdir()
    os.chdir(place)
    for _ in range(3000):
        os.mkdir("d")  # noqa: PTH102
        os.chdir("d")
    os.chdir(before)


ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (_make_pipe, "a pipe"),
    "socket": (_make_socket, "a socket"),
    "device": (lambda place: place.symlink_to("/dev/zero"), "a device"),
    "link to itself": (lambda place: place.symlink_to(place.name), "a link in a circle"),
    "dangling link": (lambda place: place.symlink_to("nowhere"), "a link to nothing"),
    "link to its folder": (lambda place: place.symlink_to("."), "a link to a folder that it is in"),
    "link to the git directory": (lambda place: place.symlink_to("../.."), "a link to a folder that it is in"),
    "link to the root": (lambda place: place.symlink_to("/"), "a link"),
    "link to /proc": (lambda place: place.symlink_to("/proc"), "a link to another file system"),
    "link to /usr": (lambda place: place.symlink_to("/usr"), "a link to"),
    "deep folders": (_make_deep, "a folder in 64 others"),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("folder", ["refs/tags", "refs/tags/team", "refs/heads"])
def test_what_is_no_ref_is_named_and_spoils_nothing_else(repo: RepositoryBuilder, kind: str, folder: str) -> None:
    oid = repo.commit()
    repo.lightweight("a")
    repo.lightweight("team/b")
    known = Known(repo)
    known.check()
    make, what = ODD[kind]
    make(repo.git_dir / folder / "odd@v1.0.0")
    for _ in range(3):
        known.refresh()
        assert known.tags == {"a": oid, "team/b": oid}
        (name,) = known.listing.odd
        assert name.startswith(f"{folder}/odd@v1.0.0")
        assert known.listing.odd[name].startswith(what)
    later = repo.commit()
    repo.lightweight("later")
    known.refresh()
    assert known.tags == {"a": oid, "team/b": oid, "later": later}
    # What is too deep for a path is too deep for whoever clears the directories of tests.
    subprocess.run(["rm", "-rf", repo.git_dir / folder / "odd@v1.0.0"], check=True)
    known.refresh()
    assert known.listing.odd == {}


def test_a_sparse_file_of_8_gib_is_not_read(repo: RepositoryBuilder) -> None:
    oid = repo.commit()
    repo.lightweight("a")
    known = Known(repo)
    _make_sparse(repo.git_dir / "refs/tags/big@v1.0.0")
    _make_sparse(repo.git_dir / "refs/heads/big")
    known.refresh()
    assert known.tags == {"a": oid}
    assert known.listing.unparsed == {"refs/tags/big@v1.0.0", "refs/heads/big"}


def test_a_folder_in_the_place_of_a_tag_is_a_folder(repo: RepositoryBuilder) -> None:
    repo.commit()
    known = Known(repo)
    (repo.git_dir / "refs/tags/a@v1.0.0").mkdir()
    known.check()
    assert known.listing.odd == {}


def test_a_link_to_a_folder_of_refs_is_followed_as_by_git(repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit()
    repo.lightweight("team/a@v1.0.0")
    repo.lightweight("team/deep/a@v1.0.0")
    place = repo.git_dir / "refs/tags/team"
    place.rename(tmp_path / "team")
    place.symlink_to(tmp_path / "team")
    known = Known(repo)
    known.check()
    assert set(known.tags) == {"team/a@v1.0.0", "team/deep/a@v1.0.0"}
    (tmp_path / "team/b@v1.0.0").write_text(f"{repo.head}\n")
    known.check()
    assert known.listing.odd == {}
    place.unlink()
    known.check()
    assert known.tags == {}


def test_links_to_folders_together_lead_to_no_more_than_a_bounded_number_of_files(
    repo: RepositoryBuilder, tmp_path: Path
) -> None:
    oid = repo.commit()
    repo.lightweight("a")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / str(number)).write_text(f"{oid}\n")
        (repo.git_dir / "refs/tags" / name).symlink_to(tmp_path / name)
    known = Known(repo, max_linked=5)
    for _ in range(2):
        known.refresh()
        assert len(known.tags) == 4
        assert list(known.listing.odd.values()) == [odd_refs.TOO_LARGE]


def test_more_files_than_can_be_meant_are_a_refusal(repo: RepositoryBuilder) -> None:
    repo.commit()
    for number in range(6):
        repo.lightweight(f"t{number}")
    with pytest.raises(OSError, match="git pack-refs --all"):
        Known(repo, max_files=5).refresh()
    repo.pack()
    Known(repo, max_files=5).check()
