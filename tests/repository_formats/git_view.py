"""Git's own view of a registry: what `git for-each-ref` lists and `git` shows, folded by GTO's rules written plainly.

It shares nothing with the program: no parser, no index, no libgit2. It is slow, and knows only what a reader of GTO's
documentation would: three passes over the tags in the order of their dates, and what `artifacts.yaml` says at each
commit. Where the program differs from GTO by a name of `docs/differences.md` (`nested-tags`, `odd-tag-objects`), so
does this.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import semver
from ruamel.yaml import YAML

_WORD = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]*[a-zA-Z0-9])?"
_TAG = re.compile(
    rf"(?P<artifact>(?:[a-zA-Z0-9\-_./]+=)?{_WORD})"
    rf"(?:(?:\#(?P<stage>{_WORD})|@(?P<version>v\d+\.\d+\.\d+))(?P<cancel>!?)|@(?P<deprecated>deprecated))(?:\#\d+)?"
)
#: How GTO orders what happened at the same second.
_PRIORITY = {"commit": 0, "deprecation": 2, "registration": 3, "deregistration": 4, "assignment": 5, "unassignment": 6}
_PERSON = re.compile(rb"(?P<name>.*) <(?P<email>.*)> (?P<seconds>-?\d+) (?P<zone>[+-]\d{4})")
#: A view never changes what it looks at, so it may not fetch either.
_LOOKING = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "GIT_TERMINAL_PROMPT": "0"}


class _Object(NamedTuple):
    oid: str
    kind: str
    data: bytes


@dataclass
class _Event:
    kind: str
    artifact: str
    at: datetime
    author: str
    email: str
    message: str
    commit: str
    tag: str | None = None
    version: str | None = None
    stage: str | None = None


@dataclass
class _Version:
    name: str
    commit: str
    own: list[_Event] = field(default_factory=list)
    stages: dict[str, list[_Event]] = field(default_factory=dict)
    commits: list[_Event] = field(default_factory=list)

    @property
    def registered(self) -> bool:
        return any(event.kind == "registration" for event in self.own)

    @property
    def active(self) -> bool:
        return self.registered and _by_time(self.own)[-1].kind == "registration"

    def held(self) -> list[tuple[str, datetime, datetime]]:
        """Stage, when the event that decides happened, and when it was last assigned."""
        rows = []
        for stage, events in self.stages.items():
            last = _by_time(events)[-1]
            assigned = [event for event in events if event.kind == "assignment"]
            if last.kind == "assignment":
                rows.append((stage, last.at, _by_time(assigned)[-1].at))
        return sorted(rows, key=lambda row: row[1])


@dataclass
class _Artifact:
    deprecations: list[_Event] = field(default_factory=list)
    versions: list[_Version] = field(default_factory=list)

    def events(self) -> list[_Event]:
        found = [*self.deprecations]
        for version in self.versions:
            found += version.own + version.commits + [event for each in version.stages.values() for event in each]
        return _by_time(found)

    @property
    def latest(self) -> str | None:
        names = [version.name for version in self.versions if version.active and version.name.startswith("v")]
        return max(names, key=lambda name: semver.Version.parse(name[1:]), default=None)


def _by_time(events: list[_Event]) -> list[_Event]:
    return sorted(events, key=lambda event: (event.at, _PRIORITY[event.kind]))


class GitView:
    """The registry in the repository that `git -C path` finds, as of the first question."""

    def __init__(self, path: Path, env: dict[str, str] | None = None) -> None:
        self._path = path
        self.environment = {**os.environ, **_LOOKING, **(env or {})}

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes | None:
        """What git prints; None when it fails."""
        command = ["git", "-C", str(self._path), *arguments]
        run = subprocess.run(command, env=self.environment, input=stdin, capture_output=True, check=False)
        return run.stdout if run.returncode == 0 else None

    @cached_property
    def refs(self) -> dict[str, str]:
        """The name of each tag to the object that it is."""
        listed = self.git("for-each-ref", "--format=%(objectname) %(refname:strip=2)", "refs/tags") or b""
        pairs = (line.split(b" ", 1) for line in listed.splitlines())
        return {os.fsdecode(name): oid.decode() for oid, name in pairs}

    @property
    def head(self) -> str | None:
        found = self.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return found.decode().strip() if found else None

    # --- the answers ---------------------------------------------------------------------------------------------

    def show(self) -> dict[str, Any]:
        """`gto show --json`, of artifacts that are not deprecated."""
        rows = {}
        stages = self.stages()
        for name, artifact in self._artifacts.items():
            events = artifact.events()
            if not events or events[-1].kind == "deprecation":
                continue
            rows[name] = {
                "version": artifact.latest,
                "stage": {stage: self._holder(artifact, stage) for stage in stages},
                "registered": any(event.kind != "commit" for event in events),
                "active": True,
            }
        return rows

    def versions(self, name: str) -> dict[str, tuple[str, list[str]]]:
        """The active versions of an artifact, each with its commit and the stages that it was given and not taken."""
        found = {}
        for version in self._artifacts[name].versions:
            if version.active:
                found[version.name] = (version.commit, sorted(stage for stage, _, _ in version.held()))
        return found

    def stages(self) -> list[str]:
        """`gto stages --used`."""
        return sorted({stage for a in self._artifacts.values() for v in a.versions for stage, _, _ in v.held()})

    def history(self) -> list[dict[str, Any]]:
        """`gto history --json`, the newest first."""
        rows = [
            {
                "timestamp": event.at.isoformat(),
                "artifact": event.artifact,
                "event": event.kind,
                "priority": _PRIORITY[event.kind],
                "version": event.version,
                "stage": event.stage,
                "commit": event.commit,
                "author": event.author,
                "author_email": event.email,
                "message": event.message,
                "ref": event.tag,
            }
            for artifact in self._artifacts.values()
            for event in reversed(artifact.events())
            if event.kind != "commit"
        ]
        return sorted(rows, key=lambda row: (datetime.fromisoformat(row["timestamp"]), row["priority"]))[::-1]

    def annotation(self, name: str) -> dict[str, Any] | None:
        """What `artifacts.yaml` of HEAD's commit says of an artifact."""
        return self._annotations(self.head).get(name) if self.head else None

    # --- the fold ------------------------------------------------------------------------------------------------

    @staticmethod
    def _holder(artifact: _Artifact, stage: str) -> str | None:
        held = [(at, version.name) for version in artifact.versions for s, _, at in version.held() if s == stage]
        return max(held)[1] if held else None

    @cached_property
    def _events(self) -> list[_Event]:
        """The events of the tags, in the order in which GTO takes them."""
        found = [event for name, oid in sorted(self.refs.items()) if (event := self._event(name, oid)) is not None]
        return sorted(found, key=lambda event: int(event.at.timestamp()))

    @cached_property
    def _artifacts(self) -> dict[str, _Artifact]:
        artifacts: dict[str, _Artifact] = {}
        for kinds in (("deprecation",), ("registration", "deregistration"), ("assignment", "unassignment")):
            for event in self._events:
                if event.kind in kinds:
                    self._apply(artifacts.setdefault(event.artifact, _Artifact()), event)
        for name, artifact in artifacts.items():
            for version in artifact.versions:
                version.commits += self._commit_event(name, version)
        for name in self._annotations(self.head) if self.head else {}:
            artifact = artifacts.setdefault(name, _Artifact())
            here = next((v for v in artifact.versions if v.commit == self.head and v.own), None)
            if here is None:
                here = _Version(str(self.head), str(self.head))
                artifact.versions.append(here)
            here.commits = here.commits or self._commit_event(name, here)
        return artifacts

    @staticmethod
    def _apply(artifact: _Artifact, event: _Event) -> None:
        if event.kind == "deprecation":
            artifact.deprecations.append(event)
        elif event.kind in ("registration", "deregistration"):
            same = [v for v in artifact.versions if (v.name, v.commit) == (event.version, event.commit)]
            version = same[0] if same else _Version(str(event.version), event.commit)
            if not same:
                artifact.versions.append(version)
            version.own.append(event)
        else:
            registered = next((v for v in artifact.versions if v.commit == event.commit and v.own), None)
            version = registered or _Version(event.commit, event.commit)
            if registered is None:
                artifact.versions.append(version)
            event.version = version.name
            version.stages.setdefault(str(event.stage), []).append(event)

    def _event(self, name: str, oid: str) -> _Event | None:
        match = _TAG.fullmatch(name)
        found = self._object(oid) if match else None
        if match is None or found is None or found.kind != "tag":
            return None
        if match["deprecated"]:
            kind = "deprecation"
        elif match["stage"]:
            kind = "unassignment" if match["cancel"] else "assignment"
        else:
            kind = "deregistration" if match["cancel"] else "registration"
        head, _, body = found.data.partition(b"\n\n")
        # A commit that is missing from this clone still is one.
        target = self._object(f"{oid}^{{}}")
        commit = target.oid if target else _header(head, b"object").decode()
        if kind != "deprecation" and (target.kind if target else _header(head, b"type").decode()) != "commit":
            return None
        author, email, at = _person(_header(head, b"tagger"))
        message = body.decode("utf-8", "replace").strip()
        artifact = match["artifact"].replace("=", ":")
        return _Event(kind, artifact, at, author, email, message, commit, name, match["version"], match["stage"])

    def _object(self, name: str) -> "_Object | None":
        if name in self._objects:
            return self._objects[name]
        alone = self.git("cat-file", "--batch", stdin=name.encode() + b"\n")
        return _parsed(alone)[0] if alone else None

    @cached_property
    def _objects(self) -> dict[str, "_Object | None"]:
        """The objects of all tags and what they lead to, in one go; nothing where git fails at any of them."""
        names = [name for oid in self.refs.values() for name in (oid, f"{oid}^{{}}")]
        found = self.git("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
        return dict(zip(names, _parsed(found), strict=True)) if found else {}

    def _commit_event(self, artifact: str, version: _Version) -> list[_Event]:
        found = self._object(version.commit)
        if found is None:
            return []
        head, _, body = found.data.partition(b"\n\n")
        author, email, _ = _person(_header(head, b"author"))
        _, _, at = _person(_header(head, b"committer"))
        return [_Event("commit", artifact, at, author, email, body.decode(), version.commit, None, version.name)]

    def _annotations(self, commit: str | None) -> dict[str, dict[str, Any]]:
        text = self.git("cat-file", "blob", f"{commit}:artifacts.yaml")
        return YAML(typ="safe", pure=True).load(text) if text else {}


def _parsed(batch: bytes) -> list[_Object | None]:
    """What `git cat-file --batch` says, an object or None for each line that it was asked."""
    found: list[_Object | None] = []
    while batch:
        first, _, batch = batch.partition(b"\n")
        if first.endswith(b" missing"):
            found.append(None)
            continue
        oid, kind, size = first.decode().split()
        found.append(_Object(oid, kind, batch[: int(size)]))
        batch = batch[int(size) + 1 :]
    return found


def _header(head: bytes, key: bytes) -> bytes:
    return next((line.partition(b" ")[2] for line in head.split(b"\n") if line.startswith(key + b" ")), b"")


def _person(line: bytes) -> tuple[str, str, datetime]:
    match = _PERSON.fullmatch(line)
    if match is None:
        return "", "", datetime.fromtimestamp(0, UTC)
    sign = -1 if match["zone"][:1] == b"-" else 1
    zone = timezone(sign * timedelta(hours=int(match["zone"][1:3]), minutes=int(match["zone"][3:5])))
    at = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(match["seconds"]))
    return match["name"].decode(), match["email"].decode(), at.astimezone(zone)
