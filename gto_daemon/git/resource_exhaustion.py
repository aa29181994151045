"""What the system refuses because it is short of something, which says nothing about what was asked for.

Read as "there is no such object" it would be remembered: an object that is missing is looked for again only when
something changes that could have brought it.
"""

import errno
import os

#: No descriptors left for this process, none for the system, no memory.
_NUMBERS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
#: libgit2 has words only.
_WORDS = tuple(os.strerror(number) for number in _NUMBERS)


def is_exhaustion(error: BaseException) -> bool:
    """Return whether the same may succeed later, without anything having changed."""
    if isinstance(error, OSError) and error.errno in _NUMBERS:
        return True
    said = str(error)
    return any(words in said for words in _WORDS)


def reraise_if_exhausted(error: BaseException) -> None:
    """Raise what is a shortage; anything else is for the caller to deal with.

    Raises:
        OSError: it is one.

    """
    if is_exhaustion(error):
        raise OSError(*error.args) from error
