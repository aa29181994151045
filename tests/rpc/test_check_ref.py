"""`gto/checkRef`: why a ref is no event, as a code; and who signed the one tag that is asked about."""

import os
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from tests.builders import RepositoryBuilder


def check(repo: RepositoryBuilder, ref: str, **params: Any) -> dict[str, Any]:
    asked = {"repo": str(repo.path), "ref": ref, **params}
    answer: dict[str, Any] = OneShot().call("gto/checkRef", asked, dict(os.environ))
    return answer


@pytest.mark.parametrize(
    ("ref", "cause"),
    [
        ("nightly", "other-name"),
        ("HEAD", "other-name"),
        ("churn@v9.0.0", "absent"),
        ("refs/tags/churn#prod#9", "absent"),
        ("churn@v2.0.0", "lightweight"),
        ("churn@v3.0.0", "unreadable"),
    ],
)
def test_why_a_ref_is_no_event(ref: str, cause: str, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("nightly")
    repo.lightweight("churn@v2.0.0")
    repo.tag("churn@v3.0.0", repo.blob("no commit"), target_kind="blob")
    answer = check(repo, ref)
    assert (answer["event"], answer["cause"]) == (None, cause)
    assert answer["reason"]


def test_an_event_has_no_cause_and_a_signature_if_it_is_asked_for(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    assert "signature" not in check(repo, "churn@v1.0.0")["event"]
    answer = check(repo, "churn@v1.0.0", signatures=True)
    assert answer["event"]["signature"]["status"] == "none"
    assert "cause" not in answer
