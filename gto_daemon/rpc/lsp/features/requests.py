"""LSP's requests about documents, answered by `gto_daemon/editor/`.

A handler takes the text as of the request, and LSP's params, and returns a result to encode, or an encoded one
(`bytes`). It is awaited by the session, so a refusal or a bug in it is reported as in any other
request. Whatever goes through a document is done in the session's thread for documents (`OpenDocuments.run`).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from lsprotocol import types

from gto_daemon import editor
from gto_daemon.daemon.acts.law import StandingLaws
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.editor.code_actions import code_actions
from gto_daemon.editor.code_lenses import code_lenses, lens_command
from gto_daemon.editor.completion import completions
from gto_daemon.editor.diagnostics import diagnostics
from gto_daemon.editor.facts import ActingUser, WorkspaceFacts
from gto_daemon.editor.folding import folding_ranges
from gto_daemon.editor.hover import hover
from gto_daemon.editor.inlay_hints import inlay_hints
from gto_daemon.editor.navigation import definition, document_links, references_of
from gto_daemon.editor.other_tools_file import is_other_tools_file
from gto_daemon.editor.quick_fixes import KIND as QUICK_FIX
from gto_daemon.editor.quick_fixes import quick_fixes
from gto_daemon.editor.renaming import renamable, renamed
from gto_daemon.editor.symbols import document_symbols
from gto_daemon.editor.values import ASKING, CodeAction, Diagnostic, FeatureSettings, LensKind
from gto_daemon.registry.config import CONFIG_FILE
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.jsonrpc.errors import INVALID_PARAMS, REQUEST_FAILED, RpcError
from gto_daemon.rpc.jsonrpc.messages import encode
from gto_daemon.rpc.lsp.convert import Wire, command_json
from gto_daemon.rpc.lsp.features.known import KnownFacts
from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities
from gto_daemon.rpc.lsp.server.documents import TextSnapshot
from gto_daemon.rpc.lsp.server.opened import OpenDocuments, Opened

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context

#: Where the codes of diagnostics are explained; it is part of the package, so it is there without a network.
DOCUMENTATION: Final = (Path(editor.__file__).parent / "diagnostics.md").as_uri()

#: Lenses of a document that are sent with their texts; the editor resolves further ones when it shows them.
MAX_RESOLVED: Final = 300

Handler = Callable[[Any], Awaitable[Any]]
#: With the document, as it was when the request came; None for one that is not open.
DocumentHandler = Callable[[TextSnapshot | None, Any], Awaitable[Any]]


class Features:
    """The features of one session.

    Args:
        context: the context of their session.
        documents: what is open.
        client: what the client can.
        settings: what it wants.
        wizards: commands that it has itself.
        on_paths: called with a document's URI and the absolute paths of the files that its diagnostics depend on.
        on_found_out: called with a repository whose lenses lacked a verdict or metrics that are there now.

    """

    def __init__(
        self,
        context: "Context",
        documents: OpenDocuments,
        client: Callable[[], EditorCapabilities],
        settings: Callable[[], FeatureSettings],
        wizards: Callable[[], frozenset[str]],
        on_paths: Callable[[str, frozenset[str]], None],
        on_found_out: Callable[[str], None],
    ) -> None:
        self._context = context
        self._on_paths = on_paths
        self._documents = documents
        self._client = client
        self._settings = settings
        self._wizards = wizards
        self._repositories: list[str] = []
        self._laws = StandingLaws()
        self._known = KnownFacts(context, on_found_out)
        self.handlers: dict[str, DocumentHandler] = {
            types.TEXT_DOCUMENT_CODE_ACTION: self._code_action,
            types.TEXT_DOCUMENT_HOVER: self._hover,
            types.TEXT_DOCUMENT_COMPLETION: self._completion,
            types.TEXT_DOCUMENT_DEFINITION: self._definition,
            types.TEXT_DOCUMENT_REFERENCES: self._references,
            types.TEXT_DOCUMENT_DOCUMENT_LINK: self._document_link,
            types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: self._document_symbol,
            types.TEXT_DOCUMENT_FOLDING_RANGE: self._folding_range,
            types.TEXT_DOCUMENT_PREPARE_RENAME: self._prepare_rename,
            types.TEXT_DOCUMENT_RENAME: self._rename,
        }

    # --- what is shown ---------------------------------------------------------------------------------------

    async def states(self, text: TextSnapshot | None) -> list[str]:
        """Return the texts of the lenses, for comparison."""
        return (await self.lenses(text))[1]

    async def lenses(self, text: TextSnapshot | None) -> tuple[bytes, list[str]]:
        """Return the result of `textDocument/codeLens`, encoded, and the texts of the lenses."""
        located = await self._documents.locate(text)
        if located is None or located.kind not in ("artifacts", "dvc") or not self._settings().lenses:
            return b"[]", []
        if located.kind == "artifacts" and not located.states.snapshot.index.refs:
            opened = await self._documents.run(lambda: self._documents.opened(located))
            if await self._is_other_tools_file(opened):
                return b"[]", []
        number = self._number(located.worktree.repo)
        loop = asyncio.get_running_loop()

        def look() -> tuple[bytes, list[str]]:
            opened = self._documents.opened(located)
            texts, look_soon = self._known.texts(opened.worktree, opened.states, loop)
            said = opened.document.kept.said.of(
                opened.document.entries, (texts,), lambda entry: texts.of(entry.name), lambda same, _line, _now: same
            )
            look_soon()
            wire, writable = self._wire(opened), self._context.trusted
            encoded, count = wire.unresolved_lenses(opened.states, number, writable=writable)
            if count <= MAX_RESOLVED:
                lenses = code_lenses(opened.document, opened.states, writable=writable)
                encoded = encode(wire.lenses(lenses, number, texts))
            return encoded, said

        return await self._documents.run(look)

    async def resolve_lens(self, params: types.CodeLens) -> Any:
        """Return the result of `codeLens/resolve`."""
        number, name, word = params.data if isinstance(params.data, list) and len(params.data) == 3 else (None, "", "")
        kind: LensKind | None = next((each for each in get_args(LensKind) if each == word), None)
        if not isinstance(number, int) or not 0 <= number < len(self._repositories) or kind is None:
            raise RpcError(INVALID_PARAMS, "Invalid params: data: no lens of this session")
        worktree = await self._context.worktree_at(self._repositories[number])
        snapshot = worktree.current(self._context.process.next_read_generation()) or await worktree.fresh()
        states = self._known.states(worktree, snapshot)
        texts, _ = self._known.texts(worktree, states, asyncio.get_running_loop())
        command = command_json(lens_command(texts, str(name), kind))
        start, end = params.range.start, params.range.end
        place = {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        }
        return {"range": place, "command": command, "data": params.data}

    def _number(self, repo: str) -> int:
        """Return the session's number for a repository: its path would be half of each message."""
        if repo not in self._repositories:
            self._repositories.append(repo)
        return self._repositories.index(repo)

    async def hints(self, text: TextSnapshot | None) -> list[Any]:
        """Return the result of `textDocument/inlayHint` for the whole document."""
        opened = await self._annotations(text)
        if opened is None or not self._settings().hints or await self._is_other_tools_file(opened):
            return []
        return await self._documents.run(lambda: self._wire(opened).hints(inlay_hints(opened.document, opened.states)))

    async def problems(self, text: TextSnapshot | None) -> bytes:
        """Return the diagnostics for `textDocument/diagnostic` and for publishing, encoded."""
        opened = await self._documents.read(text)
        if opened is None:
            return b"[]"
        facts = await self._facts(opened)

        def look() -> bytes:
            if text is not None:
                text.check()
            return encode(self._wire(opened).diagnostics(self._diagnosed(opened, facts)))

        return await self._documents.run(look)

    async def _facts(self, opened: Opened) -> WorkspaceFacts:
        facts = await self._documents.facts(opened)
        followed, kept = (facts.present, facts.missing), opened.document.kept
        if kept.followed is None or not all(map(is_, followed, kept.followed)):
            kept.followed = followed
            root = opened.worktree.layout.config_root
            self._on_paths(opened.uri, frozenset(f"{root}/{path}" for each in followed for path in each))
        return facts

    def _diagnosed(self, opened: Opened, facts: WorkspaceFacts) -> list[Diagnostic]:
        return diagnostics(opened.document, opened.snapshot, facts, self._settings())

    async def _hover(self, text: TextSnapshot | None, params: types.HoverParams) -> Any:
        opened = await self._documents.read(text)
        if opened is None or await self._is_other_tools_file(opened):
            return None

        def look() -> Any:
            known = self._known.of(opened.worktree, opened.snapshot)
            position = opened.position(params.position)
            # Only an editor that draws markdown has links.
            reveals = "gto.revealArtifact" in self._wizards() and self._client().markdown
            revealed_in = opened.worktree.repo if reveals else None
            found = hover(opened.document, opened.snapshot, position, known.signatures, known.metrics.now, revealed_in)
            known.look_soon()
            return self._wire(opened).hover(found)

        return await self._documents.run(look)

    async def _document_symbol(self, text: TextSnapshot | None, _params: types.DocumentSymbolParams) -> Any:
        opened = await self._documents.read(text)
        if opened is None or await self._is_other_tools_file(opened):
            return []
        return await self._documents.run(
            lambda: encode(self._wire(opened).symbols(document_symbols(opened.document, opened.states)))
        )

    async def _folding_range(self, text: TextSnapshot | None, _params: types.FoldingRangeParams) -> list[Any]:
        opened = await self._documents.read(text)
        if opened is None or await self._is_other_tools_file(opened):
            return []
        return await self._documents.run(
            lambda: [{"startLine": start, "endLine": end} for start, end in folding_ranges(opened.document)]
        )

    # --- what is offered -------------------------------------------------------------------------------------

    async def _code_action(self, text: TextSnapshot | None, params: types.CodeActionParams) -> list[Any]:
        opened = await self._documents.read(text)
        if opened is None or await self._is_other_tools_file(opened):
            return []
        facts = await self._facts(opened) if _wants(params.context.only, QUICK_FIX) else None
        return await self._documents.run(lambda: self._actions(opened, facts, params))

    def _actions(self, opened: Opened, facts: WorkspaceFacts | None, params: types.CodeActionParams) -> list[Any]:
        wanted = opened.range(params.range)
        only = params.context.only
        wire = self._wire(opened)
        found: list[CodeAction] = []
        if facts is not None:
            shown = self._diagnosed(opened, facts)
            touched = [
                each
                for each in shown
                if each.range.start.line <= wanted.end.line and each.range.end.line >= wanted.start.line
            ]
            config = wire.file(CONFIG_FILE).text
            for each in touched:
                found += quick_fixes(opened.document, each, opened.snapshot, facts, config)
        if _wants(only, "refactor") and self._context.trusted:
            wizards = self._wizards()
            acts = code_actions(
                opened.document,
                opened.snapshot,
                wanted,
                now=int(time.time()),
                wizards=wizards,
                user=lambda: self._user(opened),
                shows_reasons=self._client().disabled,
            )
            # A user who wants a fix must not create a tag by accident: next to fixes there is no action that runs at
            # once, unless just that is asked for.
            asking = wizards.union(ASKING) if found and only is None else None
            found += [each for each in acts if asking is None or each.command is None or each.command.name in asking]
        chosen = [each for each in found if _wants(only, each.kind) and self._is_understood(each)]
        shapes = [wire.action(each) for each in chosen]
        # Clients from before LSP 3.8 take commands only.
        return shapes if self._client().actions else [each["command"] for each in shapes if "command" in each]

    def _user(self, opened: Opened) -> ActingUser:
        """Return who would act, and by which rules. In the thread for documents, of a trusted session."""
        try:
            acting = ActContext(
                worktree=opened.worktree,
                environment=self._context.environment,
                find_runtime=lambda: self._context.runtime,
                in_git_thread=lambda job: opened.worktree.submit(job).result(),
            )
            found = self._laws.of(acting, opened.snapshot)
        except RegistryError as error:
            return ActingUser(refusal=error)
        return ActingUser() if found is None else ActingUser(found[0], found[1].name, found[1].email)

    def _is_understood(self, action: CodeAction) -> bool:
        if action.disabled is not None:
            return self._client().disabled
        if any(edit.create for edit in action.edits) and not self._client().creates:
            return False
        return self._client().document_changes or not action.edits

    async def _completion(self, text: TextSnapshot | None, params: types.CompletionParams) -> Any:
        found = await self._with_facts(await self._documents.read(text), paths=False, words=True)
        if found is None:
            return None
        opened, facts = found
        files = self._documents.facts_of.files_of(opened.worktree)

        def look() -> Any:
            position = opened.position(params.position)
            items = completions(opened.document, opened.snapshot, facts, position, files.names)
            return {"isIncomplete": False, "items": self._wire(opened).completions(items)}

        return await self._documents.run(look)

    # --- where it leads --------------------------------------------------------------------------------------

    async def _definition(self, text: TextSnapshot | None, params: types.DefinitionParams) -> list[Any]:
        found = await self._with_facts(await self._documents.read(text))
        if found is None:
            return []
        opened, facts = found

        def look() -> list[Any]:
            position = opened.position(params.position)
            return self._wire(opened).locations(definition(opened.document, opened.snapshot, facts, position))

        return await self._documents.run(look)

    async def _references(self, text: TextSnapshot | None, params: types.ReferenceParams) -> list[Any]:
        found = await self._with_facts(await self._documents.read(text), mentions=True)
        if found is None:
            return []
        opened, facts = found

        def look() -> list[Any]:
            position = opened.position(params.position)
            return self._wire(opened).locations(references_of(opened.document, opened.snapshot, facts, position))

        return await self._documents.run(look)

    async def _document_link(self, text: TextSnapshot | None, _params: types.DocumentLinkParams) -> list[Any]:
        found = await self._with_facts(await self._documents.read(text))
        if found is None:
            return []
        opened, facts = found
        return await self._documents.run(lambda: self._wire(opened).links(document_links(opened.document, facts)))

    async def _prepare_rename(self, text: TextSnapshot | None, params: types.PrepareRenameParams) -> Any:
        opened = await self._annotations(text)
        if opened is None or await self._is_other_tools_file(opened):
            return None
        found = await self._documents.run(
            lambda: renamable(opened.document, opened.snapshot, opened.position(params.position))
        )
        if found is not None:
            self._check_editable()
        return None if found is None else {"range": opened.places.range(found[0]), "placeholder": found[1]}

    async def _rename(self, text: TextSnapshot | None, params: types.RenameParams) -> Any:
        found = await self._with_facts(await self._annotations(text))
        if found is None:
            return None
        opened, facts = found

        def look() -> Any:
            edit = renamed(opened.document, opened.snapshot, facts, opened.position(params.position), params.new_name)
            if edit is None:
                return None
            self._check_editable()
            return self._wire(opened).edit([edit])

        return await self._documents.run(look)

    def _check_editable(self) -> None:
        if not self._client().document_changes:
            raise RpcError(
                REQUEST_FAILED,
                "Not renamed: this editor does not announce workspace.workspaceEdit.documentChanges, so the edit could "
                "not name the version of the document that it is for, and might change what was typed meanwhile.",
            )

    # --- in common -------------------------------------------------------------------------------------------

    async def _annotations(self, text: TextSnapshot | None) -> Opened | None:
        opened = await self._documents.read(text)
        return opened if opened is not None and opened.document.kind in ("artifacts", "dvc") else None

    async def _with_facts(
        self, opened: Opened | None, *, paths: bool = True, mentions: bool = False, words: bool = False
    ) -> tuple[Opened, WorkspaceFacts] | None:
        """Return a document of the registry with the facts about its workspace; None for other documents."""
        if opened is None:
            return None
        facts = await self._documents.facts(opened, paths=paths, mentions=mentions, words=words)
        return None if is_other_tools_file(opened.document, opened.snapshot, facts) else (opened, facts)

    async def _is_other_tools_file(self, opened: Opened) -> bool:
        if opened.document.kind != "artifacts" or opened.snapshot.index.refs:
            return False
        return is_other_tools_file(opened.document, opened.snapshot, await self._documents.facts(opened, paths=False))

    def _wire(self, opened: Opened) -> Wire:
        return Wire(opened, DOCUMENTATION, lambda path: self._documents.contents(opened.worktree, path), self._client())


def _wants(only: Any, kind: str) -> bool:
    """Return whether the client asked for this kind, or for one that contains it or is part of it."""
    if only is None:
        return True
    wanted = [str(getattr(each, "value", each)) for each in only]
    return any(each in ("", kind) or kind.startswith(f"{each}.") or each.startswith(f"{kind}.") for each in wanted)
