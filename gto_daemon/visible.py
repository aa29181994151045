"""Text of others, fit for a terminal or an editor: nothing in it is invisible or obeyed, or turns what is around it."""

import re

#: Controls but line ends and tabs; what turns the direction of text; what has no width, but for variants of a glyph
#: and for joiners between letters or emojis.
_INVISIBLE = re.compile(
    "\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)


def visible(text: str) -> str:
    """Return the text with its invisible characters as their numbers: `\\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
