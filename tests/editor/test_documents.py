"""What kind of file a path is, and where its entries stand, also while it is being typed."""

import pytest

from gto_daemon.editor.document import kind_of, read_document
from gto_daemon.editor.folding import folding_ranges
from gto_daemon.editor.limits import MAX_DOCUMENT
from gto_daemon.editor.states import ArtifactStates
from gto_daemon.editor.symbols import document_symbols
from tests.editor.marked import at, read, registry, text_at
from tests.registry.small import made


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("artifacts.yaml", "artifacts"),
        ("sub/artifacts.yaml", None),
        (".gto", "config"),
        ("sub/.gto", None),
        (".gtod.yaml", "rules"),
        ("sub/.gtod.yaml", None),
        ("dvc.yaml", "dvc"),
        ("a/b/dvc.yaml", "dvc"),
        (".github/workflows/x.yml", "references"),
        (".github/workflows/x.yaml", "references"),
        (".github/workflows/deep/x.yml", None),
        (".gitlab-ci.yml", "references"),
        ("sub/.gitlab-ci.yml", None),
        ("README.md", None),
        ("notes.yaml", None),
    ],
)
def test_the_kind_of_a_path(path: str, kind: str | None) -> None:
    assert kind_of(path, "artifacts.yaml") == kind


def test_the_configuration_names_the_annotation_file_and_a_setting_widens_references() -> None:
    assert kind_of("artifacts.yaml", "models/registry.yaml") is None
    assert kind_of("models/registry.yaml", "models/registry.yaml") == "artifacts"
    wanted = ["README.md", "x/y.py", "Dockerfile", "x/Dockerfile.prod", "Containerfile", "api.dockerfile"]
    assert {kind_of(path, "a.yaml", everywhere=True) for path in wanted} == {"references"}
    assert {kind_of(path, "a.yaml", everywhere=True) for path in ("z.txt", "MyDockerfile", "Dockerfile/x")} == {None}


def test_entries_and_fields_have_their_places() -> None:
    document = read("# top\nchurn:\n  type: model\n  'path': x # here\nb: {}\n")
    churn, b = document.entries
    assert (churn.name, churn.key, b.name) == ("churn", "churn", "b")
    assert document.text[churn.start : churn.end] == "churn"
    assert [field.key for field in churn.fields] == ["type", "path"]
    path = churn.field("path")
    assert path is not None
    assert document.text[path.key_start : path.key_end] == "'path'"
    assert path.text == "x"


def test_an_entry_of_a_folder_has_the_folder_in_its_name() -> None:
    document = read("stages:\n  x: {}\nartifacts:\n  a:\n    path: p\n", "dvc", "some/dir/dvc.yaml")
    assert [entry.name for entry in document.entries] == ["some/dir:a"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chu|rn: {}\nb: {}\n", "churn"),
        ("churn:\n  type: model\n  |\nb: {}\n", "churn"),
        ("churn:\n  type: |model\nb: {}\n", "churn"),
        ("churn:\n  type: model\n|\nb: {}\n", "churn"),
        ("churn: {}\n\n# b|\n", "churn"),
        ("churn: {}\n- |\n", None),
        ("churn: {}\nb|: {}\n", "b"),
        ("|\nchurn: {}\n", None),
        ("churn: {}\nb:\n  x: 1\n  |", "b"),
        ("churn:\n  custom:\n    - 1\n    - |2\n", "churn"),
    ],
)
def test_the_entry_at_the_cursor(text: str, name: str | None) -> None:
    document, position = at(text)
    found = document.entry_at(document.offset(position))
    assert (found.name if found else None) == name


def test_below_the_artifacts_of_a_dvc_yaml_no_entry_is_meant() -> None:
    document, position = at("artifacts:\n  a:\n    path: p\nstages:\n  build:\n    cmd: |x\n", "dvc")
    assert document.entry_at(document.offset(position)) is None


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("churn:\n  type: 'mod\nb: {}\n", "artifacts", ["churn", "b"]),
        ("churn:\n\ttype: x\n'c-d' : [\n", "artifacts", ["churn", "c-d"]),
        ("a: [\n# b: {}\n<<: x\n", "artifacts", ["a"]),
        ("stages: {}\nartifacts:\n  a:\n    path: 'x\n  b:\nplots:\n  c: [\n", "dvc", ["a", "b"]),
    ],
)
def test_while_a_file_is_no_yaml_its_entries_are_where_they_seem_to_be(text: str, kind: str, names: list[str]) -> None:
    document = read(text, kind)  # type: ignore[arg-type]
    assert not document.is_whole
    assert [entry.name for entry in document.entries] == names
    for entry in document.entries:
        assert entry.key in document.text[entry.start : entry.end]


def test_a_file_that_is_too_long_is_not_looked_at() -> None:
    document = read_document("artifacts.yaml", "artifacts", "a: {}\n" * (MAX_DOCUMENT // 6 + 1))
    assert [problem.code for problem in document.problems] == ["too-large"]
    assert document.entries == ()


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    assert [entry.name for entry in read("\ufeffchurn: {}\n").entries] == ["churn"]


def test_the_outline_has_states_and_fields() -> None:
    document = read("churn:\n  type: model\n  labels:\n    - a\nnew: {}\n")
    churn, new = document_symbols(document, ArtifactStates(registry()))
    assert (churn.name, churn.detail) == ("churn", "v1.1.0 · dev v1.1.0 · prod v1.0.0")
    assert [child.name for child in churn.children] == ["type", "labels"]
    assert text_at(document, churn.range) == "churn:\n  type: model\n  labels:\n    - a"
    assert new.detail == "not registered"
    settings = document_symbols(read("stages: [a]\ntypes: []\n", "config"), ArtifactStates(made()))
    assert [symbol.name for symbol in settings] == ["stages", "types"]


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("a:\n  type: x\n  custom:\n    b:\n      - 1\n      - 2\n\nc: {}\n", [(0, 5), (2, 5), (3, 5)]),
        ("a: &x\n  b:\n    c: 1\nd: *x\n", [(0, 2), (1, 2)]),
        ("a:\n  description: |\n    one\n    two\n\n", [(0, 3), (1, 3)]),
        ("a: {type: x}\n", []),
        ("a: [\n", []),
    ],
)
def test_blocks_fold(text: str, ranges: list[tuple[int, int]]) -> None:
    assert folding_ranges(read(text)) == ranges
