"""One question to a daemon that runs, asked with as little of Python as that takes.

The introduction and the question go out together, which is for questions only: the answer of a daemon that turns out to
be of another release is dropped. Whatever is not the plain answer of a daemon like this client is nothing here, and is
for `Client` to find out and to explain.
"""

from __future__ import annotations

from gto_daemon.client import messages, releases
from gto_daemon.client.dial import HANDSHAKE_TIMEOUT, dial_barely
from gto_daemon.client.errors import DaemonUnavailable
from gto_daemon.client.lean_json import compact, parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gto_daemon.protocol import JsonObject

_QUESTION = 1
_CHUNK = 256 * 1024


def ask(method: str, params: JsonObject, environment: Mapping[str, str]) -> JsonObject | None:
    """Return the result of a method that changes nothing, or None where there is more to it than that.

    Args:
        method: its name.
        params: as over the socket.
        environment: the variables that the daemon is told.

    """
    asked = ((messages.HANDSHAKE, "gto/handshake", messages.handshake(environment, None)), (_QUESTION, method, params))
    lines = [
        compact({"jsonrpc": "2.0", "id": number, "method": name, "params": each}) + "\n" for number, name, each in asked
    ]
    try:
        answers = _exchange("".join(lines).encode())
    except (DaemonUnavailable, OSError, ValueError, StopIteration):
        return None
    said, answer = answers.get(messages.HANDSHAKE, {}), answers.get(_QUESTION, {})
    if "result" not in said or releases.is_outdated(said["result"]):
        return None
    result: JsonObject | None = answer.get("result")
    return result


def _exchange(asked: bytes) -> dict[int, JsonObject]:
    """Return the answers by the id of what was asked, up to the last one's, or to the end of the connection."""
    connection = dial_barely()
    try:
        connection.settimeout(HANDSHAKE_TIMEOUT)
        connection.sendall(asked)
        answers: dict[int, JsonObject] = {}
        rest = b""
        while _QUESTION not in answers:
            chunks = [rest]
            while b"\n" not in chunks[-1]:
                chunk = connection.recv(_CHUNK)
                if not chunk:
                    return answers
                chunks.append(chunk)
            *lines, rest = b"".join(chunks).split(b"\n")
            for line in lines:
                message = parsed(line.decode())
                if message.get("method") is None:
                    answers[message["id"]] = message
            # The introduction is answered at once, and the question when it is.
            connection.settimeout(None)
        return answers
    finally:
        connection.close()
