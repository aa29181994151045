"""Globs in rules: `*` and `?` stop at the separators `/` and `:`, `**` crosses them."""

import re
from functools import lru_cache

_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANINGS = {"**/": "(?:.*[/:])?", "**": ".*", "*": "[^/:]*", "?": "[^/:]"}


def matches(pattern: str, name: str) -> bool:
    """Return whether a name (of an artifact, or of a branch) matches a glob as a whole."""
    return _compiled(pattern).fullmatch(name) is not None


@lru_cache(maxsize=1_024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_MEANINGS.get(part) or re.escape(part) for part in _PARTS.findall(pattern)), re.DOTALL)
