"""What a registry is, told by Git's own programs and nothing of ours: `for-each-ref`, and a fold in a few lines.

It knows annotated tags of commits, which is what the walks make besides tags that count for nothing. What the fold of
all oddities is, `tests/differential` compares with the real GTO.
"""

import re
import subprocess
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

_NAME = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]*[a-zA-Z0-9])?"
_TAG = re.compile(
    rf"(?P<artifact>(?:[a-zA-Z0-9\-_./]+=)?{_NAME})"
    rf"(?:@(?P<version>v\d+\.\d+\.\d+)(?P<taken>!?)(?:#\d+)?|#(?P<stage>{_NAME})(?P<left>!?)(?:#\d+)?"
    r"|@(?P<deprecated>deprecated)(?:#\d+)?)"
)
_FIELDS = (
    "objectname", "objecttype", "refname:strip=2", "*objectname", "*objecttype",
    "taggername", "taggeremail:trim", "taggerdate:raw", "contents",
)  # fmt: skip
_FORMAT = "%00".join(f"%({field})" for field in _FIELDS) + "%00%00"


class Row(NamedTuple):
    """One event, as far as its tag alone tells it."""

    ref: str
    artifact: str
    event: str
    stage: str | None
    timestamp: str
    commit: str
    author: str
    author_email: str
    message: str


class GitListing(NamedTuple):
    """A registry as Git tells it.

    Attributes:
        tags: names of GTO's tags, with the object that each names.
        rows: what happened, each event as often as there is a tag for it.
        versions: artifact to the versions whose last event is a registration.

    """

    tags: dict[str, str]
    rows: Counter[Row]
    versions: dict[str, set[str]]


def read_with_git(repo: Path) -> GitListing:
    """Ask Git, from zero."""
    listed = subprocess.run(
        ["git", "for-each-ref", f"--format={_FORMAT}", "refs/tags"], cwd=repo, capture_output=True, check=True
    ).stdout.decode("utf-8", "surrogateescape")
    tags: dict[str, str] = {}
    rows: Counter[Row] = Counter()
    last: dict[tuple[str, str], tuple[int, bool]] = {}
    for record in listed.split("\0\0\n")[:-1]:
        oid, kind, name, target, target_kind, person, email, when, message = record.split("\0")
        parsed = _TAG.fullmatch(name)
        if parsed is None:
            continue
        tags[name] = oid
        if kind != "tag" or target_kind != "commit":
            continue
        seconds, zone = when.split()
        artifact = parsed["artifact"].replace("=", ":")
        stamp = _moment(int(seconds), zone)
        row = Row(name, artifact, _event(parsed), parsed["stage"], stamp, target, person, email, message.strip())
        rows[row] += 1
        if parsed["version"]:
            key = (artifact, parsed["version"])
            # Of two at one second the later name is the later event, and `v1!` sorts after `v1`.
            last[key] = max(last.get(key, (-1, False)), (int(seconds), bool(parsed["taken"])))
    versions: dict[str, set[str]] = {}
    for (artifact, version), (_, taken) in last.items():
        if not taken:
            versions.setdefault(artifact, set()).add(version)
    return GitListing(tags, rows, versions)


def _event(parsed: "re.Match[str]") -> str:
    if parsed["deprecated"]:
        return "deprecation"
    if parsed["version"]:
        return "deregistration" if parsed["taken"] else "registration"
    return "unassignment" if parsed["left"] else "assignment"


def _moment(seconds: int, zone: str) -> str:
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[0] == "-" else 1)
    return datetime.fromtimestamp(seconds, timezone(offset)).isoformat()
