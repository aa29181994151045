"""One question in two languages: GTO's command line, and a method of ours with its params."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any


@dataclass(frozen=True)
class Question:
    """`key` is the member of our result that must equal what GTO prints, or its member `theirs`."""

    argv: tuple[str, ...]
    method: str
    key: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)
    theirs: str | None = None

    def __str__(self) -> str:
        return f"gto {' '.join(self.argv)}"


def show(
    name: str | None = None,
    *,
    ro: bool = False,
    d: bool = False,
    av: int = -1,
    vs: int = 1,
    sort: str = "timestamp",
) -> Question:
    """`gto show`, with or without a name; options that have their default are left out on both sides."""
    argv = ["show", "--json"]
    params: dict[str, Any] = {"name": name} if name else {}
    if ro:
        argv.append("--ro")
        params["registered_only"] = True
    if d:
        argv.append("-d")
        params["deprecated"] = True
    if av != -1:
        argv += ["--av", str(av)]
        params["assignments_per_version"] = av
    if vs != 1:
        argv += ["--vs", str(vs)]
        params["versions_per_stage"] = vs
    if sort != "timestamp":
        argv += ["--sort", sort]
        params["sort"] = sort
    return Question((*argv, *_positional(name)), "gto/show", "versions" if name else "artifacts", params)


def _positional(name: str | None) -> tuple[str, ...]:
    return () if name is None else ("--", name) if name.startswith("-") else (name,)


def history(name: str | None = None, *, ascending: bool = False) -> Question:
    """`gto history`."""
    argv = ("history", "--json", *(["--asc"] if ascending else []), *_positional(name))
    params: dict[str, Any] = {"name": name} if name else {}
    if ascending:
        params["ascending"] = True
    return Question(argv, "gto/history", "events", params)


def check_ref(ref: str) -> Question:
    """`gto check-ref`, which prints nothing for what is no event."""
    return Question(("check-ref", "--json", *_positional(ref)), "gto/checkRef", "event", {"ref": ref})


def stages(*, allowed: bool = False, used: bool = False) -> Question:
    """`gto stages`."""
    flags = [*(["--allowed"] if allowed else []), *(["--used"] if used else [])]
    params = {name: True for name, given in (("allowed", allowed), ("used", used)) if given}
    return Question(("stages", "--json", *flags), "gto/stages", "stages", params)


def print_state() -> Question:
    """`gto print-state`: everything that GTO holds, before anything is left out."""
    return Question(("print-state",), "gto/printState", "artifacts", theirs="artifacts")


#: Counts that say something different about few stages and versions.
TELLING_COUNTS = ((-1, 1), (-1, -1), (-1, 2), (1, -1), (2, 1), (0, 1))
ALL_COUNTS = tuple((av, vs) for av in (-1, 0, 1, 2) for vs in (-1, 0, 1, 2))


def registry_questions(pairs: Sequence[tuple[int, int]] = ALL_COUNTS) -> list[Question]:
    """What can be asked without naming anything; `pairs` are values of `--av` and `--vs`."""
    counts = [show(av=av, vs=vs, sort=sort) for av, vs in pairs for sort in SORTS]
    flags = [show(ro=ro, d=d, vs=-1, sort=sort) for ro, d in product((False, True), repeat=2) for sort in SORTS]
    return [
        print_state(),
        *counts,
        *flags,
        history(),
        history(ascending=True),
        stages(),
        stages(allowed=True),
        stages(used=True),
    ]


def artifact_questions(name: str) -> Iterator[Question]:
    """What can be asked about one artifact."""
    choices: tuple[dict[str, Any], ...] = (
        {},
        {"d": True},
        {"ro": True},
        {"ro": True, "d": True, "vs": -1},
        {"vs": -1},
        {"vs": 2, "av": 1},
        {"vs": -1, "av": 1},
        {"vs": 0},
        {"av": 0},
        {"vs": -1, "sort": "semver"},
        {"av": 2, "sort": "semver", "d": True},
    )
    yield from (show(name, **options) for options in choices)
    yield show(f"{name}@latest")
    yield show(f"{name}@greatest")
    yield show(f"{name}@latest", d=True)
    yield history(name)
    yield history(name, ascending=True)


def shortcut_questions(name: str, versions: Sequence[str], stage_names: Sequence[str]) -> Iterator[Question]:
    """`name@version` and `name#stage`."""
    for version in versions:
        yield show(f"{name}@{version}")
        yield show(f"{name}@{version}", d=True, vs=-1)
    for stage in stage_names:
        yield show(f"{name}#{stage}")
        yield show(f"{name}#{stage}", vs=-1, sort="semver")
        yield show(f"{name}#{stage}", d=True, vs=-1, av=1)


SORTS = ("timestamp", "semver")
