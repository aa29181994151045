"""A folder with something else in the place of a file: nothing waits for it, and other repositories are answered."""

import asyncio
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client.errors import CallError
from gto_daemon.git.layout import find_layout
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc import PROTOCOL
from tests.attacks.conftest import NOBODY
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

_HANDSHAKE = {"client": "x", "version": "1", "protocol": PROTOCOL}
_REFUSALS = {"UnreadableRepository", "NotARepository", "RefNotFound", "WrongConfig", None}
#: The repository is asked about from all sides, by each file that may be read for it.
_QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("gto/show", {}),
    ("gto/show", {"worktree": True}),
    ("gto/show", {"all_branches": True}),
    ("gto/doctor", {}),
    ("gto/tree", {}),
    ("gto/at", {"rev": "odd"}),
    ("gto/at", {"rev": "HEAD@{1}"}),
    ("gto/at", {"rev": ":/odd"}),
]
#: Programs are run for them.
_ACTS: list[tuple[str, dict[str, Any]]] = [
    ("gto/register", {"name": "new"}),
    ("gto/annotate", {"name": "new", "type": "model", "commit": True}),
    ("gto/push", {"all": True}),
    ("gto/fetch", {}),
]


def sparse(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(8 << 30)


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "socket": lambda place: os.mknod(place, stat.S_IFSOCK | 0o600),
    "device": lambda place: place.symlink_to("/dev/zero"),
    "folder": Path.mkdir,
    "sparse file": sparse,
    "link to itself": lambda place: place.symlink_to(place.name),
    "link to a pipe": lambda place: (os.mkfifo(f"{place}.pipe"), place.symlink_to(f"{place}.pipe"))[1],
}
#: What is read below a repository, by us, by libgit2 or by git.
PLACES = [
    ".git", ".git/HEAD", ".git/commondir", ".git/gitdir", ".git/config", ".git/config.worktree", ".git/packed-refs",
    ".git/shallow", ".git/info/grafts", ".git/objects/info/alternates", ".git/objects/info/commit-graph",
    ".git/objects/pack/multi-pack-index", ".git/objects/pack/pack-1234.idx", ".git/objects/pack/pack-1234.pack",
    ".git/objects/LOOSE", ".git/refs", ".git/refs/tags", ".git/refs/heads/main", ".git/refs/heads/odd",
    ".git/refs/tags/odd@v1.0.0", ".git/refs/tags/odd", ".git/refs/remotes/odd", ".git/odd", ".git/logs/HEAD",
    ".git/INCLUDED", ".gto", "artifacts.yaml", "dvc.yaml", "params.yaml",
]  # fmt: skip

#: What git reads or writes besides, for whoever acts.
ACTED_ON = [
    ".git/index", ".git/info/attributes", ".git/info/exclude", ".git/logs/HEAD", ".gitattributes", ".gitignore",
    ".git/COMMIT_EDITMSG", ".git/FETCH_HEAD", ".git/worktrees/linked/HEAD", ".git/worktrees/linked/commondir",
    ".git/worktrees/linked/gitdir", "attributesFile", "excludesFile", ".git/INCLUDED",
]  # fmt: skip


def plant(registry: RepositoryBuilder, name: str, make: Callable[[Path], None]) -> None:
    """Put something into the place of a file."""
    if name == ".git/objects/LOOSE":
        name = f".git/objects/{registry.head[:2]}/{registry.head[2:]}"
    if name == ".git/INCLUDED":
        with (registry.git_dir / "config").open("a") as config:
            config.write('[includeIf "gitdir:/"]\n\tPath = "INCL\\\nUDED" ; or not\n')
    if name in ("attributesFile", "excludesFile"):
        registry.git("config", f"core.{name}", str(registry.path / name))
    if name == "params.yaml":
        (registry.path / "dvc.yaml").write_text("artifacts: {x: {path: '${a}'}}\n")
    place = registry.path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    make(place)


