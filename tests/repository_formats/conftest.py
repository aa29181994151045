"""A repository of each format, and a Git that is new enough for it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from tests.repository_formats.formats import REPOSITORY_FORMATS, Repository, RepositoryFormat, filled
from tests.repository_formats.newer_git import directory_of_newer_git, has_newer_git


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """A filled registry for these options of `git init`, made once."""
    made: dict[tuple[str, ...], Path] = {}

    def make(*options: str) -> Path:
        if options not in made:
            made[options] = filled(tmp_path_factory.mktemp("template") / "repo", *options)
        return made[options]

    yield make
    for place in made.values():
        shutil.rmtree(place)


#: Git 2.45 has the reftable format; `make reftable` sees to one, and then its absence is an error.
_HAS_REFTABLE = has_newer_git() or bool(os.environ.get("REFTABLE"))
collect_ignore = [] if _HAS_REFTABLE else ["test_reftable.py"]
#: Options of `git init` that make each format that can be tried.
INIT_OPTIONS = [(), ("--object-format=sha256",), *([("--ref-format=reftable",)] if _HAS_REFTABLE else [])]
_TRIED = [each for each in REPOSITORY_FORMATS if not each.newest or _HAS_REFTABLE]


@pytest.fixture(params=_TRIED, ids=str)
def repository_format(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RepositoryFormat:
    """Each format in turn, with a Git on the PATH that can make it."""
    tried: RepositoryFormat = request.param
    if tried.newest:
        use_newest_git(monkeypatch)
    return tried


def use_newest_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the Git that is new enough for reftable first on the PATH."""
    monkeypatch.setenv("PATH", str(directory_of_newer_git()), prepend=":")


@pytest.fixture
def repository(repository_format: RepositoryFormat, template: Callable[..., Path], tmp_path: Path) -> Repository:
    """The registry in that format."""
    return repository_format.make(template(*repository_format.options), tmp_path)


@pytest.fixture
async def live_hub() -> AsyncIterator[Hub]:
    """A hub whose followers live on the event loop of the test."""
    hub = Hub()
    yield hub
    await hub.close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub without watchers, for reads without an event loop."""
    hub = Hub(watch=False)
    yield hub
    asyncio.run(hub.close())
