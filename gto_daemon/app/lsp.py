"""`gtod lsp`: a language server on stdio.

By default this process is only a piece of wire between the editor and the daemon, which all windows share with the
command line (as `gopls -remote=auto`): it starts in some 50 ms, understands of what passes only how the editor's life
goes, and ends with its editor. With `--standalone` it serves the editor itself, through the same wire.
"""

import contextlib
import json
import os
import socket
import sys
import threading

from gto_daemon import platform
from gto_daemon.client import control, messages, releases
from gto_daemon.client.connect import connect_or_start
from gto_daemon.client.errors import CallError, DaemonUnavailable
from gto_daemon.protocol import JsonObject
from gto_daemon.rpc.jsonrpc.framing import FrameParser, FramingError

#: Seconds for what is outstanding to be answered, once the editor sends no more.
GRACE = 10.0
#: Seconds between two looks at whether the editor's process is still there.
_EDITOR_INTERVAL = 1.0
_CHUNK = 64 * 1024
#: No editor uses it, so it collides with no request of its own.
_HANDSHAKE_ID = "gtod-lsp"
_STDIN, _STDOUT = 0, 1


def main(*, standalone: bool = False) -> int:
    """Serve one editor over stdin and stdout until it leaves; return the exit code."""
    if standalone:
        return serve_standalone()
    try:
        connection, rest = _connect()
    except DaemonUnavailable as error:
        print(f"gtod: {error.reason}", file=sys.stderr)  # noqa: T201
        return 1
    return splice(connection, rest)


class _Editor:
    """The editor's life, by what it sends.

    Attributes:
        process_id: its process, as `initialize` names it; None until then, or where it names none.
        exit_code: what its `exit` asks for; None until then.
        is_gone: whether it sends no more.

    """

    def __init__(self) -> None:
        self.process_id: int | None = None
        self.exit_code: int | None = None
        self.is_gone = False
        self._is_shut_down = False
        self._parser: FrameParser | None = FrameParser()

    def hear(self, data: bytes) -> None:
        """Look at what it has sent."""
        if self._parser is None:
            return
        try:
            frames = self._parser.feed(data)
        except FramingError as error:
            # The server says what is wrong, and ends the session.
            frames, self._parser = error.args[1], None
        for frame in frames:
            # Whole documents pass by here, too.
            if isinstance(frame, bytes) and any(word in frame for word in (b"initialize", b"shutdown", b"exit")):
                self._take(frame)

    def _take(self, frame: bytes) -> None:
        try:
            message = json.loads(frame)
        except ValueError:
            return
        method = message.get("method") if isinstance(message, dict) else None
        if method == "initialize" and isinstance(message.get("params"), dict):
            process_id = message["params"].get("processId")
            self.process_id = process_id if type(process_id) is int and process_id > 0 else None
        elif method == "shutdown":
            self._is_shut_down = True
        elif method == "exit":
            self.exit_code = 0 if self._is_shut_down else 1


def splice(connection: socket.socket, received: bytes = b"") -> int:
    """Carry bytes between stdio and the connection until the other end of either is gone; return the exit code.

    When stdin ends, the rest of the answers is waited for, `GRACE` seconds; no process is left behind by an editor
    that was killed (vscode-languageserver-node#68), also when a process that it started still holds our stdin open.
    """
    finished = threading.Event()
    editor = _Editor()
    # A daemon thread: it may be waiting for an editor that has nothing to say while the connection ends.
    threading.Thread(target=_from_stdin, args=(connection, editor, finished), name="gtod-stdin", daemon=True).start()
    try:
        _write(received)
        while chunk := connection.recv(_CHUNK):
            _write(chunk)
    except BrokenPipeError:
        editor.is_gone = True  # it reads no more
    except ConnectionResetError:
        pass  # the daemon was killed, which is an end like any other
    finally:
        finished.set()
        connection.close()
    if editor.exit_code is None and not editor.is_gone:
        print("gtod: the language server has ended the session; see: `gtod logs`", file=sys.stderr)  # noqa: T201
        return 1
    return editor.exit_code or 0


