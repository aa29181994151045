# ruff: noqa: T201
"""Make a synthetic registry of any size in seconds, with `git fast-import`.

    python tests/genrepo.py PATH ARTIFACTS VERSIONS STAGES [options]

STAGES is a number (`stage-0` …) or names (`dev,staging,prod`). Same arguments, same object ids. For every artifact and
version, the artifacts taking turns, one commit on main and then:

    <art>@vX.Y.Z             registration
    <art>#<stage>#<n>        assignment, `--assigns` of them
    <art>#<stage>!#<n>       after every `--unassign-every`th assignment
    <art>@vX.Y.Z!            for every `--deregister-every`th version of an artifact

and `<art>@deprecated` for every `--deprecate-every`th artifact at the end. Standard library only.
"""

import argparse
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a synthetic registry looks like.

    Attributes:
        artifacts: how many.
        versions: of each artifact.
        stages: their names.
        max_tags: stop after exactly so many tags of GTO's; 0 for no limit.
        assigns: assignments for each version.
        unassign_every, deregister_every, deprecate_every: 0 for never.
        files: further files in the tree.
        annotate: `none`, `artifacts.yaml`, `dvc.yaml` or `both`.
        annotate_count: artifacts annotated; -1 for all.
        subdirs: put artifact k into `team-<k%10>`, so that its name is `team-3:art-00013`.
        one_file: every commit rewrites one file instead of one file for each artifact.
        noise: annotated tags that are not GTO's.
        lightweight: lightweight tags that look like GTO's.
        tick: seconds between two events; 0 makes every time the same.
        start: seconds since the epoch of the first event.

    """

    artifacts: int
    versions: int
    stages: tuple[str, ...]
    max_tags: int = 0
    assigns: int = 1
    unassign_every: int = 7
    deregister_every: int = 9
    deprecate_every: int = 25
    files: int = 20
    annotate: str = "none"
    annotate_count: int = -1
    subdirs: bool = False
    one_file: bool = False
    noise: int = 0
    lightweight: int = 0
    tick: int = 60
    start: int = 1_600_000_000

    def name(self, number: int) -> str:
        """The artifact's name, as GTO prints it."""
        return f"team-{number % 10}:art-{number:05d}" if self.subdirs else f"art-{number:05d}"


class _FullError(Exception):
    """There are as many tags as were asked for."""


@dataclass
class _Stream:
    """A stream for fast-import, its clock, and what is in it."""

    shape: Shape
    clock: int
    counts: Counter[str] = field(default_factory=Counter)

    def commit(self, message: str, files: Mapping[str, str]) -> str:
        self.clock += self.shape.tick
        self.counts["commits"] += 1
        people = (
            f"author Ann Author <ann@example.com> {self.clock} +0000\n"
            f"committer Carl Committer <carl@example.com> {self.clock} +0000\n"
        )
        changes = "".join(f"M 100644 inline {path}\n{_data(content)}" for path, content in files.items())
        return f"commit refs/heads/main\nmark :{self.counts['commits']}\n{people}{_data(message)}{changes}\n"

    def tag(self, name: str, message: str, kind: str) -> str:
        if kind != "noise":
            if self.shape.max_tags and self.counts["tags"] >= self.shape.max_tags:
                raise _FullError
            self.counts["tags"] += 1
        self.clock += self.shape.tick
        self.counts[kind] += 1
        tagger = f"tagger Tina Tagger <tina@example.com> {self.clock} +0000"
        return f"tag {name}\nfrom :{self.counts['commits']}\n{tagger}\n{_data(message)}"

    def whole(self) -> Iterator[str]:
        shape = self.shape
        files = {f"data/d{number % 50:02d}/file{number:06d}.txt": f"{number}\n" for number in range(shape.files)}
        yield self.commit("initial", files | _annotations(shape))
        try:
            yield from self._versions()
            if shape.deprecate_every:
                for number in range(shape.deprecate_every - 1, shape.artifacts, shape.deprecate_every):
                    name = shape.name(number)
                    tag = f"{name.replace(':', '=')}@deprecated"
                    yield self.tag(tag, f"Deprecating artifact '{name}'", "deprecations")
        except _FullError:
            pass  # The rest does not count towards the limit.
        for number in range(shape.noise):
            yield self.tag(f"release-{number:06d}", "noise", "noise")
        for number in range(shape.lightweight):
            self.counts["lightweight"] += 1
            yield f"reset refs/tags/lw-{number:06d}@v1.0.0\nfrom :{self.counts['commits']}\n\n"
        yield "done\n"

    def _versions(self) -> Iterator[str]:
        shape = self.shape
        counters: Counter[int] = Counter()
        for version in range(shape.versions):
            for number in range(shape.artifacts):
                if shape.max_tags and self.counts["tags"] >= shape.max_tags:
                    raise _FullError
                yield from self._version(number, version, counters)

    def _version(self, number: int, version: int, counters: Counter[int]) -> Iterator[str]:
        shape = self.shape
        name = shape.name(number)
        ref = name.replace(":", "=")
        text = f"v{version // 20}.{version % 20}.{number % 3}"
        path = "models/model.bin" if shape.one_file else f"models/f{number:05d}.bin"
        yield self.commit(f"train {name} {text}", {path: f"{name} {text}\n"})
        yield self.tag(f"{ref}@{text}", f"Registering artifact {name} version {text}", "registrations")
        for turn in range(shape.assigns):
            stage = shape.stages[(version + turn) % len(shape.stages)]
            counters[number] += 1
            message = f"Assigning stage {stage} to artifact {name} version {text}"
            yield self.tag(f"{ref}#{stage}#{counters[number]}", message, "assignments")
            if shape.unassign_every and self.counts["assignments"] % shape.unassign_every == 0:
                counters[number] += 1
                message = f"Unassigning stage '{stage}' to artifact '{name}' version '{text}'"
                yield self.tag(f"{ref}#{stage}!#{counters[number]}", message, "unassignments")
        if shape.deregister_every and version % shape.deregister_every == shape.deregister_every - 1:
            yield self.tag(f"{ref}@{text}!", f"Deregistering artifact {name} version {text}", "deregistrations")


