"""How tags are divided among pushes."""

from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.pushes import divide
from gto_daemon.registry.tag_names import parse_tag_name


def shown(create: dict[str, str], delete: tuple[str, ...] = (), size: int = 3) -> list[str]:
    return [" ".join([*push.create, *(f":{tag}" for tag in push.delete)]) for push in divide(create, delete, size)]


def test_a_version_and_what_rests_on_it_go_together_and_versions_first() -> None:
    tags = {"a#prod#1": "1", "b@v1.0.0": "2", "b#prod#1": "2", "c@v1.0.0": "3", "c#dev#1": "3", "c@v1.0.0!#2": "3"}
    assert shown(tags) == ["b@v1.0.0 b#prod#1", "c@v1.0.0 c#dev#1 c@v1.0.0!#2", "a#prod#1"]
    assert shown({"a#prod#1": "1", "b#prod#1": "1", "a@v1.0.0": "1"}) == ["a@v1.0.0 a#prod#1 b#prod#1"]


def test_a_version_of_many_stages_goes_with_the_first_of_them() -> None:
    tags = {"a@v1.0.0": "1", **{f"a#s{number}#{number}": "1" for number in range(4)}, "b@v1.0.0": "1"}
    assert shown(tags) == ["a@v1.0.0 a#s0#0 a#s1#1", "a#s2#2 a#s3#3 b@v1.0.0"]


def test_a_version_is_deleted_after_what_rests_on_it_and_in_the_pushes_that_there_are() -> None:
    assert shown({"b@v1.0.0": "2"}, ("a@v1.0.0", "a#prod#1", "a#dev#2")) == [
        "b@v1.0.0 :a#prod#1 :a#dev#2",
        ":a@v1.0.0",
    ]


def test_without_a_limit_there_is_one_push_and_without_tags_none() -> None:
    assert shown({f"m{number}@v1.0.0": "1" for number in range(9)}, size=0)[0].count("@") == 9
    assert shown({}) == []


names = st.builds(
    "{}{}".format, st.sampled_from("abc"), st.sampled_from(["@v1.0.0", "@v2.0.0", "#prod#1", "#dev#2", "@v1.0.0!#3"])
)


@given(st.dictionaries(names, st.sampled_from("12"), max_size=12), st.sets(names, max_size=5), st.integers(1, 4))
def test_every_tag_is_sent_once_in_pushes_that_are_small_enough(
    create: dict[str, str], delete: set[str], size: int
) -> None:
    pushes = divide(create, delete, size)
    assert sorted(tag for push in pushes for tag in push.create) == sorted(create)
    assert sorted(tag for push in pushes for tag in push.delete) == sorted(delete)
    assert all(0 < len(push.create) + len(push.delete) <= size for push in pushes)
    place = {tag: number for number, push in enumerate(pushes) for tag in push.create}
    for tag, commit in create.items():
        parsed = parse_tag_name(tag)
        assert parsed is not None
        for other, target in create.items():
            under = parse_tag_name(other)
            assert under is not None
            if (under.kind, under.artifact, target) == ("registration", parsed.artifact, commit):
                assert place[other] <= place[tag] or parsed.kind == "registration"
