#!/usr/bin/env bash
# Guess: a language server that nobody refers to any more is freed, with its documents and everything that its handlers
#        hold: a process that serves one editor after the other stays as large as it was.
# Truth: LanguageServerProtocol.get_message_type and get_result_type are methods below functools.lru_cache, whose keys are
#        (self, method). The last 128 pairs keep some ten to sixty sessions, whole, until other sessions push them out.
# Seen with pygls 2.1.0 and lsprotocol 2025.0.0 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pygls==2.1.0 lsprotocol==2025.0.0
export PATH=$dir/venv/bin:$PATH
python - <<'PYTHON'
import gc
import weakref
from importlib.metadata import version

from pygls.lsp.server import LanguageServer


def alive_after(ask):
    server = LanguageServer("finding", "1")
    ask(server.protocol)
    server, seen = None, weakref.ref(server)
    gc.collect()
    return seen() is not None


unasked = alive_after(lambda protocol: None)
asked = alive_after(lambda protocol: protocol.get_message_type("initialize"))
print("pygls", version("pygls"))
print("alive after its last use:", unasked, "- and where a message was decoded:", asked)
assert (unasked, asked) == (False, True), "CHANGED"
PYTHON
