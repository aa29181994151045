"""Keys are split as they were written, and short names mean what they were made of."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.evidence.keys import dotted_name, find_key, matching_keys, short_names, split_key, whole_key

_TEXTS = st.text(st.sampled_from("ab.:\\/ é"), max_size=5)
_PATHS = st.text(st.sampled_from("ab.:\\/ é"), min_size=1, max_size=5)
_KEYS = st.builds(whole_key, _PATHS, st.lists(_TEXTS, max_size=3))


@given(_PATHS, st.lists(_TEXTS, max_size=4))
@example("a", [""])
@example("a\\", ["b\\", ".", ""])
@example("a:b", ["c:d"])
def test_a_key_splits_into_what_it_was_made_of(path: str, parts: list[str]) -> None:
    assert split_key(whole_key(path, parts)) == (path, tuple(parts))


def test_a_usual_key_is_as_the_contract_has_it() -> None:
    assert whole_key("a/metrics.json", ["train", "loss"]) == "a/metrics.json:train.loss"
    assert whole_key("metrics.json", ["acc.top1", "x\\y"]) == r"metrics.json:acc\.top1.x\y"
    assert whole_key("accuracy.txt", []) == "accuracy.txt"
    assert dotted_name("a/metrics.json:train.loss") == "train.loss"
    assert dotted_name("accuracy.txt") == "accuracy.txt"


@given(st.lists(_KEYS, unique=True, max_size=6))
@example(["a:b", "b"])
@example(["a", "x:a"])
@example(["a:b:c", "x:b:c", "b:c"])
@example([r"x:a\.b", "x:a.b"])
def test_each_short_name_finds_its_key(keys: list[str]) -> None:
    names = short_names(keys)

    assert list(names) == keys
    assert [find_key(name, keys) for name in names.values()] == keys
    assert [matching_keys([name], keys) for name in names.values()] == [[key] for key in keys]


def test_a_name_of_several_files_is_ambiguous() -> None:
    keys = ["train.json:auc", "test.json:auc", "test.json:loss"]

    with pytest.raises(RegistryError) as refused:
        find_key("auc", keys)

    assert refused.value.kind == "AmbiguousKey"
    assert refused.value.data["candidates"] == ["train.json:auc", "test.json:auc"]
    assert find_key("loss", keys) == "test.json:loss"
    assert short_names(keys)["train.json:auc"] == "train.json:auc"


def test_an_unknown_name_is_refused_with_near_ones() -> None:
    with pytest.raises(RegistryError) as refused:
        find_key("acu", ["m.json:auc", "m.json:loss"])

    assert refused.value.kind == "NoSuchKey"
    assert refused.value.data["near"] == ["auc"]
    assert "Did you mean 'auc'?" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "near"),
    [
        # Several files have what is meant, so its short name would be refused as well.
        ("acuracy", ["m.json:accuracy", "e.json:accuracy"]),
        ("acc", ["m.json:accuracy", "e.json:accuracy"]),
        # One key is suggested once.
        ("test", ["loss.test"]),
        ("LOSS.TEST", ["loss.test"]),
        ("loss", ["loss.train", "loss.test"]),
    ],
)
def test_what_is_suggested_can_be_typed(text: str, near: list[str]) -> None:
    keys = ["m.json:accuracy", "m.json:loss.train", "m.json:loss.test", "m.json:n", "e.json:accuracy"]
    with pytest.raises(RegistryError) as refused:
        find_key(text, keys)
    assert refused.value.data["near"][: len(near)] == near
    for name in refused.value.data["near"]:
        assert find_key(name, keys)


def test_nobody_has_to_escape_dots_where_it_is_clear_what_is_meant() -> None:
    assert find_key("acc.top1", [r"m.json:acc\.top1"]) == r"m.json:acc\.top1"
    assert find_key("m.json:acc.top1", [r"m.json:acc\.top1"]) == r"m.json:acc\.top1"
    assert find_key("a.b", [r"m.json:a\.b", "m.json:a.b"]) == "m.json:a.b"


def test_patterns_give_keys_in_their_own_order() -> None:
    keys = ["a/m.json:auc", "a/m.json:train.loss", "b/m.json:auc", "b/m.json:val.loss"]

    assert matching_keys(["*loss", "auc"], keys) == [keys[1], keys[3], keys[0], keys[2]]
    assert matching_keys(["a/*.json:*"], keys) == keys[:2]
    assert matching_keys(["**/m.json:auc"], keys) == [keys[0], keys[2]]
    with pytest.raises(RegistryError, match=r"No version has 'f1\*'"):
        matching_keys(["f1*"], keys)
