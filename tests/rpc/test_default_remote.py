"""Which remote is meant where none is named: the one that git itself would take."""

import os
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client import CallError
from gto_daemon.git.counters import Counters
from gto_daemon.git.default_remote import read_default_remote
from gto_daemon.git.git_store import GitStore
from gto_daemon.git.layout import find_layout
from gto_daemon.git.objects import ObjectReader
from gto_daemon.git.process import Git
from tests.builders import RepositoryBuilder

PLACES = ("origin", "gitlab", "fork")

#: Remotes that there are, variables, and whether HEAD is detached.
SETTINGS: list[tuple[tuple[str, ...], dict[str, str], bool]] = [
    (("gitlab",), {}, False),
    (("origin", "gitlab"), {}, False),
    (("origin", "gitlab"), {"remote.pushDefault": "gitlab"}, False),
    (("origin", "gitlab"), {"branch.main.remote": "gitlab"}, False),
    (("origin", "gitlab"), {"branch.main.remote": "gitlab"}, True),
    (("origin", "gitlab"), {"branch.other.remote": "gitlab"}, False),
    (("origin", "gitlab", "fork"), {"branch.main.remote": "gitlab", "remote.pushDefault": "fork"}, False),
    (("origin", "gitlab", "fork"), {"branch.main.pushRemote": "gitlab", "remote.pushDefault": "fork"}, False),
    (("origin", "fork"), {"remote.pushDefault": "fork"}, True),
]


def ask(repo: Path, method: str, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = OneShot().call(f"gto/{method}", {"repo": str(repo), **params}, dict(os.environ))
    return answer


def add_remotes(repo: RepositoryBuilder, names: tuple[str, ...], variables: dict[str, str]) -> None:
    for name in names:
        place = repo.path.parent / f"{name}.git"
        repo.git("init", "--quiet", "--bare", str(place))
        repo.git("remote", "add", name, str(place))
    for key, value in variables.items():
        repo.git("config", key, value)


@pytest.mark.parametrize(("names", "variables", "detached"), SETTINGS)
def test_the_remote_is_the_one_that_git_takes(
    names: tuple[str, ...], variables: dict[str, str], detached: bool, registry: RepositoryBuilder
) -> None:
    add_remotes(registry, names, variables)
    if detached:
        registry.git("checkout", "--quiet", "--detach")
    layout = find_layout(str(registry.path))
    to = Path(registry.git("push", "--tags", "--dry-run", "--porcelain").splitlines()[0].removeprefix("To ")).stem
    by_git = Git(layout, dict(os.environ)).run
    readers = (ObjectReader(layout, Counters()), GitStore(layout, "refstorage"))
    assert {reader.default_remote(push=True) for reader in readers} == {read_default_remote(by_git, push=True)} == {to}
    found = Path(registry.git("ls-remote", "--get-url").strip()).stem
    assert {reader.default_remote(push=False) for reader in readers} == {read_default_remote(by_git, push=False)}
    assert readers[0].default_remote(push=False) == found


def test_every_method_goes_to_it(registry: RepositoryBuilder) -> None:
    add_remotes(registry, ("gitlab",), {})
    registry.git("push", "--quiet", "--tags", "gitlab")
    made = ask(registry.path, "register", name="new")
    assert made["remote"] == "gitlab"
    ask(registry.path, "syncStatus", refresh=True)
    (row,) = (row for row in ask(registry.path, "tree")["artifacts"] if row["name"] == "new")
    assert row["unpushed"] == 1
    assert ask(registry.path, "artifact", name="new")["versions"][0]["unpushed"] == ["new@v0.0.1"]
    for answer in (ask(registry.path, "push")["push"], ask(registry.path, "fetch"), ask(registry.path, "syncStatus")):
        assert answer["remote"] == "gitlab"
    pushed = ask(registry.path, "assign", name="new", stage="prod", version="v0.0.1", push=True)["push"]
    assert (pushed["ok"], pushed["remote"]) == (True, "gitlab")


def test_what_the_client_configures_counts(registry: RepositoryBuilder) -> None:
    add_remotes(registry, ("origin", "gitlab"), {})
    configured = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "remote.pushDefault", "GIT_CONFIG_VALUE_0": "gitlab"}
    asked = {"repo": str(registry.path), "name": "new"}
    made = OneShot().call("gto/register", asked, {**os.environ, **configured})
    assert made["remote"] == "gitlab"
    assert ask(registry.path, "register", name="other")["remote"] == "origin"
    answer = OneShot().call("gto/register", {**asked, "name": "third", "push": True}, {**os.environ, **configured})
    assert (answer["push"]["ok"], answer["push"]["remote"]) == (True, "gitlab")


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("names", "remote", "told"),
    [
        ((), None, ("This repository has no remote", "Add one (git-remote(1)), or give a URL. Nothing was done.")),
        (("gitlab",), "origin", ("This repository has no remote 'origin'", "There is: gitlab. ")),
        (("fork", "gitlab"), None, ("This repository has no remote 'origin'", "There is: fork, gitlab. ")),
    ],
)
def test_a_remote_that_there_is_not_is_told_before_a_tag_is_made(
    names: tuple[str, ...], remote: str | None, told: tuple[str, str], dry_run: bool, registry: RepositoryBuilder
) -> None:
    add_remotes(registry, names, {})
    with pytest.raises(CallError) as caught:
        ask(registry.path, "register", name="new", push=True, dry_run=dry_run, **({"remote": remote} if remote else {}))
    assert (caught.value.kind, caught.value.message) == ("RemoteNotFound", told[0])
    assert caught.value.hint.startswith(told[1])
    assert "new@" not in registry.git("tag")


def test_a_failure_of_git_is_not_told_as_no_remote(registry: RepositoryBuilder) -> None:
    add_remotes(registry, ("origin",), {})
    for method in ("push", "fetch", "syncStatus"):
        params = {"refresh": True} if method == "syncStatus" else {}
        for named in ({}, {"remote": "origin"}):
            asked = {"repo": str(registry.path), **params, **named}
            with pytest.raises(CallError) as caught:
                OneShot().call(f"gto/{method}", asked, {**os.environ, "GIT_CONFIG_COUNT": "bogus"})
            assert (caught.value.kind, "bogus count" in caught.value.message) == ("GitFailed", True)


def test_what_is_recommended_is_a_remote_that_there_is(registry: RepositoryBuilder) -> None:
    registry.git("config", "remote.pushDefault", "nope")
    assert ask(registry.path, "register", name="one")["remote"] == "nope"
    add_remotes(registry, ("gitlab",), {})
    assert ask(registry.path, "register", name="two")["remote"] == "gitlab"
    add_remotes(registry, ("another", "origin"), {})
    assert ask(registry.path, "register", name="three")["remote"] == "origin"
    registry.git("config", "remote.pushDefault", "../somewhere.git")
    assert ask(registry.path, "register", name="four")["remote"] == "../somewhere.git"
