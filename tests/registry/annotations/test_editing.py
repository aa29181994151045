"""Annotations are changed without touching anything else in their file, to the byte."""

import json
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gto_daemon.registry.annotations import parse_artifacts_yaml
from gto_daemon.registry.annotations.editing import Editor, applied
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.annotating import Annotate, AnnotationHome, plan_annotate, plan_remove

GTO = AnnotationHome("artifacts.yaml", None)
DVC = AnnotationHome("dvc.yaml", "")


def annotated(text: str, home: AnnotationHome = GTO, **fields: Any) -> str:
    request = Annotate(**{"name": "a", "allow_same_path": True, **fields})
    return plan_annotate(request, home, text.encode()).after.decode()


def refused(text: str, home: AnnotationHome = GTO, **fields: Any) -> str:
    with pytest.raises(RegistryError) as caught:
        annotated(text, home, **fields)
    return caught.value.kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "a:\n  type: m\n"),
        ("# mine\n", "# mine\na:\n  type: m\n"),
        ("{}\n", "a:\n  type: m\n"),
        ("b: {}", "b: {}\na:\n  type: m"),
        ("b: {}\r\n", "b: {}\r\na:\r\n  type: m\r\n"),
        ("b:\n    type: x # keep\n", "b:\n    type: x # keep\na:\n    type: m\n"),
        ("b:\n  type: |\n    two\n    lines\n\n# end\n", "b:\n  type: |\n    two\n    lines\na:\n  type: m\n\n# end\n"),
        ("{b: {}}\n", "{b: {}, a: {type: m}}\n"),
        ("a: {}\nb: {}\n", "a: {type: m}\nb: {}\n"),
        ("a:\n  'type': \"x\"  # why\n  path: y\n", "a:\n  'type': m  # why\n  path: y\n"),
        ("a: {path: y, type: x}\n", "a: {path: y, type: m}\n"),
        ("a:\n  path: y # here\nb: {}\n", "a:\n  path: y # here\n  type: m\nb: {}\n"),
        ("x: &x {type: q}\na:\n  <<: *x\n", "x: &x {type: q}\na:\n  <<: *x\n  type: m\n"),
        ("---\na:\n  type: x\n...\n", "---\na:\n  type: m\n...\n"),
    ],
)  # fmt: skip
def test_a_type_is_set_where_it_belongs(before: str, after: str) -> None:
    assert annotated(before, type="m") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "artifacts:\n  a:\n    path: p\n"),
        ("stages: {}\n", "stages: {}\nartifacts:\n  a:\n    path: p\n"),
        ("artifacts: {}\nstages: {}\n", "artifacts:\n  a:\n    path: p\nstages: {}\n"),
        (
            "artifacts:\n  b:\n    path: q\nstages: {}\n",
            "artifacts:\n  b:\n    path: q\n  a:\n    path: p\nstages: {}\n",
        ),
        ("artifacts:\n  a:\n    path: q\n    desc: d # d\n", "artifacts:\n  a:\n    path: p\n    desc: d # d\n"),
    ],
)
def test_a_dvc_yaml_is_edited_in_its_section(before: str, after: str) -> None:
    assert annotated(before, DVC, path="p") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {}\n", "{}\n"),
        ("a:\n  type: x\n# end\n", "{}\n# end\n"),
        ("a:\n  type: x\nb: {} # b\n", "b: {} # b\n"),
        ("b: {}\n# a\na: {type: x} # gone\n# end", "b: {}\n# a\n# end"),
        ("b: {}\r\na: {}\r\n", "b: {}\r\n"),
        ("{a: {}, b: {}}", "{b: {}}"),
        ("{b: {}, a: {}}", "{b: {}}"),
    ],
)
def test_an_entry_is_removed_and_nothing_else(before: str, after: str) -> None:
    assert plan_remove("a", GTO, before.encode()).after.decode() == after


def test_a_byte_order_mark_stays() -> None:
    before = b"\xef\xbb\xbfb: {}\n"
    assert plan_annotate(Annotate(name="a"), GTO, before).after == before + b"a: {}\n"


def test_what_another_entry_rests_on_is_left_alone() -> None:
    assert refused("a: &x\n  type: x\nb: *x\n", type="m") == "AnnotationNotEditable"
    assert refused("b: &x {type: x}\na: *x\n", type="m") == "AnnotationNotEditable"
    with pytest.raises(RegistryError) as caught:
        plan_remove("a", GTO, b"a: &x {type: x}\nb: *x\n")
    assert caught.value.kind == "AnnotationNotEditable"


