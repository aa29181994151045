"""Text of others in markdown. Names and messages come from tags, so none of them may become a link or a heading."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
# No more than what has a meaning there, because some editors show the backslashes.
_SPECIAL = re.compile(r"[\\`*\[\]<>|~&#]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=\bwww)\.|@(?=[\w-]+\.)")


def escaped(text: str, max_length: int = 200) -> str:
    """Return the text as it is, on one line, whatever it holds."""
    plain = _CONTROL.sub(" ", text)
    plain = plain if len(plain) <= max_length else f"{plain[:max_length]}…"
    return _SPECIAL.sub(lambda match: f"\\{match.group()}", plain)


def code(text: str, max_length: int = 200) -> str:
    """Return the text as code; a back tick in it ends nothing, and a bar no cell."""
    plain = _CONTROL.sub(" ", text).replace("`", "'").replace("|", "¦")
    return f"`{plain if len(plain) <= max_length else f'{plain[:max_length]}…'}`"
