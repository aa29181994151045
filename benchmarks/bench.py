"""What every benchmark gets: how much to do, registries, programs, and an environment of its own."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.registries import Registries
from tests.oracle.install import environment_of, is_installed

_GTO = "1.10.1"
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
    asked=1_000,
    blocks=9,
    requests=4_000,
    acts=60,
    described=1_000,
    keystrokes=40,
    indexed=100_000,
    indexings=5,
    watched=10_000,
    changes=60,
    idle=10.0,
    subscribers=20,
    grown=(100, 1_000, 10_000, 100_000, 1_000_000),
    grown_with_gto=10_000,
    changed=20,
    signed=1_000,
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
    """One run of the benchmarks.

    Attributes:
        scale: how much.
        smoke: whether this run only shows that everything works.
        registries: where repositories come from.
        scratch: a directory that goes with the run.
        environment: of every process that is started.

    """

    scale: Scale
    smoke: bool
    registries: Registries
    scratch: Path
    environment: Mapping[str, str]

    @property
    def gtod(self) -> list[str]:
        """`gtod` as it is installed next to this Python; else as a module, which takes a little longer to start."""
        installed = Path(sys.executable).with_name("gtod")
        return [str(installed)] if installed.exists() else [sys.executable, "-m", "gto_daemon"]

    def storing_nothing(self) -> "Bench":
        """The same run, in which nobody finds a registry that another process stored."""
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
def prepared(scale: Scale, cache: Path | None, *, smoke: bool) -> Iterator[Bench]:
    """A run in directories and an environment of its own, which neither your Git nor your daemon is touched by."""
    # Short, because the path of a unix socket may have 104 bytes only.
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as name:
        scratch = Path(name)
        config = scratch / "gitconfig"
        config.write_text(_IDENTITY)
        kept = cache if cache is not None else scratch / "cache"
        kept.mkdir(parents=True, exist_ok=True)
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GTO_", "GTOD_", "PYTHON"))
        }
        environment |= {
            "HOME": name,
            "XDG_CONFIG_HOME": str(scratch / "config"),
            "XDG_CACHE_HOME": str(scratch / "xdg-cache"),
            "GIT_CONFIG_GLOBAL": str(config),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GTOD_RUNTIME_DIR": str(scratch / "run"),
            "TZ": "UTC",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        }
        yield Bench(scale, smoke, Registries(kept, scratch), scratch, environment)
