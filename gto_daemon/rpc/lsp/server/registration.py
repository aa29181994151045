"""Dynamic registrations, if the client supports them (LSP 3.17 §client/registerCapability).

The files that the client watches, because diagnostics depend on them; and, if the user wants references everywhere,
the documents that may contain them.
"""

import re
from collections.abc import Callable, Collection
from typing import Any, Final

from lsprotocol import types

from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities

_PATHS: Final = "gtod-paths"
#: Paths that a client is asked to watch.
_MAX_PATHS: Final = 500
#: What means something in a glob; such paths are looked for with the next edit.
_SPECIAL: Final = re.compile(r"[][{}*?\\]")
_EVERYWHERE: Final = "gtod-references"
_SELECTOR: Final = [
    types.TextDocumentFilterPattern(pattern=pattern, scheme="file")
    for pattern in (
        "**/*.{yml,yaml,md,py,dockerfile,Dockerfile}",
        "**/{Dockerfile,Containerfile}",
        "**/{Dockerfile,Containerfile}.*",
    )
]
_FILES: Final = ("**/.gto", "**/dvc.yaml", "**/dvc.lock", "**/params.yaml", "**/*.dvc")


class Registrations:
    """The registrations of one session.

    Args:
        send: sends a request whose answer changes nothing.

    """

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        self._send = send
        self._everywhere = False
        self._paths: frozenset[str] = frozenset()

    def begin(self, client: EditorCapabilities, *, everywhere: bool) -> None:
        """Register after `initialized`."""
        wanted: list[types.Registration] = []
        if "workspace/didChangeWatchedFiles" in client.registers:
            watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _FILES]
            options: Any = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
            wanted.append(_registration("gtod-files", "workspace/didChangeWatchedFiles", options))
        if "workspace/didChangeConfiguration" in client.registers:
            options = types.DidChangeConfigurationRegistrationOptions(section="gto")
            wanted.append(_registration("gtod-settings", "workspace/didChangeConfiguration", options))
        if wanted:
            self._send("client/registerCapability", types.RegistrationParams(registrations=wanted))
        self.everywhere(client, wanted=everywhere)

    def everywhere(self, client: EditorCapabilities, *, wanted: bool) -> None:
        """Register, or unregister, for references in any YAML, Markdown, Python and Docker file."""
        if wanted == self._everywhere or not {"textDocument/hover", "textDocument/definition"} <= client.registers:
            return
        self._everywhere = wanted
        methods = ["textDocument/hover", "textDocument/definition"]
        if "textDocument/documentLink" in client.registers:
            methods.append("textDocument/documentLink")
        if "textDocument/synchronization" in client.registers:
            methods = ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", *methods]
        if wanted:
            registrations = [_registration(f"{_EVERYWHERE}/{each}", each, _documents(each)) for each in methods]
            self._send("client/registerCapability", types.RegistrationParams(registrations=registrations))
        else:
            gone = [types.Unregistration(id=f"{_EVERYWHERE}/{each}", method=each) for each in methods]
            self._send("client/unregisterCapability", types.UnregistrationParams(unregisterations=gone))

    def paths(self, client: EditorCapabilities, paths: Collection[str]) -> None:
        """Watch files that annotations name: diagnostics depend on their existence. The paths are absolute."""
        wanted = frozenset(path for path in sorted(paths)[:_MAX_PATHS] if not _SPECIAL.search(path))
        if wanted == self._paths or "workspace/didChangeWatchedFiles" not in client.registers:
            return
        if self._paths:
            gone = types.Unregistration(id=_PATHS, method="workspace/didChangeWatchedFiles")
            self._send("client/unregisterCapability", types.UnregistrationParams(unregisterations=[gone]))
        self._paths = wanted
        if wanted:
            kind = types.WatchKind.Create | types.WatchKind.Delete
            watchers = [types.FileSystemWatcher(glob_pattern=path, kind=kind) for path in sorted(wanted)]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
            registration = _registration(_PATHS, "workspace/didChangeWatchedFiles", options)
            self._send("client/registerCapability", types.RegistrationParams(registrations=[registration]))


def _registration(identifier: str, method: str, options: Any) -> types.Registration:
    return types.Registration(id=identifier, method=method, register_options=options)


def _documents(method: str) -> Any:
    if method == "textDocument/didChange":
        return types.TextDocumentChangeRegistrationOptions(
            sync_kind=types.TextDocumentSyncKind.Incremental, document_selector=_SELECTOR
        )
    return types.TextDocumentRegistrationOptions(document_selector=_SELECTOR)