def _from_stdin(connection: socket.socket, editor: _Editor, finished: threading.Event) -> None:
    try:
        while chunk := os.read(_STDIN, _CHUNK):
            known = editor.process_id
            editor.hear(chunk)
            if known is None and editor.process_id is not None:
                arguments = (editor.process_id, connection, editor, finished)
                threading.Thread(target=_end_with, args=arguments, name="gtod-editor", daemon=True).start()
            connection.sendall(chunk)
        editor.is_gone = True
        connection.shutdown(socket.SHUT_WR)
        if not finished.wait(GRACE):
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the connection is gone, which the other direction sees too


def _end_with(process_id: int, connection: socket.socket, editor: _Editor, finished: threading.Event) -> None:
    """End the connection once the editor's process is gone (LSP 3.17 §initialize, `processId`)."""
    with contextlib.suppress(OSError, OverflowError):  # a number that no process has, or the connection is gone
        process = platform.hold(process_id)
        if process is None:
            # Nobody is there from the start: an editor in another container has numbers of its own.
            return
        with contextlib.closing(process):
            while not process.wait(0):
                if finished.wait(_EDITOR_INTERVAL):
                    return
        editor.is_gone = True
        connection.shutdown(socket.SHUT_RDWR)


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(_STDOUT, view) :]


def _connect() -> tuple[socket.socket, bytes]:
    connection, said, rest = _met()
    if releases.is_outdated(said):
        connection.close()
        control.start()  # has the older one replaced
        connection, said, rest = _met()
    if isinstance(said, CallError):
        connection.close()
        raise DaemonUnavailable(f"{said.message} {said.hint}".rstrip())
    return connection, rest


def _met() -> tuple[socket.socket, JsonObject | CallError, bytes]:
    """Return a connection, what the daemon answers to the handshake, and what came behind that."""
    # The editor's environment goes to the daemon here, and over TCP the token: an editor knows of neither.
    connection, advertised = connect_or_start(start=True)
    request = {
        "jsonrpc": "2.0",
        "id": _HANDSHAKE_ID,
        "method": "gto/handshake",
        "params": messages.handshake(os.environ, advertised),
    }
    body = json.dumps(request).encode()
    received = b""
    try:
        connection.settimeout(GRACE)
        connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        while (parted := _part(received)) is None:
            chunk = connection.recv(_CHUNK)
            if not chunk:
                raise DaemonUnavailable("the daemon ended before it answered; see: `gtod logs`")
            received += chunk
        connection.settimeout(None)
    except (TimeoutError, ConnectionError) as error:
        connection.close()
        raise DaemonUnavailable(f"the daemon does not answer ({error}); run: `gtod restart`") from error
    return connection, messages.outcome(json.loads(parted[0])), parted[1]


def _part(received: bytes) -> tuple[bytes, bytes] | None:
    """Return the first frame's body and what follows it, once it is complete (LSP 3.17 §Base Protocol)."""
    head, separator, rest = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    length = int(lengths[0])
    return (rest[:length], rest[length:]) if len(rest) >= length else None


def serve_standalone() -> int:
    """Serve one editor in this process; the exit code is the one that LSP asks for at `exit`."""
    import asyncio
    import logging

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    return asyncio.run(_standalone())


async def _standalone() -> int:
    import asyncio
    from pathlib import Path

    from gto_daemon.client.address import checked_directory
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.private_dirs import user_ledgers
    from gto_daemon.rpc.context import ProcessInfo
    from gto_daemon.rpc.service import Service
    from gto_daemon.rpc.transport.connection import Connection

    hub = Hub(ledgers=user_ledgers())
    info = ProcessInfo(runtime=Path(checked_directory()))
    service = Service(hub, info, on_shutdown=lambda _reason: connection.finish())
    connection = Connection(service)
    # Over a pair of sockets, because stdio may be pipes, a terminal or files, and the loop takes sockets like no other.
    ours, theirs = socket.socketpair()
    carrying = asyncio.ensure_future(asyncio.to_thread(splice, theirs))
    try:
        connection.session.context.introduce(trusted=True, environment=dict(os.environ))
        await asyncio.get_running_loop().create_connection(lambda: connection, sock=ours)
        await connection.closed
    finally:
        await service.wait_for_acts()
        await hub.close()
        code = await carrying
    return code
