"""Definitions, references, links and renaming."""

import pytest

from gto_daemon.editor.facts import OtherAnnotation, WorkspaceFacts
from gto_daemon.editor.navigation import definition, document_links, references_of
from gto_daemon.editor.renaming import renamable, renamed
from gto_daemon.registry.annotations import parse_artifacts_yaml
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Position, Range
from tests.editor.marked import NOTHING, at, edited, read, registry, text_at

PRESENT = WorkspaceFacts(present=frozenset({"models/churn.pkl", "sub/r.bin"}))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("chu|rn:\n  path: models/churn.pkl\n", "models/churn.pkl"),
        ("churn:\n  path: models/|churn.pkl\n", "models/churn.pkl"),
        ("churn:\n  path: models/|gone.pkl\n", None),
        ("churn:\n  ty|pe: x\n  path: models/churn.pkl\n", None),
        ("|\nchurn: {}\n", None),
    ],
)
def test_a_key_and_a_path_lead_to_the_artifact(text: str, path: str | None) -> None:
    document, position = at(text)
    assert [each.path for each in definition(document, registry(), PRESENT, position)] == ([path] if path else [])


def test_a_path_of_a_folder_is_relative_to_it() -> None:
    document, position = at("artifacts:\n  r:\n    path: r.|bin\n", "dvc", "sub/dvc.yaml")
    assert [each.path for each in definition(document, registry(), PRESENT, position)] == ["sub/r.bin"]


def test_a_reference_leads_to_the_description_and_back() -> None:
    churn = parse_artifacts_yaml(b"x: {}\nchurn: {}\n").annotations["churn"]
    there = OtherAnnotation("artifacts.yaml", churn, churn.range)
    document, position = at("run: churn@|v1.0.0\n", "references")
    (found,) = definition(document, registry(), WorkspaceFacts(elsewhere={"churn": there}), position)
    assert (found.path, found.range) == ("artifacts.yaml", Range(Position(1, 0), Position(1, 5)))
    mention = (".github/workflows/a.yml", Range(Position(3, 1), Position(3, 9)), "churn")
    other = (".github/workflows/a.yml", Range(Position(4, 1), Position(4, 9)), "other")
    document, position = at("ch|urn: {}\n")
    places = references_of(document, registry(), WorkspaceFacts(mentions=(mention, other)), position)
    assert [each.path for each in places] == ["artifacts.yaml", ".github/workflows/a.yml"]


def test_links() -> None:
    text = "a: {path: models/churn.pkl}\nb: {path: https://x.example/y}\nc: {path: gone}\nd: {path: 'javascript:x'}\n"
    document = read(text)
    links = document_links(document, PRESENT)
    assert [(text_at(document, each.range), each.path, each.url) for each in links] == [
        ("models/churn.pkl", "models/churn.pkl", None),
        ("https://x.example/y", None, "https://x.example/y"),
    ]


def test_an_artifact_with_tags_is_not_renamed() -> None:
    document, position = at("chu|rn: {}\n")
    with pytest.raises(RegistryError) as caught:
        renamable(document, registry(), position)
    assert caught.value.kind == "ArtifactHasTags"
    assert caught.value.message == "churn has 4 tags. Tags cannot be renamed"
    with pytest.raises(RegistryError):
        renamed(document, registry(), NOTHING, position, "other")


def test_one_without_tags_is_renamed_where_it_is_described() -> None:
    document, position = at("new|: {type: x} # c\nother: {}\n")
    assert renamable(document, registry(), position) == (Range(Position(0, 0), Position(0, 3)), "new")
    edit = renamed(document, registry(), NOTHING, position, "newer")
    assert edit is not None
    assert edited(document, edit.edits) == "newer: {type: x} # c\nother: {}\n"


@pytest.mark.parametrize(
    ("name", "kind"), [("a b", "ValidationError"), ("other", "WrongArgs"), ("churn", "ArtifactHasTags")]
)
def test_a_new_name_that_cannot_be(name: str, kind: str) -> None:
    document, position = at("new|: {}\nother: {}\n")
    with pytest.raises(RegistryError) as caught:
        renamed(document, registry(), NOTHING, position, name)
    assert caught.value.kind == kind


def test_elsewhere_nothing_is_renamed() -> None:
    document, position = at("new:\n  type: |x\n")
    assert renamable(document, registry(), position) is None
    assert renamed(document, registry(), NOTHING, position, "x1") is None
