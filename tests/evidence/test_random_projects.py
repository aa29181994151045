"""Hundreds of random dvc.yaml files, some in each project: what is defined, the values and the points are DVC's."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.evidence.comparing import assert_as_dvc
from tests.evidence.random_projects import random_project
from tests.evidence.real_dvc import Project, shown_by_dvc

# DVC takes a second or so for each of the projects, and much more on a machine with other work.
pytestmark = pytest.mark.timeout(1200)
SEEDS: Final = range(8)
_REPOSITORIES: Final[Mapping[int, Project]] = {seed: random_project(seed) for seed in SEEDS}


@pytest.fixture(scope="module")
def dvc() -> dict[int, dict[str, Any]]:
    return dict(zip(_REPOSITORIES, shown_by_dvc(list(_REPOSITORIES.values())), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_project_is_read_as_dvc_reads_it(seed: int, dvc: dict[int, dict[str, Any]]) -> None:
    assert_as_dvc(_REPOSITORIES[seed], dvc[seed])
