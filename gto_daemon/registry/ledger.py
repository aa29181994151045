"""What this user's gtod has seen of a registry's tags: the records of a ledger, and what they add up to.

A record is a JSON object. `at` says when it was written, in seconds since the epoch. Records of what was seen have
`seen` (tag → object id) and `missing` (tags that were there before), either or none; a record of nothing else says that
somebody looked and found everything as it was. `deleted` (tag → object id) lists what gtod deleted itself, `accepted`
the findings that the user acknowledged, and `rules` the commit of the branch that rules are read from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.objects import Moment

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import LedgerFacts


class Sighting(NamedTuple):
    """A tag that was seen.

    Attributes:
        oid: the object that it pointed at when it was first seen, or that the user accepted.
        first: when it was first seen there.
        changed: when it was first found to be gone, or elsewhere; None while it is where it was.
        last: when it was last seen where it was, once that has changed.
        now: the object that it was last seen to point at, None for none.

    """

    oid: str
    first: int
    changed: int | None
    last: int | None
    now: str | None


class Rewrite(NamedTuple):
    """A branch that was moved to a commit that does not descend from the one before."""

    ref: str
    before: str
    after: str
    at: int


#: No date is shown from then on.
_YEAR_10000 = 253_402_300_800
#: A finding that was acknowledged: its kind, its ref, and what exactly was found.
Accepted = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Everything that a ledger says.

    Attributes:
        since: when it was begun; None if nothing was written yet.
        looked: when somebody last compared it with the tags.
        tags: the tags that were seen and that gtod did not delete.
        deleted: the tags that gtod deleted, with their object ids.
        accepted: the acknowledged findings.
        rules: refs of branches that have rules, with their last known commits.
        rewrites: the rewrites of these branches, oldest first.
        trouble: why there is no ledger, or what of it cannot be read.

    """

    since: int | None = None
    looked: int | None = None
    tags: Mapping[str, Sighting] = field(default_factory=dict)
    deleted: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[Accepted] = frozenset()
    rules: Mapping[str, str] = field(default_factory=dict)
    rewrites: tuple[Rewrite, ...] = ()
    trouble: str | None = None

    def as_json(self) -> "LedgerFacts":
        """Return what it is, without the tags, in the protocol's form."""
        return {"since": _date(self.since), "looked_at": _date(self.looked), "trouble": self.trouble}

    def last_seen(self, tag: str) -> int | None:
        """Return when the tag was last seen where it was first seen; None if it never was."""
        sighting = self.tags.get(tag)
        if sighting is None:
            return None
        return self.looked if sighting.changed is None else sighting.last

    def after(self, record: JsonObject) -> "LedgerState":
        """Return the state with one more record.

        Raises:
            TypeError, ValueError, KeyError: it is no record.

        """
        folding = Folding(self)
        folding.add(record)
        return folding.state()


class Folding:
    """A state that grows record by record. Adding costs what the record holds; `state` copies."""

    def __init__(self, state: LedgerState | None = None) -> None:
        known = state or LedgerState()
        self._state = known
        self._earlier = known.looked
        self.tags = dict(known.tags)
        self._deleted = dict(known.deleted)
        self._rules = dict(known.rules)

    @property
    def looked(self) -> int | None:
        """When somebody last compared the ledger with the tags."""
        return self._state.looked

    def current(self, tag: str) -> str | None:
        """Return the object that the tag was last seen to point at."""
        sighting = self.tags.get(tag)
        if sighting is None:
            return None
        return sighting.oid if sighting.changed is None else sighting.now

    def rules_at(self, ref: str) -> str | None:
        """Return the last known commit of a branch that has rules."""
        return self._rules.get(ref)

    def state(self, trouble: str | None = None) -> LedgerState:
        """Return everything so far."""
        return replace(
            self._state, tags=dict(self.tags), deleted=dict(self._deleted), rules=dict(self._rules), trouble=trouble
        )

    def add(self, record: JsonObject) -> None:
        """Add one record, or nothing of it.

        Raises:
            TypeError, ValueError, KeyError: it is no record.

        """
        at = _time(record["at"])
        seen, missing = _texts(record.get("seen", {})), _refs(record.get("missing", []))
        deleted = _texts(record.get("deleted", {}))
        accepted = [_accepted(each) for each in record.get("accepted", [])]
        rules = _texts(record.get("rules", {}))
        branch = (rules["ref"], rules["commit"]) if rules else None
        since = at if self._state.since is None else self._state.since
        if at != self._state.looked:
            # What one look finds may be in several records.
            self._earlier = self._state.looked
        for tag, oid in seen.items():
            self._see(tag, oid, at)
        for tag in missing:
            self._see(tag, None, at)
        for tag, oid in deleted.items():
            self._deleted[tag] = oid
            if tag in self.tags and self.tags[tag].oid == oid:
                del self.tags[tag]
        others = frozenset(each for each in accepted if not self._accept(*each, at))
        rewrites = self._state.rewrites
        if branch is not None:
            ref, commit = branch
            if "rewrites" in rules:
                rewrites = (*rewrites, Rewrite(ref, rules["rewrites"], commit, at))
            self._rules[ref] = commit
        looked = self._state.looked if deleted or accepted else at
        self._state = replace(
            self._state,
            since=since,
            looked=looked,
            accepted=self._state.accepted | others,
            rewrites=rewrites,
        )

    def _see(self, tag: str, oid: str | None, at: int) -> None:
        known = self.tags.get(tag)
        if known is None:
            if oid is not None:
                self.tags[tag] = Sighting(oid, at, None, None, None)
        elif oid == known.oid:
            self.tags[tag] = Sighting(known.oid, known.first, None, None, None)
        elif known.changed is None:
            self.tags[tag] = Sighting(known.oid, known.first, at, max(known.first, self._earlier or 0), oid)
        else:
            self.tags[tag] = known._replace(now=oid)

    def _accept(self, kind: str, tag: str, mark: str, at: int) -> bool:
        """Take a tag for what it has become, and return whether the finding was about that."""
        if kind == "vanished-tag":
            if tag in self.tags and self.tags[tag].oid == mark:
                self._deleted[tag] = self.tags.pop(tag).oid
        elif kind == "moved-tag":
            self.tags[tag] = Sighting(mark, at, None, None, None)
        else:
            return False
        return True


def _date(seconds: int | None) -> str | None:
    return None if seconds is None else Moment(seconds, 0).isoformat()


def rules_record(known: str | None, branch: tuple[str, str], descends: Callable[[str, str], bool]) -> JsonObject | None:
    """Return what to write down about a branch that has rules, None for nothing.

    Args:
        known: its last known commit.
        branch: the ref, and its commit now.
        descends: return whether the second commit descends from the first.

    """
    ref, commit = branch
    if known == commit:
        return None
    rules = {"ref": ref, "commit": commit}
    if known is not None and not descends(known, commit):
        rules["rewrites"] = known
    return {"rules": rules}


def _time(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _YEAR_10000:
        raise ValueError(f"{value!r} is no time")
    return value


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError("texts by name were expected")
    return value


def _refs(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("a list of refs was expected")
    return value


def _accepted(value: Any) -> Accepted:
    kind, ref, mark = _refs(value)
    return kind, ref, mark
