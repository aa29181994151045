"""`gtod` where action.yml installs it, a registry with each kind of event, and the public ones."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.docs.pages import ROOT
from tests.registries import build_registry

DESCRIPTION = "Predicts churn.\nTrained weekly."
_ANNOTATIONS = """\
churn:
  type: model
  path: models/churn.pkl
  description: |-
    Predicts churn.
    Trained weekly.
"""


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The runner's directory, where an earlier step has installed gtod of this checkout."""
    programs = tmp_path / "runner" / "gtod" / "bin"
    programs.mkdir(parents=True)
    for name, command in {"gtod": "-P -m gto_daemon", "python": ""}.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n', "utf-8")
        program.chmod(0o755)
    return programs.parent.parent


@pytest.fixture(autouse=True)
def _at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def upstream(repo: RepositoryBuilder) -> RepositoryBuilder:
    """A registry with an event of each kind: `EVENTS` of the tests says what they are."""
    repo.commit({"artifacts.yaml": _ANNOTATIONS, "models/churn.pkl": "1"})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    repo.tag("nightly", message="No event")
    repo.commit({"models/churn.pkl": "2"})
    repo.tag("churn@v2.0.0", tagger="Ann Äß <ann@example.com>")
    repo.tag("churn#prod#2")
    repo.tag("churn#prod!#3")
    repo.tag("churn@v2.0.0!")
    repo.tag("old@deprecated", repo.head)
    repo.commit({"models/churn.pkl": "3"})
    return repo


@pytest.fixture(scope="session")
def public_registry(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Each public registry, made once."""
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = build_registry(name, tmp_path_factory.mktemp("public") / name)
        return made[name]

    return get
