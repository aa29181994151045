"""Random Git repositories with versions of a model, each of them another mixture of random DVC projects."""

from pathlib import Path
from random import Random
from typing import Final

from tests.builders import RepositoryBuilder
from tests.evidence.random_projects import random_project
from tests.evidence.real_dvc import Project

_DVC: Final = {".dvc/config": "", ".dvc/.gitignore": "/tmp\n/cache\n"}
_FOLDERS: Final = 2


def random_history(path: Path, seed: int) -> list[str]:
    """Make a repository with versions of `m`, and return their tags, oldest first."""
    random = Random(seed)
    projects = [random_project(2 * (10 * seed + number), _FOLDERS) for number in range(2)]
    repo = RepositoryBuilder(path)
    tags: list[str] = []
    known: Project = {}
    for number in range(random.randint(2, 4)):
        files = _mixture(random, projects)
        gone = dict.fromkeys(known.keys() - files.keys())
        commit = repo.commit({**_DVC, **gone, **files}, message=f"Version {number}\n")
        known = files
        tags.append(f"m@v1.{number}.0")
        repo.tag(tags[-1], commit)
        if random.random() < 0.3:
            repo.tag(f"m#prod#{number + 1}", commit)
    repo.checkout()
    return tags


def _mixture(random: Random, projects: list[Project]) -> Project:
    """Return a project that has each folder, and the params of the root, from one of some projects, or not at all."""
    files: dict[str, str] = {}
    for top in (*(f"f{number}" for number in range(_FOLDERS)), "params.yaml"):
        project = random.choice((*projects, {}))
        files.update((name, text) for name, text in project.items() if name.split("/")[0] == top)
    return files
