"""A registry in one line: `made("a@v1.0.0 1 100", "a#prod#1 1 110")`, each tag with its commit and its second."""

from collections.abc import Mapping
from dataclasses import replace

from gto_daemon.registry.annotations import AnnotationFile, parse_artifacts_yaml
from gto_daemon.registry.config_reading import read_config
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.index import Delta, Index
from gto_daemon.registry.objects import Commit, Tag, TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_tag_name


def oid(commit: str) -> str:
    """The id of the commit `1`, `2`, …"""
    return commit * 40


def commit(name: str, seconds: int = 50) -> Commit:
    """The commit of that id; Ann wrote it, Carl committed it."""
    return Commit(oid(name), "Ann", "ann@e", "Carl", "carl@e", seconds, 0, f"commit {name}\n")


def tag_ref(text: str) -> TagRef:
    """`NAME COMMIT SECOND [TAGGER]`; without a commit it is lightweight, with `?` for one it is unreadable."""
    name, *rest = text.split()
    parsed = parse_tag_name(name)
    assert parsed is not None, name
    if not rest:
        return TagRef(name, parsed.artifact, oid("1"), None)
    if rest[0] == "?":
        problem = Problem(
            code="unreadable-tag", severity="error", message=f"'{name}' is unreadable.", hint="-", tag=name
        )
        return TagRef(name, parsed.artifact, oid("f"), None, (problem,))
    who = rest[2] if len(rest) > 2 else "Tina"
    tag = Tag(oid("f"), oid(rest[0]), "commit", who, f"{who.lower()}@e", int(rest[1]), 0, f"about {name}")
    return TagRef(name, parsed.artifact, oid("f"), tag)


def made(
    *tags: str,
    head: str | None = None,
    annotated: Mapping[str, str] | None = None,
    commits: str = "123456789",
    config: str | None = None,
) -> Snapshot:
    """The snapshot of these tags; `annotated` maps commits to their `artifacts.yaml`."""
    known = {oid(name): commit(name) for name in commits}
    files: dict[str, AnnotationFile] = {
        oid(name): parse_artifacts_yaml(text.encode()) for name, text in (annotated or {}).items()
    }
    at_head = [Annotated.at(oid(head), files[oid(head)])] if head and oid(head) in files else []
    index = Index.build([tag_ref(text) for text in tags], ObjectFacts(known, files), at_head)
    settings = read_config(config.encode() if config else None, {})
    return Snapshot("/repo", "i:w:0", index, settings, oid(head) if head else None)


def with_commit(snapshot: Snapshot, late: Commit) -> Snapshot:
    """The same with another commit known in place of the one of that id."""
    facts = replace(snapshot.index.facts, commits={**snapshot.index.facts.commits, late.oid: late})
    index, _ = snapshot.index.apply(Delta(), facts, snapshot.index.annotated, again=snapshot.index.artifacts)
    return replace(snapshot, index=index)
