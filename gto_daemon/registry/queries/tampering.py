"""Evidence of tampering: what the tags, the ledger and the last answer of a remote say about each other.

Nothing here changes an answer of GTO's, and nothing here proves anything: whoever can push tags can say anything. Each
finding is something that neither GTO nor gtod does by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from gto_daemon.protocol import Severity
from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.ledger import LedgerState
from gto_daemon.registry.objects import Moment, Tag, TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import Tampering, TamperingKind

#: Seconds by which the clocks of two machines may differ without a finding. gtod itself dates a tag a few seconds
#: ahead, so that it counts after another of the same second.
ALLOWANCE: Final = 60
#: How many numbers or tags a message names.
_MAX_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign of tampering.

    Attributes:
        kind: what it is.
        ref: the tag, without `refs/tags/`, or the full name of a branch.
        artifact: the artifact that the tag is of.
        mark: what exactly was found; an acknowledged finding is reported again once this differs.

    """

    kind: "TamperingKind"
    ref: str
    severity: Severity
    message: str
    remedy: str
    artifact: str | None
    mark: str

    def as_json(self) -> "Tampering":
        """Return it in the protocol's form."""
        return {
            "kind": self.kind,
            "ref": self.ref,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
        }

    def as_problem(self) -> Problem:
        """Return it as a finding of `gto/doctor`."""
        tag = None if self.artifact is None else self.ref
        return Problem(
            code=self.kind,
            severity=self.severity,
            message=self.message,
            hint=self.remedy,
            tag=tag,
            artifact=self.artifact,
        )


@dataclass(frozen=True, slots=True)
class KnownRemote:
    """What a remote was last known to have.

    Attributes:
        name: the name of the remote.
        tags: its tags, with their object ids.
        deleted: pairs of tag and object id that it had once, and has no longer.

    """

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    deleted: frozenset[tuple[str, str]] = frozenset()


def tampering(
    snapshot: Snapshot, ledger: LedgerState | None, now: int, remote: KnownRemote | None = None
) -> list[Evidence]:
    """Return the evidence, by artifact and then by tag, without what the user acknowledged.

    Args:
        snapshot: the present state.
        ledger: what was seen before, if that is known.
        now: seconds since the epoch.
        remote: the remote that is pushed to where none is named, as it was last known.

    """
    known = ledger or LedgerState()
    gone = _gone(snapshot, known)
    filled: dict[str, set[int]] = {}
    for tag in (*known.deleted, *(name for names in gone.values() for name in names)):
        parsed = parse_tag_name(tag)
        if parsed is not None and parsed.counter is not None:
            filled.setdefault(parsed.artifact, set()).add(parsed.counter)
    found: list[Evidence] = []
    for name in sorted({*snapshot.index.refs, *gone}):
        refs = sorted(snapshot.index.refs_of(name).values(), key=lambda ref: ref.name)
        found.extend(_vanished(name, gone.get(name, ()), known))
        found.extend(_moved(name, refs, known))
        found.extend(_differing(name, refs, remote))
        # A clone without its whole history was perhaps never given the tags of the rest.
        if not snapshot.is_shallow:
            found.extend(_gaps(name, refs, filled.get(name, set())))
        dated = [(ref, ref.tag) for ref in refs if ref.tag is not None]
        found.extend(_future(name, dated, now))
        found.extend(_backdated(name, dated, _committed(snapshot, name, dated), now))
        found.extend(_ambiguous(name, dated))
    found.extend(_rewritten(known))
    return [_acceptable(each) for each in found if (each.kind, each.ref, each.mark) not in known.accepted]


def _acceptable(evidence: Evidence) -> Evidence:
    accept = f"If you know why, acknowledge it: {commands.accept_evidence(evidence.ref)}."
    return replace(evidence, remedy=f"{evidence.remedy} {accept}")


