"""What is wrong with a document, where, and how it is mended."""

from typing import Any

import pytest

from gto_daemon.editor.diagnostics import diagnostics
from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import OtherAnnotation, WorkspaceFacts
from gto_daemon.editor.quick_fixes import quick_fixes
from gto_daemon.editor.values import CodeAction, Diagnostic, FeatureSettings
from gto_daemon.registry.annotations import parse_artifacts_yaml
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot
from tests.editor.marked import WANTED, annotations_of, codes, edited, read, registry, text_at
from tests.registry.small import made

LOUD = FeatureSettings(severities={"not-registered": "hint"})


def shown(
    text: str,
    kind: Any = "artifacts",
    *,
    snapshot: Snapshot | None = None,
    settings: FeatureSettings = WANTED,
    **facts: Any,
) -> tuple[ParsedDocument, list[Diagnostic]]:
    document = read(text, kind)
    committed = facts.pop("committed", annotations_of(document))
    known = WorkspaceFacts(committed=committed, **facts)
    return document, diagnostics(document, snapshot or registry(), known, settings)


def fixes(
    text: str,
    kind: Any = "artifacts",
    *,
    snapshot: Snapshot | None = None,
    config: str | None = None,
    **facts: Any,
) -> tuple[ParsedDocument, list[CodeAction]]:
    snapshot = snapshot or registry(config=config)
    document, found = shown(text, kind, snapshot=snapshot, **facts)
    known = WorkspaceFacts(**{key: value for key, value in facts.items() if key != "committed"})
    return document, [fix for each in found for fix in quick_fixes(document, each, snapshot, known, config)]


def applied(document: ParsedDocument, action: CodeAction) -> str:
    (edit,) = action.edits
    return edited(document, edit.edits)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("churn: {typo: 1}\n", "unknown-field", "typo"),
        ("'a b': {}\n", "invalid-name", "'a b'"),
        ("churn:\n  labels: x\n", "invalid-annotation", "x"),
        ("churn: {}\nchurn: {}\n", "duplicate-artifact", "churn"),
        ("churn: [\n", "invalid-yaml", None),
        ("- a\n", "wrong-artifacts-yaml", None),
        ("churn:\n  type:\tx\n", "tab", None),
    ],
)
def test_what_is_wrong_with_the_file_itself(text: str, code: str, where: str | None) -> None:
    document, found = shown(text)
    assert code in codes(found)
    each = next(each for each in found if each.code == code)
    if where is not None:
        assert text_at(document, each.range) == where


def test_a_path_that_is_neither_there_nor_tracked() -> None:
    document, found = shown("churn:\n  path: models/x.pkl # c\n", missing=frozenset({"models/x.pkl"}))
    assert codes(found) == ["missing-path"]
    assert text_at(document, found[0].range) == "models/x.pkl"


@pytest.mark.parametrize("path", ["https://x/y", "s3://b/k", "/abs/x", "../out"])
def test_a_path_that_git_cannot_hold_is_not_looked_for(path: str) -> None:
    assert codes(shown(f"churn:\n  path: {path}\n", missing=frozenset({path, "out", "abs/x"}))[1]) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a: {path: m}\nb: {path: m}\n", 1),
        ("a: {path: m}\nb: {path: m/x}\n", 1),
        ("a: {path: m/x}\nb: {path: m}\n", 1),
        ("a: {path: m}\nb: {path: mm}\n", 0),
        ("a: {path: ./m}\nb: {path: m/}\n", 1),
    ],
)
def test_paths_overlap(text: str, count: int) -> None:
    assert codes(shown(text)[1]) == ["path-overlap"] * count


def test_types_that_the_configuration_does_not_allow() -> None:
    snapshot = registry(config="types: [model, dataset]")
    document, found = shown("churn: {type: modell}\nb: {type: model}\n", snapshot=snapshot)
    assert codes(found) == ["type-not-allowed"]
    assert text_at(document, found[0].range) == "modell"


