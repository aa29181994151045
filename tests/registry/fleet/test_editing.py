"""Adding entries to a fleet file and taking them out leaves all else as it is."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.annotations.editing import CannotEditError
from gto_daemon.registry.fleet.editing import with_entry, without_entry
from gto_daemon.registry.fleet.reading import read_fleet

#: A file before and after `path: /new` was added.
ADDED: Final = (
    ("", "repositories:\n  - path: /new\n"),
    ("# mine\nname: ml", "# mine\nname: ml\nrepositories:\n  - path: /new\n"),
    ("repositories:\n", "repositories:\n  - path: /new\n"),
    ("repositories: []  # none\n", "repositories:\n  - path: /new  # none\n"),
    ("repositories:  # all\n- path: a  # 1\n# end\n", "repositories:  # all\n- path: a  # 1\n- path: /new\n# end\n"),
    ("repositories:\n    -  path: a\n       name: b\nname: c\n",
     "repositories:\n    -  path: a\n       name: b\n    - path: /new\nname: c\n"),
    ("repositories: [{path: a}, ]\n", "repositories: [{path: a}, {path: /new}, ]\n"),
    ("repositories:\r\n- path: a\r\n", "repositories:\r\n- path: a\r\n- path: /new\r\n"),
)  # fmt: skip
#: A file before and after the entry named `b` was taken out.
REMOVED: Final = (
    ("repositories:\n- {path: b, name: b}\n", "repositories: []\n"),
    ("repositories: [{path: b, name: b}] # x\n", "repositories: [] # x\n"),
    ("repositories:\n- path: a  # one\n# two\n- path: b\n  name: b\n# three\n- path: c\n",
     "repositories:\n- path: a  # one\n# two\n# three\n- path: c\n"),
    ("repositories: [{path: b, name: b}, {path: c}]\n", "repositories: [{path: c}]\n"),
    ("repositories: [{path: a}, {path: b, name: b}]\n", "repositories: [{path: a}]\n"),
    ("repositories:\r\n- path: a\r\n- {path: b, name: b}\r\n", "repositories:\r\n- path: a\r\n"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "after"), ADDED)
def test_an_entry_is_added_at_the_end(before: str, after: str) -> None:
    assert with_entry(before.encode(), {"path": "/new"}).decode() == after


@pytest.mark.parametrize(("before", "after"), REMOVED)
def test_an_entry_is_taken_out(before: str, after: str) -> None:
    (entry,) = [each for each in read_fleet(before.encode()).config.repositories if each.name == "b"]
    assert without_entry(before.encode(), entry).decode() == after


@pytest.mark.parametrize(
    "text", ["{repositories: []}\n", "repositories: {a: b}\n", "- a\n", "repositories: &x []\na: *x"]
)
def test_what_is_not_understood_is_left_alone(text: str) -> None:
    with pytest.raises(CannotEditError):
        with_entry(text.encode(), {"path": "/new"})


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cc", "Cn", "Cs")), min_size=1, max_size=8), max_size=5, unique=True
    ),
    st.data(),
)
def test_whatever_is_added_can_be_taken_out(paths: list[str], data: st.DataObject) -> None:
    text = b"# mine\n"
    for path in paths:
        text = with_entry(text, {"path": path})
    assert [each.path for each in read_fleet(text).config.repositories] == paths
    for path in data.draw(st.permutations(paths)):
        (entry,) = [each for each in read_fleet(text).config.repositories if each.path == path]
        text = without_entry(text, entry)
    assert text == (b"# mine\nrepositories: []\n" if paths else b"# mine\n")