@pytest.mark.parametrize(
    "text",
    [
        "artifacts:\n  a:\n    path: &out m.pkl\nplots:\n- *out\n",
        "plots: [&x p]\nartifacts:\n  a: {path: &x q}\nstages: [*x]\n",
        "artifacts: {a: {path: &x q}, b: {path: p, meta: {of: *x}}}\n",
        "artifacts: &x {a: {path: q}}\nmetrics: *x\n",
    ],
)
def test_what_anything_else_in_the_file_rests_on_is_left_alone(text: str) -> None:
    with pytest.raises(RegistryError) as caught:
        plan_remove("a", DVC, text.encode())
    assert caught.value.kind == "AnnotationNotEditable"
    assert refused(text, DVC, path="other") == "AnnotationNotEditable"


@pytest.mark.parametrize("text", ["- a\n", "a: [", "just text\n", "a: {}\n---\nb: {}\n"])
def test_a_file_that_is_none_is_left_alone(text: str) -> None:
    assert refused(text, type="m") == "WrongArtifactsYaml"


def test_fields_merge_as_gto_merges_them() -> None:
    once = annotated("", type="model", path="p", labels=("b", "a"), description="d", custom="c", must_exist=True)
    entry = parse_artifacts_yaml(once.encode()).annotations["a"]
    assert entry.described() == {
        "type": "model", "path": "p", "virtual": False, "labels": ["b", "a"], "description": "d", "custom": "c",
    }  # fmt: skip
    twice = annotated(once, labels=("c", "a"), path="q")
    entry = parse_artifacts_yaml(twice.encode()).annotations["a"]
    assert entry.described() == {
        "type": "model", "path": "q", "labels": ["a", "b", "c"], "description": "d", "custom": "c",
    }  # fmt: skip


@pytest.mark.parametrize("given", [{"description": "d"}, {"labels": ("nlp",)}, {"type": "m"}])
@pytest.mark.parametrize(
    "labels",
    ["[prod, nlp]", "# why these\n  - prod\n  - nlp", "\n  # why\n  - prod # first\n  - nlp", "[nlp, prod, nlp]"],
)
@pytest.mark.parametrize("home", [GTO, DVC])
def test_labels_that_nobody_asks_to_change_stay_to_the_byte(
    home: AnnotationHome, labels: str, given: dict[str, Any]
) -> None:
    before = f"a:\n  path: x\n  labels: {labels}\n"
    if home is DVC:
        before = "artifacts:\n" + "".join(f"  {line}\n" for line in before.splitlines())
    assert annotated(before, home, **given).startswith(before)


def test_a_comment_behind_the_key_stays_when_a_label_is_added() -> None:
    before = "a:\n  labels: # why these\n  - prod\n  - nlp\n"
    assert annotated(before, labels=("dev",)) == before.replace("  - prod", "  - dev\n  - prod")


@pytest.mark.parametrize(
    "word", ["?0", "?", "yes", "012", "1_0", "a: b", "#", "- a", "*a", "!x", "%", "\u2028", "~", "="]
)
@pytest.mark.parametrize("text", ["a: {}\n", "a:\n  type: m\n"])
def test_a_word_that_means_something_to_yaml_stays_a_word(text: str, word: str) -> None:
    now = parse_artifacts_yaml(annotated(text, custom={"k": [word], word: word}).encode())
    assert now.annotations["a"].as_json()["custom"] == {"k": [word], word: word}


