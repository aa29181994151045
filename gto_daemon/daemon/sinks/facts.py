"""What is said of events besides their tags: signatures, the verdict of the rules, annotations.

It is worked out when an event is written down, by the user's own configuration, and does not change afterwards.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.signature_book import client_key
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.signatures import git_maker
from gto_daemon.daemon.rules.auditing import audit_registry
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.cloud_events import EventFacts, FleetEvent
from gto_daemon.registry.signatures import PENDING
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Annotation, Signature
    from gto_daemon.protocol.sinks import SentVerdict

logger = logging.getLogger(__name__)

#: Artifacts that are judged one by one; for more, the whole registry is.
_MAX_JUDGED_ALONE = 4


def facts_of(worktree: Worktree, snapshot: Snapshot, events: Sequence[FleetEvent], url: str | None) -> list[EventFacts]:
    """Return the facts of events of one repository, in a thread of its own: it runs programs, and waits for them.

    What cannot be worked out is left out, and the reason is logged: an event arrives all the same.
    """
    signatures: dict[str, Signature] = {}
    verdicts: dict[str, SentVerdict] = {}
    try:
        worktree.readable_by_git.require()
        signatures = _signatures(worktree, events)
        verdicts = _verdicts(worktree, events)
    except (RegistryError, OSError) as error:
        logger.warning("events of '%s' go without signatures or verdicts: %s", worktree.repo, error)
    return [
        EventFacts(
            url=url,
            signature=None if event.new is None else signatures.get(event.ref),
            verdict=None if event.new is None else verdicts.get(event.ref),
            annotation=_annotation(snapshot, event),
        )
        for event in events
    ]


def _signatures(worktree: Worktree, events: Sequence[FleetEvent]) -> "dict[str, Signature]":
    environment = dict(os.environ)
    oids = list({event.new: None for event in events if event.new is not None})
    if not oids:
        return {}
    book, client = worktree.signatures, client_key(environment)
    book.verify(git_maker(worktree, environment)(Cancellation()), client, oids)
    known, _ = book.known(client, oids)
    found = {}
    for event in events:
        verdict = None if event.new is None else known.get(event.new)
        found[event.ref] = (PENDING if verdict is None else verdict.of(event.ref)).as_json()
    return found


def _verdicts(worktree: Worktree, events: Sequence[FleetEvent]) -> "dict[str, SentVerdict]":
    acting = ActContext(
        worktree=worktree,
        environment=dict(os.environ),
        find_runtime=_no_runtime,
        in_git_thread=lambda job: worktree.submit(job).result(),
    )
    artifacts = list({event.artifact: None for event in events if event.new is not None})
    asked: list[str | None] = [*artifacts] if len(artifacts) <= _MAX_JUDGED_ALONE else [None]
    found: dict[str, SentVerdict] = {}
    for artifact in asked:
        for each in audit_registry(acting, None, artifact)["events"]:
            found[each["ref"]] = {
                "verdict": each["verdict"],
                "override": each["override"],
                "rules": [broken["rule"] for broken in each["rules"]],
            }
    return found


def _no_runtime() -> Path:
    raise RegistryError("RuntimeDirectoryUnusable", "Judging takes no lock", hint="Report this as a bug of gtod.")


def _annotation(snapshot: Snapshot, event: FleetEvent) -> "Annotation | None":
    if event.tag is None:
        return None
    artifact = snapshot.index.artifacts.get(event.artifact)
    for version in artifact.versions if artifact is not None else ():
        if version.hexsha == event.tag.commit and version.commits:
            found = version.commits[0].annotation
            return None if found is None else found.as_json()
    return None