def test_an_artifact_that_another_file_describes_too() -> None:
    other = parse_artifacts_yaml(b"churn: {}\n").annotations["churn"]
    _, found = shown("churn: {}\n", elsewhere={"churn": OtherAnnotation("dvc.yaml", other, other.range)})
    assert codes(found) == ["duplicate-artifact"]


def test_a_description_that_is_not_committed() -> None:
    committed = parse_artifacts_yaml(b"churn: {type: model}\n").annotations
    assert codes(shown("churn: {type: model}\n", committed=committed)[1]) == []
    _, found = shown("churn: {type: x}\nnew: {}\n", committed=committed)
    assert codes(found) == ["uncommitted-annotation"] * 2
    assert "differs" in found[0].message
    assert "is not committed" in found[1].message


def test_what_is_wrong_with_the_tags_stands_at_the_key() -> None:
    finding = Problem(code="lightweight-tag", severity="warning", message="M.", hint="H.", artifact="churn")
    document, found = shown("b: {}\nchurn: {}\n", findings={"churn": (finding,)})
    assert [(each.code, each.message, text_at(document, each.range)) for each in found] == [
        ("lightweight-tag", "M. H.", "churn")
    ]


def test_some_are_off_until_a_setting_asks_for_them_and_any_can_be_turned_off() -> None:
    assert codes(shown("new: {}\n", settings=LOUD)[1]) == ["not-registered"]
    assert codes(shown("new: {}\n")[1]) == []
    quiet = FeatureSettings(severities={"unknown-field": "off"})
    assert codes(shown("churn: {typo: 1}\n", settings=quiet)[1]) == []
    loud = FeatureSettings(severities={"unknown-field": "error"})
    assert shown("churn: {typo: 1}\n", settings=loud)[1][0].severity == "error"
    assert shown("churn: [\n", settings=FeatureSettings(diagnostics=False))[1] == []


JUJU = "snap:\n  kind: snap\n  source: .\n  artifacts: [a]\ncharm:\n  kind: charm\n  source: .\n"
FOREIGN = [JUJU, "- one\n- two\n", "version: 1\nname: x\nitems: [a]\n", "a: [\n", "name: x\nfiles:\n  - y\n"]


@pytest.mark.parametrize("text", FOREIGN)
def test_another_tools_file_is_left_alone(text: str) -> None:
    assert codes(shown(text, snapshot=made(head="1"))[1]) == []


@pytest.mark.parametrize("text", FOREIGN)
def test_in_a_repository_of_gtos_every_file_of_that_name_is_gtos(text: str) -> None:
    assert codes(shown(text)[1])
    assert codes(shown(text, snapshot=made(head="1"), configured=True)[1])


@pytest.mark.parametrize("text", ["churn: {typo: 1, type: model}\nb: {type: m}\nc: {path: x}\n", "a:\n  type: [\n"])
def test_a_file_whose_entries_look_like_gtos_is_gtos(text: str) -> None:
    assert codes(shown(text, snapshot=made(head="1"), committed={})[1])


def test_stages_in_use_that_the_configuration_does_not_list() -> None:
    text = "stages: [dev]\n"
    document, found = shown(text, "config", snapshot=registry(config=text))
    assert codes(found) == ["stage-not-allowed"]
    assert "'prod' is in use (churn)" in found[0].message
    assert text_at(document, found[0].range) == "[dev]"
    assert codes(shown("types: [x]\n", "config")[1]) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("run: churn@v1.0.0\n", None),
        ("run: churn@v9.0.0\n", "unknown-version"),
        ("run: churn@latest churn#prod\n", None),
        ("run: churn#qa\n", "stage-not-allowed"),
        ("run: other@v9.0.0 actions/checkout@v4.1.0\n", None),
    ],
)
def test_references_in_ci_files(text: str, code: str | None) -> None:
    snapshot = registry(config="stages: [dev, prod]")
    assert codes(shown(text, "references", snapshot=snapshot)[1]) == ([code] if code else [])


