"""Evidence of tampering in a repository: the ledger and the remote's last answer, beside what is there now."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from gto_daemon.daemon.live.clones import is_marked
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.remotes.syncing import remote_url
from gto_daemon.git.layout import is_shallow
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.ledger import LedgerState, rules_record
from gto_daemon.registry.queries.tampering import Evidence, KnownRemote, tampering
from gto_daemon.registry.rules.values import RULES_FILE
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.daemon.stored.ledger import Ledger

#: Tags that are looked up in a row in the repository's thread, so that requests can be answered in between.
_STRETCH: Final = 5_000


def evidence_of(worktree: Worktree, snapshot: Snapshot) -> tuple[list[Evidence], LedgerState]:
    """Return the evidence, and the ledger that it was found with. In the repository's thread.

    Nothing is written where the tags are observed in the background anyway.
    """
    repository = worktree.repository
    if not repository.unobserved.has_observer:
        _look(worktree, snapshot)
    state, now = repository.ledger.state(), int(time.time())
    rules = rules_head(worktree)
    if rules is not None and state.since is not None:
        record = rules_record(state.rules.get(rules[0]), rules, _descent(worktree))
        state = state.after({"at": max(now, state.looked or 0), **record}) if record else state
    return tampering(snapshot, state, now, _known_remote(worktree)), state


def acknowledge(worktree: Worktree, snapshot: Snapshot, refs: Iterable[str]) -> list[Evidence]:
    """Acknowledge the evidence about these refs, and return it. In the repository's thread.

    Raises:
        RegistryError: `LedgerUnusable`.

    """
    named = frozenset(refs)
    accepted = [each for each in evidence_of(worktree, snapshot)[0] if each.ref in named]
    if accepted:
        worktree.repository.ledger.accept([(each.kind, each.ref, each.mark) for each in accepted])
    return accepted


def _look(worktree: Worktree, snapshot: Snapshot) -> None:
    """Write down what there is; a ledger that cannot be written says so itself."""
    repository = worktree.repository
    tags = {ref.name: ref.oid for ref in snapshot.index.all_refs()}
    try:
        _observed(repository.ledger, worktree, tags, rules_head(worktree), _descent(worktree), complete=True)
    except RegistryError:
        return


def _observed(
    ledger: "Ledger",
    worktree: Worktree,
    tags: Mapping[str, str | None],
    rules: tuple[str, str] | None,
    descends: Callable[[str, str], bool],
    *,
    complete: bool,
) -> bool:
    known = worktree.repository.tags

    def counts(tag: str) -> bool:
        ref = known.get(tag)
        return ref is not None and ref.tag is not None

    return ledger.observe(tags, complete=complete, counts=counts, rules=rules, descends=descends)


async def observe(worktree: Worktree) -> None:
    """Write down what changed about the tags of a repository since the last time, without holding up anybody.

    Raises:
        RegistryError: the repository is gone, or `LedgerUnusable`.

    """
    from gto_daemon.daemon.live.git_thread import in_own_thread  # noqa: PLC0415  (it imports asyncio)

    repository = worktree.repository
    names = await worktree.run(repository.unobserved.take)
    try:
        while True:
            tags, complete = await _tags(worktree, names), names is None
            rules = await worktree.run(lambda: rules_head(worktree))

            def descends(before: str, after: str) -> bool:
                return worktree.submit(lambda: _descent(worktree)(before, after)).result()

            write = partial(_observed, repository.ledger, worktree, tags, rules, descends, complete=complete)
            if await in_own_thread(write):
                return
            names = None
    except BaseException:
        repository.unobserved.forget()
        raise


async def _tags(worktree: Worktree, names: Iterable[str] | None) -> dict[str, str | None]:
    """Return the objects of these tags, or of all of GTO's."""
    repository = worktree.repository
    if names is None:
        listed = await worktree.run(repository.listed_tags)
        wanted = [name for name in listed if parse_tag_name(name) is not None]
    else:
        wanted = list(names)
    found: dict[str, str | None] = {}
    for start in range(0, len(wanted), _STRETCH):
        found.update(await worktree.run(partial(repository.listed_oids, wanted[start : start + _STRETCH])))
    return found


def rules_head(worktree: Worktree) -> tuple[str, str] | None:
    """Return the ref that rules are read from and its commit; None if there are no rules, or only local ones.

    A branch that nobody else has is rewritten all the time. In the repository's thread.
    """
    repository = worktree.repository
    try:
        remotes = repository.reader.remotes()
        remote = worktree.default_remote(push=False)
        if is_marked(repository.layout):
            # A clone of ours, whose HEAD is the remote's.
            ref = "HEAD"
        elif remote in remotes:
            ref = f"refs/remotes/{remote}/HEAD"
        elif repository.layout.worktree is None and not remotes:
            ref = "HEAD"
        else:
            return None
        commit = repository.reader.ref(ref)
        links = None if commit is None else repository.links(commit)
        if commit is None or links is None or repository.reader.entry(links.tree, RULES_FILE) is None:
            return None
    except (RegistryError, MissingObjectError):
        # The folder may be missing from a partial clone.
        return None
    return ref, commit


def _descent(worktree: Worktree) -> Callable[[str, str], bool]:
    """Return whether one commit descends from another; for the repository's thread."""

    def descends(before: str, after: str) -> bool:
        lost, complete = worktree.repository.reader.between(after, before, 1)
        # The commits in between may be missing from a shallow clone.
        return not lost and (complete or is_shallow(worktree.layout))

    return descends


def _known_remote(worktree: Worktree) -> KnownRemote | None:
    repository = worktree.repository
    remote = worktree.default_remote(push=True)
    if remote not in repository.reader.remotes():
        return None
    state = repository.remote_states.last_known(remote_url(repository, remote), {})
    return KnownRemote(remote, state.tags, frozenset(state.deleted))