def missing_counters(present: Iterable[int], filled: Iterable[int]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield each counter that others are missing right before, with these: the first and last of each run.

    Args:
        present: the counters of an artifact's tags.
        filled: counters that are known to have been used, by tags that are gone.

    """
    used = sorted({*filled})
    place, low = 0, 1
    for counter in sorted({each for each in present if each > 0}):
        runs = []
        while place < len(used) and used[place] < counter:
            if used[place] > low:
                runs.append((low, used[place] - 1))
            low = max(low, used[place] + 1)
            place += 1
        if counter > low:
            runs.append((low, counter - 1))
        if runs:
            yield counter, runs
        low = max(low, counter + 1)


def _gone(snapshot: Snapshot, ledger: LedgerState) -> dict[str, list[str]]:
    """Return the tags that the ledger has and the repository has not, by artifact."""
    present = {ref.name for ref in snapshot.index.all_refs()}
    gone: dict[str, list[str]] = {}
    for tag in sorted(ledger.tags.keys() - present):
        parsed = parse_tag_name(tag)
        if parsed is not None:
            gone.setdefault(parsed.artifact, []).append(tag)
    return gone


def _vanished(artifact: str, tags: Iterable[str], ledger: LedgerState) -> Iterator[Evidence]:
    for tag in tags:
        seen = ledger.tags[tag]
        yield Evidence(
            "vanished-tag",
            tag,
            "error",
            f"'{tag}' is gone, and gtod did not delete it. It pointed at {seen.oid[:12]}, {_seen(tag, ledger)}.",
            f"To bring it back, as long as git has the object: {commands.restore_tag(tag, seen.oid)}.",
            artifact,
            seen.oid,
        )


def _moved(artifact: str, refs: Iterable[TagRef], ledger: LedgerState) -> Iterator[Evidence]:
    for ref in refs:
        seen = ledger.tags.get(ref.name)
        if seen is not None and seen.oid != ref.oid:
            yield Evidence(
                "moved-tag",
                ref.name,
                "error",
                f"'{ref.name}' points at {ref.oid[:12]}, and pointed at {seen.oid[:12]} before, "
                f"{_seen(ref.name, ledger)}.",
                "To have it point there again, as long as git has the object: "
                f"{commands.restore_tag(ref.name, seen.oid)}.",
                artifact,
                ref.oid,
            )


def _seen(tag: str, ledger: LedgerState) -> str:
    last = ledger.last_seen(tag)
    seen = f"first seen {_date(ledger.tags[tag].first)}"
    return seen if last is None else f"{seen}, last seen {_date(last)}"


def _differing(artifact: str, refs: Iterable[TagRef], remote: KnownRemote | None) -> Iterator[Evidence]:
    if remote is None:
        return
    for ref in refs:
        there = remote.tags.get(ref.name)
        if there is not None and there != ref.oid:
            yield Evidence(
                "differs-from-remote",
                ref.name,
                "warning",
                f"'{ref.name}' points at {ref.oid[:12]} here, and at {there[:12]} at {remote.name} when it was last "
                "asked.",
                f"Find out who moved it, and see who made each: {commands.fetch_tags([ref.name], remote.name)}; it "
                "overwrites nothing.",
                artifact,
                f"{ref.oid} {there}",
            )
        elif there is None and (ref.name, ref.oid) in remote.deleted:
            yield Evidence(
                "differs-from-remote",
                ref.name,
                "info",
                f"'{ref.name}' was at {remote.name} and is deleted there.",
                f"To bring it back there: {commands.push_tags([ref.name], remote.name)}.",
                artifact,
                f"{ref.oid} ",
            )


def _gaps(artifact: str, refs: Sequence[TagRef], filled: set[int]) -> Iterator[Evidence]:
    first: dict[int, TagRef] = {}
    for ref in refs:
        counter = ref.parsed.counter
        if counter is not None:
            first.setdefault(counter, ref)
    for counter, runs in missing_counters(first, filled):
        tag = first[counter]
        shown = [f"{low}" if low == high else f"{low} to {high}" for low, high in runs]
        one = len(runs) == 1 and runs[0][0] == runs[0][1]
        named = _listed(shown)
        yield Evidence(
            "counter-gap",
            tag.name,
            "info",
            f"The counter{'' if one else 's'} {named} of '{artifact}' {'is' if one else 'are'} missing before "
            f"'{tag.name}': {'a tag was' if one else 'tags were'} deleted, or {'is' if one else 'are'} not in this "
            "clone.",
            f"Tags that this clone lacks are fetched by {commands.command('git', 'fetch', '--tags')}.",
            artifact,
            ",".join(f"{low}-{high}" for low, high in runs),
        )


def _future(artifact: str, dated: Iterable[tuple[TagRef, Tag]], now: int) -> Iterator[Evidence]:
    for ref, tag in dated:
        if tag.seconds > now + ALLOWANCE:
            yield Evidence(
                "future-tag",
                ref.name,
                "warning",
                f"'{ref.name}' is dated {_date(tag.seconds)}, which is more than {ALLOWANCE} seconds after now.",
                "A clock was wrong, or the date was chosen. Until then it counts after all else, so look at what "
                f"it changes: {commands.command('gtod', 'history', artifact)}.",
                artifact,
                ref.oid,
            )


def _backdated(
    artifact: str, dated: Sequence[tuple[TagRef, Tag]], committed: Mapping[str, int], now: int
) -> Iterator[Evidence]:
    lower = _newest_below(dated, now)
    for ref, tag in dated:
        commit = committed.get(tag.target)
        before = lower.get(ref.name)
        if commit is not None and tag.seconds < commit - ALLOWANCE:
            reason = f"before its commit {tag.target[:12]}, which is of {_date(commit)}"
        elif before is not None and tag.seconds < before[0] - ALLOWANCE:
            reason = f"before '{before[1]}', whose counter is lower, and which is of {_date(before[0])}"
        else:
            continue
        yield Evidence(
            "backdated-tag",
            ref.name,
            "warning",
            f"'{ref.name}' is dated {_date(tag.seconds)}, {reason}.",
            "Time decides what counts, so look at what it changes: "
            f"{commands.command('gtod', 'history', artifact)}. A wrong clock does it, and so does a date that was "
            "chosen.",
            artifact,
            ref.oid,
        )


def _newest_below(dated: Iterable[tuple[TagRef, Tag]], now: int) -> dict[str, tuple[int, str]]:
    """Map each tag to the latest date of a lower counter, and its tag; dates in the future are left out."""
    counted = [(counter, tag.seconds, ref.name) for ref, tag in dated if (counter := ref.parsed.counter) is not None]
    below: dict[str, tuple[int, str]] = {}
    newest: tuple[int, str] | None = None
    # Tags of one counter are compared with lower ones, and not with each other.
    waiting: list[tuple[int, str]] = []
    last: int | None = None
    for counter, seconds, name in sorted(counted):
        if counter != last:
            newest, waiting, last = max((*waiting, *([newest] if newest else ())), default=None), [], counter
        if newest is not None:
            below[name] = newest
        if seconds <= now + ALLOWANCE:
            waiting.append((seconds, name))
    return below


def _committed(snapshot: Snapshot, name: str, dated: Iterable[tuple[TagRef, Tag]]) -> dict[str, int]:
    """Return the dates of the commits that these tags are on, as far as they could be read."""
    artifact: Artifact | None = snapshot.index.artifacts.get(name)
    versions = artifact.versions if artifact is not None else ()
    found = {event.commit: event.seconds for version in versions for event in version.commits}
    for _, tag in dated:
        commit = snapshot.index.facts.commits.get(tag.target)
        if commit is not None:
            found[commit.oid] = commit.seconds
    return found


def _ambiguous(artifact: str, dated: Iterable[tuple[TagRef, Tag]]) -> Iterator[Evidence]:
    moments: dict[tuple[str, int], list[tuple[TagRef, Tag]]] = {}
    ends: set[tuple[str, int]] = set()
    for ref, tag in dated:
        said = ref.parsed
        if said.stage is not None and said.kind is not None:
            moments.setdefault((said.stage, tag.seconds), []).append((ref, tag))
        elif said.kind == "deregistration":
            ends.add((tag.target, tag.seconds))
    for (stage, seconds), events in sorted(moments.items()):
        open_ones = [each for each in events if not _is_settled(each, events, ends)]
        tags = [ref for ref, _ in open_ones]
        if any(_depends(one, other) for one in open_ones for other in open_ones if one is not other):
            tags.sort(key=lambda ref: (ref.parsed.counter or 0, ref.name))
            named = _listed([f"'{ref.name}'" for ref in tags])
            yield Evidence(
                "ambiguous-order",
                tags[-1].name,
                "info",
                f"{named} are of the same second, {_date(seconds)}, so nothing says which of them came first.",
                f"To see what holds '{stage}': {commands.command('gtod', 'why', artifact, stage)}. If that is "
                "not what was meant, assign again.",
                artifact,
                " ".join(ref.oid for ref in tags),
            )


def _is_settled(each: tuple[TagRef, Tag], events: Iterable[tuple[TagRef, Tag]], ends: set[tuple[str, int]]) -> bool:
    """Return whether it is known what came of an event in its second.

    An assignment was ended by an unassignment of its version with a higher counter, which wins in GTO's order too, or
    by its deregistration; an unassignment ended such an assignment.
    """
    ref, tag = each
    if ref.parsed.kind == "assignment" and (tag.target, tag.seconds) in ends:
        return True
    counter = ref.parsed.counter
    for other, of_other in events:
        if counter is None or other.parsed.counter is None or of_other.target != tag.target:
            continue
        kinds = (ref.parsed.kind, other.parsed.kind)
        if kinds == ("assignment", "unassignment") and other.parsed.counter > counter:
            return True
        if kinds == ("unassignment", "assignment") and other.parsed.counter < counter:
            return True
    return False


def _depends(one: tuple[TagRef, Tag], other: tuple[TagRef, Tag]) -> bool:
    """Return whether it matters which of two events of one stage came first."""
    kinds = {one[0].parsed.kind, other[0].parsed.kind}
    return "assignment" in kinds and (len(kinds) == 1 or one[1].target == other[1].target)


def _rewritten(ledger: LedgerState) -> Iterator[Evidence]:
    for each in ledger.rewrites:
        yield Evidence(
            "rules-rewritten",
            each.ref,
            "error",
            f"'{each.ref}', which has the rules, was moved from {each.before[:12]} to {each.after[:12]}, which does "
            f"not descend from it; this was noticed {_date(each.at)}.",
            "To see what is different, as long as git has the commit: "
            f"{commands.command('git', 'diff', each.before, each.after)}.",
            None,
            f"{each.before} {each.after}",
        )


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MAX_NAMED:
        return f"{', '.join(names[:_MAX_NAMED])} and {len(names) - _MAX_NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _date(seconds: int) -> str:
    return Moment(seconds, 0).isoformat()
