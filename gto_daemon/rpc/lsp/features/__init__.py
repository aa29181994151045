"""The features of the language server, answered by `gto_daemon/editor/`."""