def test_a_path_of_another_artifact_is_refused() -> None:
    text = "b: {path: models/b}\n"
    for path in ("models", "models/b", "models/b/part"):
        assert refused(text, path=path, allow_same_path=False) == "PathIsUsed"
    assert annotated(text, path="models/bb", allow_same_path=False)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={"type": st.sampled_from(["model", "dataset"]), "path": WORDS, "description": WORDS, "custom": VALUES},
)
COMMENTS = st.sampled_from(["", "  # a comment", "   "])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of three entries in any layout, with comments, blank lines and either line end."""
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    indent = " " * draw(st.integers(1, 4))
    lines: list[str] = []
    for name in draw(st.permutations(["a", "b", "c"])):
        fields = draw(ENTRIES)
        lines += draw(st.lists(st.sampled_from(["# between", ""]), max_size=2))
        if not fields or draw(st.booleans()):
            lines.append(f"{name}: {json.dumps(fields)}{draw(COMMENTS)}")
            continue
        lines.append(f"{name}:{draw(COMMENTS)}")
        lines += [f"{indent}{key}: {json.dumps(value)}{draw(COMMENTS)}" for key, value in fields.items()]
    return ending.join(lines) + draw(st.sampled_from(["", ending, f"{ending}# end"]))


@given(files(), ENTRIES, st.sampled_from(["a", "d"]))
@example("a:\n custom: []\nb: {}\nc: {}", {"custom": [[]]}, "a")
@example("a:\n custom: [1]\nb: {}\nc: {}", {"custom": ["1", "2"]}, "a")
def test_whatever_the_file_the_entry_says_what_is_wanted_and_the_rest_stays(
    text: str, fields: dict[str, Any], name: str
) -> None:
    known = parse_artifacts_yaml(text.encode())
    assume(not known.problems)
    request = Annotate(name=name, allow_same_path=True, **fields)
    plan = plan_annotate(request, GTO, text.encode())
    now = parse_artifacts_yaml(plan.after)
    for other in ("b", "c"):
        assert now.annotations[other].as_json() == known.annotations[other].as_json()
    for field, value in fields.items():
        if value:
            assert now.annotations[name].as_json()[field] == value
    untouched(text, plan.after.decode(), name)


@given(files())
def test_whatever_the_file_the_entry_goes_and_the_rest_stays(text: str) -> None:
    known = parse_artifacts_yaml(text.encode())
    assume(not known.problems)
    plan = plan_remove("a", GTO, text.encode())
    now = parse_artifacts_yaml(plan.after)
    assert {name: each.as_json() for name, each in now.annotations.items()} == {
        name: each.as_json() for name, each in known.annotations.items() if name != "a"
    }
    untouched(text, plan.after.decode(), "a")


def untouched(before: str, after: str, name: str) -> None:
    """Every line that is not of the entry is there still, in the same order."""
    kept = [line for line in before.splitlines(keepends=True) if not of_entry(before, line, name)]
    rest = iter(after.splitlines(keepends=True))
    assert all(any(line.rstrip("\r\n") == other.rstrip("\r\n") for other in rest) for line in kept)


def of_entry(text: str, line: str, name: str) -> bool:
    extent = parse_artifacts_yaml(text.encode()).annotations.get(name)
    if extent is None:
        return False
    place = extent.extent
    return line in text.splitlines(keepends=True)[place.start.line : place.end.line + 1]


def test_edits_are_minimal() -> None:
    text = "a:\n  type: x\n  path: y\n"
    edits = Editor(text, None).set("a", {"path": "z"})
    assert [(edit.start, edit.end, edit.text) for edit in edits] == [(19, 22, ": z")]
    assert applied(text, edits) == "a:\n  type: x\n  path: z\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a:\n  labels:\n    # all\n    - b  # why b\n    - d  # why d\n    # end\n  path: p\n",
            "a:\n  labels:\n    # all\n    - a\n    - b  # why b\n    - c\n    - d  # why d\n    # end\n  path: p\n",
        ),
        (
            "a:\n  labels:\n  - d # why d\n  - b # why b\n",
            "a:\n  labels:\n  - a\n  - d # why d\n  - b # why b\n  - c\n",
        ),
        ("a:\r\n  labels:\r\n  - b # why\r\n", "a:\r\n  labels:\r\n  - a\r\n  - b # why\r\n  - c\r\n"),
        ("a:\n  labels: [b, 'd']  # why\n", "a:\n  labels: [a, b, c, 'd']  # why\n"),
        ("a:\n  labels: [\n    b, # why\n    d\n  ]\n", "a:\n  labels: [\n    a, b, c, # why\n    d\n  ]\n"),
        ("a: {labels: [b]}\n", "a: {labels: [a, b, c]}\n"),
        ("a:\n  labels: [d, b]\n", "a:\n  labels: [a, b, c, d]\n"),
        ("a:\n  labels: []\n", "a:\n  labels: [a, c]\n"),
    ],
)
def test_labels_are_added_and_the_lines_and_comments_of_their_list_stay(before: str, after: str) -> None:
    assert annotated(before, labels=("c", "a")) == after
    assert annotated(after, labels=("c", "a")) == after
