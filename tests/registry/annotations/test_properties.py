"""What holds for any bytes, and for any annotations that are written as YAML."""

import json
import re
import string
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gto_daemon.registry.annotations import parse_artifacts_yaml, parse_dvc_yaml
from gto_daemon.registry.annotations.interpolation import expressions
from gto_daemon.registry.config_reading import read_config
from tests.registry.annotations.places import check_places

_FRAGMENTS = st.sampled_from(
    [
        *(
            "m",
            "type",
            "path",
            "virtual",
            "labels",
            "description",
            "custom",
            "artifacts",
            "vars",
            "desc",
            "meta",
            "stages",
        ),
        *(": ", ":", "\n", "\n  ", "\n    ", "- ", "? ", "[", "]", "{", "}", ", ", "'", '"', "#", " #", "\t", " "),
        *(
            "&a ",
            "*a",
            "<<: *a",
            "!!int ",
            "!!set ",
            "!!omap ",
            "!!binary ",
            "!x ",
            "|",
            ">-",
            "---",
            "...",
            "%YAML 1.1\n",
        ),
        *("yes", "null", "~", "012", "0o7", "1e3", ".nan", "2020-01-01", "2020-01-01 10:00:00", "1:30", "=", "true"),
        *("${m}", "${", "\\", "\\ud83d", "\x85", "\u2028", "\ufeff", "\r", "\r\n", "🎈", "é", "\0", "\x07"),
    ]
)
_YAMLISH = st.lists(_FRAGMENTS, max_size=60).map("".join)
_BYTES = st.one_of(
    st.binary(max_size=300), _YAMLISH.map(str.encode), st.text(max_size=200).map(lambda t: t.encode("utf-16"))
)


@given(_BYTES)
@settings(deadline=None)
def test_nothing_raises_whatever_the_bytes_are(data: bytes) -> None:
    files = {f"a/b/{name}": data for name in ("params.yaml", "v.py", "v.toml", "v.json")}
    for file in (parse_artifacts_yaml(data), parse_dvc_yaml(data, "a/b", files)):
        json.dumps([annotation.as_json() for annotation in file.annotations.values()]).encode()
        json.dumps([problem.as_json() for problem in file.problems]).encode()
    read_config(data, {"GTO_STAGES": data.decode("latin-1")})


@given(_YAMLISH)
@settings(deadline=None)
def test_ranges_lie_inside_the_text(text: str) -> None:
    check_places(parse_artifacts_yaml(text.encode()), text)
    check_places(parse_dvc_yaml(text.encode(), "d", {"d/params.yaml": text.encode()}), text)


@given(st.lists(st.sampled_from(["$", "{", "}", "\\", "\n", "a", "${"]), max_size=15).map("".join))
@settings(deadline=None)
def test_expressions_are_found_as_dvc_finds_them(text: str) -> None:
    assert list(expressions(text)) == [match.span() for match in re.finditer(r"(?<!\\)\${.*?}", text)]


_NAMES = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9_/-]{0,8}[a-zA-Z0-9])?", fullmatch=True)
_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "type": _TEXT | st.none(),
        "path": _TEXT | st.none(),
        "virtual": st.booleans(),
        "labels": st.lists(_TEXT, max_size=3),
        "description": _TEXT,
        "custom": _JSON,
    },
)
_DEFAULTS: dict[str, Any] = {
    "type": None,
    "path": None,
    "virtual": True,
    "labels": [],
    "description": "",
    "custom": None,
}


class _Quoting(yaml.SafeDumper):
    """Writes every text in double quotes, so that PyYAML's YAML 1.1 and GTO's YAML 1.2 agree on what is text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
# PyYAML writes 1e+16 as 1.0e+16, and so on; JSON's own digits mean the same to both.
_Quoting.add_representer(
    float, lambda dumper, number: dumper.represent_scalar("tag:yaml.org,2002:float", json.dumps(number))
)


@given(st.dictionaries(_NAMES, _ENTRIES, min_size=1, max_size=5), st.booleans(), st.booleans())
@settings(deadline=None)
def test_what_is_written_is_what_is_read(entries: dict[str, Any], flow: bool, unicode: bool) -> None:
    text = yaml.dump(entries, Dumper=_Quoting, default_flow_style=flow, allow_unicode=unicode, sort_keys=False)
    file = parse_artifacts_yaml(text.encode())
    assert file.problems == ()
    read = {name: annotation.as_json() for name, annotation in file.annotations.items()}
    assert json.dumps(read) == json.dumps({name: _DEFAULTS | entry for name, entry in entries.items()})
    check_places(file, text)


@given(st.dictionaries(_NAMES, st.sampled_from(string.ascii_letters), min_size=1, max_size=5), st.data())
@settings(deadline=None)
def test_one_bad_entry_costs_only_itself(entries: dict[str, str], data: st.DataObject) -> None:
    bad = data.draw(st.sampled_from(sorted(entries)))
    broken = data.draw(st.sampled_from(["", "[]", "{type: 5}", "{labels: a}", "{a: 1, a: 2}", "{custom: !x y}"]))
    text = "".join(
        f"'{name}': {broken if name == bad else f'{{description: {letter}}}'}\n" for name, letter in entries.items()
    )
    file = parse_artifacts_yaml(text.encode())
    assert list(file.annotations) == [name for name in entries if name != bad]
    assert [(problem.code, problem.artifact) for problem in file.problems] == [("invalid-annotation", bad)]