def test_a_version_that_was_deregistered() -> None:
    _, found = shown("run: churn@v1.0.0\n", "references", snapshot=registry("churn@v1.0.0!#3 1 300"))
    assert "was deregistered" in found[0].message


# --- fixes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "after"),
    [
        ("'a b': {}\n", "Rename to 'a-b'", "a-b: {}\n"),
        ("_x_: {}\n", "Rename to 'x'", "x: {}\n"),
        ("öl: {}\n", "Rename to 'ol'", "ol: {}\n"),
        ("churn:\n  typ: model\n", "Rename to 'type'", "churn:\n  type: model\n"),
        ("churn:\n  type: m\n  owner: ann # x\n  path: y\n", "Remove 'owner'", "churn:\n  type: m\n  path: y\n"),
        ("a: {}\nchurn: {}\nchurn:\n  type: x\nb: {}\n", "Remove this 'churn'", "a: {}\nchurn: {}\nb: {}\n"),
        ("churn:\n  type:\tm\n", "Replace the tab with a space", "churn:\n  type: m\n"),
    ],
)
def test_fixes_of_an_annotation_file(text: str, title: str, after: str) -> None:
    document, found = fixes(text)
    assert applied(document, next(each for each in found if each.title == title)) == after


def test_a_type_is_changed_or_allowed() -> None:
    config = "# ours\ntypes: [model, dataset]  # t\nstages:\n  - dev\n"
    document, found = fixes("churn: {type: modell}\n", config=config)
    assert [each.title for each in found] == ["Change type to 'model'", "Add 'modell' to allowed types in .gto"]
    assert applied(document, found[0]) == "churn: {type: model}\n"
    (edit,) = found[1].edits
    assert edit.path == ".gto"
    assert edited(read(config, "config"), edit.edits) == config.replace("dataset]", "dataset, modell]")


@pytest.mark.parametrize(
    ("config", "after"),
    [
        ("stages: [dev]\n", "stages: [dev, prod]\n"),
        ("stages: []\ntypes: [x]\n", None),
        ("STAGES:\n  - dev # d\ntypes: []\n", "STAGES:\n  - dev # d\n  - prod\ntypes: []\n"),
        ("stages:\n- dev", "stages:\n- dev\n- prod"),
    ],
)
def test_a_stage_in_use_is_allowed(config: str, after: str | None) -> None:
    document, found = fixes(config, "config", config=config)
    if after is None:
        after = "stages: [dev]\ntypes: [x]\n"
        found = [each for each in found if "'dev'" in each.title]
    (action,) = [each for each in found if each.title.startswith("Add")]
    assert applied(document, action) == after


def test_references_are_mended() -> None:
    config = "stages: [dev, prod]"
    document, found = fixes("run: churn#prdo now\n", "references", config=config)
    assert applied(document, found[0]) == "run: churn#prod now\n"
    assert found[1].title == "Add 'prdo' to allowed stages in .gto"
    document, found = fixes("run: churn@v9.9.9\n", "references")
    assert applied(document, found[0]) == "run: churn@v1.1.0\n"


def test_a_missing_file_is_made_or_another_one_meant() -> None:
    document, found = fixes(
        "churn:\n  path: models/chrun.pkl\n",
        missing=frozenset({"models/chrun.pkl"}),
        nearby=frozenset({"models/churn.pkl", "models/other.bin"}),
    )
    assert found[0].title == "Create file models/chrun.pkl"
    assert found[0].edits[0].create
    assert found[1].title == "Change path to models/churn.pkl"
    assert applied(document, found[1]) == "churn:\n  path: models/churn.pkl\n"


def test_a_missing_field_is_added() -> None:
    document, found = fixes("artifacts:\n  churn:\n    type: model # m\n", "dvc")
    assert applied(document, found[0]) == "artifacts:\n  churn:\n    type: model # m\n    path: churn\n"
