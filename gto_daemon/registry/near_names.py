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


def near_names(word: str, names: Iterable[str]) -> list[str]:
    """Return the few names that `word` probably stands for, the likeliest first; never `word` itself.

    A name is near when it ends in the word (`teams/fraud:churn` for `churn`) or begins with it, differs in case only,
    or in a few letters.
    """
    if not word or len(word) > MAX_WORD:
        return []
    known = [name for name in islice(names, MAX_NAMES) if name != word]
    folded, end = word.casefold(), _last(word)
    ends = [name for name in known if _last(name) == end]
    near = ends + [name for name in known if name.casefold() == folded or name.casefold().startswith(f"{folded}-")]
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
    import difflib  # noqa: PLC0415  (only where a name is wrong)

    close = (name for name in known if abs(len(name) - len(word)) <= 1 + len(word) // 3)
    return difflib.get_close_matches(word, islice(close, MAX_COMPARED), MAX_SUGGESTED, cutoff=0.7)
