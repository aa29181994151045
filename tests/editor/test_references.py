"""References in texts of any kind: where they are looked for, and that no text keeps anybody waiting."""

import pytest

from gto_daemon.editor.facts import OtherAnnotation, WorkspaceFacts
from gto_daemon.editor.hover import hover
from gto_daemon.editor.navigation import document_links
from gto_daemon.editor.references import reference_at, references
from gto_daemon.registry.annotations import parse_artifacts_yaml
from gto_daemon.registry.problems import Position
from tests.editor.marked import at, read, registry, text_at

PYTHON = r'''
x = churn#prod  # deploy 'churn@v1.0.0'
y = "churn@v1.0.0" + f'{load("a")} \'churn#prod\' '
z = r"""
"churn#dev" it's ""not"" over, churn@latest
""" + churn#staging
w = "it\'s 'churn#dev" + 'open churn@v2.0.0
v = "still open churn#prod'''


def test_references_of_python_are_in_its_strings() -> None:
    document = read(PYTHON, "references", "deploy/run.py")
    found = [(each.range.start.line, each.text) for each in references(document, {"churn"})]
    assert found == [
        (2, "churn@v1.0.0"),
        (2, "churn#prod"),
        (4, "churn#dev"),
        (4, "churn@latest"),
        (6, "churn#dev"),
        (6, "churn@v2.0.0"),
        (7, "churn#prod"),
    ]
    anything = {each.text for each in references(read(PYTHON, "references", "x.yaml"), {"churn"})}
    assert "churn#staging" in anything


@pytest.mark.parametrize(
    ("line", "character", "text"),
    [(1, 6, None), (1, 30, None), (2, 8, "churn@v1.0.0"), (4, 3, "churn#dev"), (5, 9, None)],
)
def test_the_reference_under_the_cursor_is_in_a_string(line: int, character: int, text: str | None) -> None:
    document = read(PYTHON, "references", "deploy/run.py")
    found = reference_at(document, {"churn"}, document.offset(Position(line, character)))
    assert (found.text if found else None) == text


@pytest.mark.parametrize(
    "text",
    ["'" * 400_000, '"\\' * 200_000, "'''" + "''\\" * 100_000, "#\n'" * 130_000, "a" * 400_000, "a@" * 200_000],
    ids=["quotes", "escapes", "open", "comments", "letters", "signs"],
)
def test_no_text_keeps_anybody_waiting(text: str) -> None:
    for path in ("x.py", "x.yaml"):
        document = read(text, "references", path)
        assert list(references(document, {"churn"})) == []
        assert reference_at(document, {"churn"}, len(text) // 2) is None


def test_a_reference_links_to_the_description_of_its_artifact() -> None:
    churn = parse_artifacts_yaml(b"x: {}\nchurn: {}\n").annotations["churn"]
    facts = WorkspaceFacts(elsewhere={"churn": OtherAnnotation("artifacts.yaml", churn, churn.range)})
    document = read("image: 'churn@v1.0.0' # other#prod, churn#prod\n", "references", "Dockerfile")
    links = document_links(document, facts)
    assert [(text_at(document, each.range), each.path, each.line) for each in links] == [
        ("churn@v1.0.0", "artifacts.yaml", 1),
        ("churn#prod", "artifacts.yaml", 1),
    ]


def test_a_hover_reveals_the_artifact_where_the_editor_can() -> None:
    document, position = at("run: churn#|prod\n", "references")
    plain = hover(document, registry(), position)
    linked = hover(document, registry(), position, revealed_in='/a"b)c')
    assert plain is not None
    assert linked is not None
    assert "command:" not in plain.markdown
    target = (
        "command:gto.revealArtifact?%5B%7B%22repo%22%3A%20%22%2Fa%5C%22b%29c%22%2C%20%22name%22%3A%20%22churn%22%7D%5D"
    )
    assert linked.markdown.endswith(f"\n\n[Show in sidebar]({target})")


def test_a_variable_that_is_set_is_not_the_folder_of_a_tag() -> None:
    text = "ENV MODEL=churn@v3.1.0 STAGE=dir=churn#prod\nTAG=dir=churn@v1.0.0 OTHER=nothing@v1.0.0 dir=churn#dev#2\n"
    document = read(text, "references", "Dockerfile")
    known = {"churn", "dir:churn"}
    assert [(each.text, each.artifact) for each in references(document, known)] == [
        ("churn@v3.1.0", "churn"),
        ("dir=churn#prod", "dir:churn"),
        ("dir=churn@v1.0.0", "dir:churn"),
        ("dir=churn#dev#2", "dir:churn"),
    ]
    there = reference_at(document, known, text.index("churn@v3"))
    assert there is not None
    assert text_at(document, there.range) == "churn@v3.1.0"
    assert reference_at(document, known, text.index("MODEL")) is None
