"""What is shown: lenses, hints, hovers, references."""

import re

import pytest
from markdown_it import MarkdownIt

from gto_daemon.editor.code_lenses import code_lenses, lens_command
from gto_daemon.editor.hover import hover
from gto_daemon.editor.inlay_hints import inlay_hints
from gto_daemon.editor.markdown import code, escaped
from gto_daemon.editor.references import reference_at, references
from gto_daemon.editor.states import ArtifactStates, StateTexts, state_of
from gto_daemon.registry.problems import Position
from gto_daemon.registry.signatures import Signature
from tests.editor.marked import at, read, registry, text_at
from tests.registry.small import made


@pytest.mark.parametrize(
    ("tags", "config", "sentence"),
    [
        ((), None, "not registered"),
        (("churn@v1.0.0 1 100",), None, "v1.0.0"),
        (("churn@v1.0.0 1 100", "churn#prod#1 1 110", "churn#dev#2 1 120"), None, "v1.0.0 · dev v1.0.0 · prod v1.0.0"),
        (
            ("churn@v1.0.0 1 100", "churn#prod#1 1 110", "churn#dev#2 1 120"),
            "stages: [prod, dev]",
            "v1.0.0 · prod v1.0.0 · dev v1.0.0",
        ),
        (("churn#prod#1 1 110",), None, f"no version · prod {'1' * 7}"),
        (("churn@v1.0.0 1 100", "churn@v1.0.0!#1 1 110"), None, "no version"),
        (("churn@v1.0.0 1 100", "churn@deprecated 1 110"), None, "deprecated · v1.0.0"),
    ],
)
def test_the_state_of_an_artifact_in_a_few_words(tags: tuple[str, ...], config: str | None, sentence: str) -> None:
    assert state_of(made(*tags, config=config), "churn").sentence == sentence


def test_lenses_say_the_state_and_offer_what_can_be_done() -> None:
    document = read("churn:\n  type: model\nnew: {}\n'no name': {}\n")
    lenses = code_lenses(document, ArtifactStates(registry()))
    commands = [lens_command(StateTexts(ArtifactStates(registry())), lens.name, lens.kind) for lens in lenses]
    said = [(lens.range.start.line, each.title, each.name) for lens, each in zip(lenses, commands, strict=True)]
    assert said == [
        (0, "v1.1.0 · dev v1.1.0 · prod v1.0.0", "gto.revealArtifact"),
        (0, "Register Version…", "gto.registerVersion"),
        (0, "Assign Stage…", "gto.assignStage"),
        (2, "not registered", "gto.revealArtifact"),
        (2, "Register Version…", "gto.registerVersion"),
    ]
    assert commands[2].argument == {"repo": "/repo", "name": "churn", "version": "v1.1.0"}


def test_where_nothing_may_be_written_lenses_only_say_the_state() -> None:
    assert len(code_lenses(read("churn: {}\n"), ArtifactStates(registry()), writable=False)) == 1


