"""A draft: the registry as the requests planned so far will leave it, and what they will do."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import Event
from gto_daemon.registry.folded import RecentArtifacts
from gto_daemon.registry.index import Delta
from gto_daemon.registry.objects import Moment, TagRef
from gto_daemon.registry.plans.inputs import PlanInputs
from gto_daemon.registry.plans.law import Law, check_deletion, check_tag
from gto_daemon.registry.plans.plan import TAGS, Dependency, NewTag, OldTag, Plan, PlanWarning, Replacement
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import MAX_TAG_NAME_LENGTH

if TYPE_CHECKING:
    from gto_daemon.protocol.results import ChosenVersion

#: Seconds by which a tag may be dated ahead, so that it counts although the clocks of two people differ a little.
_MAX_AHEAD = 5


class Draft:
    """A draft of an act. Requests are planned on it one after the other.

    Attributes:
        before: the registry as it is.
        snapshot: the registry as the requests so far will leave it; its clock is that of `before`.
        override: the reason for which the request that is being planned asks to override the rules.

    """

    def __init__(self, before: Snapshot, law: Law | None = None) -> None:
        self.before = before
        self.snapshot = before
        self.override: str | None = None
        self._law = law
        self._signed = False
        self._create: dict[str, NewTag] = {}
        self._delete: dict[str, OldTag] = {}
        self._warnings: dict[PlanWarning, None] = {}
        self._depends: dict[str, Dependency] = {}
        self._artifacts: dict[str, None] = {}
        self._chosen: list[ChosenVersion] = []

    # --- the present state -----------------------------------------------------------------------------------

    def artifact(self, name: str) -> Artifact | None:
        """Return the artifact as the requests so far will leave it."""
        return self.snapshot.index.artifacts.get(name)

    def find_version(self, name: str, *, version: str | None = None, commit: str | None = None) -> Version | None:
        """Return the version with that name or on that commit, unless only stages or annotations name it.

        Source: GTO 1.10.1, base.py, `Artifact.find_version`.

        Raises:
            RegistryError: `ManyVersions`.

        """
        artifact = self.artifact(name)
        found = [
            each
            for each in (artifact.versions if artifact else ())
            if not each.discovered and version in (None, each.name) and commit in (None, each.hexsha)
        ]
        if len(found) > 1:
            raise _many_versions(name, found)
        return found[0] if found else None

    def created_commit(self, rev: str) -> str | None:
        """Return the commit of a tag that this draft creates, if `rev` is its name."""
        tag = self._create.get(rev.removeprefix(TAGS))
        return tag.target if tag else None

    def is_deleted(self, rev: str) -> bool:
        """Return whether `rev` is the name of a tag that this draft deletes."""
        return rev.removeprefix(TAGS) in self._delete

    def amend_refusal(self, error: RegistryError, number: int, artifact: str) -> None:
        """Make the refusal of one of several requests say which one, and whether an earlier one led to it."""
        error.message = f"Action {number}: {error.message.rstrip().removesuffix('.')}"
        error.data["action"] = number
        # In a batch each action has its own `allow`.
        allow = error.data.pop("allow", {})
        deletes = error.data.pop("deletes", None)
        if allow:
            error.data["action_allow"] = allow
            given = json.dumps(allow).strip("{}")
            deed = "make the tag" if deletes is None else f"delete {deletes} tags"
            error.hint = f"To {deed} nevertheless, give the action {given}. None was carried out."
        if any(ref.artifact == artifact for ref in self._touched()):
            error.message += ", once the actions before it are done"
            error.hint = "None of them was carried out. Leave out this action, or one before it."

    def _touched(self) -> Iterable[TagRef]:
        yield from (tag.as_ref() for tag in self._create.values())
        yield from (ref for name in self._delete if (ref := self.before.index.ref(name)) is not None)

    # --- what is done ----------------------------------------------------------------------------------------

    def concern(self, artifact: str) -> None:
        """Record that the act is about this artifact."""
        self._artifacts[artifact] = None

    def count_on(self, event: Event | None) -> None:
        """Record that the act depends on this event, so its tag has to exist when the act is carried out."""
        if event is not None and event.kind != "commit":
            ref = self.before.index.ref(event.ref)
            if ref is not None:
                self._depends.setdefault(ref.name, Dependency(TAGS + ref.name, ref.oid))

    def warn(self, code: str, message: str) -> None:
        """Warn of something that the user may not have intended."""
        self._warnings[PlanWarning(code, message)] = None

    def choose(self, chosen: "ChosenVersion") -> None:
        """Record that a metric chose a version."""
        self._chosen.append(chosen)

    def name(self, artifact: str, ending: str, *, simple: bool) -> str:
        """Return a tag name: `artifact` and `ending`, and the next counter unless `simple`.

        The counter is one more than the greatest of the artifact's tags of any kind (GTO 1.10.1, tag.py).
        """
        tag = artifact.replace(":", "=") + ending
        if simple:
            return tag
        refs = self.snapshot.index.refs_of(artifact)
        counters = (ref.parsed.counter for ref in (*refs.values(), *self._deleted(artifact)))
        return f"{tag}#{1 + max((counter for counter in counters if counter is not None), default=0)}"

    def _deleted(self, artifact: str) -> Iterable[TagRef]:
        refs = self.before.index.refs_of(artifact)
        return (refs[name] for name in self._delete if name in refs)

    def create(self, tag: NewTag) -> None:
        """Plan to create the tag, with the reason of an override as the last paragraph of its message.

        Raises:
            RegistryError: `TagExists`; `ValidationError` for a name that is too long; the refusals of the rules.

        """
        if self.override is not None:
            tag = replace(tag, message=f"{tag.message.rstrip()}\n\nOverride: {self.override}")
        if len(tag.tag) > MAX_TAG_NAME_LENGTH:
            raise RegistryError(
                "ValidationError",
                f"The tag would have a name of {len(tag.tag)} characters, and {MAX_TAG_NAME_LENGTH} are the most",
                hint="Choose a shorter name.",
                value=tag.tag[:MAX_TAG_NAME_LENGTH],
            )
        new = tag.as_ref()
        if tag.tag in self.snapshot.index.refs_of(new.artifact) or tag.tag in self._delete:
            raise _tag_exists(tag.tag)
        if self._law is not None:
            past = self.snapshot.index.refs_of(new.artifact).values()
            self._signed |= check_tag(self._law, new, past)
        self.concern(new.artifact)
        self._create[tag.tag] = tag
        self._apply(Delta(added=(new,)))

    def delete(self, names: Iterable[str]) -> None:
        """Plan to delete these tags.

        Raises:
            RegistryError: `DeletionNotAllowed`.

        """
        gone = list(dict.fromkeys(names))
        if self._law is not None and gone:
            check_deletion(self._law, gone)
        for name in gone:
            if self._create.pop(name, None) is None:
                ref = self.before.index.ref(name)
                if ref is not None:
                    self._delete[name] = OldTag(name, ref.oid)
        self._apply(Delta(removed=gone))

    def _apply(self, delta: Delta) -> None:
        before = self.snapshot.index
        if self.snapshot is self.before:
            # What is folded for a plan is of no use to anybody else.
            before = replace(before, recent=RecentArtifacts())
        index, _ = before.apply(delta, before.facts, before.annotated)
        self.snapshot = replace(self.snapshot, index=index)

    # --- when ------------------------------------------------------------------------------------------------

    def time(self, inputs: PlanInputs, events: Iterable[Event], what: str) -> Moment:
        """Return the time for the tag, so that it counts after each of `events`.

        GTO does not order events within the same second by time, so an act right after another could have no effect;
        then its tag is dated a second later. There is a warning if earlier tags are dated far ahead by a wrong clock.
        """
        now = max([inputs.now, *(tag.time for tag in self._create.values())])
        newest = max((event.seconds for event in events), default=now.seconds - 1)
        if newest < now.seconds:
            return Moment(now.seconds, inputs.now.offset)
        if inputs.chosen_time or newest - now.seconds > _MAX_AHEAD:
            ahead = Moment(newest, 0).isoformat()
            self.warn(
                "not-newest", f"{what} is dated {ahead}, not before this act, which therefore does not count yet."
            )
            return inputs.now
        return Moment(newest + 1, inputs.now.offset)

    # --- the result ------------------------------------------------------------------------------------------

    def plan(self, act: str) -> Plan:
        """Return the whole plan."""
        depends = {
            **self._depends,
            **{tag: Dependency(TAGS + tag, None) for tag in self._create},
            **{old.tag: Dependency(TAGS + old.tag, old.oid) for old in self._delete.values()},
        }
        return Plan(
            act,
            tuple(self._create.values()),
            tuple(self._delete.values()),
            tuple(self._replacements()),
            tuple(self._warnings),
            tuple(depends.values()),
            self._signed,
            tuple(self._chosen),
        )

    def _replacements(self) -> Iterable[Replacement]:
        for name in self._artifacts:
            before = _holders(self.before.index.artifacts.get(name))
            after = _holders(self.artifact(name))
            for stage in (*before, *(each for each in after if each not in before)):
                if before.get(stage) != after.get(stage):
                    yield Replacement(name, stage, before.get(stage), after.get(stage))


def _holders(artifact: Artifact | None) -> dict[str, str]:
    if artifact is None:
        return {}
    return {stage: held[0].version.name for stage, held in artifact.get_stages().items() if held}


def _many_versions(name: str, versions: list[Version]) -> RegistryError:
    names = [version.name for version in versions]
    if len({version.hexsha for version in versions}) > 1:
        commits = " and ".join(version.hexsha[:7] for version in versions)
        hint = f"It is registered on {commits}: delete the tag that is not meant, or give the commit."
    else:
        hint = "Register one of them on another commit, and delete its tag here."
    return RegistryError(
        "ManyVersions",
        "Multiple versions are not allowed on the same Git commit. "
        f"Violation detected for artifact '{name}', versions '{names}'.",
        hint=hint,
        artifact=name,
        versions=names,
        commits=[version.hexsha for version in versions],
    )


def _tag_exists(tag: str) -> RegistryError:
    return RegistryError(
        "TagExists",
        f"tag '{tag}' already exists",
        hint="No tag is overwritten: ask for one with a number, or delete this one first, in an act of its own.",
        tag=tag,
        allow={"simple": False},
    )
