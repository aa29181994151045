"""Report to the process that started the daemon whether it serves (watchman's source regrets not having this)."""

import contextlib
import os


class Readiness:
    """The write end of the starter's pipe, `None` if nobody waits. One of the three is reported, once.

    The starter reads until a line that is `ready` or `running`; anything else, up to the end, is the reason why not.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        if descriptor is not None:
            os.set_inheritable(descriptor, False)  # or git, run by us, would keep the starter waiting

    def ready(self) -> None:
        """Report that this process serves."""
        self._say("ready")

    def running(self) -> None:
        """Report that another daemon serves."""
        self._say("running")

    def refused(self, reason: str) -> None:
        """Report the reason why no daemon serves."""
        self._say(" ".join(reason.split()))

    def _say(self, line: str) -> None:
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        # The process that started us may have been interrupted; others still need a daemon.
        with contextlib.suppress(BrokenPipeError):
            os.write(descriptor, line.encode("utf-8", "replace") + b"\n")
        if descriptor > 2:
            os.close(descriptor)
            return
        # As one of the standard three it may not be free for the next file, which print() would then write to.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, descriptor, inheritable=False)
        os.close(nothing)
