"""The files of a site: what is on the pages, that text stays text there, and that links lead somewhere."""

import re
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from typing import Any

import pytest

from gto_daemon.protocol.registry import HistoryRow
from gto_daemon.site.catalogue import Catalogue, moment
from gto_daemon.site.frame import POLICY
from gto_daemon.site.names import page_of
from gto_daemon.site.pages import render
from tests.site.catalogues import TIME, catalogue, entry, event, metrics, plots, version
from tests.site.large import large

#: The elements that pages are made of.
_USED = {
    *("html", "meta", "title", "link", "script", "a", "header", "nav", "main", "footer", "section", "div", "figure"),
    *("h1", "h2", "p", "span", "b", "i", "code", "pre", "time", "ul", "ol", "li", "dl", "dt", "dd", "figcaption"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}


class Page(HTMLParser):
    """The elements of a page, and its text without scripts."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self._in = ""
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts.append(data)
        else:
            self.text += data + " "

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


def site(made: Catalogue) -> dict[str, bytes]:
    return dict(render(made))


def words(content: bytes) -> str:
    return " ".join(Page(content).text.split())


HOSTILE = "\"><script src=//evil.example></script><img src=x onerror=alert(1)>'`&lt;</script>"


def hostile() -> Catalogue:
    """One in which everything that a repository can say is hostile."""
    held = {"stage": HOSTILE, "ref": HOSTILE, "since": HOSTILE, "author": HOSTILE, "holds": True}
    row = version(HOSTILE, subject=HOSTILE, author=HOSTILE, created_at=HOSTILE, stages=[held], commit=HOSTILE)
    happened = event(
        HOSTILE, "assignment", version=HOSTILE, stage=HOSTILE, author=HOSTILE, message=HOSTILE, ref=HOSTILE
    )
    signed: Any = {"status": "bad", "format": "ssh", "principal": HOSTILE, "key": HOSTILE, "reason": HOSTILE}
    happened["signature"] = signed
    row["events"] = [happened]
    problem: Any = {"code": "x", "severity": "error", "message": HOSTILE, "hint": HOSTILE}
    values = {f"{HOSTILE}:{HOSTILE}": HOSTILE, "a:b": [HOSTILE], "c": 1}
    return catalogue(
        entry(
            HOSTILE,
            row,
            description=HOSTILE,
            type=HOSTILE,
            dir=HOSTILE,
            label=HOSTILE,
            latest=HOSTILE,
            stages={HOSTILE: [HOSTILE]},
            annotated_in=[HOSTILE],
            problems=[problem],
            annotation={
                "path": f"https://evil.example/{HOSTILE}",
                "labels": [HOSTILE],
                "custom": {HOSTILE: HOSTILE, "deep": [{HOSTILE: HOSTILE}]},
            },
            metrics=metrics({HOSTILE: values}),
            plots=plots(
                {"step": HOSTILE, "loss": 1, "filename": HOSTILE, "field": HOSTILE},
                title=HOSTILE,
                x_label=HOSTILE,
                y_label=HOSTILE,
            ),
        ),
        title=HOSTILE,
        events=(happened,),
        problems=(problem,),
    )


def test_nothing_of_a_repository_is_markup() -> None:
    pages = [content for path, content in render(hostile()) if path.endswith(".html")]
    assert len(pages) == 3
    for content in pages:
        page = Page(content)
        assert {name for name, _ in page.elements} <= _USED
        assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
        assert all(source.removeprefix("../").startswith("assets/") for source in page.values("src"))
        assert HOSTILE in page.text or any("evil.example" in script for script in page.scripts)
        # Data ends where the renderer ends it.
        assert not [script for script in page.scripts if "<" in script and "evil" in script]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_links_of_annotations_are_of_the_web(link: str) -> None:
    found = entry(description=f"See {link}", annotation={"path": link, "custom": {"docs": link, "also": [link]}})
    page = Page(site(catalogue(found))["artifacts/churn.html"])
    assert not [href for href in page.values("href") if href.startswith(link)]
    assert link in page.text


def test_an_address_of_an_annotation_is_a_link() -> None:
    found = entry(annotation={"path": "https://example.com/m", "custom": {"docs": "https://example.com/d"}})
    page = Page(site(catalogue(found))["artifacts/churn.html"])
    assert {"https://example.com/m", "https://example.com/d"} <= set(page.values("href"))


def test_every_link_within_the_site_leads_to_a_file_or_a_place_of_it() -> None:
    names = ["churn", "Churn", "some/dir:model", "con", "gone"]
    files = site(
        catalogue(
            *(entry(name, version(latest=True), stages={"prod": ["v1.0.0"]}, latest="v1.0.0") for name in names),
            events=tuple(event(name) for name in [*names, "of-no-row"]) * 200,
        )
    )
    assert {page_of(name) for name in names} | {"timeline.html"} <= files.keys()
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        page = Page(content)
        for link in [*page.values("href"), *page.values("src")]:
            target, _, place = link.partition("#")
            if target.startswith("data:"):
                continue
            aimed = normpath(join(dirname(path), target)) if target else path
            assert aimed in files, (path, link)
            if place:
                assert place in Page(files[aimed]).values("id"), (path, link)


def test_ids_are_used_once() -> None:
    made = catalogue(entry("churn", version(), version("v0.9.0")), events=(event(),))
    for path, content in render(made):
        if path.endswith(".html"):
            ids = Page(content).values("id")
            assert len(ids) == len(set(ids))


def test_the_policy_lets_a_page_load_nothing_from_elsewhere() -> None:
    allowed = dict(part.split(" ", 1) for part in POLICY.split(";"))
    assert allowed["default-src"] == "'none'"
    assert re.fullmatch(r"'self' 'sha256-[\w+/]{43}='", allowed["script-src"])
    assert allowed["style-src"] == "'self'"
    assert "connect-src" not in allowed
    for path, content in render(catalogue(entry())):
        if path.endswith(".html"):
            (policy,) = [each["content"] for _, each in Page(content).elements if "http-equiv" in each]
            assert policy == POLICY


def test_no_e_mail_address_is_published() -> None:
    made = catalogue(entry("churn", version(events=[event()])), events=(event(),))
    assert not [path for path, content in render(made) if b"ann@example.com" in content]


def test_an_empty_registry_has_a_page_that_says_so() -> None:
    files = site(catalogue())
    assert "There are no artifacts yet" in words(files["index.html"])
    assert "Nothing has happened yet" in words(files["timeline.html"])
    assert "table" not in [name for name, _ in Page(files["index.html"]).elements]


def test_an_artifact_without_versions_says_so() -> None:
    files = site(catalogue(entry(registered=False)))
    assert "not registered" in words(files["index.html"])
    assert "No version is registered." in words(files["artifacts/churn.html"])


def test_one_whose_versions_are_all_deregistered_says_so() -> None:
    files = site(catalogue(entry("churn", version(active=False), deprecated=True)))
    assert "no active version" in words(files["index.html"])
    assert "v1.0.0 deregistered" in words(files["artifacts/churn.html"])
    assert "churn deprecated" in words(files["artifacts/churn.html"])


def test_a_commit_that_is_missing_is_said_to_be() -> None:
    files = site(catalogue(entry("churn", version(subject=None, author=None, created_at=None))))
    assert "unknown time none 0123456 not in this clone" in words(files["artifacts/churn.html"])


def test_who_put_what_where_is_on_the_page() -> None:
    held: Any = {"stage": "prod", "ref": "churn#prod#1", "since": TIME, "author": "Ben", "holds": True}
    found = entry("churn", version(stages=[held], latest=True), latest="v1.0.0", stages={"prod": ["v1.0.0"]})
    page = words(site(catalogue(found))["artifacts/churn.html"])
    assert "prod v1.0.0 since 2025-09-08 11:00 by Ben" in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("registration", "v1.0.0 registered"),
        ("deregistration", "v1.0.0 deregistered"),
        ("assignment", "v1.0.0 assigned to prod"),
        ("unassignment", "v1.0.0 taken out of prod"),
        ("deprecation", "churn deprecated"),
    ],
)
def test_events_are_sentences(kind: str, said: str) -> None:
    files = site(catalogue(entry(), events=(event(kind=kind, stage="prod"),)))
    assert f"{said} by Ann" in words(files["timeline.html"])


def test_a_message_is_shown_unless_it_is_a_program_s() -> None:
    made: tuple[HistoryRow, ...] = (event(), event(message="Beats the baseline"))
    page = words(site(catalogue(entry(), events=made))["artifacts/churn.html"])
    assert "Beats the baseline" in page
    assert "Registering artifact" not in page


def test_signatures_are_shown_where_there_are_any() -> None:
    signed: Any = {"status": "good", "format": "ssh", "principal": "ann", "key": "SHA256:x", "reason": None}
    unsigned: Any = {"status": "none", "format": None, "principal": None, "key": None, "reason": None}
    first, second = event(signature=signed), event(signature=unsigned)
    with_one = words(
        site(catalogue(entry("churn", version(events=[first])), events=(first, second)))["artifacts/churn.html"]
    )
    assert with_one.count("Signature") == 2
    assert with_one.count("good: ann") == 2
    assert "Signature" not in words(site(catalogue(entry(), events=(second,)))["artifacts/churn.html"])


def test_metrics_stand_beside_versions_and_in_a_table_of_their_own() -> None:
    found = metrics(
        {"v2.0.0": {"metrics.json:auc": 0.93456, "metrics.json:loss": 0.1}, "v1.0.0": {"metrics.json:auc": 1}}
    )
    files = site(catalogue(entry("churn", version("v2.0.0", latest=True), version(), latest="v2.0.0", metrics=found)))
    assert "auc 0.9346" in words(files["index.html"])
    page = words(files["artifacts/churn.html"])
    assert "Version Stages auc Created" in page
    assert "From metrics.json ." in page
    assert "Version auc loss v2.0.0 0.9346 0.1 v1.0.0 1" in page


def test_numbers_that_json_does_not_have_are_named() -> None:
    found = metrics({"v1.0.0": {"a:b": None, "a:c": True, "a:d": None}})
    found["versions"][0]["special"] = {"a:b": "NaN"}
    page = words(site(catalogue(entry("churn", version(), metrics=found)))["artifacts/churn.html"])
    assert "v1.0.0 NaN true null" in page


def test_times_are_utc() -> None:
    assert moment("2025-12-31T23:30:00-05:00") == "2026-01-01 04:30"
    assert moment("nonsense") is None
    assert moment("0001-01-01T00:00:00+14:00") is None


def test_a_large_registry_takes_less_than_two_megabytes() -> None:
    made = large(artifacts=300)
    assert sum(len(content) for _, content in render(made)) < 2_000_000
