#!/usr/bin/env bash
# Guess: a document that was opened as file:///a%20b.yaml is found in `workspace.text_documents` by that URI, which is the
#        one that the editor sends with every request.
# Truth: its key is the decoded one, file:///a b.yaml. `get_text_document` with the editor's URI finds it, because it
#        decodes as well; looking it up in the dictionary, or comparing its URIs with the editor's, fails in every folder
#        with a space or an accent in its name. On Windows that is every folder: editors send file:///c%3A/.
# Seen with pygls 2.1.0 and lsprotocol 2025.0.0 on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pygls==2.1.0 lsprotocol==2025.0.0
export PATH=$dir/venv/bin:$PATH
python - <<'PYTHON'
from importlib.metadata import version

from lsprotocol.types import TextDocumentItem
from pygls.workspace import Workspace

uri = "file:///my%20models/artifacts.yaml"
workspace = Workspace(None)
workspace.put_text_document(TextDocumentItem(uri=uri, language_id="yaml", version=1, text="churn: {}"))
keys = list(workspace.text_documents)
print("pygls", version("pygls"))
print("opened as", uri, "- kept under", keys)
print("in the dictionary:", uri in workspace.text_documents, "- by get_text_document:", workspace.get_text_document(uri).source)
assert keys == ["file:///my models/artifacts.yaml"], "CHANGED"
PYTHON
