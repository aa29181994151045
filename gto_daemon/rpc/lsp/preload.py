"""Code that a daemon loads in a thread some time after its start, so that later requests find it loaded.

The methods and the YAML reader take 60 ms to import. A client that starts a daemon waits only for the method that it
calls. pygls and lsprotocol, for the language server, take 0.4 s, and registry requests never wait for them.
"""

import importlib
import sys
import threading
from collections.abc import Callable
from typing import Final

from gto_daemon import platform

_MODULE: Final = "gto_daemon.rpc.lsp.server.language_server"


def is_language_server_loaded() -> bool:
    """Return whether `initialize` can be answered at once."""
    module = sys.modules.get(_MODULE)
    return module is not None and hasattr(module, "LanguageServer")


def load_language_server() -> None:
    """Load it, or wait while another thread loads it. Blocks."""
    from gto_daemon.rpc.lsp import lsprotocol_memory  # noqa: F401, PLC0415

    importlib.import_module(_MODULE)
    platform.trim_memory()


def preload_language_server() -> threading.Thread:
    """Start to load it in the background."""
    return _begin(load_language_server)


def load_methods() -> None:
    """Load what answers requests about a registry, whatever its files are. Blocks."""
    from gto_daemon.registry import config_reading  # noqa: F401, PLC0415
    from gto_daemon.registry.annotations import (  # noqa: PLC0415
        artifacts_yaml,  # noqa: F401
        dvc_yaml,  # noqa: F401
        python_variables,  # noqa: F401
    )
    from gto_daemon.rpc.methods import every  # noqa: PLC0415

    every()
    platform.trim_memory()


def preload_methods() -> threading.Thread:
    """Start to load them in the background."""
    return _begin(load_methods)


def _begin(load: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=load, name="gtod-preload", daemon=True)
    thread.start()
    return thread
