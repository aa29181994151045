"""Why a result is empty: the explanation for the reader of an empty table."""

from collections.abc import Iterable

from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.dvc_names import known_shortcut
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.objects import Moment, TagRef
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import Shortcut
from gto_daemon.registry.unborn import NO_COMMIT

#: Tags, versions or stages that a sentence names.
_MAX_NAMED = 5


def why_nothing_is_shown(snapshot: Snapshot, name: str | None) -> str:
    """Return why `show` has no row, of the registry or of the artifact or shortcut `name`."""
    if name is None:
        hidden = len(snapshot.index.artifacts)
        if hidden:
            subject = "The only artifact is" if hidden == 1 else f"All {hidden} artifacts are"
            return f"{subject} deprecated; {commands.command('gtod', 'show', '-d')} shows what was."
        return why_registry_is_empty(snapshot)
    shortcut = known_shortcut(name, snapshot.index.artifacts)
    artifact = snapshot.index.artifacts.get(shortcut.artifact)
    if artifact is None:
        return why_unknown(snapshot, shortcut.artifact)
    if not artifact.is_active:
        return f"'{artifact.name}' is deprecated; {commands.show_artifact(name, '-d')} shows it."
    return _why_not_in_artifact(snapshot, artifact, shortcut)


def why_no_events(snapshot: Snapshot, name: str | None) -> str:
    """Return why the history is empty, of the registry or of the artifact or shortcut `name`."""
    if name is None:
        if snapshot.index.artifacts:
            return f"Artifacts are annotated here, and none has a tag. {unless_fetched(snapshot)}"
        return why_registry_is_empty(snapshot)
    shortcut = known_shortcut(name, snapshot.index.artifacts)
    artifact = snapshot.index.artifacts.get(shortcut.artifact)
    if artifact is None:
        return why_unknown(snapshot, shortcut.artifact)
    if not artifact.is_registered:
        return f"'{artifact.name}' is annotated, and has no tag. {unless_fetched(snapshot)}"
    return _why_not_in_artifact(snapshot, artifact, shortcut)


def why_registry_is_empty(snapshot: Snapshot) -> str:
    """Return why there is no artifact at all, and the next step."""
    lightweight = _lightweight(snapshot.index.all_refs())
    if lightweight:
        return _of_lightweight(lightweight)
    if snapshot.as_of is not None:
        return f"Nothing of what is known today had a tag at {Moment(int(snapshot.as_of), 0).isoformat()}."
    register = commands.command("gtod", "register", "NAME")
    unborn = next((problem for problem in snapshot.problems if problem.code == "unborn-head"), None)
    if unborn is not None:
        return f"{unborn.message} {unborn.hint}"
    if snapshot.head is None:
        return f"{NO_COMMIT} Then {register} registers it as the first version of an artifact."
    return (
        f"There are no GTO tags here, and HEAD's commit has no {snapshot.config.index}. {register} makes the first "
        f"tag. {unless_fetched(snapshot)} What is in a dvc.yaml, or not committed, "
        f"{commands.command('gtod', 'show', '--annotations', 'all', '--worktree')} shows."
    )


def why_nothing_is_at(snapshot: Snapshot, commit: str) -> str:
    """Return why nothing is shown of a commit."""
    if not snapshot.index.artifacts:
        return why_registry_is_empty(snapshot)
    said = f"No version is registered on the commit {commit[:7]}, and no stage is assigned to it."
    return _unless_shallow(snapshot, said)


def why_no_stages(snapshot: Snapshot, *, allowed: bool = False) -> str:
    """Return why no stages are in use, or configured (`allowed`)."""
    if allowed and snapshot.config.stages is None:
        return "No stages are configured, so every stage is allowed."
    if allowed:
        return "The configuration allows no stage."
    if not snapshot.index.artifacts:
        return why_registry_is_empty(snapshot)
    return _unless_shallow(snapshot, "No version is in a stage.")


def why_unknown(snapshot: Snapshot, name: str) -> str:
    """Return why there is no artifact of that name, with what may be meant."""
    hint = hint_for_unknown(snapshot, name)
    return hint if lightweight_hint(snapshot, name) else f"There is no artifact '{name}'. {hint}"


def hint_for_unknown(snapshot: Snapshot, name: str) -> str:
    """Return what may be meant by a name that no artifact has, or what to do about it."""
    lightweight = lightweight_hint(snapshot, name)
    if lightweight:
        return lightweight
    near = did_you_mean(near_shortcuts(snapshot, name) or near_names(name, snapshot.index.artifacts))
    if near:
        return near
    if not snapshot.index.artifacts:
        return why_registry_is_empty(snapshot)
    said = (
        f"{commands.command('gtod', 'show')} lists what there is; tags that were not fetched "
        "do not count, nor annotations that are not committed."
    )
    return _unless_shallow(snapshot, said)


