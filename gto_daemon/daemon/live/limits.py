"""How much of a repository is kept, and how long a change is held back."""

from dataclasses import dataclass

#: Characters of the messages of all tags and commits of a repository; what is read beyond is kept without its message.
MAX_MESSAGES = 32 << 20


@dataclass(frozen=True, kw_only=True)
class LiveLimits:
    """Bounds of one repository.

    Attributes:
        max_messages: characters of the messages of all its tags and commits.
        settling: seconds without another change until a change that was held back is reported.
        max_settling: seconds for which it is held back at most.

    """

    max_messages: int = MAX_MESSAGES
    settling: float = 2.0
    max_settling: float = 60.0
