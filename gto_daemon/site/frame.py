"""What every page has: its head, the way to the other pages, and the foot."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

from gto_daemon.site.markup import Content, Html, element, join

#: Before anything is painted; all else that scripts do waits until the page is there.
_THEME: Final = "try{let t=localStorage.gtodTheme;if(t)document.documentElement.dataset.theme=t}catch{}"

#: Nothing but the files beside the page, and pictures within it; of scripts within it the one with this hash.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' 'sha256-{b64encode(sha256(_THEME.encode()).digest()).decode()}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)

#: A dot in a circle, so that no browser asks the server for a favicon.
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='6' fill='none' stroke='%23258' stroke-width='3'/%3E%3C/svg%3E"
)


def page(
    title: str, site: str, *main: Content, root: str = "", current: str = "", plots: bool = False, foot: Content = None
) -> bytes:
    """Return a whole page.

    Args:
        title: of the page.
        site: the title of the site.
        main: what is on it.
        root: the way to the root of the site: empty, or `../`.
        current: the path of this page from there, where it is one that every page links to.
        plots: whether it has something to draw.
        foot: what is below.

    """
    pages = (("index.html", "Artifacts"), ("timeline.html", "Timeline"))
    links = [
        element("a", name, href=root + path, aria_current="page" if path == current else None) for path, name in pages
    ]
    whole = title if title == site else f"{title} · {site}"
    head = join(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width,initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", whole),
        element("link", rel="icon", href=_ICON),
        element("link", rel="stylesheet", href=f"{root}assets/site.css"),
        element("script", Html(_THEME)),
        element("script", src=f"{root}assets/site.js", defer=True),
        _plotting(root) if plots else None,
    )
    body = join(
        element("a", "Skip to the content", class_="skip", href="#main"),
        element(
            "header",
            element("a", site, class_="site", href=f"{root}index.html"),
            element("nav", *links, aria_label="Pages"),
        ),
        element("main", *main, id="main"),
        element("footer", foot or "Times are in UTC."),
    )
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>\n".encode()


def _plotting(root: str) -> Html:
    return join(
        element("link", rel="stylesheet", href=f"{root}assets/uplot.css"),
        element("script", src=f"{root}assets/uplot.js", defer=True),
        element("script", src=f"{root}assets/plots.js", defer=True),
    )
