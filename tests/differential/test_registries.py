"""The ten public registries, complete."""

from pathlib import Path

import pytest

from gto_daemon.registry.tag_names import parse_tag_name
from tests.differential import questions as ask
from tests.differential.compare import compare_repository
from tests.differential.questions import Question
from tests.oracle.real_gto import Oracle
from tests.registries import NAMES, build_registry


@pytest.mark.parametrize("name", NAMES)
def test_a_public_registry_reads_as_gto_reads_it(name: str, oracle: Oracle, tmp_path: Path) -> None:
    repo = build_registry(name, tmp_path / "registry")
    tags = [file.relative_to(repo / ".git/refs/tags").as_posix() for file in _loose_tags(repo)]
    assert tags
    compare_repository(repo, everything(tags), oracle).check()


def _loose_tags(repo: Path) -> list[Path]:
    return sorted(file for file in (repo / ".git/refs/tags").rglob("*") if file.is_file())


def everything(tags: list[str]) -> list[Question]:
    """The registry with all options, each artifact with its shortcuts, each tag."""
    parsed = [found for tag in tags if (found := parse_tag_name(tag))]
    asked = ask.registry_questions()
    for artifact in sorted({tag.artifact for tag in parsed}):
        of_it = [tag for tag in parsed if tag.artifact == artifact]
        stages = sorted({tag.stage for tag in of_it if tag.stage})
        newest = max((tag.version for tag in of_it if tag.version), default="v0.0.1")
        asked += [
            *(ask.show(artifact, vs=vs, sort=sort) for vs in (1, -1) for sort in ask.SORTS),
            ask.show(artifact, d=True, av=1, vs=-1),
            ask.show(f"{artifact}@latest"),
            ask.show(f"{artifact}@{newest}"),
            *(ask.show(f"{artifact}#{stage}") for stage in stages),
            ask.history(artifact),
        ]
    return list(dict.fromkeys([*asked, *(ask.check_ref(tag) for tag in tags)]))
