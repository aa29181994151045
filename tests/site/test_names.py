"""Names of pages: safe everywhere, and each artifact's own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.site.names import page_of


@pytest.mark.parametrize(
    ("name", "page"),
    [("churn_2-b", "churn_2-b"), ("some/dir:model", "some.dir..model"), ("a/b", "a.b"), ("console", "console")],
)
def test_a_plain_name_stays_readable(name: str, page: str) -> None:
    assert page_of(name) == f"artifacts/{page}.html"


_ODD = ["Churn", "con", "nul", "com1", "con/x:y", "a.b", "a//b", "a:", "ü", "x" * 300, "../../etc", "a:b:c"]


@pytest.mark.parametrize("name", _ODD)
def test_any_other_has_a_hash(name: str) -> None:
    assert re.fullmatch(r"artifacts/[a-z0-9-]*~[0-9a-f]{12}\.html", page_of(name))


@given(st.lists(st.text(min_size=1) | st.text("aA/:._-~", min_size=1, max_size=5), unique=True, min_size=2))
def test_no_two_are_the_same_where_case_does_not_count(names: list[str]) -> None:
    pages = {page_of(name).casefold() for name in names}
    assert len(pages) == len(names)
    assert all(len(page) < 120 and page.isascii() for page in pages)


def test_names_that_differ_in_their_case_have_pages_of_their_own() -> None:
    names = ["churn", "Churn", "CHURN", "a/b:c", "a:b/c", "a/b/c", "a-b-c", "a//c", "a.c", "a..c"]
    assert len({page_of(name).casefold() for name in names}) == len(names)
