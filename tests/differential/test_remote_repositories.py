"""`-r URL`, through `gto` and `gtod`: the same output and exit codes, and the same tags in the remote repository."""

from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.differential.paired_repositories import PairedRepositories
from tests.differential.test_acts import SCRIPTS
from tests.oracle.real_gto import Oracle

READING = [
    "show --plain",
    "show --json",
    "show churn --json",
    "show churn#dev --ref",
    "history --json",
    "history churn --plain",
    "check-ref churn#dev#7",
    "check-ref churn#dev#7 --json",
    "check-ref churn@v1.0.0 --event",
    "stages",
    "stages --allowed --json",
]


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Branches `one`, `two` and main; the second commit is churn v1.0.0; stages are configured, churn is annotated."""
    repo.ref("refs/heads/one", repo.commit({"a": "1"}))
    repo.ref("refs/heads/two", repo.commit({"a": "2"}))
    repo.tag("churn@v1.0.0", message="Registering artifact churn version v1.0.0")
    repo.tag("churn#dev#7")
    repo.lightweight("churn#light#9")
    repo.commit({".gto": "stages: [dev, light, nothing, prod, staging]\n", "artifacts.yaml": "churn:\n  type: model\n"})
    repo.checkout()
    return repo


def test_what_is_read_by_url_is_what_gto_reads(
    registry: RepositoryBuilder, tmp_path: Path, acting_oracle: Oracle
) -> None:
    assert PairedRepositories(registry, tmp_path, by_url=True).act(READING, acting_oracle) == len(READING)


def test_branches_are_revisions_by_both_of_their_names(
    registry: RepositoryBuilder, tmp_path: Path, acting_oracle: Oracle
) -> None:
    script = ["register m one", "register n origin/two", "assign o origin/main --stage prod", "register p nowhere"]
    assert PairedRepositories(registry, tmp_path, by_url=True).act(script, acting_oracle) == 3


@pytest.mark.parametrize("name", ["a life", "deleting", "assigning what is deregistered", "deprecating"])
def test_what_is_done_by_url_is_pushed_as_gto_does(
    name: str, registry: RepositoryBuilder, tmp_path: Path, acting_oracle: Oracle
) -> None:
    pair = PairedRepositories(registry, tmp_path, by_url=True)
    assert pair.act(SCRIPTS[name], acting_oracle)
