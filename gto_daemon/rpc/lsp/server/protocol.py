"""pygls, with its output and its exit replaced.

It reads and writes no bytes here: it gets whole messages whose envelope was checked, and its output goes through the
session. pygls 2.1 is pinned, because a few private names are overridden; one test fails when they change.
"""

import logging
from collections.abc import Callable, Generator
from typing import Any, Final

from cattrs import Converter
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.language_server import lsp_method

from gto_daemon import __version__
from gto_daemon.protocol import JsonObject
from gto_daemon.rpc import PROTOCOL

logger = logging.getLogger(__name__)

#: Shared: a converter costs 2 ms to make, and a session without one 0.04 ms.
CONVERTER: Final[Converter] = default_converter()  # type: ignore[no-untyped-call]


class Protocol(LanguageServerProtocol):
    """pygls' protocol of one session."""

    def __init__(self, server: "Server", converter: Converter) -> None:
        super().__init__(server, converter)
        self.say: Callable[[JsonObject], None] = _nobody_listens

    # pygls caches what these return by the protocol and the method: the last 128 pairs keep sessions that ended long
    # ago, with every snapshot that their editors showed.

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """Return the type of a message."""
        return types.METHOD_TO_TYPES.get(method, (None,))[0]

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """Return the type of the answer to a request; None for what is no request."""
        return types.METHOD_TO_TYPES.get(method, (None, None))[1]

    def _send_data(self, data: Any) -> None:
        self.say(self._converter.unstructure(data) if hasattr(data, "__attrs_attrs__") else data)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Add the version of the registry's own protocol, so that a client knows which methods it may call."""
        result = yield from super().lsp_initialize(params)
        result.capabilities.experimental = {"gto": {"protocol": PROTOCOL}}
        return result

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_arguments: Any) -> Generator[Any, Any, None]:
        """Do nothing: the session ends the connection. pygls would end the process, with everybody else in it."""
        yield from ()


class Server(LanguageServer):
    """pygls' server of one session."""

    protocol: Protocol

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log it. pygls would show it to the user in a pop-up, where nobody can do anything about it."""
        logger.warning("language server: %s: %s", getattr(source, "__name__", source), error)


def new_server() -> Server:
    """Return a server for a session."""
    return Server("gtod", __version__, protocol_cls=Protocol, converter_factory=lambda: CONVERTER)


def _nobody_listens(message: JsonObject) -> None:
    raise RuntimeError(f"a language server without a session said {message!r}")
