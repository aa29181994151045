"""Remotes of a fleet: looked at, fetched when something moved and not else, and honest about what was seen when."""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gto_daemon.daemon.fleet.remote_source import RemoteSource
from gto_daemon.daemon.fleet.remotes import MAX_DOUBTFUL_LOOKS, MAX_PAUSE, Remotes
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.private_dirs import user_ledgers
from gto_daemon.daemon.remotes.evidence import evidence_of
from gto_daemon.git.process import Cancellation
from gto_daemon.platform import elapsed
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.variables import MAX_ENV_FILE
from tests.builders import RepositoryBuilder
from tests.processes import processes
from tests.remotes import PASSWORD, USER, git_daemon, http_remote, remote_of, silent_server
from tests.waiting import soon

PERIOD = 600.0
Make = Callable[..., RemoteSource]


@pytest.fixture
def remote(registry: RepositoryBuilder, tmp_path: Path) -> Path:
    """A bare repository with everything of the registry."""
    return remote_of(registry, tmp_path / "remote.git")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """A file into which git writes what it runs."""
    return tmp_path / "trace"


@pytest.fixture
def make(tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make the source of a remote, with further lines for its env_file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def make(url: str, *lines: str, period: float | None = PERIOD) -> RemoteSource:
        file = tmp_path / "variables"
        file.touch(mode=0o600)
        file.write_text("\n".join(("# for git", f"GIT_TRACE2_EVENT='{trace}'", *lines)))
        return RemoteSource(url, period, file, user_ledgers())

    return make


@pytest.fixture
async def remotes() -> AsyncIterator[Remotes]:
    """What looks at them."""
    remotes = Remotes()
    yield remotes
    await remotes.close()


@pytest.fixture
def heard() -> list[RemoteSource]:
    """The remotes of which there was news."""
    return []


def ran(trace: Path) -> list[str]:
    """The commands of git that were run by us since the last call."""
    events = [json.loads(line) for line in trace.read_text().splitlines()]
    trace.unlink()
    started = [each for each in events if each["event"] == "start" and "/" not in each["sid"]]
    return [next(word for word in each["argv"][1:] if word not in ("-c",) and "=" not in word) for each in started]


def refs(place: str | Path, *patterns: str) -> dict[str, str]:
    said = subprocess.run(
        ["git", f"--git-dir={place}", "for-each-ref", "--format=%(refname) %(objectname)", *patterns],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return dict(line.split() for line in said.stdout.splitlines())


def look(source: RemoteSource) -> tuple[bool, bool, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    found = source.look(Cancellation())
    return found.is_first, found.has_fetched, found.tags.new, found.tags.moved, found.tags.deleted


def test_nothing_is_fetched_while_nothing_moves(
    make: Make, remote: Path, registry: RepositoryBuilder, trace: Path
) -> None:
    source = make(remote.as_uri())
    assert (source.age(), source.due <= elapsed()) == (None, True)
    with pytest.raises(RegistryError) as refused:
        source.locate()
    assert refused.value.kind == "NotFollowed"
    assert look(source) == (True, True, (), (), ())
    assert refs(source.locate()) == refs(remote)
    ran(trace)
    assert look(source) == (False, False, (), (), ())
    assert ran(trace) == ["ls-remote"]
    registry.tag("churn@v2.0.0")
    registry.git("push", "--quiet", "origin", "refs/tags/churn@v2.0.0")
    assert look(source) == (False, True, ("churn@v2.0.0",), (), ())
    assert ran(trace).count("fetch") == 1
    # Another process goes on from there, and asks no sooner.
    again = make(remote.as_uri())
    age = again.age()
    assert age is not None
    assert PERIOD - 60 < again.due - elapsed() <= PERIOD
    assert look(again) == (False, False, (), (), ())
    assert "fetch" not in ran(trace)
    # What was seen after now is not known to have been seen before.
    os.utime(Path(source.locate()) / "gtod-seen", (time.time() + 900, time.time() + 900))
    assert make(remote.as_uri()).age() is None


def test_only_the_branches_that_the_rules_name_are_fetched(
    make: Make, remote: Path, registry: RepositoryBuilder
) -> None:
    source = make(remote.as_uri())
    look(source)
    for branch in ("release/1", "work", "odd\N{LINE SEPARATOR}release/2"):
        registry.commit({"a": branch}, branch=branch)
    registry.commit({".gtod.yaml": "version: 1\nrules:\n  stages:\n    prod: {branches: [release/*]}\n"})
    registry.git("push", "--quiet", "origin", "--all")
    # The rules are known only once they are here.
    assert look(source)[1]
    assert [*refs(source.locate(), "refs/heads")] == ["refs/heads/main", "refs/heads/release/1"]
    # A folder in the place of a branch, and HEAD on another one.
    registry.git("push", "--quiet", "origin", ":release/1", "work:release/1/fixed")
    subprocess.run(["git", "-C", str(remote), "symbolic-ref", "HEAD", "refs/heads/work"], check=True)
    assert look(source)[1]
    assert [*refs(source.locate(), "refs/heads")] == ["refs/heads/work"]
    assert (Path(source.locate()) / "HEAD").read_text().strip() == "ref: refs/heads/work"
    assert not look(source)[1]


def test_tags_that_moved_or_went_are_told_of_and_found(
    make: Make, remote: Path, registry: RepositoryBuilder, hub: Hub
) -> None:
    source = make(remote.as_uri())
    look(source)
    hub = Hub(watch=False, ledgers=user_ledgers())
    worktree = hub.worktree(source.locate())
    assert evidence_of(worktree, worktree.fresh_blocking())[0] == []
    registry.git("tag", "-f", "-a", "-m", "again", "churn@v1.0.0", "HEAD")
    registry.git("push", "--quiet", "--force", "origin", "refs/tags/churn@v1.0.0", ":refs/tags/churn#prod#1")
    assert look(source) == (False, True, (), ("churn@v1.0.0",), ("churn#prod#1",))
    found = evidence_of(worktree, worktree.fresh_blocking())[0]
    assert {(each.kind, each.ref) for each in found} >= {
        ("moved-tag", "churn@v1.0.0"),
        ("vanished-tag", "churn#prod#1"),
    }
    asyncio.run(hub.close())


def test_a_clone_that_is_damaged_or_gone_is_made_again(make: Make, remote: Path) -> None:
    source = make(remote.as_uri())
    look(source)
    place = Path(source.locate())
    (place / "config").write_text("[nonsense")
    assert look(source) == (False, True, (), (), ())
    (place / "packed-refs.lock").touch()
    (place / "HEAD").unlink()
    subprocess.run(["git", "-C", str(remote), "tag", "-d", "churn@v1.1.0"], check=True, capture_output=True)
    assert look(source)[1]
    assert refs(place) == refs(remote)
    assert [each.name for each in place.parent.iterdir()] == [place.name]


@pytest.mark.usefixtures("make")
def test_a_remote_that_has_too_much_is_given_up(remote: Path) -> None:
    source = RemoteSource(remote.as_uri(), PERIOD, None, None, max_listing=200)
    with pytest.raises(RegistryError, match="ls-remote was ended"):
        source.look(Cancellation())


async def test_a_remote_that_vanishes_is_asked_less_and_less_often(
    make: Make, remote: Path, remotes: Remotes, heard: list[RemoteSource]
) -> None:
    with git_daemon(remote.parent) as (url, port):
        source = make(f"{url}/{remote.name}")
        remotes.follow(source, heard.append)
        await soon(lambda: remotes.looks)
        assert (source.trouble(), heard) == (None, [source])
        assert 0.9 * PERIOD - 60 < source.due - elapsed() <= 1.1 * PERIOD
        seen = source.age()
    pauses = []
    for _ in range(4):
        with pytest.raises(RegistryError) as refused:
            await remotes.look(source)
        assert refused.value.kind == "RemoteUnavailable"
        pauses.append(source.due - elapsed())
    trouble = source.trouble()
    assert trouble is not None
    assert f"127.0.0.1:{port}" in trouble
    assert 1.8 * PERIOD - 60 < pauses[0] <= 2.2 * PERIOD
    assert 0.9 * MAX_PAUSE - 60 < pauses[-1] <= 1.1 * MAX_PAUSE
    # What was seen before is still there, as old as it is, and the trouble is news once.
    age = source.age()
    assert seen is not None
    assert age is not None
    assert age > seen
    assert source.locate()
    assert heard == [source, source]
    with git_daemon(remote.parent, port):
        await remotes.look(source)
    assert (source.trouble(), source.failures, len(heard)) == (None, 0, 3)


@pytest.fixture
def silent() -> Iterator[list[str]]:
    """The URLs of more remotes that never say a word than are looked at at once."""
    with ExitStack() as stack:
        yield [stack.enter_context(silent_server())[0] for _ in range(2 * MAX_DOUBTFUL_LOOKS)]


async def test_remotes_that_hang_hold_up_no_other(
    make: Make, remote: Path, remotes: Remotes, heard: list[RemoteSource], silent: list[str]
) -> None:
    good = make(remote.as_uri())
    await asyncio.to_thread(good.look, Cancellation())
    hanging = [make(url) for url in silent]
    for source in (*hanging, good):
        remotes.follow(source, heard.append)
    await soon(lambda: sum(url in processes() for url in silent) == MAX_DOUBTFUL_LOOKS)
    assert not (await remotes.look(good)).has_fetched
    assert not any(source.failure for source in (good, *hanging))
    assert heard == []
    # They end with the daemon.
    await remotes.close()
    assert not any(url in processes() for url in silent)


async def test_credentials_come_from_helpers_and_are_never_shown(
    make: Make,
    remote: Path,
    remotes: Remotes,
    heard: list[RemoteSource],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\necho username={USER}\necho password={PASSWORD}\n")
    helper.chmod(0o700)
    with http_remote(remote) as url:
        source = make(url, period=None)
        remotes.follow(source, heard.append)
        with pytest.raises(RegistryError) as refused:
            await remotes.look(source)
        assert refused.value.kind == "AuthenticationFailed"
        helped = ("GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=credential.helper", f'GIT_CONFIG_VALUE_0="{helper}"')
        # The file is read at each look.
        make(url, *helped)
        assert (await remotes.look(source)).is_first
        (tmp_path / "variables").chmod(0o640)
        with pytest.raises(RegistryError, match="is open to others"):
            await remotes.look(source)
        (tmp_path / "variables").chmod(0o600)
        (tmp_path / "variables").write_text("#" * (MAX_ENV_FILE + 1))
        with pytest.raises(RegistryError, match="cannot be read"):
            await remotes.look(source)
        (tmp_path / "variables").write_text(f"{PASSWORD}\n")
        with pytest.raises(RegistryError, match="line 1") as refused:
            await remotes.look(source)
    assert PASSWORD not in f"{refused.value} {caplog.text}"
    secret = make(f"http://ann:{PASSWORD}@127.0.0.1:1/x?private_token={PASSWORD}")
    remotes.follow(secret, heard.append)
    await soon(lambda: secret.failure)
    assert PASSWORD not in f"{secret.url} {secret.trouble()} {caplog.text}"
