"""Loading the language server: pygls and lsprotocol take 0.4 s to import, which no registry request shall pay.

A daemon does it in a thread some time after its start, so that the first editor finds it done.
"""

import importlib
import sys
import threading
from typing import Final

_MODULE: Final = "gto_daemon.rpc.lsp.server"


def is_language_server_loaded() -> bool:
    """Whether `initialize` can be answered at once."""
    module = sys.modules.get(_MODULE)
    return module is not None and hasattr(module, "Language")


def load_language_server() -> None:
    """Load it, or wait until whoever is at it is done. Blocks."""
    importlib.import_module(_MODULE)


def preload_language_server() -> threading.Thread:
    """Begin to load it in the background."""
    thread = threading.Thread(target=load_language_server, name="gtod-preload", daemon=True)
    thread.start()
    return thread
