"""The same acts through `gto` and `gtod`: the same tags, messages, output and exit codes."""

import re
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.differential.paired_repositories import PairedRepositories, git
from tests.oracle.real_gto import Oracle


@pytest.fixture
def pair(repo: RepositoryBuilder, tmp_path: Path) -> PairedRepositories:
    """Three commits: branches `one` and `two` at the first two, main at the third; the second is churn v1.0.0."""
    repo.ref("refs/heads/one", repo.commit({"a": "1"}))
    repo.ref("refs/heads/two", repo.commit({"a": "2"}))
    repo.tag("churn@v1.0.0", message="Registering artifact churn version v1.0.0")
    repo.tag("churn#dev#7")
    repo.lightweight("churn#light#9")
    repo.commit({"a": "3"})
    repo.checkout()
    return PairedRepositories(repo, tmp_path)


SCRIPTS = {
    "a life": [
        "register m",
        "assign m --version v0.0.1 --stage prod",
        "register m one --bump-minor",
        "assign m one --stage prod",
        "deprecate m v0.0.1 prod",
        "deprecate m v0.0.1",
        "deprecate m",
        "register m two --version v2.0.0-rc.1",
    ],
    "registering": [
        "register m",
        "register m",
        "register m HEAD --version v0.0.1",
        "register m HEAD --force",
        "register m HEAD --force --simple false",
        "register m HEAD --version v9.0.0 --force",
        "register m one --version v0.0.1",
        "register m one --version 1.0.0",
        "register m one --version nonsense",
        "register m one --version v1.0.0 --bump-major",
        "register m one --bump-major --bump-minor",
        "register m one --bump-major",
        "register m two --bump-patch -m hello",
        "register m two",
    ],
    "bumps": [
        "register churn --bump-major",
        "register churn one --bump-minor --simple false",
        "register new --bump-patch",
        "register pre one --version v1.0.0-rc.1",
        "register pre two",
        "register meta one --version v1.0.0+build.1",
        "register meta two --bump-minor",
    ],
    "registering again": [
        "deprecate churn v1.0.0",
        "register churn two --bump-major",
        "deprecate churn v1.0.0",
        "register churn two --simple false",
        "deprecate churn v1.0.0",
        "deprecate churn v1.0.0 --simple false",
        "register churn one --version v1.0.0",
    ],
    "counters go over all events": [
        "assign churn two --stage prod",
        "register churn one --simple false",
        "assign churn --version v1.0.0 --stage staging --simple true",
        "assign churn --version v1.0.0 --stage staging --simple true --force",
        "deprecate churn v1.0.0 prod",
        "deprecate churn --simple false",
    ],
    "assigning": [
        "assign m --stage prod",
        "assign m --stage prod",
        "assign m --stage prod --force",
        "assign m --stage prod -m again --force",
        "assign m one --stage prod --version v3.0.0",
        "assign m one --stage dev --version v3.0.0",
        "assign m two --stage dev --version nonsense",
        "assign m --version v7.0.0 --stage dev",
        "assign m --version nonsense --stage dev",
        "assign m two --stage dev --sr",
        "assign m two --stage dev --sr --version v1.0.0",
        "assign m two --stage dev --sr",
        "assign m --stage -wrong-",
        "promote m --version v3.0.0 --stage prod",
    ],
    "assigning what is deregistered": [
        "deprecate churn v1.0.0",
        "assign churn --version v1.0.0 --stage prod",
        "assign churn --version v1.0.0 --stage prod",
        "assign churn two --stage staging",
        "show --json",
    ],
    "unassigning": [
        "deprecate churn v1.0.0 dev",
        "deprecate churn v1.0.0 dev",
        "deprecate churn v1.0.0 dev --simple true",
        "deprecate churn v1.0.0 nothing",
        "deprecate churn v1.0.0 nothing --force",
        "deprecate churn v8.0.0 dev",
        "deprecate unknown v1.0.0 dev",
        "deprecate churn nonsense dev",
    ],
    "deregistering": [
        "deprecate churn v8.0.0",
        "deprecate churn v8.0.0 --force",
        "deprecate unknown v1.0.0",
        "deprecate churn v1.0.0",
        "deprecate churn v1.0.0 --force",
        "deprecate churn v1.0.0 --force --simple false -m really",
        "deprecate churn nonsense",
    ],
    "deprecating": [
        "deprecate unknown",
        "deprecate churn",
        "deprecate churn",
        "deprecate churn --force",
        "deprecate churn --force --simple true",
        "deprecate unknown --force",
        "deprecate churn --ref one --force",
        "assign churn two --stage prod",
        "deprecate churn --simple false --ref one",
        "deprecate churn -m gone",
    ],
    "deleting": [
        "assign churn two --stage prod",
        "deprecate churn v1.0.0 dev",
        "deprecate churn v1.0.0 dev --delete",
        "deprecate churn v1.0.0 nothing --delete",
        "deprecate churn v1.0.0 nothing --delete --force",
        "deprecate churn v1.0.0 --delete",
        "register churn one",
        "assign churn one --stage prod",
        "deprecate churn --delete",
        "deprecate churn --delete",
    ],
    "names": [
        "register some/dir:model",
        "assign some/dir:model --stage prod/eu",
        "register some/dir=model",
        "register -x",
        "register wrong.name",
        "register a",
        "register some.dir/x:model",
        "deprecate some/dir:model v0.0.1 prod/eu",
        "deprecate some/dir:model",
    ],
    "revisions": [
        "register m nowhere",
        "assign m nowhere --stage prod",
        "deprecate churn --ref nowhere",
        "register m HEAD~1",
        "assign m churn@v1.0.0 --stage prod",
        "register m HEAD^{tree}",
    ],
    "usage": [
        "register",
        "assign m",
        "assign m --stage prod --simple maybe",
        "register m --simple TRUE",
        "deprecate",
        "register m HEAD too much",
    ],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_of_acts_does_what_gto_does(
    script: list[str], pair: PairedRepositories, acting_oracle: Oracle
) -> None:
    pair.act(script, acting_oracle)


def test_stages_and_identity_come_from_the_client(
    repo: RepositoryBuilder, tmp_path: Path, acting_oracle: Oracle
) -> None:
    repo.commit({".gto": "STAGES: [dev, prod]\n"})
    repo.checkout()
    env = {"GIT_COMMITTER_NAME": "Ümit Ünal", "GIT_COMMITTER_EMAIL": "u@example.com"}
    script = ["assign m --stage prod", "assign m --stage qa", "deprecate m v0.0.1 qa", "deprecate m v0.0.1 prod"]
    PairedRepositories(repo, tmp_path / "file").act(script, acting_oracle, env)
    PairedRepositories(repo, tmp_path / "variable").act(script, acting_oracle, {**env, "GTO_STAGES": '["qa"]'})


def test_no_identity_is_a_refusal(repo: RepositoryBuilder, tmp_path: Path, acting_oracle: Oracle) -> None:
    repo.commit()
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(tmp_path), "EMAIL": ""}
    pair = PairedRepositories(repo, tmp_path)
    did = pair.do("register m", nobody)
    assert (did.stdout, did.exit) == ("", 1)
    assert did.complaint == "Git user name and email must be configured"
    assert pair.refs(pair.ours) == pair.refs(pair.theirs)


def test_the_tag_object_is_gtos_to_the_byte_but_for_its_time(
    repo: RepositoryBuilder, tmp_path: Path, acting_oracle: Oracle
) -> None:
    repo.commit()
    pair = PairedRepositories(repo, tmp_path)
    acting_oracle.run("stages", cwd=pair.theirs)
    acting_oracle.run("assign", "m", "--stage", "prod", cwd=pair.theirs)
    pair.do("assign m --stage prod", {})
    for tag in ("m@v0.0.1", "m#prod#1"):
        ours, theirs = (git(repository, "cat-file", "tag", tag) for repository in (pair.ours, pair.theirs))
        assert re.sub(r"> \d+ [+-]\d+", "> TIME", ours) == re.sub(r"> \d+ [+-]\d+", "> TIME", theirs)
