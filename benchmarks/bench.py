"""What every benchmark gets: how much to do, registries, programs, and an environment of its own."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.builds import builds
from benchmarks.registries import Registries
from tests.oracle.install import environment_of, is_installed

_GTO = "1.10.1"
_HERE = Path(__file__).resolve().parent
_IDENTITY = "[user]\n\tname = Ben Bench\n\temail = ben@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done.

    Attributes:
        sizes: tags of the registries that whole commands are timed on.
        rounds: how often a command is timed at each of the sizes; for the peer at the last size see `slow_rounds`.
        slow_rounds: how often the peer is timed where it takes half a minute.
        asked: tags of the registry that requests are about.
        blocks, requests: how many times so many requests are timed.
        acts: how many acts are timed.
        described: artifacts of the annotation file that is edited.
        keystrokes: how many are timed in each block.
        indexed: tags that are indexed, and that memory is divided by.
        indexings: how often.
        watched: tags of the registry that changes come to.
        changes: how many.
        idle: seconds for which the daemon is watched doing nothing.
        subscribers: how many hear of each change.
        grown: tags of the registries that show what grows with them, and what does not.
        grown_with_gto: the greatest of these that GTO is run on as well.
        changed: how many tags git makes in each.
        signed: tags whose signatures are verified.
        measured: versions whose metrics are read.

    """

    sizes: tuple[int, ...]
    rounds: tuple[int, ...]
    slow_rounds: int
    asked: int
    blocks: int
    requests: int
    acts: int
    described: int
    keystrokes: int
    indexed: int
    indexings: int
    watched: int
    changes: int
    idle: float
    subscribers: int
    grown: tuple[int, ...]
    grown_with_gto: int
    changed: int
    signed: int
    measured: int


FULL = Scale(
    sizes=(10, 1_000, 10_000),
    rounds=(15, 7, 5),
    slow_rounds=1,
    asked=4_000,
    blocks=9,
    requests=4_000,
    acts=60,
    described=1_000,
    keystrokes=40,
    indexed=100_000,
    indexings=4,
    watched=10_000,
    changes=200,
    idle=20.0,
    subscribers=20,
    grown=(100, 1_000, 10_000, 100_000, 1_000_000),
    grown_with_gto=10_000,
    changed=20,
    signed=300,
    measured=1_000,
)
SMOKE = Scale(
    sizes=(10, 300),
    rounds=(2, 2),
    slow_rounds=1,
    asked=300,
    blocks=2,
    requests=300,
    acts=6,
    described=50,
    keystrokes=5,
    indexed=2_000,
    indexings=2,
    watched=300,
    changes=5,
    idle=1.0,
    subscribers=5,
    grown=(100, 1_000),
    grown_with_gto=100,
    changed=3,
    signed=12,
    measured=20,
)


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the benchmarks, as seen by one build of gtod.

    Attributes:
        scale: how much.
        smoke: whether this run only shows that everything works.
        registries: where repositories come from.
        scratch: a directory that goes with the run.
        environment: of every process that is started.
        python: the interpreter that this build is installed for.
        before: the interpreter of the build that it is measured beside.

    """

    scale: Scale
    smoke: bool
    registries: Registries
    scratch: Path
    environment: Mapping[str, str]
    python: Path
    before: Path | None

    @property
    def sides(self) -> list["Bench"]:
        """This build, and the one before, with a daemon and a store of its own, if there is one."""
        if self.before is None:
            return [self]
        own = {"GTOD_RUNTIME_DIR": str(self.scratch / "run-before"), "XDG_CACHE_HOME": str(self.scratch / "xdg-before")}
        return [self, replace(self, python=self.before, before=None, environment={**self.environment, **own})]

    def times(self) -> list[list[float]]:
        """A list for what is measured of each of the sides."""
        return [[] for _ in self.sides]

    @property
    def gtod(self) -> list[str]:
        """`gtod` as it is installed next to the interpreter; else as a module, which takes a little longer to start."""
        installed = self.python.with_name("gtod")
        return [str(installed)] if installed.exists() else [str(self.python), "-m", "gto_daemon"]

    def subject(self, name: str) -> list[str]:
        """The command that runs a module of this package with the build; it imports nothing else of this package."""
        return [str(self.python), "-I", str(_HERE / f"{name}.py")]

    def peer(self, name: str) -> list[str]:
        """The command that runs a module of this package that needs no build."""
        return [sys.executable, "-I", str(_HERE / f"{name}.py")]

    def storing_nothing(self) -> "Bench":
        """The same build, for which no registry is found that another process stored."""
        return replace(self, environment={**self.environment, "XDG_CACHE_HOME": str(self.scratch / "no-cache")})

    @property
    def gto(self) -> list[str]:
        """The real GTO.

        Raises:
            FileNotFoundError: it is not installed.

        """
        if not is_installed(_GTO):
            raise FileNotFoundError(f"gto {_GTO} is not installed; run: python tests/oracle/install.py {_GTO}")
        return [str(environment_of(_GTO) / "bin" / "gto")]


@contextmanager
def prepared(scale: Scale, cache: Path | None, before: str | None, *, smoke: bool) -> Iterator[Bench]:
    """A run in directories and an environment of its own, which neither your Git nor your daemon is touched by.

    Args:
        scale: how much is done.
        cache: where registries and builds are kept for the next run; None for nowhere.
        before: the interpreter of another build, or a revision, which is installed then, and this tree too, so that
            both are installed alike. None to measure what this interpreter has.
        smoke: whether this run only shows that everything works.

    """
    # Short, because the path of a unix socket may have 104 bytes only.
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as name:
        scratch = Path(name)
        kept = cache.absolute() if cache is not None else scratch / "cache"
        kept.mkdir(parents=True, exist_ok=True)
        ours, other = builds(before, kept)
        yield Bench(scale, smoke, Registries(kept, scratch), scratch, environment_in(scratch), ours, other)


def environment_in(scratch: Path) -> dict[str, str]:
    """An environment for processes, with everything that is configured or kept in one directory."""
    config = scratch / "gitconfig"
    config.write_text(_IDENTITY)
    outside = {
        key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GTO_", "GTOD_", "PYTHON"))
    }
    return outside | {
        "HOME": str(scratch),
        "XDG_CONFIG_HOME": str(scratch / "config"),
        "XDG_CACHE_HOME": str(scratch / "xdg-cache"),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GTOD_RUNTIME_DIR": str(scratch / "run"),
        "TZ": "UTC",
    }
