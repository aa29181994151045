"""Where `gtod get` puts a copy: what it replaces, what it refuses to, and that nothing is lost on the way."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

ANNOTATIONS = "m: {path: models}\nfile: {path: models/a.bin}\nbig: {path: data/big}\n"


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """`m` is the folder `models`; v1.0.0 and v2.0.0 of it differ, and HEAD has a third state."""
    for name, content in (("m@v1.0.0", "one"), ("m@v2.0.0", "two"), ("", "three")):
        commit = repo.commit({"artifacts.yaml": ANNOTATIONS, "models/a.bin": content, "models/sub/b": content})
        if name:
            repo.tag(name, commit)
    repo.checkout()
    return repo


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "place"
    made.mkdir()
    return made


def everything(folder: Path) -> dict[str, str]:
    """Each path below a folder, and what is there."""
    return {
        str(path.relative_to(folder)): path.read_text() if path.is_file() and not path.is_symlink() else "-"
        for path in sorted(folder.rglob("*"))
        if ".git" not in path.relative_to(folder).parts
    }


def test_a_folder_that_an_earlier_get_made_is_replaced(gtod: Gtod, registry: RepositoryBuilder, place: Path) -> None:
    for name, content in (("m@v1.0.0", "one"), ("m@v2.0.0", "two"), ("m", "three"), ("m@v1.0.0", "one")):
        ran = gtod("get", name, "-r", str(registry.path), "-o", "copy", "--force", cwd=place)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "copy\n", "")
        assert everything(place) == {"copy": "-", "copy/a.bin": content, "copy/sub": "-", "copy/sub/b": content}


def test_a_folder_that_is_committed_as_it_is_is_replaced(gtod: Gtod, registry: RepositoryBuilder) -> None:
    ran = gtod("get", "m@v1.0.0", "-o", "models", "--force", cwd=registry.path)
    assert ran.returncode == 0, ran.stderr
    assert (registry.path / "models/a.bin").read_text() == "one"


@pytest.mark.parametrize("what", ["untracked", "edited", "link", "pipe", "staged and taken back", "nested"])
def test_what_no_commit_has_is_not_lost(what: str, gtod: Gtod, registry: RepositoryBuilder) -> None:
    models = registry.path / "models"
    lost = {"edited": "a.bin", "nested": "sub/deep/notes"}.get(what, "notes")
    (models / lost).parent.mkdir(exist_ok=True)
    if what == "link":
        (models / lost).symlink_to("a.bin")
    elif what == "pipe":
        os.mkfifo(models / lost)
    else:
        (models / lost).write_text("mine")
    if what == "staged and taken back":
        registry.git("add", "models")
        registry.git("reset", "--quiet")
    before = everything(registry.path)
    ran = gtod("get", "m@v1.0.0", "-o", "models", "--force", cwd=registry.path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert lost in ran.stderr
    assert everything(registry.path) == before


@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize(
    "what", ["untracked", "edited", "staged", "outside", "link", "link to a file with its content"]
)
def test_a_file_that_no_commit_has_is_not_lost(
    what: str, daemon: bool, gtod: Gtod, registry: RepositoryBuilder, place: Path
) -> None:
    folder, name = {"outside": (place, "x"), "edited": (registry.path, "models/a.bin")}.get(what, (registry.path, "x"))
    if what.startswith("link"):
        (folder / "mine").write_text("three")
        (folder / name).symlink_to("mine" if what != "link" else "nowhere")
    else:
        (folder / name).write_text("mine")
    if what == "staged":
        registry.git("add", name)
    before = everything(folder)
    for artifact in ("file", "m"):
        ran = gtod("get", artifact, "-r", str(registry.path), "-o", name, "--force", cwd=folder, daemon=daemon)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert f"would be lost: {name}\n" in ran.stderr
        assert "`mv " in ran.stderr
    assert everything(folder) == before


@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize("what", ["in the copy", "an earlier copy", "committed here", "a committed link"])
def test_a_file_that_can_be_had_again_is_replaced(
    what: str, daemon: bool, gtod: Gtod, registry: RepositoryBuilder, place: Path
) -> None:
    other = RepositoryBuilder(place / "other")
    other.commit({"x": "theirs"})
    x = other.path / "x"
    if what == "a committed link":
        (other.path / "mine").write_text("mine")
        x.symlink_to("mine")
        other.git("add", "x")
        other.git("commit", "--quiet", "-m", "Link")
    else:
        x.write_text({"in the copy": "three", "an earlier copy": "one"}.get(what, "theirs"))
    ran = gtod("get", "file", "-r", str(registry.path), "-o", str(x), "--force", cwd=place, daemon=daemon)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (x.read_text(), x.is_symlink()) == ("three", False)
    if what == "a committed link":
        assert (other.path / "mine").read_text() == "mine"


def test_a_link_in_the_copy_does_not_make_a_file_count_as_kept(
    gtod: Gtod, registry: RepositoryBuilder, place: Path
) -> None:
    (place / "copy/sub").mkdir(parents=True)
    (place / "copy/sub/mine").write_text("mine")
    (registry.path / "models/sub/b").unlink()
    (registry.path / "models/sub").rmdir()
    (registry.path / "models/sub").symlink_to(place / "copy/sub")
    registry.git("add", "-A", "models")
    registry.git("commit", "--quiet", "-m", "Link")
    ran = gtod("get", "m", "-r", str(registry.path), "-o", "copy", "--force", cwd=place)
    assert (ran.returncode, "sub/mine" in ran.stderr) == (1, True)
    assert (place / "copy/sub/mine").read_text() == "mine"


def test_no_folder_that_somebody_lives_in_is_replaced(gtod: Gtod, registry: RepositoryBuilder, place: Path) -> None:
    RepositoryBuilder(place / "here/reg").commit({"a": "a"})
    (place / "here/reg/precious").write_text("mine")
    registry.git("clone", "--quiet", str(registry.path), str(place / "here/holder/deep/clone"))
    registry.git("clone", "--quiet", "--bare", str(registry.path), str(place / "here/bare"))
    registry.git("worktree", "add", "--quiet", "--detach", str(place / "here/linked"))
    (place / "here/submodule/x").mkdir(parents=True)
    (place / "here/submodule/x/.git").write_text("gitdir: elsewhere\n")
    before = sorted(place.rglob("*"))
    ways_up = ["..", "../", ".", "./", "", "../../place", "/", str(Path.home())]
    for out in (*ways_up, "reg", "reg/", "holder", "bare", "linked", "submodule"):
        for name in ("m", "file"):
            ran = gtod("get", name, "-r", str(registry.path), "--force", "-o", out, cwd=place / "here")
            assert (ran.returncode, ran.stdout) == (1, ""), ran.stderr
            assert "Traceback" not in ran.stderr
    assert sorted(place.rglob("*")) == before


def test_nothing_is_put_among_gits_own_files(gtod: Gtod, registry: RepositoryBuilder) -> None:
    registry.git("clone", "--quiet", "--bare", str(registry.path), str(registry.path.parent / "bare"))
    before = sorted(registry.path.parent.rglob("*"))
    for out in (".git", ".git/hooks/post-commit", ".git/x/../y", ".GIT/x", "../bare/hooks/update"):
        for force in ([], ["--force"]):
            assert gtod("get", "file", "-o", out, *force, cwd=registry.path).returncode == 1
    assert sorted(registry.path.parent.rglob("*")) == before


def test_a_device_or_pipe_is_not_replaced(gtod: Gtod, registry: RepositoryBuilder, place: Path) -> None:
    os.mkfifo(place / "pipe")
    (place / "link").symlink_to("pipe")
    for out in ("pipe", "link"):
        ran = gtod("get", "file", "-r", str(registry.path), "--force", "-o", out, cwd=place)
        assert (ran.returncode, "device, pipe or socket" in ran.stderr) == (1, True)
    assert (place / "pipe").is_fifo()


def test_of_a_link_only_the_link_is_replaced(gtod: Gtod, registry: RepositoryBuilder, place: Path) -> None:
    (place / "target").mkdir()
    (place / "target/mine").write_text("mine")
    here = RepositoryBuilder(place)
    for number, (name, out) in enumerate((("file", "a"), ("m", "b"), ("file", "nowhere"), ("m", "c/"))):
        link = place / out.rstrip("/")
        link.symlink_to("not-there" if out == "nowhere" else "target")
        get = ("get", name, "-r", str(registry.path), "--force", "-o", out)
        refused = gtod(*get, cwd=place)
        assert (refused.returncode, link.is_symlink()) == (1, True)
        here.git("add", link.name)
        here.git("commit", "--quiet", "-m", f"Link {number}")
        ran = gtod(*get, cwd=place)
        assert ran.returncode == 0, ran.stderr
        assert not link.is_symlink()
    assert everything(place / "target") == {"mine": "mine"}


def test_files_and_folders_take_each_others_place(gtod: Gtod, registry: RepositoryBuilder, place: Path) -> None:
    registry.tag("m@v3.0.0", registry.commit({"artifacts.yaml": "m: {path: models/a.bin}\n", "models/a.bin": "3"}))
    for name, folder in (("m@v3.0.0", False), ("m@v1.0.0", True), ("m@v3.0.0", False), ("m@v2.0.0", True)):
        ran = gtod("get", name, "-r", str(registry.path), "--force", "-o", "x", cwd=place)
        assert ran.returncode == 0, ran.stderr
        assert (place / "x").is_dir() == folder
    refused = gtod("get", "m@v3.0.0", "-r", str(registry.path), "-o", "new/", cwd=place)
    assert (refused.returncode, "--out new" in refused.stderr) == (1, True)
    assert [each.name for each in place.iterdir()] == ["x"]


def test_a_copy_that_fails_leaves_what_is_there(gtod: Gtod, registry: RepositoryBuilder, place: Path) -> None:
    assert gtod("get", "m@v1.0.0", "-r", str(registry.path), "-o", "x", cwd=place).returncode == 0
    before = everything(place)
    oid = registry.git("rev-parse", "m@v2.0.0:models/sub/b")
    (registry.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    ran = gtod("get", "m@v2.0.0", "-r", str(registry.path), "-o", "x", "--force", cwd=place)
    assert ran.returncode == 1
    assert everything(place) == before


def test_a_place_that_cannot_be_taken_is_as_it_was(registry: RepositoryBuilder, place: Path) -> None:
    from gto_daemon.app.destination import Destination

    (place / "x").mkdir()
    (place / "x/mine").write_text("mine")
    with Destination(str(place / "x"), "x", replace=True) as prepared, pytest.raises(FileNotFoundError):
        prepared.take()  # no copy was made
    assert everything(place) == {"x": "-", "x/mine": "mine"}


#: Put a copy at `x`, and be killed right before the n-th rename.
KILLED = dedent("""\
    import os, signal, sys
    from pathlib import Path
    from gto_daemon.app.destination import Destination
    left, rename = int(sys.argv[1]), Path.rename
    def renamed(self, target):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, target)
    with Destination("x", "x", replace=True) as place:
        place.new.mkdir()
        (place.new / "new").write_text("new")
        Path.rename = renamed
        place.take()
    """)


@pytest.mark.parametrize(("before_rename", "restored"), [(1, False), (2, True), (3, False)])
def test_what_a_killed_get_left_is_found_by_the_next(
    before_rename: int, restored: bool, gtod: Gtod, registry: RepositoryBuilder, place: Path
) -> None:
    assert gtod("get", "m@v1.0.0", "-r", str(registry.path), "-o", "x", cwd=place).returncode == 0
    killed = subprocess.run([sys.executable, "-c", KILLED, str(before_rename)], cwd=place, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(place.glob(".x.gtod-get-*"))) == 1
    refused = gtod("get", "m@v2.0.0", "-r", str(registry.path), "-o", "x", cwd=place)
    assert refused.returncode == 1
    if before_rename == 3:
        # The new folder is there, and the old one beside it: which is wanted nobody can know.
        assert "was ended while it replaced" in refused.stderr
        remedy = refused.stderr.partition("delete it: ")[2]
        assert subprocess.run(remedy, shell=True, cwd=place, check=False).returncode == 0
        assert everything(place) == {"x": "-", "x/new": "new"}
        return
    assert ("is back" in refused.stderr) == restored or "already" in refused.stderr
    assert (place / "x/a.bin").read_text() == "one"
    ran = gtod("get", "m@v2.0.0", "-r", str(registry.path), "-o", "x", "--force", cwd=place)
    assert ran.returncode == 0, ran.stderr
    assert [each.name for each in place.iterdir()] == ["x"]
    assert (place / "x/a.bin").read_text() == "two"


def test_a_get_leaves_alone_what_another_is_at(registry: RepositoryBuilder, place: Path) -> None:
    from gto_daemon.app.destination import Destination

    with (
        Destination(str(place / "x"), "x", replace=True) as first,
        Destination(str(place / "x"), "x", replace=True) as second,
    ):
        first.new.write_text("first")
        second.new.write_text("second")
        first.take()
        second.take()
    assert everything(place) == {"x": "second"}


def answered(registry: Path, place: Path, answer: str) -> tuple[int, str]:
    """What `gtod get --force` says on a terminal where somebody answers its question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", "get", "m", "-r", str(registry), "-o", "x", "--force"],
        cwd=place, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    code = process.wait(60)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    return code, said