def generate(path: Path, shape: Shape, *, bare: bool = False, loose: bool = False) -> dict[str, int]:
    """Make the repository at `path` and answer how many commits and tags of each kind it has.

    Raises:
        subprocess.CalledProcessError: git failed.

    """
    options = ["--bare"] if bare else []
    subprocess.run(["git", "init", "--quiet", "-b", "main", *options, str(path)], check=True)
    stream = _Stream(shape, shape.start)
    command = ["git", "-C", str(path), "fast-import", "--quiet", "--done"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, encoding="utf-8") as importer:
        if importer.stdin is None:
            raise RuntimeError("fast-import has no standard input")
        importer.stdin.writelines(stream.whole())
    if importer.returncode:
        raise subprocess.CalledProcessError(importer.returncode, command)
    then = [] if loose else [["pack-refs", "--all", "--prune"]]
    if not bare:
        identity = [["config", "user.name", "Bench"], ["config", "user.email", "bench@example.com"]]
        then += [*identity, ["reset", "--quiet", "--hard"]]
    for arguments in then:
        subprocess.run(["git", "-C", str(path), *arguments], check=True)
    return dict(stream.counts)


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _annotations(shape: Shape) -> dict[str, str]:
    count = shape.artifacts if shape.annotate_count < 0 else min(shape.annotate_count, shape.artifacts)
    files: dict[str, list[str]] = {}
    for number in range(count):
        directory, _, base = shape.name(number).rpartition(":")
        kind = "model" if number % 2 else "dataset"
        where = f"path: models/f{number:05d}.bin"
        if shape.annotate in {"artifacts.yaml", "both"}:
            entry = f"{base}:\n  type: {kind}\n  {where}\n  labels: [l{number % 5}]\n  description: artifact {number}\n"
            files.setdefault("artifacts.yaml", []).append(entry)
        if shape.annotate in {"dvc.yaml", "both"}:
            entry = f"  {base}:\n    type: {kind}\n    {where}\n    labels:\n    - l{number % 5}\n"
            place = f"{directory}/dvc.yaml" if directory else "dvc.yaml"
            files.setdefault(place, ["artifacts:\n"]).append(f"{entry}    desc: artifact {number}\n")
    return {path: "".join(entries) for path, entries in files.items()}


def main() -> None:
    """Read the command line, generate, print what was made as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("artifacts", type=int)
    parser.add_argument("versions", type=int)
    parser.add_argument("stages")
    numbers = ("max-tags", "assigns", "unassign-every", "deregister-every", "deprecate-every")
    for name in (*numbers, "files", "annotate-count", "noise", "lightweight", "tick", "start"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Shape, name.replace("-", "_")))
    parser.add_argument("--annotate", default="none", choices=["none", "artifacts.yaml", "dvc.yaml", "both"])
    for name in ("subdirs", "one-file", "loose", "bare"):
        parser.add_argument(f"--{name}", action="store_true")
    options = vars(parser.parse_args())
    path, bare, loose = options.pop("path"), options.pop("bare"), options.pop("loose")
    text: str = options.pop("stages")
    stages = tuple(f"stage-{number}" for number in range(int(text))) if text.isdigit() else tuple(text.split(","))
    start = time.monotonic()
    counts = generate(path, Shape(stages=stages, **options), bare=bare, loose=loose)
    print(json.dumps({**counts, "seconds": round(time.monotonic() - start, 2), "path": str(path.resolve())}))


if __name__ == "__main__":
    main()