@pytest.fixture
def other(make_repository: Callable[..., RepositoryBuilder]) -> str:
    repo = make_repository("other")
    repo.tag("there@v1.0.0", repo.commit({"a": "1"}))
    return str(repo.path)


async def refusal(peer: Peer, method: str, params: dict[str, Any]) -> str | None:
    try:
        await peer.call(method, params)
    except CallFailedError as error:
        return error.kind or str(error)
    return None


def without_daemon(method: str, params: dict[str, Any]) -> str | None:
    try:
        OneShot().call(method, params, {})
    except CallError as error:
        return str((error.data or {}).get("kind", error))
    return None


#: What never ends when it is read is in each place; of the others, which only are no files, each place has two.
_ODD = [
    (place, kind)
    for number, place in enumerate(PLACES)
    for kind in ("pipe", "device", *(sorted(KINDS.keys() - {"pipe", "device"})[(number + step) % 5] for step in (0, 1)))
]


@pytest.mark.parametrize(("place", "kind"), _ODD)
async def test_no_odd_file_keeps_anybody_waiting(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str, other: str, place: str, kind: str
) -> None:
    """In a session that is trusted, in one that is not, and without a daemon."""
    plant(registry, place, KINDS[kind])
    peers = [connect(), connect()]
    for peer, trusted in zip(peers, (True, False), strict=True):
        await peer.call("gto/handshake", {**_HANDSHAKE, "trusted": trusted})
    for method, params in _QUESTIONS:
        asked = [asyncio.ensure_future(refusal(peer, method, {"repo": path, **params})) for peer in peers]
        assert (await connect().call("gto/show", {"repo": other}))["artifacts"]
        for refused in await asyncio.gather(*asked):
            assert refused in _REFUSALS, (method, params)
        assert without_daemon(method, {"repo": path, **params}) in _REFUSALS, (method, params)


@pytest.mark.parametrize("kind", ["pipe", "device", "sparse file"])
@pytest.mark.parametrize("place", ACTED_ON)
async def test_no_odd_file_keeps_who_acts_waiting(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str, tmp_path: Path, place: str, kind: str
) -> None:
    """Put there while the repository is open; refused with its name, or without harm because it is only appended to."""
    registry.checkout()
    registry.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    registry.git("remote", "add", "origin", str(tmp_path / "nowhere"))
    peer = connect()
    await peer.call("gto/show", {"repo": path})
    plant(registry, place, KINDS[kind])
    harmless = kind == "sparse file" and place == ".git/logs/HEAD"
    for method, params in _ACTS:
        for by_daemon in (True, False):
            asked = {"repo": path, **params}
            refused = await refusal(peer, method, asked) if by_daemon else without_daemon(method, asked)
            assert harmless or refused == "UnreadableRepository", (method, by_daemon)


@pytest.mark.parametrize(
    ("place", "method", "params"),
    [
        (".git/logs/refs/tags/new@v0.0.1", "gto/register", {"name": "new"}),
        (".git/logs/refs/heads/main", "gto/annotate", {"name": "new", "type": "model", "commit": True}),
        (
            "sub/.gitattributes",
            "gto/annotate",
            {"name": "sub:new", "file": "dvc.yaml", "type": "model", "commit": True},
        ),
    ],
)
async def test_no_odd_file_of_one_tag_branch_or_folder_keeps_who_acts_waiting(
    peer: Peer, registry: RepositoryBuilder, path: str, place: str, method: str, params: dict[str, Any]
) -> None:
    registry.commit({"sub/dvc.yaml": "artifacts: {}\n"})
    registry.checkout()
    plant(registry, place, os.mkfifo)
    assert await refusal(peer, method, {"repo": path, **params}) == "UnreadableRepository"
    assert without_daemon(method, {"repo": path, **params}) == "UnreadableRepository"


