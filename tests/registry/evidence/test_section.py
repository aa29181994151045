"""`evidence` in `.gtod.yaml` says where an artifact's evidence is; what is wrong in it is told, and the rest counts."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gto_daemon.registry.evidence.section import EvidencePaths, matching_paths, read_section
from gto_daemon.registry.rules.globs import matches
from tests.registry.rules.strategies import EVIDENCE, written

_TEXT = b"""\
version: 1
evidence:
  "**": {params: [params.yaml]}
  churn: {metrics: [metrics/churn.json, "extra/*.json"], headline: [auc]}
  "teams/**": {metrics: []}
  "teams/fraud:*": {metrics: [f.json], plots: [roc.csv]}
"""


def test_the_last_match_wins_key_by_key() -> None:
    section = read_section(_TEXT)

    assert section.problems == ()
    assert section.of("churn") == EvidencePaths(
        metrics=("metrics/churn.json", "extra/*.json"), params=("params.yaml",), headline=("auc",)
    )
    assert section.of("teams/fraud:m") == EvidencePaths(
        metrics=("f.json",), params=("params.yaml",), plots=("roc.csv",)
    )
    assert section.of("teams/x:m") == EvidencePaths(metrics=(), params=("params.yaml",))


@given(EVIDENCE, st.sampled_from([True, False, None]))
def test_what_is_written_is_read(content: dict[str, dict[str, list[str]]], style: bool | None) -> None:
    section = read_section(written({"version": 1, "evidence": content}, style))

    assert section.problems == ()
    assert section.entries == tuple(
        (name, EvidencePaths(**{key: tuple(words) for key, words in entry.items()})) for name, entry in content.items()
    )


def test_what_is_wrong_is_told_and_the_rest_counts() -> None:
    section = read_section(
        b"version: 1\nevidence:\n  a: {metrics: [m.json, 5], plot: [x]}\n  b c: {}\n  d: {params: [p.toml]}\n"
    )

    assert section.of("a") == EvidencePaths(metrics=("m.json",))
    assert section.of("d") == EvidencePaths(params=("p.toml",))
    assert [(each.severity, each.path, each.range and each.range.start.line) for each in section.problems] == [
        ("warning", ".gtod.yaml", 2),
        ("warning", ".gtod.yaml", 2),
        ("warning", ".gtod.yaml", 3),
    ]
    assert "Did you mean 'plots'?" in section.problems[1].hint


@pytest.mark.parametrize(
    "text",
    [
        b"evidence: {a: {metrics: [m.json]}}\n",
        b"version: 1\nrules: 5\nroles: [x]\nevidence: {a: {metrics: [m.json]}}\n",
        b"version: 1\nevidence: {a: {metrics: [m.json]}}\nother: 1\n",
    ],
)
def test_what_is_wrong_with_the_rules_does_not_matter(text: bytes) -> None:
    section = read_section(text)

    assert section.of("a") == EvidencePaths(metrics=("m.json",))
    assert section.problems == ()


@pytest.mark.parametrize(
    "text", [b"evidence: [", b"evidence: \xff", b"version: 2\nevidence: {}", b"evidence: {}\n" + b"#" * (1 << 21)]
)
def test_a_file_that_cannot_be_read_is_one_problem(text: bytes) -> None:
    section = read_section(text)

    assert section.entries == ()
    assert [(each.code, each.severity) for each in section.problems] == [("wrong-evidence", "warning")]


def test_a_file_without_the_section_says_nothing() -> None:
    assert (
        read_section(b"version: 1\n")
        == read_section(b"\xff")
        == read_section(b"")
        == read_section(b"version: 1 # no evidence\n")
    )


_PATHS = ("metrics.json", "metrics/a.json", "metrics/b.yaml", "metrics/x/c.json", "metrics2/d.json", "x/metrics/e.json")


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["metrics.json"], _PATHS[:1]),
        (["metrics"], _PATHS[1:4]),
        (["metrics/"], _PATHS[1:4]),
        (["metrics/*"], _PATHS[1:3]),
        (["metrics/*.json"], _PATHS[1:2]),
        (["metrics/**"], _PATHS[1:4]),
        (["**/*.json"], (_PATHS[0], _PATHS[1], *_PATHS[3:])),
        (["**/metrics/"], (*_PATHS[1:4], _PATHS[5])),
        (["metric?.json", "x/**"], (_PATHS[0], _PATHS[5])),
        (["x/**", "metrics.json", "**"], (_PATHS[5], *_PATHS[:5])),
        (["metric"], ()),
        ([], ()),
    ],
)
def test_globs_and_folders(patterns: list[str], expected: tuple[str, ...]) -> None:
    assert matching_paths(patterns, _PATHS) == list(expected)


_PARTS = st.lists(st.sampled_from(["a", "b", "/", "*", "**", "?", "**/"]), min_size=1, max_size=5).map("".join)


@given(
    _PARTS.filter(lambda pattern: re.search(r"[*?]", pattern) and not pattern.endswith("/")), st.text("ab/", max_size=6)
)
@example("**/a", "a")
@example("a/**/b", "a/b")
@example("**a", "a")
def test_a_glob_matches_as_globs_of_rules_do(pattern: str, path: str) -> None:
    assert matching_paths([pattern], [path]) == [path] * matches(pattern, path)