def test_hints_stand_behind_the_colon() -> None:
    document = read("churn: {}\nnew: {}\n")
    hints = inlay_hints(document, ArtifactStates(registry()))
    assert [(hint.range.start, hint.label) for hint in hints] == [
        (Position(0, 6), "v1.1.0 · dev v1.1.0 · prod v1.0.0"),
        (Position(1, 4), "not registered"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "shown", "parts"),
    [
        ("chu|rn: {}\n", "artifacts", "churn", ["### `churn`", "Latest version: `v1.1.0`", "| prod | `v1.0.0` |"]),
        ("new|: {}\n", "artifacts", "new", ["Not registered"]),
        ("churn:\n  ty|pe: x\n", "artifacts", "type", ["**type**: what it is"]),
        ("churn:\n  des|c: x\n", "artifacts", None, []),
        ("artifacts:\n  a:\n    des|c: x\n", "dvc", "desc", ["for people"]),
        ("STA|GES: [a]\n", "config", "STAGES", ["**stages**", "order of columns"]),
        ("run: deploy churn@v1.0|.0 now\n", "references", "churn@v1.0.0", ["on commit `1111111`", "in prod"]),
        ("run: churn@lat|est\n", "references", "churn@latest", ["`v1.1.0` on commit"]),
        ("run: churn#pro|d\n", "references", "churn#prod", ["prod of `churn` is `v1.0.0`"]),
        ("run: churn#|qa\n", "references", "churn#qa", ["qa of `churn` is nothing"]),
        ("run: churn@v9.9.9|\n", "references", "churn@v9.9.9", ["has no version `v9.9.9`"]),
        ("uses: actions/check|out@v4.0.0\n", "references", None, []),
        ("run: |\n", "references", None, []),
    ],
)
def test_hovering(text: str, kind: str, shown: str | None, parts: list[str]) -> None:
    document, position = at(text, kind)  # type: ignore[arg-type]
    found = hover(document, registry(), position)
    if shown is None:
        assert found is None
        return
    assert found is not None
    assert text_at(document, found.range) == shown
    for part in parts:
        assert part in found.markdown


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        (Signature("none"), "`churn#prod#1` |"),
        (Signature("unverified", "ssh", reason="pending"), "`churn#prod#1` |"),
        (Signature("good", "ssh", ("ann@example.com",)), "`churn#prod#1`, signed by `ann@example.com` |"),
        (Signature("unknown-key", "ssh"), "`churn#prod#1`, signed by an unknown key |"),
        (Signature("bad", "ssh", reason="name-mismatch"), "`churn#prod#1`, **signature BAD** (name-mismatch) |"),
        (Signature("revoked", "ssh", reason="revoked"), "`churn#prod#1`, **signature REVOKED** |"),
    ],
)
def test_hovering_says_who_signed(signature: Signature, said: str) -> None:
    document, position = at("chu|rn: {}\n", "artifacts")
    found = hover(document, registry(), position, lambda artifact, tags: dict.fromkeys(tags, signature))
    assert found is not None
    assert said in found.markdown


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        (None, "v1.0.0"),
        (Signature("none"), "v1.0.0"),
        (Signature("unverified", "ssh", reason="pending"), "v1.0.0"),
        (Signature("good", "ssh", ("ann@example.com", "bob@example.com")), "v1.0.0 (signed by ann@example.com)"),
        (Signature("good", "openpgp", ("$(bug)",)), "v1.0.0 (signed by (bug))"),
        (Signature("bad", "ssh", reason="name-mismatch"), "v1.0.0 (⚠ bad signature)"),
        (Signature("revoked", "ssh"), "v1.0.0 (⚠ revoked key)"),
        (Signature("expired", "openpgp"), "v1.0.0 (⚠ expired key)"),
        (Signature("unknown-key", "ssh"), "v1.0.0 (⚠ unknown key)"),
    ],
)
def test_lenses_say_who_signed_and_what_is_wrong(signature: Signature | None, said: str) -> None:
    states = ArtifactStates(registry())
    texts = StateTexts(states, lambda _, tags: {} if signature is None else dict.fromkeys(tags, signature))
    plain = states.of("churn").sentence
    assert "v1.0.0" in plain.split("prod ")[1]
    assert texts.of("churn").split("prod ")[1].startswith(said)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("churn@v1.0.0 churn#prod, 'churn@latest'", ["churn@v1.0.0", "churn#prod", "churn@latest"]),
        ("churn#prod#3 churn@v1.0.0! churn@deprecated", ["churn#prod#3", "churn@v1.0.0!", "churn@deprecated"]),
        ("see churn@v1.0.0.", ["churn@v1.0.0"]),
        ("mychurn@v1.0.0 x/churn@v1.0.0 other#prod", []),
        ("some/dir:rank@v1.0.0 some/dir=rank#prod#1", ["some/dir:rank@v1.0.0", "some/dir=rank#prod#1"]),
        ("https://example.com/churn#prod", []),
        ("churn@ churn# @v1.0.0", []),
    ],
)
def test_references_are_found_in_any_text(text: str, found: list[str]) -> None:
    snapshot = registry("some/dir=rank@v1.0.0 4 300")
    document = read(text, "references")
    assert [each.text for each in references(document, snapshot.index.artifacts)] == found
    for each in references(document, snapshot.index.artifacts):
        offset = document.offset(each.range.start) + 1
        assert reference_at(document, snapshot.index.artifacts, offset) == each


@pytest.mark.parametrize(
    "hostile",
    [
        "[click](command:rm)",
        "`x` **b** <img src=x>",
        "a\n# heading",
        "| cell |",
        "https://x.example www.x.example a@b.example",
        "\u202eevil",
        "_a_ ~~b~~ &lt; \\[x](y)",
    ],
)
def test_what_others_wrote_is_no_markdown(hostile: str) -> None:
    rendered = MarkdownIt("gfm-like", {"html": True}).render(f"by {escaped(hostile)}")
    assert rendered.startswith("<p>by ")
    assert not re.search(r"<(?!/?p>)", rendered)
    assert "\u202e" not in rendered
    assert "`" not in code(hostile)[1:-1]
    assert "|" not in code(hostile)


def test_names_that_are_common_are_left_as_they_are() -> None:
    assert escaped("train_set-2.0 of Ann Author") == "train_set-2.0 of Ann Author"


def test_hostile_tags_show_as_text() -> None:
    snapshot = made("churn@v1.0.0 1 100 [x](command:evil)", head="3")
    document, position = at("ch|urn: {}\n")
    found = hover(document, snapshot, position)
    assert found is not None
    assert "<a" not in MarkdownIt("gfm-like", {"html": True}).render(found.markdown)
