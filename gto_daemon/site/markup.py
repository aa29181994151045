"""HTML that cannot be forgotten to be escaped: whatever is not `Html` already is text."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from gto_daemon.visible import visible

#: Elements whose end tags HTML lets a page leave out where another one, or the end of their parent, follows.
_OPEN_ENDED = frozenset({"td", "th", "tr", "tbody", "thead", "li", "dt", "dd", "option"})
_VOID = frozenset({"meta", "link", "img", "input", "br"})
_UNQUOTED = re.compile(r"[\w.#/:+~-]+", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
#: What ends a sentence rather than an address.
_TRAILING = ".,;:!?)]}'\""


class Html(str):
    """Markup, as opposed to text."""

    __slots__ = ()


Content = str | Iterable[str] | None

NOTHING = Html("")


def join(*parts: Content) -> Html:
    """Return parts one after the other, each escaped unless it is markup."""
    return Html("".join(_flat(parts)))


def element(name: str, /, *content: Content, **attributes: str | int | None) -> Html:
    """Return an element.

    Args:
        name: of the element.
        content: its text and markup.
        attributes: an underscore at the end is dropped, others become hyphens. None and False leave one out, True has
            no value.

    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in _VOID:
        return Html(start)
    end = "" if name in _OPEN_ENDED else f"</{name}>"
    return Html(f"{start}{join(*content)}{end}")


def is_address(text: str) -> bool:
    """Return whether a whole text is an address that may be linked to: http or https, with a host."""
    if not _ADDRESS.fullmatch(text) or visible(text) != text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def linked(text: str) -> Html:
    """Return text with the addresses in it as links."""
    parts: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_TRAILING)
        if not is_address(address):
            continue
        parts += [text[end : match.start()], element("a", address, href=address, rel="nofollow noreferrer")]
        end = match.start() + len(address)
    return join(*parts, text[end:])


def _flat(parts: Iterable[Content]) -> Iterable[str]:
    for part in parts:
        if part is None:
            continue
        if isinstance(part, Html):
            yield part
        elif isinstance(part, str):
            yield escape(visible(part), quote=False)
        else:
            yield from _flat(part)


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _attribute(key: str, value: str | int | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = visible(str(value))
    return f" {name}={text}" if _UNQUOTED.fullmatch(text) else f' {name}="{_quoted(text)}"'