@pytest.mark.usefixtures("gtod")
@pytest.mark.parametrize("answer", ["n", "y"])
@pytest.mark.parametrize("lost", ["x", "x/mine"])
def test_on_a_terminal_it_asks_and_names_what_would_be_lost(
    lost: str, answer: str, registry: RepositoryBuilder, place: Path
) -> None:
    (place / lost).parent.mkdir(exist_ok=True)
    (place / lost).write_text("mine")
    code, said = answered(registry.path, place, answer)
    assert f"In no commit, and lost: {lost}\r\n" in said
    assert (code, (place / lost).is_file()) == ((1, True) if answer == "n" else (0, False))


@pytest.fixture
def dvc(tmp_path: Path) -> dict[str, str]:
    """A `dvc get` that puts the folder `got` where it is told to, or fails with GOT=no."""
    program = tmp_path / "bin/dvc"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$GOT" = no ] && exit 3\nmkdir -p "$5" && echo got > "$5/got"\n')
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:{os.environ['PATH']}"}


def test_dvc_gets_a_copy_beside_and_never_the_place(
    dvc: dict[str, str], gtod: Gtod, registry: RepositoryBuilder, place: Path
) -> None:
    registry.commit({"data/big.dvc": "outs: []\n"})
    get = ("get", "big", "-r", str(registry.path), "-o")
    for out in ("..", ".", str(registry.path), str(registry.git_dir / "hooks/x")):
        assert gtod(*get, out, "--force", cwd=place, env=dvc).returncode == 1
    (place / "x").mkdir()
    (place / "x/mine").write_text("mine")
    refused = gtod(*get, "x", "--force", cwd=place, env=dvc)
    assert (refused.returncode, "mine" in refused.stderr) == (1, True)
    assert gtod(*get, "y", cwd=place, env=dvc).returncode == 0
    assert gtod(*get, "y", "--force", cwd=place, env=dvc).returncode == 0
    assert gtod(*get, "y", "--force", cwd=place, env={**dvc, "GOT": "no"}).returncode == 3
    assert everything(place) == {"x": "-", "x/mine": "mine", "y": "-", "y/got": "got\n"}
