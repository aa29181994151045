"""The language server of a session: LSP's own messages by pygls, the features by `gto_daemon/editor/`.

It connects documents with the registry: it reads the open documents, gathers facts about them, and converts the
results of the features to LSP's shapes and the client's units. Imported only after `initialize` (see
`rpc/lsp/preload.py`).
"""
