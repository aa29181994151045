"""The language server over an in-memory pair: real sessions, repositories, documents and changes."""
