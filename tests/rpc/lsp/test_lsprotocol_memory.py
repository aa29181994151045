"""What attrs leaves behind with lsprotocol's types is dropped, and the types work as before."""

import json
import subprocess
import sys

_PROGRAM = """
import json, linecache
import attrs
from gto_daemon.rpc.lsp import lsprotocol_memory
from lsprotocol import converters, types
methods = [*lsprotocol_memory._generated()]
names = sum({id(method.__globals__): len(method.__globals__) for method in methods}.values())
lines = [name for name in linecache.cache if "lsprotocol" in name]
converter = converters.get_converter()
made = 0
for kind in filter(attrs.has, types.ALL_TYPES_MAP.values()):
    try:
        one = kind()
    except TypeError:
        continue
    made += 1
    assert repr(one) and one == kind()
    converter.unstructure(one)
position = {"line": 1, "character": 2}
found = converter.structure({"range": {"start": position, "end": position}, "message": "m"}, types.Diagnostic)
try:
    types.Position(-1, 0)
except ValueError as error:
    print(json.dumps([len(methods), names, lines, made, converter.unstructure(found), str(error)]))
"""


def test_the_types_work_without_copies_of_their_module() -> None:
    run = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    methods, names, lines, made, diagnostic, refusal = json.loads(run.stdout)
    assert methods > 1_000
    assert names < 20 * methods  # the whole module's would be 300 for each
    assert lines == []
    assert made > 100
    assert diagnostic["range"]["end"] == {"line": 1, "character": 2}
    assert "line" in refusal
