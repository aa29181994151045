"""Acts on a version that a metric chooses: `max:KEY` in place of a version. For the repository's thread only."""

from dataclasses import replace

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.plans import Assign, Draft, Request
from gto_daemon.registry.queries.show import find_artifact


def with_chosen_version(worktree: Worktree, draft: Draft, request: Request) -> Request:
    """Return the request with the version itself, of those that the requests so far will leave.

    Raises:
        RegistryError: `ArtifactNotFound`, `VersionRequired`, `AmbiguousKey`, `NoSuchKey`, `WrongArgs`.

    """
    if not isinstance(request, Assign) or not request.chooses:
        return request
    # Only now: most acts are about no metric.
    from gto_daemon.daemon.queries.best import choose  # noqa: PLC0415
    from gto_daemon.registry.evidence.best import parse_wanted  # noqa: PLC0415

    artifact = find_artifact(draft.snapshot, request.name)
    chosen, problems = choose(worktree, draft.snapshot, artifact.name, artifact, parse_wanted(request.version or ""))
    draft.choose(chosen)
    if problems:
        first = f"; the first of {len(problems)} problems" if len(problems) > 1 else ""
        draft.warn(
            "unread-metrics", f"Not all metrics of '{artifact.name}' could be read{first}: {problems[0].message}"
        )
    return replace(request, version=chosen["version"])