async def test_a_file_that_is_switched_off_is_no_odd_one(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    registry.git("config", "core.excludesFile", os.devnull)
    registry.git("config", "core.attributesFile", "nowhere")
    assert (await peer.call("gto/register", {"repo": path, "name": "new"}))["created"]


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to itself"])
@pytest.mark.parametrize("place", [".git/refs/heads/odd", ".git/refs/tags/odd@v1.0.0", ".git/refs/tags/odd"])
async def test_what_is_odd_below_refs_is_named_and_the_rest_is_answered(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str, place: str, kind: str
) -> None:
    before = await connect().call("gto/show", {"repo": path})
    plant(registry, place, KINDS[kind])
    after = await connect().call("gto/show", {"repo": path})
    assert after["artifacts"] == before["artifacts"]
    assert [problem["code"] for problem in after["problems"]] == ["odd-ref"]
    assert place.removeprefix(".git/") in after["problems"][0]["message"]


async def test_what_is_put_there_later_is_seen_as_well(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str, other: str
) -> None:
    peer = connect()
    assert (await peer.call("gto/show", {"repo": path}))["artifacts"]
    for place in (".git/HEAD", ".git/config", ".git/packed-refs", ".git/refs/heads/main"):
        kept = (registry.path / place).read_bytes() if (registry.path / place).exists() else None
        plant(registry, place, os.mkfifo)
        assert await refusal(peer, "gto/at", {"repo": path, "rev": "main"}) in _REFUSALS
        assert (await peer.call("gto/show", {"repo": other}))["artifacts"]
        (registry.path / place).unlink()
        if kept is not None:
            (registry.path / place).write_bytes(kept)
    assert (await peer.call("gto/show", {"repo": path}))["artifacts"]


async def test_a_configuration_that_includes_without_end_is_refused(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str, other: str
) -> None:
    """Nine files that include the next one a hundred times each are read 10^18 times by libgit2."""
    for number in range(9):
        (registry.git_dir / f"c{number}").write_text(f"[include]\n{f'path = c{number + 1}' + chr(10)}" * 100)
    with (registry.git_dir / "config").open("a") as config:
        config.write("[include]\n\tpath = c0\n")
    assert await refusal(connect(), "gto/show", {"repo": path}) == "UnreadableRepository"
    assert (await connect().call("gto/show", {"repo": other}))["artifacts"]


@pytest.mark.parametrize("planted", [".git", "HEAD", ".git/HEAD", "commondir", ".git file"])
def test_what_another_user_put_into_a_shared_folder_is_not_opened(tmp_path: Path, planted: str) -> None:
    """As in `/tmp`: a pipe, or a repository, above a folder of ours."""
    if os.getuid() != 0:
        pytest.skip("only root can give a file away; CI is")
    shared = tmp_path / "shared"
    ours = shared / "ours"
    ours.mkdir(parents=True)
    shared.chmod(0o1777)
    os.chown(shared, NOBODY, NOBODY)
    place = shared / planted.removesuffix(" file")
    place.parent.mkdir(exist_ok=True)
    if planted.endswith("file"):
        subprocess.run(["git", "init", "-q", str(tmp_path / "theirs")], check=True)
        place.write_text(f"gitdir: {tmp_path}/theirs/.git\n")
    else:
        os.mkfifo(place)
    for name in ("objects", "refs", "HEAD"):
        if planted in ("HEAD", ".git/HEAD", "commondir") and not (place.parent / name).exists():
            (place.parent / name).mkdir()
    for made in (place.parent, place):
        os.chown(made, NOBODY, NOBODY)
    opened: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        opens = os.open
        patch.setattr(os, "open", lambda name, *rest: (opened.append(str(name)), opens(name, *rest))[1])
        with pytest.raises(RegistryError) as caught:
            find_layout(str(ours))
    assert caught.value.kind in ("NotARepository", "UnreadableRepository")
    assert opened == []
    if planted != ".git":
        assert "belongs to another user" in caught.value.message
        assert f"safe.directory {shared}" in caught.value.hint
