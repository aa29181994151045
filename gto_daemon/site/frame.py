"""What every page has: its head, the way to the other pages, and the foot."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

from gto_daemon.site.markup import Content, Html, element, join

#: The theme that was chosen, before anything is painted. In the page, because another file would be waited for.
_THEME: Final = "try{if(t=localStorage.gtodTheme)document.documentElement.dataset.theme=t}catch{}"

#: Nothing but the files beside the page, and pictures within it; of scripts within it the one with this hash.
POLICY: Final = (
    f"default-src 'none';script-src 'self' 'sha256-{b64encode(sha256(_THEME.encode()).digest()).decode()}';"
    "style-src 'self';img-src 'self' data:;base-uri 'none';form-action 'none'"
)


def page(title: str, site: str, *main: Content, root: str = "", current: str = "", foot: Content = None) -> bytes:
    """Return a whole page. HTML has no need of the tags that are left out.

    Args:
        title: of the page.
        site: the title of the site.
        main: what is on it.
        root: the way to the root of the site: empty, or `../`.
        current: the path of this page from there, where it is one that every page links to.
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
        element("title", whole),
        element("link", rel="icon", href=f"{root}assets/icon.svg"),
        # Before the styles, which it would wait for. All else that scripts do comes when something has been painted.
        element("script", Html(_THEME)),
        element("link", rel="stylesheet", href=f"{root}assets/site.css"),
        element("script", src=f"{root}assets/site.js", defer=True),
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
    return f"<!doctype html><html lang=en>{head}{body}\n".encode()
