"""What holds for any bytes whatever. Each takes what a fuzzer makes, and fails an assertion, or returns."""

import json
from collections.abc import Callable

from gto_daemon.editor.document import read_document
from gto_daemon.registry.annotations import AnnotationFile, parse_artifacts_yaml, parse_dvc_yaml
from gto_daemon.registry.annotations.composition import MAX_REPEATED
from gto_daemon.registry.config_reading import read_config
from gto_daemon.registry.evidence.changes import changes
from gto_daemon.registry.evidence.keys import find_key, short_names, split_key
from gto_daemon.registry.evidence.reading import json_values, read_metrics, read_params
from gto_daemon.registry.evidence.section import matching_paths, read_section
from gto_daemon.registry.evidence.values import UnreadableEvidenceError, Value
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import is_version, next_version, parse_shortcut, parse_tag_name, precedence
from gto_daemon.rpc.jsonrpc.framing import FrameParser, FramingError
from tests.fuzz.grammar import printed, reference
from tests.registry.annotations.places import check_places

_MAX_FRAME = 200
#: Longer streams come in larger pieces only: the fuzzer has more to try.
_BY_BYTE = 500
#: Problems are for people: one is a few sentences, however long what it is about.
_MAX_MESSAGE_LENGTH = 2000


def framing(data: bytes) -> None:
    """A stream gives the same frames and the same end however it is cut. The first bytes say how it is."""
    cuts, stream = data[:4], data[4:]
    whole = _framed([stream])
    assert all(len(frame) <= _MAX_FRAME for frame in whole[0])
    if len(stream) <= _BY_BYTE:
        assert _framed([stream[place : place + 1] for place in range(len(stream))]) == whole
    pieces, place = [], 0
    while cuts and place < len(stream):
        size = 1 + cuts[place % len(cuts)] % 50
        pieces.append(stream[place : place + size])
        place += size
    assert not cuts or _framed(pieces) == whole


def _framed(pieces: list[bytes]) -> tuple[list[bytes], bool, str | None, bytes | None]:
    parser = FrameParser(_MAX_FRAME)
    frames: list[bytes] = []
    for piece in pieces:
        try:
            frames += parser.feed(piece)
        except FramingError as error:
            reason, before = error.args
            assert reason
            return frames + before, True, parser.style, None
    try:
        return frames, False, parser.style, parser.end()
    except FramingError:
        return frames, True, parser.style, None


def tag_names(data: bytes) -> None:
    """A name is read as the reference reads it, and what it says is written as a name that says the same."""
    name = data.decode("utf-8", "surrogateescape")
    parsed = parse_tag_name(name)
    assert parsed == reference(name)
    parse_shortcut(name)
    if parsed is None:
        return
    again = printed(*parsed)
    assert parse_tag_name(again) == parsed
    counter = name.rpartition("#")[2]
    assert again == name or (counter.isdigit() and counter != str(parsed.counter)), (again, name)
    if parsed.version is not None and is_version(parsed.version):
        assert precedence(parsed.version) < precedence(next_version(parsed.version, "patch"))


def yaml_files(data: bytes) -> None:
    """A file gives what it says, or a problem, both within bounds and fit for JSON; and the editor says the same."""
    files = {f"a/b/{name}": data for name in ("params.yaml", "v.py", "v.toml", "v.json")}
    for file in (parse_artifacts_yaml(data), parse_dvc_yaml(data, "a/b", files)):
        _check_file(file, data)
    config = read_config(data, {"GTO_STAGES": data.decode("latin-1")})
    _check_problems(config.problems)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        assert parse_artifacts_yaml(data).problems or data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return
    check_places(parse_artifacts_yaml(data), text)
    check_places(parse_dvc_yaml(data, "d"), text)
    for path, kind in (("artifacts.yaml", "artifacts"), ("a/dvc.yaml", "dvc")):
        typed = read_document(path, kind, text[: len(text) // 2])
        typed = read_document(path, kind, text, before=typed)
        opened = read_document(path, kind, text)
        assert (typed.entries, typed.problems) == (opened.entries, opened.problems)


def evidence(data: bytes) -> None:
    """A file with metrics or params gives values fit for JSON, each found by its names, or a reason."""
    keys = tuple(data[:60].decode("latin-1").split("\n")[:3])
    for path in ("a/m.json", "m.yaml", "a:b/m.toml", "m.py"):
        metrics = _values(lambda path=path: read_metrics(path, data))
        params = _values(lambda path=path: read_params(path, data))
        assert set(metrics) <= set(params)
        assert set(_values(lambda path=path: read_params(path, data, keys))) <= set(params)
        assert all(split_key(key)[0] == path for key in params)
        json.dumps(changes(metrics, params, "v1.0.0"), allow_nan=False).encode()
    section = read_section(data)
    _check_problems(section.problems)
    assert {each.severity for each in section.problems} <= {"warning"}
    assert matching_paths(section.of("churn").metrics or (), ["metrics.json"]) in ([], ["metrics.json"])


def _values(read: Callable[[], dict[str, Value]]) -> dict[str, Value]:
    try:
        values = read()
    except UnreadableEvidenceError as error:
        _check_problems((Problem(code="", severity="warning", message=error.reason, hint=error.hint),))
        return {}
    shown, special = json_values(values)
    json.dumps([shown, special], ensure_ascii=False, allow_nan=False).encode()
    names = short_names(list(values)[:20])
    assert [find_key(name, names) for name in names.values()] == list(names)
    return values


def _check_file(file: AnnotationFile, data: bytes) -> None:
    _check_problems(file.problems)
    entries = [annotation.as_json() for annotation in file.annotations.values()]
    assert len(json.dumps(entries, allow_nan=False)) <= 20 * (len(data) + 10) + 20 * MAX_REPEATED
    if len(data) < 1000:
        # What is written out of a kilobyte, also by aliases, is bounded by what they may repeat, but hardly so much.
        assert len(json.dumps(entries)) <= 200_000


def _check_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        assert 0 < len(problem.message) <= _MAX_MESSAGE_LENGTH
        json.dumps(problem.as_json()).encode()


PROPERTIES: dict[str, Callable[[bytes], None]] = {
    "evidence": evidence,
    "framing": framing,
    "tag_names": tag_names,
    "yaml_files": yaml_files,
}
