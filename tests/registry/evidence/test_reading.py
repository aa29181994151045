# ruff: noqa: E501  (a case a line)
"""Metrics and params are what the real DVC reads; what it refuses is refused, or shown in the obvious way."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gto_daemon.registry.evidence.reading import read_metrics, read_params
from gto_daemon.registry.evidence.values import UnreadableEvidenceError
from tests.registry.evidence.real_dvc import RealDvc, as_text, flattened

_SCALARS: Final = (
    "1", "1.5", "-0", "0", "+1", "1e3", "1E3", "1e400", "-.inf", ".nan", ".NaN", "nan", "NaN", "Infinity", "true", "yes",
    "on", "y", "~", "null", "", "012", "0o12", "0x1F", "0b11", "1_000", "1:30", "2020-01-01", "2020-01-01T10:00:00Z",
    "2020-01-01 10:00:00 +02:00", "'q'", '"d\\u00e9"', '"\\ud83d\\ude00"', "=", "<<", "!!str 1", "!!int '5'", "!!float 3",
    "!!float '1e400'", "!!omap [a: 1]", "!!pairs [a: 1]", "!foo 1", "[1, 2]", "[]", "{}", "{a: 1}", "[{a: .nan}]",
    "|\n  text\n", "1.", "+.5", ".5", "-.5", "1e", "0x", "--1", "1__0", "_1", "123456789012345678901234567890", "12e03",
    "0.1e-400", "!!bool yes", "!!null ''", "&a 1", "0.", "00", "08", "1,000", "é", "2020-1-1", "3.0e", "1.5e3_0", "0o8",
    "1e+3", "1.e5", "@a", "`a", "%a", "a # c", "a#c", "'it''s'", "- 1", "*a", "!!python/tuple [1]",
)  # fmt: skip
_JSON: Final = (
    "{}", "[]", "0", "1", "null", "true", "false", '""', '"x"', '"0.5"', "NaN", "Infinity", '{"a":NaN}', '{"a":1e400}',
    '{"a":-0}', '{"a":-0.0}', '{"a":1,"a":2}', '{"a":1,"b":2,"a":3}', '{"a":"\\ud83d\\ude00"}', '{"a":[]}', '{"a":{}}',
    '{"a":null}', '{"":1}', '{"a":{"":1}}', '{"a.b":1}', '{"a":1}x', '\ufeff{"a":1}', '{"a":1,}', "", " ", "{'a':1}",
    '{"a":01}', "[1]", '{"a":12345678901234567890123456789}', '{"a":1.0}', '{"a":1E5}', '{"a":[NaN]}', "[0]",
    '{"a":true,"b":"s","c":[{"d":1}]}', '{"a":' * 90 + "1" + "}" * 90, '{"a":' + "1" * 5000 + "}",
)  # fmt: skip
_TOML: Final = (
    "a=1", "a=1.0", "a=inf", "a=-inf", "a=nan", "a=+nan", "a=1_000", "a=0x1F", "a=0o17", "a=0b1", "a=true", "a='x'",
    'a="""x\ny"""', 'a=[1,2.0,"x"]', "a={b=1}", "a.b=1\na.c=2", "[t]\nb=1\n[t.u]\nc=2", "[[t]]\nb=1\n[[t]]\nb=2",
    "a=2020-01-01", "a=2020-01-01T10:00:00Z", "a=2020-01-01T10:00:00", "a=[2020-01-01]", "", "# c", "a=1\na=2",
    "a=1\r\nb=2\r\n", "a=1\rb=2", '"a.b"=1', '""=1', "a=1e5", "a=1e400", "a=12345678901234567890123", "é=1", '"é"=1',
    "a=01", "a=.5", "a=5.", "\ufeffa=1", 'a="\\ud800"', "[a]\nb=1\n[a]\nc=1", "a=[1,[2,{b=nan}]]",
    "a.b.c=1\n[a.b]\nd=1", "[a.b]\nc=1\n[a]\nd=1", "a=[\n1,\n# c\n2,\n]", "a={}", "a=[]", "1=2", "1.2=3", "true=1",
)  # fmt: skip
_PYTHON: Final = (
    "a=1", "a=-1.5", "a='x'", "a=None", "a=[1,2]", "a=(1,2)", "a={'b':1,'c':{'d':2}}", "a={1:2}", "a=1+2", "a: int = 5",
    "a: int", "a=b=1", "a,b=1,2", "a=1\na=2", "class C:\n  pass", "", "a=f()", "a={'b':f()}", "a=[f()]", "x.y=1",
    "class C:\n  x=1\n  class D:\n    y=2\n  def __init__(self):\n    self.z=3\n    w=4", "def f():\n  a=1",
    "if True:\n  a=1", "a=1e400", "a=0x1F", "a={None:1}", "a={True:1}", "a=frozenset()", "a=[(1,2)]", "a={'b':(1,2)}",
    "syntax error", "\ufeffa=1", "a={'x':1,'x':2}", "a={**{}}", "a[0]=1",
)  # fmt: skip
_CASES: Final = [
    *(("p.yaml", text.format(scalar)) for scalar in _SCALARS for text in ("k: {}\n", "{}\n", "k: [{}]\n", "a: {{k: {}}}\n")),
    *(("p.yaml", f"{key}: 1\n") for key in ("1", "1.5", "true", "null", "~", ".nan", "yes", "''", "=", "a.b", "1e400")),
    *(("p.yaml", text) for text in ("", "# c\n", "---\n", "---\na: 1\n---\nb: 2\n", "a: 1\na: 2\n", "1: a\n'1': b\n")),
    *(("p.yaml", text) for text in ("b: &b {x: 1}\nc: {<<: *b, y: 2}\n", "a: &a {b: *a}\n", "a,b\n1,2\n", "%YAML 1.1\n---\na: yes\n")),
    *(("m.json", text) for text in _JSON),
    *(("m.JSON", text) for text in _JSON[:5]),
    *(("m.toml", text) for text in _TOML),
    *(("p.py", text) for text in _PYTHON),
    *((name, "0.93\n") for name in ("accuracy", "accuracy.txt", "m.yml")),
]  # fmt: skip
#: What DVC refuses or shows otherwise, on purpose.
_OTHERWISE: Final = (
    ("p.yaml", "2020-01-01: 1\n", {"p.yaml:2020-01-01": 1}),
    ("p.yaml", "[1, b]: 1\n", {"p.yaml:1_b": 1}),
    ("p.yaml", "k: !!binary aGk=\n", {"p.yaml:k": "aGk="}),
    ("p.yaml", "k: !!set {b, a}\n", {"p.yaml:k": ["b", "a"]}),
    ("p.yaml", 'k: "\\ud800"\n', {"p.yaml:k": "\ufffd"}),
    ("p.json", '{"k\\ud800": ["\\udfff"]}', {"p.json:k\ufffd": ["\ufffd"]}),
    ("p.toml", "a=10:00:00", {"p.toml:a": "10:00:00"}),
    ("p.toml", "a={b=1,}", None),
    ("p.toml", 'a="\\e"', None),
    ("p.py", "a={2, 1}", {"p.py:a": [1, 2]}),
    ("p.py", "a=1+2j", {"p.py:a": "(1+2j)"}),
    ("p.py", "a=b'x'", {"p.py:a": "eA=="}),
    ("p.py", "a='\\ud800'", None),
)  # fmt: skip


@pytest.fixture(scope="module")
def dvc() -> Iterator[RealDvc]:
    real = RealDvc()
    yield real
    real.close()


def _told(path: str, nested: Any) -> str:
    return "refused" if nested is None else as_text({} if nested == {} else flattened(path, nested))


def _ours(read: Any, path: str, *given: Any) -> str:
    try:
        return as_text(read(path, *given))
    except UnreadableEvidenceError:
        return "refused"


def test_tricky_files_are_read_as_dvc_reads_them(dvc: RealDvc) -> None:
    wrong = []
    for path, text in _CASES:
        data = text.encode()
        ours = _ours(read_metrics, path, data), _ours(read_params, path, data)
        real = _told(path, dvc.metrics(path, data)), _told(path, dvc.params(path, data))
        wrong += [(path, text, ours, real)] if ours != real else []
    assert wrong == []


@pytest.mark.parametrize(("path", "text", "expected"), _OTHERWISE)
def test_what_dvc_shows_otherwise(dvc: RealDvc, path: str, text: str, expected: dict[str, Any] | None) -> None:
    ours = "refused" if expected is None else as_text(expected)

    assert _ours(read_params, path, text.encode()) == ours
    assert _told(path, dvc.params(path, text.encode())) != ours


_NAMES = st.text(st.sampled_from("ab.:1 é"), max_size=3)
_SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_VALUES = st.recursive(
    _SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=12
)


@settings(max_examples=300)
@given(st.dictionaries(_NAMES, _VALUES, max_size=4) | _VALUES)
def test_random_json_is_read_as_dvc_reads_it(dvc: RealDvc, value: Any) -> None:
    data = json.dumps(value).encode()

    assert as_text(read_metrics("m.json", data)) == _told("m.json", dvc.metrics("m.json", data))
    assert as_text(read_params("m.json", data)) == _told("m.json", dvc.params("m.json", data))
