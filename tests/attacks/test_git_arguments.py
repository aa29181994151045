"""Names that Git would take for options, or for a command: wherever a client may name something."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.remotes import remote_of
from tests.rpc.peer import CallFailedError, Peer


def hostile_names(marker: Path) -> list[str]:
    touch = f"touch {marker}/x"
    return [
        f"--upload-pack={touch}",
        f"--receive-pack={touch};",
        f"--exec={touch};",
        f"-o{touch}",
        f"--output={marker}/x",
        f"-c core.sshCommand={touch}",
        f"-ccore.fsmonitor={touch}",
        "-d",
        "--force",
        "--",
        f"ext::sh -c {touch.replace(' ', '% ')}",
        f"ext::{touch}",
        f"ssh://-oProxyCommand={touch}/x",
        f"-oProxyCommand={touch}:x",
        f"file://{marker}/../$({touch})",
        f"$({touch})",
        f"`{touch}`",
        f"x; {touch}",
        f"x\n{touch}",
        f"x | {touch}",
        f"@{{{touch}}}",
        ":/--all",
        "HEAD^{/x}",
        "../../../../etc/passwd",
        "\0",
    ]


#: Each place where a client names something, and what it has to name besides.
_PLACES: list[tuple[str, dict[str, Any], str]] = [
    *((method, {}, "remote") for method in ("gto/push", "gto/fetch", "gto/syncStatus")),
    ("gto/syncStatus", {"refresh": True}, "remote"),
    ("gto/register", {"name": "churn", "push": True, "bump": "major"}, "remote"),
    ("gto/assign", {"name": "churn", "stage": "dev", "version": "v1.0.0", "push": True}, "remote"),
    ("gto/push", {}, "tags"),
    ("gto/fetch", {}, "tags"),
    ("gto/register", {}, "name"),
    ("gto/register", {"name": "a"}, "ref"),
    ("gto/register", {"name": "a"}, "version"),
    ("gto/register", {"name": "a"}, "author"),
    ("gto/register", {"name": "a"}, "author_email"),
    ("gto/register", {"name": "a"}, "message"),
    ("gto/assign", {"name": "churn"}, "stage"),
    ("gto/assign", {"name": "churn", "stage": "dev"}, "version"),
    ("gto/assign", {"name": "churn", "stage": "dev"}, "ref"),
    ("gto/unassign", {"name": "churn"}, "stage"),
    ("gto/deregister", {"name": "churn"}, "version"),
    ("gto/deprecate", {}, "name"),
    ("gto/describe", {"name": "churn"}, "rev"),
    ("gto/describe", {}, "name"),
    ("gto/at", {}, "rev"),
    ("gto/checkRef", {}, "ref"),
    ("gto/compare", {"name": "churn", "left": "v1.0.0"}, "right"),
    ("gto/show", {}, "name"),
    ("gto/history", {}, "name"),
    ("gto/annotate", {"type": "model"}, "name"),
    ("gto/annotate", {"name": "churn"}, "path"),
    ("gto/annotate", {"name": "churn", "commit": True}, "type"),
    ("gto/clone", {}, "url"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "params", "place"), _PLACES, ids=[f"{m}-{p}-{n}" for n, (m, _, p) in enumerate(_PLACES)]
)
async def test_no_name_is_an_option_or_a_command(
    connect: Callable[..., Peer],
    registry: RepositoryBuilder,
    path: str,
    tmp_path: Path,
    marker: Path,
    method: str,
    params: dict[str, Any],
    place: str,
) -> None:
    remote_of(registry, tmp_path / "remote.git")
    peer = connect()
    bugs = []
    before = set(registry.git("for-each-ref").splitlines())
    for name in hostile_names(marker):
        given = {**params, place: [name] if place == "tags" else name}
        if method != "gto/clone":
            given["repo"] = path
        try:
            await peer.call(method, given)
        except CallFailedError as error:
            bugs += [(name, error.message)] if error.code == -32603 else []
    assert bugs == []
    assert list(marker.iterdir()) == []
    now = set(registry.git("for-each-ref").splitlines())
    assert before <= now, "a tag was moved or deleted"
    allowed = {line for line in now - before if line.rpartition("\t")[2].startswith("refs/tags/")}
    assert now - before == allowed
    assert list(itertools.chain(tmp_path.glob("-*"), Path(path).glob("-*"))) == []


def test_the_names_would_do_harm(tmp_path: Path, marker: Path) -> None:
    """One of them, given to Git as it is: or the test above would show nothing."""
    import subprocess

    subprocess.run(["git", "init", "--quiet", str(tmp_path / "r")], check=True)
    for arguments in (hostile_names(marker)[:1], ["-c", "protocol.ext.allow=always"]):
        words = ["ls-remote", *arguments, str(tmp_path / "r")]
        if arguments[0] == "-c":
            words = [*arguments, "ls-remote", hostile_names(marker)[11]]
        subprocess.run(["git", *words], capture_output=True, check=False, timeout=60)
        assert (marker / "x").exists()
        (marker / "x").unlink()
