"""What honest tools write is no sign of tampering; the signs in public registries are named here."""

import subprocess
import time
from pathlib import Path

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.daemon.hub import Hub
from gto_daemon.registry.queries.tampering import tampering
from tests.builders import RepositoryBuilder
from tests.oracle.install import environment_of
from tests.registries import NAMES, build_registry

#: The first counter of an artifact is missing; and somebody made tags again, with counters that had been given out
#: before, and the dates of that day.
_SIGNS = {
    "nimdraugsael__fixture-model-registry": [("counter-gap", "gto-mlem-dvc@deprecated#2")],
    "omesser__example-gto": [
        ("backdated-tag", "churn#dev#3"),
        ("backdated-tag", "churn#prod#2"),
        ("backdated-tag", "churn#prod#4"),
        ("backdated-tag", "churn#prod#6"),
        ("backdated-tag", "churn#prod#7"),
        ("backdated-tag", "churn#staging#5"),
    ],
}


def signs(path: Path) -> list[tuple[str, str]]:
    snapshot = Hub(watch=False).worktree(str(path)).fresh_blocking()
    return [(each.kind, each.ref) for each in tampering(snapshot, None, int(time.time()))]


@pytest.mark.parametrize("name", NAMES)
def test_the_signs_in_a_public_registry_are_known(name: str, tmp_path: Path) -> None:
    assert signs(build_registry(name, tmp_path / "registry")) == _SIGNS.get(name, [])


def test_gto_leaves_no_sign(repo: RepositoryBuilder) -> None:
    gto = str(environment_of("1.10.1") / "bin/gto")
    repo.commit({"m": "1"})
    repo.checkout()
    for argv in (
        ("register", "churn", "HEAD", "--version", "v1.0.0"),
        ("assign", "churn", "HEAD", "--stage", "dev"),
        ("assign", "churn", "HEAD", "--stage", "prod"),
        ("deprecate", "churn", "v1.0.0", "dev"),
        ("register", "segment", "HEAD", "--simple", "false"),
        ("assign", "segment", "HEAD", "--stage", "prod", "--simple", "true"),
        ("deprecate", "churn", "v1.0.0"),
        ("deprecate", "segment"),
    ):
        subprocess.run([gto, *argv], cwd=repo.path, check=True, capture_output=True)
    assert signs(repo.path) == []


Acts = list[tuple[str, dict[str, object]]]
_V1, _V2 = {"version": "v1.0.0"}, {"version": "v2.0.0"}
_QUICK: dict[str, Acts] = {
    "one stage after the other": [
        ("assign", {**_V1, "stage": "prod"}),
        ("assign", {**_V2, "stage": "prod"}),
        ("assign", {**_V2, "stage": "dev"}),
        ("assign", {**_V1, "stage": "prod", "force": True}),
        ("assign", {**_V1, "stage": "staging"}),
    ],
    "in and out again": [
        ("assign", {**_V1, "stage": "prod"}),
        ("unassign", {**_V1, "stage": "prod"}),
        ("assign", {**_V2, "stage": "prod"}),
        ("unassign", {**_V2, "stage": "prod"}),
        ("assign", {**_V1, "stage": "prod"}),
    ],
    "with simple tags": [
        ("assign", {**_V1, "stage": "prod", "simple": True}),
        ("assign", {**_V2, "stage": "prod"}),
        ("rollback", {"stage": "prod"}),
    ],
    "a version that goes": [
        ("assign", {**_V1, "stage": "prod"}),
        ("deregister", _V1),
        ("assign", {**_V2, "stage": "prod"}),
        ("deprecate", {}),
    ],
    "deletions": [
        ("assign", {**_V1, "stage": "prod"}),
        ("assign", {**_V1, "stage": "dev"}),
        ("unassign", {**_V1, "stage": "prod", "delete": True}),
        ("assign", {**_V2, "stage": "dev"}),
        ("deregister", {**_V1, "delete": True}),
        ("assign", {**_V2, "stage": "prod"}),
    ],
}


@pytest.mark.parametrize("acts", _QUICK.values(), ids=_QUICK.keys())
def test_gtod_leaves_no_sign_however_quickly_it_acts(acts: Acts, repo: RepositoryBuilder, tmp_path: Path) -> None:
    gtod = OneShot()

    def do(method: str, **params: object) -> dict[str, object]:
        return gtod.call(f"gto/{method}", {"repo": str(repo.path), **params}, {})  # type: ignore[no-any-return]

    for version in ("v1.0.0", "v2.0.0"):
        repo.commit({"m": version})
        do("register", name="churn", version=version)
    for method, params in acts:
        do(method, name="churn", **params)
    assert [each for each in do("doctor")["findings"] if each["code"] in _KINDS] == []


_KINDS = {
    "counter-gap",
    "vanished-tag",
    "moved-tag",
    "backdated-tag",
    "future-tag",
    "ambiguous-order",
    "differs-from-remote",
    "rules-rewritten",
}
