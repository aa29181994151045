"""Names of pages: safe everywhere, and each artifact's own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.site.names import page_of


def test_a_plain_name_is_its_own() -> None:
    assert page_of("churn-2") == "artifacts/churn-2.html"


@pytest.mark.parametrize("name", ["some/dir:model", "Churn", "con", "nul", "com1", "a_b", "ü", "x" * 300, "../../etc"])
def test_any_other_has_a_hash(name: str) -> None:
    assert re.fullmatch(r"artifacts/[a-z0-9-]*_[0-9a-f]{16}\.html", page_of(name))


@given(st.lists(st.text(min_size=1, max_size=80), unique=True, min_size=2))
def test_no_two_are_the_same_where_case_does_not_count(names: list[str]) -> None:
    pages = {page_of(name).casefold() for name in names}
    assert len(pages) == len(names)
    assert all(len(page) < 120 and page.isascii() for page in pages)


def test_names_that_differ_in_their_case_have_pages_of_their_own() -> None:
    names = ["churn", "Churn", "CHURN", "a/b:c", "a:b/c", "a/b/c", "a-b-c"]
    assert len({page_of(name).casefold() for name in names}) == len(names)
