"""What is not markup already is text, wherever it comes to stand."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.site.markup import element, is_address, join, linked
from gto_daemon.visible import visible

_HOSTILE = "<script>alert(1)</script>&amp;\"'"


class _Seen(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(), st.text())
def test_text_stays_text(content: str, value: str) -> None:
    seen = _Seen(element("b", content, title=value))
    assert [(name, attributes["title"]) for name, attributes in seen.elements] == [("b", visible(value))]
    assert seen.text == visible(content)


def test_parts_are_escaped_one_by_one() -> None:
    made = join(element("i", _HOSTILE), _HOSTILE, [_HOSTILE, None])
    assert [name for name, _ in _Seen(made).elements] == ["i"]
    assert _Seen(made).text == _HOSTILE * 3


def test_attributes_are_left_out_or_have_no_value() -> None:
    assert (
        element("a", "x", href=None, hidden=True, tabindex=0, class_="a b") == '<a hidden tabindex=0 class="a b">x</a>'
    )


@pytest.mark.parametrize("text", ["https://example.com/a?b=1&c=2#d", "http://localhost:8080", "HTTPS://EXAMPLE.COM"])
def test_an_address_is_linked(text: str) -> None:
    assert is_address(text)
    ((name, attributes),) = _Seen(linked(text)).elements
    assert (name, attributes["href"]) == ("a", text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "//example.com",
        "https://",
        "https:///path",
        "https://[",
        "https://exa\u202emple.com",
        "mailto:ann@example.com",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not _Seen(linked(text)).elements
    assert _Seen(linked(text)).text == visible(text)


def test_a_sentence_ends_after_its_address() -> None:
    assert linked("See https://example.com/x. Then (http://b.example)!").count("<a ") == 2
    assert [each["href"] for _, each in _Seen(linked("See https://example.com/x. (http://b.example)!")).elements] == [
        "https://example.com/x",
        "http://b.example",
    ]


@given(st.text(alphabet=st.sampled_from("https:/<>\"'. a&\u202e[]@"), max_size=40))
def test_links_change_no_text(text: str) -> None:
    seen = _Seen(linked(text))
    assert seen.text == visible(text)
    assert all(str(attributes["href"]).lower().startswith(("http://", "https://")) for _, attributes in seen.elements)
