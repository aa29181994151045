"""The ten public registries, complete, and a few synthetic ones."""

from pathlib import Path

import pytest

from gto_daemon.registry.tag_names import parse_tag_name
from tests.differential import questions as ask
from tests.differential.compare import compare_repository
from tests.differential.questions import Question
from tests.genrepo import Shape, generate
from tests.oracle.real_gto import Oracle
from tests.registries import NAMES, build_registry


@pytest.mark.parametrize("name", NAMES)
def test_a_public_registry_reads_as_gto_reads_it(name: str, oracle: Oracle, tmp_path: Path) -> None:
    repo = build_registry(name, tmp_path / "registry")
    tags = [file.relative_to(repo / ".git/refs/tags").as_posix() for file in _loose_tags(repo)]
    assert tags
    compare_repository(repo, everything(tags), oracle).check()


@pytest.mark.parametrize(
    "shape",
    [
        Shape(artifacts=4, versions=4, stages=("dev", "prod"), unassign_every=3, deregister_every=3, deprecate_every=4),
        Shape(artifacts=3, versions=3, stages=("a", "b"), tick=0, assigns=2, annotate="both", lightweight=2, noise=1),
        Shape(artifacts=3, versions=3, stages=("a",), subdirs=True, annotate="dvc.yaml", unassign_every=2),
    ],
    ids=["plain", "everything in one second", "folders"],
)
def test_a_synthetic_registry_reads_as_gto_reads_it(shape: Shape, oracle: Oracle, tmp_path: Path) -> None:
    generate(tmp_path / "registry", shape, loose=True)
    again = generate(tmp_path / "again", shape, bare=True)
    tags = [
        file.relative_to(tmp_path / "registry/.git/refs/tags").as_posix() for file in _loose_tags(tmp_path / "registry")
    ]
    assert len(tags) == again["tags"] + again.get("noise", 0) + again.get("lightweight", 0)
    compare_repository(tmp_path / "registry", everything(tags), oracle).check()
    compare_repository(tmp_path / "again", [ask.show(), ask.print_state()], oracle).check()


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