def near_shortcuts(snapshot: Snapshot, name: str) -> list[str]:
    """Return what may be meant by a name such as `a@latst` or `a@1.0.0`, which stands for no version."""
    base, at, wanted = name.rpartition("@")
    artifact = snapshot.index.artifacts.get(base) if at else None
    if artifact is None:
        return []
    versions = [version.name for version in artifact.get_versions() if not version.discovered]
    near = [f"v{wanted}"] if f"v{wanted}" in versions else near_names(wanted, ["latest", "greatest", *versions])
    return [f"{base}@{each}" for each in near]


def lightweight_hint(snapshot: Snapshot, name: str) -> str:
    """Return what to know of an artifact that has lightweight tags only; empty for any other."""
    tags = _lightweight(snapshot.index.refs_of(name).values())
    return _of_lightweight(tags) if tags else ""


def hint_for_version(snapshot: Snapshot, name: str, version: str) -> str:
    """Return why a version of the artifact `name` is not there, and which ones are."""
    artifact = snapshot.index.artifacts.get(name)
    return why_unknown(snapshot, name) if artifact is None else why_no_version(snapshot, artifact, version)


def why_no_version(snapshot: Snapshot, artifact: Artifact, wanted: str) -> str:
    """Return why the artifact has no active version of that name, and which ones it has."""
    name = artifact.name
    for version in artifact.versions:
        if version.name == wanted and not version.is_active:
            return f"{wanted} of '{name}' is deregistered; {commands.show_artifact(name, '-d')} shows it."
    refs = snapshot.index.refs_of(name).values()
    lightweight = _lightweight(ref for ref in refs if ref.parsed.version == wanted)
    if lightweight:
        return _of_lightweight(lightweight)
    known = [version.name for version in artifact.get_versions()]
    has = f"; it has {_listed(known)}" if known else ": nothing of it is registered"
    return _unless_shallow(snapshot, f"'{name}' has no version {wanted}{has}.")


def why_no_stage(snapshot: Snapshot, artifact: Artifact, wanted: str) -> str:
    """Return why no version of the artifact is in that stage."""
    name = artifact.name
    refs = [ref for ref in snapshot.index.refs_of(name).values() if ref.parsed.stage == wanted]
    lightweight = _lightweight(refs)
    if lightweight:
        return _of_lightweight(lightweight)
    said = f"No version of '{name}' is in the stage '{wanted}'"
    if refs:
        return f"{said} now; {commands.command('gtod', 'why', name, wanted)} tells since when."
    near = stage_that_may_be_meant(snapshot, artifact, wanted)
    if near:
        return f"{said}. {near}"
    held = list(artifact.get_stages())
    has = f"; its stages are {_listed(held)}" if held else ": it has no stages"
    return _unless_shallow(snapshot, f"{said}{has}.")


def unless_fetched(snapshot: Snapshot) -> str:
    """Return what brings tags that other clones have."""
    return lacking(snapshot) or f"{commands.command('git', 'fetch', '--tags')} brings those of a remote."


def lacking(snapshot: Snapshot) -> str:
    """Return what this clone may lack; empty for one that has the whole history."""
    if not snapshot.is_shallow:
        return ""
    return "This clone is shallow, and may lack tags and history: `git fetch --unshallow --tags` brings them."


def _unless_shallow(snapshot: Snapshot, said: str) -> str:
    return " ".join(filter(None, (said, lacking(snapshot))))


def stage_that_may_be_meant(snapshot: Snapshot, artifact: Artifact, wanted: str) -> str:
    """Return the question whether another stage is meant by one that the artifact never had; empty if none is near."""
    refs = snapshot.index.refs_of(artifact.name).values()
    known = dict.fromkeys(ref.parsed.stage for ref in refs if ref.parsed.stage is not None)
    if wanted in known:
        return ""
    return did_you_mean(near_names(wanted, {**known, **dict.fromkeys(snapshot.config.stages or ())}))


def _why_not_in_artifact(snapshot: Snapshot, artifact: Artifact, shortcut: Shortcut) -> str:
    if shortcut.stage is not None:
        return why_no_stage(snapshot, artifact, shortcut.stage)
    if shortcut.version is not None:
        return why_no_version(snapshot, artifact, shortcut.version)
    return f"'{artifact.name}' has no active version; {commands.show_artifact(artifact.name, '-d')} shows what it had."


def _lightweight(refs: Iterable[TagRef]) -> list[str]:
    return sorted(ref.name for ref in refs if ref.is_lightweight)


def _of_lightweight(tags: list[str]) -> str:
    are = "is a lightweight tag" if len(tags) == 1 else "are lightweight tags"
    does = "it counts" if len(tags) == 1 else "they count"
    return (
        f"{_listed(tags)} {are}, as jj makes them, and git without -a, so {does} for nothing; "
        f"{commands.command('gtod', 'doctor')} has the remedy."
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MAX_NAMED])
    more = len(names) - _MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
