"""What the value of a key in a YAML file may be: reader, JSON schema and the editor's features go by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Characters of a glob or another word, and wildcards of a glob: names are matched with them again and again.
MAX_WORD: Final = 256
MAX_WILDCARDS: Final = 8
#: Items of a list and of a mapping.
MAX_ITEMS: Final = 200


@dataclass(frozen=True, slots=True)
class Word:
    """Text of one kind.

    Attributes:
        what: what it is, with its article.
        pattern: what it has to match as a whole, in the syntax that Python and JSON schemas share.
        hint: how to write it, as a sentence.
        choices: all that it may be, with what each means; empty if that is not fixed.
        default: what holds where the file does not say; None if that needs more words.
        most: how many characters it may have.
        is_shown: whether a problem shows what is written in its place; it may be a password.

    """

    what: str
    pattern: str
    hint: str
    choices: Mapping[str, str] | None = None
    default: str | None = None
    most: int = MAX_WORD
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class FormatVersion:
    """The version of the format."""


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list of words; `empty` says what an empty list means, and is None where there has to be an item.

    `or_one`: a single word may stand for a list of one.
    """

    item: Word
    empty: str | None = None
    or_one: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping whose keys are the user's."""

    name: Word
    each: "Shape"


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping whose keys are fixed.

    Attributes:
        entries: the keys.
        required: those that have to be there.
        one_of: keys of which exactly one has to be there.
        at_most_one: keys of which at most one may be there.

    """

    entries: Mapping[str, "Entry"]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    at_most_one: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """A list of mappings. What is wrong with one leaves the others as they are.

    Attributes:
        each: what each is.
        what: what each is called, in the plural.
        most: how many there may be.

    """

    each: Keys
    what: str
    most: int = MAX_ITEMS


Shape = Word | FormatVersion | Flag | Items | Named | Keys | Records


@dataclass(frozen=True, slots=True)
class Entry:
    """A key: the shape of its value, and what it means, in Markdown.

    What is wrong in an `advisory` one is a warning: it allows and forbids nothing.
    """

    shape: Shape
    text: str
    advisory: bool = False


def up_to_wildcards(characters: str) -> str:
    """Return the pattern of what follows the beginning of a glob: at most `MAX_WILDCARDS`, each with characters."""
    return f"(?:(?:\\*{{1,2}}|\\?){characters}*){{0,{MAX_WILDCARDS}}}"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """The format of one file.

    Attributes:
        name: what the file is called in problems.
        keys: its keys.
        most_bytes: how long it may be.
        wrong: the code of what is wrong in it.
        empty: what is wrong with an empty file, and the remedy; None if it may be empty.
        newer: the code of a file of a newer version; empty where files do not state their version.
        version: the version of the format.

    """

    name: str
    keys: Keys
    most_bytes: int
    wrong: str
    empty: tuple[str, str] | None = None
    newer: str = ""
    version: int = 0


ARTIFACTS: Final = Word(
    "a glob of artifacts",
    "(?=.)[a-zA-Z0-9_./:-]*" + up_to_wildcards("[a-zA-Z0-9_./:-]"),
    f"Write an artifact's name, with at most {MAX_WILDCARDS} wildcards '*', '?' or '**'.",
)
STAGE: Final = Word(
    "a stage",
    r"[a-zA-Z0-9](?:[a-zA-Z0-9_/-]*[a-zA-Z0-9])?",
    "A stage has letters, digits and inner '-', '_' and '/' only.",
)
