"""Where an artifact is, as `dvc.api` tells it: its name, parameters and answer.

Source: DVC 3.67.1, dvc/api/artifacts.py and dvc/repo/artifacts.py.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gto_daemon.client.api import ask
from gto_daemon.client.errors import CallError
from gto_daemon.client.paths import remote_url

if TYPE_CHECKING:
    from gto_daemon.client.blocking import Client

#: Code of a refusal about a registry.
_REFUSED = -32803


def artifacts_show(
    name: str,
    version: str | None = None,
    stage: str | None = None,
    repo: str | None = None,
    *,
    client: Client | None = None,
) -> dict[str, str]:
    """Return `{"rev": …, "path": …}`: the commit of a version, and the path of the artifact there.

    Args:
        name: the artifact, `folder:name` for one in the dvc.yaml of a folder.
        version: the version; by default the greatest one.
        stage: or the stage that the version is in.
        repo: a path in the repository, or the URL of one, which is cloned; by default the working directory.
        client: a connection to ask through.

    Raises:
        ValueError: both `version` and `stage` are given.
        CallError: `ArtifactNotFound` where the artifact, the version or its description does not exist.
        DaemonUnavailable: there is no daemon to ask, and none could be started.

    """
    if version and stage:
        raise ValueError("Artifact version and stage are mutually exclusive.")
    url = remote_url(repo)
    place = ask("gto/clone", {"url": url}, None, client)["repo"] if url else repo or os.curdir
    wanted = f"{name}#{stage}" if stage else f"{name}@{version or 'latest'}"
    found = ask("gto/describe", {"name": wanted}, place, client)
    path, location = found["root_path"], found["location"]
    if path is None or location is None:
        reason = found.get("reason") or f"The description of '{name}' has no path"
        data = {"kind": "ArtifactNotFound", "hint": found.get("hint") or ""}
        raise CallError(_REFUSED, f"{reason[0].upper()}{reason[1:]}", data)
    return {"rev": location["commit"], "path": path}
