"""The language server for JupyterLab, as jupyter-lsp finds it: by the entry point `jupyter_lsp_spec_v1`.

Invariant: the standard library only, because every JupyterLab imports it where gtod is installed.
"""

import sys
from typing import TypedDict

#: JupyterLab uses one server for a language: the one of the highest priority. No server can say its own; among those
#: to which nobody has given one, the first by name wins. So this name comes after `yaml-language-server`, which knows
#: all of YAML.
SERVER = "yaml-with-gtod"


class JupyterServerSpec(TypedDict):
    """How a server is started, and for what (jupyter-lsp, schema.json)."""

    version: int
    argv: list[str]
    display_name: str
    languages: list[str]
    mime_types: list[str]
    requires_documents_on_disk: bool
    troubleshoot: str


def language_server(_manager: object) -> dict[str, JupyterServerSpec]:
    """Return the specification of the server, by its name. This Python runs it: a kernel's may be another one."""
    return {
        SERVER: {
            "version": 2,
            "argv": [sys.executable, "-m", "gto_daemon", "lsp"],
            "display_name": "gtod",
            "languages": ["yaml"],
            "mime_types": ["text/x-yaml", "text/yaml"],
            "requires_documents_on_disk": False,
            "troubleshoot": "Run `gtod logs`, and see notebooks.md in the documentation of gtod.",
        }
    }
