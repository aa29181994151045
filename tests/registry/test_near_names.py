"""What may be meant is what difflib finds, although fewer names are compared."""

import difflib
import random

from gto_daemon.registry.near_names import MAX_SUGGESTED, near_names


def test_the_closest_names_are_those_that_difflib_finds() -> None:
    chosen = random.Random(20_260_531)
    found = 0
    for _ in range(300):
        word, *known = {"x".join(chosen.choices("abc01", k=chosen.randint(2, 5))) for _ in range(40)}
        close = [name for name in known if abs(len(name) - len(word)) <= 1 + len(word) // 3]
        expected = difflib.get_close_matches(word, close, MAX_SUGGESTED, cutoff=0.7)
        assert near_names(word, known) == expected
        found += len(expected)
    assert found > 100
