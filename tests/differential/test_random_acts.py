"""Scripts of acts that hypothesis makes: through `gto` and `gtod` they come to the same."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.builders import RepositoryBuilder
from tests.differential.paired_repositories import PairedRepositories
from tests.oracle.real_gto import Oracle

_NAMES = st.sampled_from(["m", "some/dir:m"])
_REFS = st.sampled_from(["one", "two", "HEAD"])
_STAGES = st.sampled_from(["dev", "prod"])
_VERSIONS = st.sampled_from(["v0.0.1", "v0.0.2", "v1.0.0", "v2.0.0-rc.1"])


def _flags(*flags: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(flags), max_size=2, unique=True).map(" ".join)


_SIMPLE = ("--simple false", "--simple true", "--force")
_REGISTER = st.builds("register {} {} {}".format, _NAMES, _REFS, _flags(*_SIMPLE, "--bump-major", "--version v1.0.0"))
_ASSIGN = st.builds("assign {} {} --stage {} {}".format, _NAMES, _REFS, _STAGES, _flags(*_SIMPLE, "--sr"))
_ASSIGN_VERSION = st.builds("assign {} --version {} --stage {} {}".format, _NAMES, _VERSIONS, _STAGES, _flags(*_SIMPLE))
_UNASSIGN = st.builds("deprecate {} {} {} {}".format, _NAMES, _VERSIONS, _STAGES, _flags(*_SIMPLE, "--delete"))
_DEREGISTER = st.builds("deprecate {} {} {}".format, _NAMES, _VERSIONS, _flags(*_SIMPLE, "--delete"))
_DEPRECATE = st.builds("deprecate {} {}".format, _NAMES, _flags(*_SIMPLE, "--delete"))
_READ = st.sampled_from(["show --json", "history --json", "show m --json -d"])

_SCRIPTS = st.lists(
    st.one_of(_REGISTER, _REGISTER, _ASSIGN, _ASSIGN, _ASSIGN_VERSION, _UNASSIGN, _DEREGISTER, _DEPRECATE, _READ),
    min_size=4,
    max_size=10,
)


@pytest.mark.timeout(3600)
def test_random_scripts_of_acts_do_what_gto_does(
    tmp_path: Path, acting_oracle: Oracle, request: pytest.FixtureRequest
) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.ref("refs/heads/one", repo.commit({"a": "1"}))
    repo.ref("refs/heads/two", repo.commit({"a": "2"}))
    repo.commit({"a": "3"})
    repo.checkout()
    places = (tmp_path / f"pair-{number}" for number in itertools.count())
    done = 0

    @settings(
        # A script is some eight acts in each, so there are fewer of them than of histories that are only read.
        max_examples=max(10, request.config.getoption("--histories") // 6),
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        derandomize=not request.config.getoption("--random-histories"),
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(_SCRIPTS)
    def compare(script: list[str]) -> None:
        nonlocal done
        done += PairedRepositories(repo, next(places)).act(script, acting_oracle)

    run: Callable[[], None] = compare
    run()
    assert done >= 20, "too few acts succeeded to prove anything"
