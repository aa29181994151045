# ruff: noqa: E501  (a case a line)
"""A hostile file costs a bounded read, and a reason."""

import contextlib
import json
import time

import pytest

from gto_daemon.registry.evidence.reading import json_values, read_metrics, read_params
from gto_daemon.registry.evidence.values import MAX_JSON, MAX_VALUES, MAX_YAML, UnreadableEvidenceError

_BOMB = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
)
_HOSTILE = {
    "deep JSON": ("m.json", b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "inside each other"),
    "deep JSON list": ("m.json", b"[" * 1_000_000, "inside each other"),
    "deeper than it seems": ("m.json", b'{"a":' * 101 + b"1" + b"}" * 101, "inside each other"),
    "deep YAML": ("m.yaml", b"a: " + b"[" * 100_000, "inside each other"),
    "deep TOML": ("m.toml", b"a=" + b"[" * 100_000, "inside each other"),
    "deep Python": ("m.py", b"a=" + b"(" * 100_000, "cannot be read as Python"),
    "long TOML key": ("m.toml", b"a." * 100_000 + b"a=1", "more than 50 parts"),
    "long quoted TOML key": ("m.toml", b'"a" . ' * 100_000 + b"a=1", "more than 50 parts"),
    "long TOML key behind strings": ("m.toml", b'b="""\n" \\""""" # "\n' + b'\'.\' . "=\\"" . ' * 40_000 + b"a=1", "more than 50 parts"),
    "long TOML key in a table": ("m.toml", b"a={" + b"a." * 100_000 + b"a=1}", "more than 50 parts"),
    "large JSON": ("m.json", b" " * (MAX_JSON + 1), "bytes, and at most"),
    "large YAML": ("m.yaml", b" " * (MAX_YAML + 1), "bytes, and at most"),
    "large TOML": ("m.toml", b" " * (MAX_YAML + 1), "bytes, and at most"),
    "large Python": ("m.py", b" " * MAX_YAML, "bytes, and at most"),
    "many values": ("m.json", json.dumps({f"k{n}": n for n in range(MAX_VALUES + 1)}).encode(), "more than 20000 values"),
    "an alias of aliases": ("m.yaml", _BOMB, "repeats more than"),
    "long integer of JSON": ("m.json", b'{"a":' + b"1" * 1_000_000 + b"}", "4,300 digits"),
    "long integer of YAML": ("m.yaml", b"a: " + b"1" * 900_000, "cannot be read"),
    "long integer of TOML": ("m.toml", b"a=0x" + b"f" * 900_000, "4,300 digits"),
    "long integer of Python": ("m.py", b"a=0x" + b"f" * 200_000, "4,300 digits"),
    "not UTF-8": ("m.json", b'{"a": "\xff"}', "is not UTF-8"),
    "UTF-16": ("m.yaml", "a: 1".encode("utf-16"), "is not UTF-8"),
    "null bytes of Python": ("m.py", b"a=1\0", "cannot be read as Python"),
    "null bytes of YAML": ("m.yaml", b"a: 1\0", "control character"),
    "a tag that does not fit": ("m.yaml", b"a: !!map x", "tag"),
}  # fmt: skip


#: What is read, or not, in little time.
_LONG = {
    "quotes of TOML": ("m.toml", b'a="' + b'\\"' * 500_000),
    "quotes of TOML on lines": ("m.toml", b"a='''" + b'"\n' * 300_000),
    "long keys of TOML": ("m.toml", b"\n".join(b"a." * 49 + b"b%d=1" % n for n in range(6_000))),
    "dots of TOML": ("m.toml", b"a=" + b"." * 1_000_000),
    "a long word of TOML": ("m.toml", b"a" * 1_000_000),
    "tables of TOML": ("m.toml", b"[[a]]\n" * 80_000),
    "a long number": ("m.json", b'{"a":' + b"1" * 8_000_000 + b".5}"),
    "a long string": ("m.json", b'{"a":"' + b"\\ud800" * 1_000_000 + b'"}'),
    "a long key": ("m.json", b'{"' + b"\\\\" * 1_000_000 + b'":1}'),
    "many lists": ("p.json", b'{"a":[' + b"[]," * 1_000_000 + b"1]}"),
}


@pytest.mark.parametrize("name", _LONG)
def test_a_long_file_takes_little_time(name: str) -> None:
    path, data = _LONG[name]
    start = time.process_time()

    for read in (read_metrics, read_params):
        with contextlib.suppress(UnreadableEvidenceError):
            read(path, data)

    assert time.process_time() - start < 8


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason(name: str) -> None:
    path, data, reason = _HOSTILE[name]
    start = time.process_time()

    for read in (read_metrics, read_params):
        with pytest.raises(UnreadableEvidenceError) as refused:
            read(path, data)
        assert reason in refused.value.reason
        assert len(refused.value.reason) < 300
        assert refused.value.hint.endswith(".")

    assert time.process_time() - start < 5


def test_what_is_deep_but_not_too_deep_is_read() -> None:
    data = b'{"a":' * 30 + b"1" + b"}" * 30

    assert read_metrics("m.json", data) == {f"m.json:{'.'.join('a' * 30)}": 1}
    assert read_params("m.yaml", data) == {f"m.yaml:{'.'.join('a' * 30)}": 1}


def test_prose_is_no_long_key_of_toml() -> None:
    data = f"a = '{'. ' * 300}'\n# {'.' * 300}\nb = [{', '.join(['0.1'] * 300)}]\n".encode()

    assert list(read_metrics("m.toml", data)) == ["m.toml:a"]


def test_numbers_that_json_does_not_have_are_named() -> None:
    values = read_params("p.yaml", b"a: .nan\nb: .inf\nc: -.inf\nd: 1.5\ne: [.nan, {f: .inf}]\ng: 1e400\n")

    shown, special = json_values(values)

    assert special == {"p.yaml:a": "NaN", "p.yaml:b": "Infinity", "p.yaml:c": "-Infinity", "p.yaml:g": "Infinity"}
    assert list(shown.values()) == [None, None, None, 1.5, [None, {"f": None}], None]
    json.dumps(shown, allow_nan=False)


def test_reading_json_takes_little_longer_than_parsing_it() -> None:
    data = json.dumps(
        {**{f"metric_{n}": n / 7.3 for n in range(40)}, "train": {f"l{n}": n / 3 for n in range(10)}}
    ).encode()

    parsing = min(_seconds(lambda: json.loads(data)) for _ in range(5))
    reading = min(_seconds(lambda: read_metrics("metrics.json", data)) for _ in range(5))

    assert reading < 3 * parsing


def _seconds(work: object) -> float:
    start = time.perf_counter()
    for _ in range(300):
        work()  # type: ignore[operator]
    return time.perf_counter() - start
