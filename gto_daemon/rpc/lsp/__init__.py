"""The language server of a session: LSP's own messages by pygls, the features by `gto_daemon/editor/`.

Here documents meet the registry: what an editor has open is read, facts are gathered for it, and what the features
answer is put into LSP's shapes and the client's units. Imported after `initialize` only (see `rpc/lsp/preload.py`).
"""
