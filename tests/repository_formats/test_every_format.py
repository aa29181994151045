"""Each format of repository: read as Git sees it, written so that Git sees it, and live."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from gto_daemon.client.errors import CallError
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.journal import Change
from tests.daemon.reading import refs
from tests.differential.subject import Subject
from tests.repository_formats.formats import Repository, RepositoryFormat
from tests.repository_formats.git_comparison import assert_as_git_sees_it
from tests.repository_formats.git_view import GitView
from tests.waiting import soon


def objects(repository: Repository) -> set[str]:
    """The files below the object directory, as Git finds it."""
    found = GitView(repository.git, repository.env).git("rev-parse", "--git-path", "objects")
    place = repository.git / (found or b"").decode().strip()
    return {str(file.relative_to(place)) for file in place.rglob("*") if file.is_file()}


def test_it_is_read_as_git_sees_it(repository: Repository) -> None:
    before = objects(repository)
    shown = assert_as_git_sees_it(repository)
    assert shown["artifacts"]
    # Neither did a partial clone fetch what it lacks, nor did anything else come to be.
    assert objects(repository) == before


def test_what_git_does_to_it_is_read_then(repository: Repository) -> None:
    subject = Subject(repository.asked)
    subject.look()
    GitView(repository.git, repository.env).git("tag", "-a", "-m", "m", "late@v1.0.0", "HEAD")
    assert subject.call("gto/show", name="late")["versions"]
    GitView(repository.git, repository.env).git("tag", "-d", "churn@v1.0.0", "late@v1.0.0")
    shown = assert_as_git_sees_it(repository, subject)
    assert "late" not in shown["artifacts"]


def fetch_rules(repository: Repository, subject: Subject) -> None:
    """A clone that lacks the folder of the default branch knows no rules, and refuses acts until it has it."""
    try:
        subject.call("gto/register", name="new", ref="HEAD", version="v1.0.0", dry_run=True)
    except CallError as error:
        told = error.data or {}
        assert told["kind"] == "RulesUnreadable"
        command = re.search("`git (cat-file -p [0-9a-f]+)`", told["hint"])
        assert command is not None
        # As a user types it: Git then fetches what it lacks.
        subprocess.run(["git", "-C", str(repository.git), *command[1].split()], check=True, stdout=subprocess.DEVNULL)


def test_versions_and_stages_are_given_to_it_and_taken(repository: Repository) -> None:
    subject = Subject(repository.asked)
    fetch_rules(repository, subject)
    made = subject.call("gto/register", name="new", ref="HEAD", version="v1.0.0")
    assert [row["event"] for row in made["events"]] == ["registration"]
    assigned = subject.call("gto/assign", name="new", version="v1.0.0", stage="prod")
    view = GitView(repository.git, repository.env)
    assert view.versions("new") == {"v1.0.0": (view.head, ["prod"])}
    for tag in (*made["created"], *assigned["created"]):
        assert view.refs[tag["tag"]] == tag["oid"]
        # As strictly as Git looks at what somebody pushes; the oddities of the registry were there before.
        body = view.git("cat-file", "tag", tag["oid"])
        assert body is not None
        subprocess.run(
            ["git", "-C", str(repository.git), "mktag"],
            input=body + b"\n", env=view.environment, capture_output=True, check=True,
        )  # fmt: skip
    subject.call("gto/unassign", name="new", version="v1.0.0", stage="prod")
    assert GitView(repository.git, repository.env).versions("new") == {"v1.0.0": (view.head, [])}
    assert_as_git_sees_it(repository, subject)


def test_an_act_that_is_refused_leaves_it_as_it_was(repository: Repository) -> None:
    fetch_rules(repository, Subject(repository.asked))
    before = GitView(repository.git, repository.env).refs, objects(repository)
    with pytest.raises(CallError) as caught:
        Subject(repository.asked).call("gto/register", name="churn", ref="no-such-branch", version="v3.0.0")
    assert (caught.value.data or {})["kind"] == "RefNotFound"
    assert (GitView(repository.git, repository.env).refs, objects(repository)) == before


async def test_a_tag_that_git_makes_is_told_to_who_listens(live_hub: Hub, repository: Repository) -> None:
    worktree = live_hub.worktree(str(repository.asked))
    await worktree.fresh()
    heard: list[Change] = []
    worktree.listen(heard.append)
    await soon(lambda: worktree.current(None))
    view = GitView(repository.git, repository.env)
    await asyncio.to_thread(view.git, "tag", "-a", "-m", "m", "live@v1.0.0", "HEAD")
    await soon(lambda: any("live" in change.artifacts for change in heard))
    await asyncio.to_thread(view.git, "tag", "-d", "live@v1.0.0")
    await soon(lambda: any(event.ref == "live@v1.0.0" for change in heard for event in change.removed))
    assert "live@v1.0.0" not in refs(await worktree.fresh())
    # A loose ref whose name is not UTF-8 ends the watch, and then the repository is compared ten times a second.
    watcher = live_hub.status(worktree)["watcher"]
    assert watcher["health"] == "ok" or "Unable to decode path" in watcher["message"]


def test_the_format_is_what_its_name_says(
    repository_format: RepositoryFormat, repository: Repository, tmp_path: Path
) -> None:
    view = GitView(repository.git, repository.env)

    def said(*arguments: str) -> str:
        return (view.git(*arguments) or b"").decode().strip()

    assert ("sha256" in repository_format.name) == (said("rev-parse", "--show-object-format") == "sha256")
    assert ("reftable" in repository_format.name) == (said("config", "extensions.refStorage") == "reftable")
    assert ("partial" in repository_format.name) == (said("config", "remote.origin.promisor") == "true")
    assert repository_format.name.startswith("shallow") == (said("rev-parse", "--is-shallow-repository") == "true")
    assert (repository_format.name in {"bare", "mirror", "sha256-bare", "reftable-bare"}) == (
        said("rev-parse", "--is-bare-repository") == "true"
    )
