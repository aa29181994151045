"""How large a document may be. Apart from what reads one, which takes its time to load."""

from typing import Final

#: Characters of a document that is looked at. 3,000 artifacts are 300,000. What is made of a longer one could not be
#: freed, or collected, without keeping others waiting.
MAX_DOCUMENT: Final = 500_000
