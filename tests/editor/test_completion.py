"""What is offered while typing."""

import pytest

from gto_daemon.editor.completion import completions
from gto_daemon.editor.facts import WorkspaceFacts
from tests.editor.marked import at, edited, registry

FACTS = WorkspaceFacts(labels=("nlp", "tabular"), types=("model", "report"), stages=("dev", "prod"))
FOLDERS = {"": ["data/", "models/", "README.md"], "models": ["churn.pkl", "old/"], "sub": ["here.bin"]}


def offered(text: str, kind: str = "artifacts", path: str | None = None, config: str | None = None) -> list[str]:
    document, position = at(text, kind, path)  # type: ignore[arg-type]
    snapshot = registry("seg@v1.0.0 3 50", "sub=rank@v1.0.0 4 60", config=config)
    return [
        each.label for each in completions(document, snapshot, FACTS, position, lambda folder: FOLDERS.get(folder, []))
    ]


FIELDS = ["type", "path", "labels", "description", "virtual", "custom"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("|", ["seg", "churn"]),
        ("churn: {}\n|", ["seg"]),
        ("churn:\n  |", FIELDS),
        ("churn:\n  ty|", FIELDS),
        ("churn:\n  type: x\n  |\n  path: y\n", ["labels", "description", "virtual", "custom"]),
        ("churn: {|", FIELDS),
        ("churn: {type: m, |}", ["path", "labels", "description", "virtual", "custom"]),
        ("churn:\n  type: |", ["model", "report", "dataset"]),
        ("churn:\n  type: mo|", ["model", "report", "dataset"]),
        ("churn: {type: |}", ["model", "report", "dataset"]),
        ("churn:\n  virtual: |", ["true", "false"]),
        ("churn:\n  labels: [|]", ["nlp", "tabular"]),
        ("churn:\n  labels: [nlp, t|]", ["nlp", "tabular"]),
        ("churn:\n  labels:\n    - |", ["nlp", "tabular"]),
        ("churn:\n  labels:\n  - |", ["nlp", "tabular"]),
        ("churn:\n  path: |", ["data/", "models/", "README.md"]),
        ("churn:\n  path: models/|", ["models/old/", "models/churn.pkl"]),
        ("churn:\n  path: ../|", []),
        ("churn:\n  path: /|", []),
        ("churn:\n  # ty|", []),
        ("churn:\n  custom:\n    |", []),
        ("churn:\n  description: |", []),
    ],
)  # fmt: skip
def test_in_artifacts_yaml(text: str, labels: list[str]) -> None:
    found = offered(text)
    assert sorted(found) == sorted(labels)


def test_types_are_those_that_the_configuration_allows() -> None:
    assert offered("churn:\n  type: |", config="types: [model, llm]") == ["model", "llm"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("|", ["artifacts"]),
        ("artifacts:\n  |", ["rank"]),
        ("artifacts:\n  rank:\n    |", ["type", "path", "labels", "desc", "meta"]),
        ("artifacts:\n  rank:\n    path: |", ["here.bin"]),
        ("stages:\n  build:\n    |", []),
        ("artifacts: {}\n|", []),
    ],
)
def test_in_a_dvc_yaml_of_a_folder(text: str, labels: list[str]) -> None:
    assert offered(text, "dvc", "sub/dvc.yaml") == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("sta|", ["stages", "types", "index", "emojis", "log_level", "debug", "enrichments", "autoload_enrichments"]),
        ("stages: [|]", ["dev", "prod"]),
        ("STAGES:\n  - |", ["dev", "prod"]),
        ("types: [m|]", ["model", "report", "dataset"]),
        ("emojis: |", ["true", "false"]),
        ("index: |", []),
    ],
)
def test_in_the_configuration(text: str, labels: list[str]) -> None:
    assert offered(text, "config") == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("run: churn@|", ["latest", "v1.1.0", "v1.0.0"]),
        ("run: churn@v1|", ["latest", "v1.1.0", "v1.0.0"]),
        ("run: churn#|", ["dev", "prod"]),
        ("run: sub:rank@|", ["latest", "v1.0.0"]),
        ("run: nothing@|", []),
        ("run: |", []),
    ],
)
def test_in_ci_files(text: str, labels: list[str]) -> None:
    assert offered(text, "references") == labels


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        ("churn:\n  ty|", "type", "churn:\n  type: "),
        ("churn:\n  ty|: model\n", "type", "churn:\n  type: model\n"),
        ("churn:\n  type: mo|del\n", "report", "churn:\n  type: report\n"),
        ("churn:\n  path: models/ch|\n", "models/churn.pkl", "churn:\n  path: models/churn.pkl\n"),
        ("churn:\n  labels: [nlp, ta|]\n", "tabular", "churn:\n  labels: [nlp, tabular]\n"),
        ("churn: {}\nse|\n", "seg", "churn: {}\nseg:\n"),
        ('churn:\n  type: "mo|"\n', "model", 'churn:\n  type: "model"\n'),
    ],
)
def test_what_is_chosen_takes_the_place_of_the_word(text: str, label: str, after: str) -> None:
    document, position = at(text)
    found = completions(document, registry("seg@v1.0.0 3 50"), FACTS, position, lambda folder: FOLDERS.get(folder, []))
    chosen = next(each for each in found if each.label == label)
    assert edited(document, (chosen.edit,)) == after
