"""Similar names for one that does not exist: "did you mean"."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

#: Names that are looked at. Looking for a name in more would hold up others.
MAX_NAMES: Final = 50_000
#: Names that are compared letter by letter, a few milliseconds for all of them.
MAX_COMPARED: Final = 1_000
MAX_SUGGESTED: Final = 3
#: A longer word is no slip of the finger, and comparing it would take long.
MAX_WORD: Final = 200
#: Letters in order that two names have in common, as a part of all, for one to stand for the other.
_LEAST_ALIKE: Final = 0.7


def near_names(word: str, names: Iterable[str]) -> list[str]:
    """Return the few names that `word` probably stands for, the likeliest first; never `word` itself.

    A name is near when it ends in the word (`teams/fraud:churn` for `churn`) or begins with it, differs in case only,
    or in a few letters.
    """
    if not word or len(word) > MAX_WORD:
        return []
    known = [name for name in islice(names, MAX_NAMES) if name != word]
    folded, end = word.casefold(), _last(word)
    begins = f"{folded}-"
    in_lower_case = [(name, name.casefold()) for name in known]
    ends = [name for name, lower in in_lower_case if lower.endswith(end) and _last(name) == end]
    near = ends + [name for name, lower in in_lower_case if lower == folded or lower.startswith(begins)]
    near = list(dict.fromkeys(near))
    if len(near) < MAX_SUGGESTED:
        near += [name for name in _alike(word, known) if name not in near]
    return near[:MAX_SUGGESTED]


def did_you_mean(names: Iterable[str]) -> str:
    """Return the question, `Did you mean 'a' or 'b'?`; empty where there are no names."""
    quoted = [f"'{name}'" for name in names]
    return f"Did you mean {' or '.join(quoted)}?" if quoted else ""


def _last(name: str) -> str:
    """Return the part behind the folders, in lower case."""
    return name.replace(":", "/").rpartition("/")[2].casefold()


def _alike(word: str, known: list[str]) -> list[str]:
    """Return what `difflib.get_close_matches` does; it compares no name that cannot be among the closest."""
    import difflib  # noqa: PLC0415  (only where a name is wrong)

    letters = [(letter, word.count(letter)) for letter in set(word)]
    without_letters = dict.fromkeys(map(ord, word))
    length, difference = len(word), 1 + len(word) // 3
    shortest, longest = length - difference, length + difference
    close = [name for name in known if shortest <= len(name) <= longest][:MAX_COMPARED]
    bounded = [
        (2.0 * sum([min(count, name.count(letter)) for letter, count in letters]) / (length + len(name)), name)
        for name in close
        # However often each of its letters is in the word: sees off most names, in a fifth of the time.
        if 2.0 * (len(name) - len(name.translate(without_letters))) / (length + len(name)) >= _LEAST_ALIKE
    ]
    matcher = difflib.SequenceMatcher(b=word)
    best: list[tuple[float, str]] = []
    for bound, name in sorted(bounded, reverse=True):
        if bound < _LEAST_ALIKE or (len(best) == MAX_SUGGESTED and (bound, name) < best[-1]):
            break
        matcher.set_seq1(name)
        ratio = matcher.ratio()
        if ratio >= _LEAST_ALIKE:
            best = sorted([*best, (ratio, name)], reverse=True)[:MAX_SUGGESTED]
    return [name for _, name in best]
