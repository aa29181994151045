"""The limits of one client."""

from dataclasses import dataclass

from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME

#: Bytes of notices that wait for one slow reader.
MAX_WAITING = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ClientLimits:
    """Limits in seconds and bytes.

    Attributes:
        time_slice: seconds for its requests before other clients have their turn.
        max_batch_size: bytes of all answers of a batch.
        max_waiting: bytes of notices that wait for it.
        deferral: seconds for which an editor that can wait leaves the process to its first questions about the
            registry, before the language server is loaded.
        slow_reading: seconds of reading a registry after which the editor shows its progress.
        progress_timeout: seconds for an editor to create a token of progress. Nothing waits longer for being shown.

    """

    time_slice: float = 0.01
    max_batch_size: int = MAX_FRAME
    max_waiting: int = MAX_WAITING
    deferral: float = 2.0
    slow_reading: float = 0.5
    progress_timeout: float = 2.0
