"""Whether an `artifacts.yaml` is GTO's. Other tools have files of that name, and in those nothing is said."""

import re

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.registry.annotations.nodes import Mapping, Scalar
from gto_daemon.registry.annotations.other_tools import is_another_tools
from gto_daemon.registry.snapshot import Snapshot

_LOOKS_LIKE_A_FIELD = re.compile(r"^[ \t]+(?:type|path|virtual|labels|description|custom)[ \t]*:", re.MULTILINE)


def is_other_tools_file(document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts) -> bool:
    """Return whether it is another tool's.

    In a repository that uses GTO, by its tags or its `.gto`, it is GTO's whatever it says, because GTO reads it.
    Elsewhere it is GTO's when some entry looks like one.
    """
    if document.kind != "artifacts" or facts.configured or snapshot.index.refs:
        return False
    if not document.is_whole:
        return not _LOOKS_LIKE_A_FIELD.search(document.text)
    root = document.root
    if not document.roots or (isinstance(root, Scalar) and not root.text):
        return False
    if root is not None and not isinstance(root, Mapping):
        return True
    return is_another_tools(value for _, value in document.pairs())
