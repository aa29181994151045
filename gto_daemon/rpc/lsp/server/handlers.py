"""The handlers of a session for its editor: the features that it advertises, and its reactions to messages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from gto_daemon.editor import code_actions, quick_fixes
from gto_daemon.editor.values import ASKING, FeatureSettings
from gto_daemon.protocol import JsonObject
from gto_daemon.rpc.jsonrpc.messages import encode, notification
from gto_daemon.rpc.lsp.commands import Commands, mirrored
from gto_daemon.rpc.lsp.features.requests import DocumentHandler, Features, Handler
from gto_daemon.rpc.lsp.features.symbols import symbols_of
from gto_daemon.rpc.lsp.refresh import Refresher
from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities, read_client
from gto_daemon.rpc.lsp.server.documents import TextDocuments, TextSnapshot
from gto_daemon.rpc.lsp.server.opened import OpenDocuments
from gto_daemon.rpc.lsp.server.options import EditorSettings, Options, as_settings, read_options, read_settings
from gto_daemon.rpc.lsp.server.progress import progressing
from gto_daemon.rpc.lsp.server.protocol import CONVERTER, Server
from gto_daemon.rpc.lsp.server.registration import Registrations
from gto_daemon.rpc.lsp.server.status import ServerStatus
from gto_daemon.rpc.lsp.server.superseded import NewestRequests
from gto_daemon.rpc.schema.uris import path_of
from gto_daemon.visible import visible

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.rpc.context import Context

logger = logging.getLogger(__name__)

_OPTIONS: Final[JsonObject] = {
    types.TEXT_DOCUMENT_CODE_ACTION: lambda: types.CodeActionOptions(
        code_action_kinds=[
            quick_fixes.KIND,
            code_actions.REGISTER,
            code_actions.ASSIGN,
            code_actions.UNASSIGN,
            code_actions.ROLLBACK,
        ]
    ),
    types.TEXT_DOCUMENT_COMPLETION: lambda: types.CompletionOptions(trigger_characters=["@", "#", "/"]),
    types.TEXT_DOCUMENT_DIAGNOSTIC: lambda: types.DiagnosticOptions(
        identifier="gto", inter_file_dependencies=True, workspace_diagnostics=False
    ),
}


class LspHandlers:
    """The handlers of one session.

    Args:
        context: the context of its session.
        server: pygls' server, for its texts and for messages to the client.
        send: sends a message to the client that is encoded already.

    """

    def __init__(self, context: "Context", server: Server, send: Callable[[bytes], None]) -> None:
        self._context = context
        self._send = send
        self._server = server
        self._protocol = server.protocol
        self._client = EditorCapabilities()
        self._newest = NewestRequests()
        self._options = Options()
        self._wanted = EditorSettings()
        self._settings = FeatureSettings()
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening: asyncio.Task[None] | None = None
        self.documents = OpenDocuments(context, self._texts, self.folders, lambda: self._settings)
        self._paths: dict[str, frozenset[str]] = {}
        self._features = Features(
            context,
            self.documents,
            lambda: self._client,
            lambda: self._settings,
            lambda: self._options.client_commands,
            self._watch_paths,
            self._verified,
        )
        self._status = ServerStatus(context, self._notify)
        self._registrations = Registrations(self._ask_client)
        self._live = Refresher(
            self._features,
            self.documents,
            lambda: self._client,
            refresh=lambda method: self._ask_client(method, None),
            publish=self._publish,
            on_change=self._tell_status,
        )
        self._commands = Commands(context, ask=self._ask, say=self._say, apply=self._apply, client=lambda: self._client)
        self._document_handlers: dict[str, DocumentHandler] = {
            **self._features.handlers,
            types.TEXT_DOCUMENT_CODE_LENS: self._code_lens,
            types.TEXT_DOCUMENT_INLAY_HINT: self._inlay_hint,
            types.TEXT_DOCUMENT_DIAGNOSTIC: self._diagnostic,
        }
        self._handlers: dict[str, Handler] = {
            types.CODE_LENS_RESOLVE: self._features.resolve_lens,
            types.WORKSPACE_SYMBOL: self._workspace_symbol,
            types.WORKSPACE_EXECUTE_COMMAND: self._execute,
        }
        hooks: dict[str, Callable[[Any], None]] = {
            types.INITIALIZE: self._initialize,
            types.INITIALIZED: self._initialized,
            types.TEXT_DOCUMENT_DID_OPEN: self._changed,
            types.TEXT_DOCUMENT_DID_SAVE: self._changed,
            types.TEXT_DOCUMENT_DID_CLOSE: self._closed,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: self._configured,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._files_changed,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._folders_changed,
        }
        for method, hook in hooks.items():
            # pygls marks what it is given, which a bound method does not allow.
            server.feature(method)(partial(hook))

    def answering(self, method: str, params: Any) -> Callable[[], Awaitable[Any]] | None:
        """Return what answers a request about a document or the workspace; None for other requests.

        The text is taken now: what the editor sends before the answer is worked out does not change the question.
        """
        about_document = self._document_handlers.get(method)
        if about_document is not None:
            text = self.documents.snapshot(params.text_document.uri, self._context.read_generation)
            return partial(about_document, self._newest.note(method, text), params)
        handler = self._handlers.get(method)
        return None if handler is None else partial(handler, params)

    def name_as_opened(self, params: Any) -> None:
        """Rewrite the URI of a message's document to the one that the editor opened it by, so that each has one URI."""
        document = getattr(params, "text_document", None)
        if document is not None and not isinstance(document, types.TextDocumentItem):
            text = self.documents.text(document.uri)
            document.uri = document.uri if text is None else text.uri

    def _texts(self) -> TextDocuments | None:
        workspace = self._protocol._workspace
        return workspace if isinstance(workspace, TextDocuments) else None

    def folders(self) -> list[str]:
        """Return the absolute paths of the workspace folders, or of the root if the client does not know folders."""
        workspace = self._protocol._workspace
        if workspace is None:
            return []
        uris = [folder.uri for folder in workspace.folders.values()]
        uris = uris or ([workspace.root_uri] if workspace.root_uri else [])
        return [path for uri in uris if (path := path_of(uri))]

    def close(self) -> None:
        """Stop: the client is gone."""
        self._live.close()
        self.documents.close()
        for task in self._tasks:
            task.cancel()

    # --- what the editor says --------------------------------------------------------------------------------

    def _initialize(self, params: types.InitializeParams) -> None:
        self._protocol._workspace = TextDocuments.of(self._protocol.workspace, params)
        self._client = read_client(params.capabilities, self.documents.encoding)
        self._options = read_options(params.initialization_options)
        self._wanted = self._options.settings
        self._settings = as_settings(self._wanted)
        for method, handler in (self._document_handlers | self._handlers).items():
            if method == types.WORKSPACE_EXECUTE_COMMAND or (
                method == types.TEXT_DOCUMENT_DIAGNOSTIC and not self._client.pulls
            ):
                continue
            options = _OPTIONS.get(method)
            self._server.feature(method, options() if options is not None else None)(partial(handler))
        own = [name for name in ASKING if name not in self._options.client_commands]
        for name in (*mirrored(), *own):
            self._protocol.fm.commands[name] = self._execute

    def _initialized(self, _params: Any) -> None:
        self._registrations.begin(self._client, everywhere=self._settings.everywhere)
        self._open_folders()

    def _changed(self, params: Any) -> None:
        self._live.document_changed(params.text_document.uri, self._context.read_generation)

    def change(self, params: Any) -> None:
        """Apply the params of `textDocument/didChange`.

        Raises:
            KeyError, TypeError, ValueError: they are invalid.

        """
        texts = self._texts()
        uri = None if texts is None else texts.change(params)
        if uri is not None:
            self._live.document_changed(uri, self._context.read_generation)

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        self._watch_paths(uri, frozenset())
        self._live.document_closed(uri)
        self._newest.forget(uri)
        self.documents.forget(uri)

    def _configured(self, params: types.DidChangeConfigurationParams) -> None:
        self._wanted = read_settings(params.settings, self._wanted)
        self._settings = as_settings(self._wanted)
        self._registrations.everywhere(self._client, wanted=self._settings.everywhere)
        self._live.settings_changed()

    def _watch_paths(self, uri: str, paths: frozenset[str]) -> None:
        if self._paths.get(uri, frozenset()) != paths:
            self._paths[uri] = paths
            if not paths:
                del self._paths[uri]
            self._registrations.paths(self._client, frozenset[str]().union(*self._paths.values()))

    def _files_changed(self, _params: Any) -> None:
        self._live.settings_changed()

    def _folders_changed(self, _params: Any) -> None:
        self._open_folders()

    def _open_folders(self) -> None:
        if self._opening is not None:
            # It would leave the folders that it knows of as the only ones.
            self._opening.cancel()
        self._opening = self._spawn(self._follow_folders(self.folders()))

    async def _follow_folders(self, folders: list[str]) -> None:
        """Follow the registries of these folders, and of no others. One that is slow, or fails, holds up no other."""
        worktrees: dict[str, Worktree] = {}
        for outcome in await asyncio.gather(
            *(self._follow_folder(folder, worktrees) for folder in folders), return_exceptions=True
        ):
            if isinstance(outcome, BaseException):
                logger.error("a workspace folder is not followed", exc_info=outcome)
        self._live.unfollow(set(worktrees))
        self._tell_status()

    async def _follow_folder(self, folder: str, worktrees: "dict[str, Worktree]") -> None:
        worktree = await self.documents.session_worktree(folder)
        if worktree is None or worktree.repo in worktrees:
            return
        worktrees[worktree.repo] = worktree
        self._live.follow(worktree)
        reading = asyncio.ensure_future(worktree.fresh())
        # The status reports what is wrong with it.
        reading.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({reading}, timeout=self._context.limits.slow_reading)
        if not done and self._client.progress:
            # Everybody who asks about the registry waits for this reading, so no editor's user can call it off.
            title = f"Reading the registry of {worktree.repo}"
            create_timeout = self._context.limits.progress_timeout
            async with progressing(self._protocol, title, create_timeout=create_timeout, cancellable=False):
                await asyncio.wait({reading})

    # --- requests that are remembered or go beyond one document ----------------------------------------------

    def _verified(self, repo: str) -> None:
        self._live.verified(repo)

    async def _code_lens(self, text: TextSnapshot | None, _params: types.CodeLensParams) -> bytes:
        lenses, states = await self._features.lenses(text)
        self._live.answered("codeLens", text, states)
        return lenses

    async def _inlay_hint(self, text: TextSnapshot | None, params: types.InlayHintParams) -> list[Any]:
        hints = await self._features.hints(text)
        self._live.answered("inlayHint", text, hints)
        first, last = params.range.start.line, params.range.end.line
        return [hint for hint in hints if first <= hint["position"]["line"] <= last]

    async def _diagnostic(self, text: TextSnapshot | None, params: types.DocumentDiagnosticParams) -> bytes:
        found = await self._features.problems(text)
        self._live.answered("diagnostics", text, found)
        identifier = blake2b(found, digest_size=8).hexdigest()
        if identifier == params.previous_result_id:
            return encode({"kind": "unchanged", "resultId": identifier})
        return b'{"kind":"full","resultId":"%b","items":%b}' % (identifier.encode(), found)

    async def _workspace_symbol(self, params: types.WorkspaceSymbolParams) -> list[Any]:
        return await symbols_of(self._context, self.folders(), params.query, self.documents)

    async def _execute(self, params: types.ExecuteCommandParams) -> Any:
        token = params.work_done_token
        if params.command in ("gto.push", "gto.fetch") and (token is not None or self._client.progress):
            title = f"gto: {params.command.removeprefix('gto.')}"
            create_timeout = self._context.limits.progress_timeout
            async with progressing(
                self._protocol, title, token, create_timeout=create_timeout, cancellable=True
            ) as given:
                return await self._commands.execute(params.command, _list(params.arguments), given)
        return await self._commands.execute(params.command, _list(params.arguments), token)

    # --- messages to the editor ------------------------------------------------------------------------------

    def _tell_status(self) -> None:
        if self._client.status:
            self._spawn(self._status.tell(self.folders()))

    def _notify(self, method: str, params: Any) -> None:
        self._protocol.notify(method, params)

    def _publish(self, uri: str, version: int | None, found: bytes) -> None:
        about = encode({"uri": uri} if version is None else {"uri": uri, "version": version})
        params = b'%b,"diagnostics":%b}' % (about[:-1], found)
        self._send(notification("textDocument/publishDiagnostics", params))

    def _say(self, kind: int, message: str) -> None:
        if self._options.feedback:
            self._notify(
                "window/showMessage", types.ShowMessageParams(type=types.MessageType(kind), message=_unlinked(message))
            )

    async def _ask(self, kind: int, message: str, offered: list[str]) -> str | None:
        params = types.ShowMessageRequestParams(
            type=types.MessageType(kind),
            message=_unlinked(message),
            actions=[types.MessageActionItem(title=each) for each in offered],
        )
        chosen = await self._protocol.send_request_async("window/showMessageRequest", params)
        return None if chosen is None else str(chosen.title)

    async def _apply(self, label: str, edit: JsonObject) -> str | None:
        params = types.ApplyWorkspaceEditParams(edit=CONVERTER.structure(edit, types.WorkspaceEdit), label=label)
        try:
            result = await self._protocol.send_request_async("workspace/applyEdit", params)
        except JsonRpcException as error:
            return f"the editor refused the edit: {error.message}"
        if result.applied:
            return None
        return result.failure_reason or "the editor did not apply the edit. If it was edited meanwhile, try again"

    def _ask_client(self, method: str, params: Any) -> None:
        """Send a request to the client whose response changes nothing."""
        self._protocol.send_request(method, params).add_done_callback(_log_refusal)

    def _spawn(self, outcome: Any) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(outcome)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("the editor's side of a session failed", exc_info=task.exception())


def _list(arguments: Any) -> list[Any] | None:
    return None if arguments is None else list(arguments)


def _log_refusal(future: Any) -> None:
    if not future.cancelled() and future.exception() is not None:
        logger.info("the client refused a request: %s", future.exception())


def _unlinked(message: str) -> str:
    # VS Code makes links of `[words](command:…)` in what it is told to show; a remote's words may hold one.
    return visible(message).replace("](", "]\u200b(")
