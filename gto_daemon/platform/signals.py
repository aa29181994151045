"""Signals that ask this process to end: raised, or held back while something is brought to an orderly end."""

import signal
import threading
from collections.abc import Callable
from typing import Any

from gto_daemon import platform

#: What a program that ignores signals has for them.
_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)


def raise_at_end() -> None:
    """Raise SystemExit for each signal that asks for the end, as Ctrl-C raises, so that cleanup runs."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for number in platform.end_signals():
        if number != signal.SIGINT:
            signal.signal(number, end)


def end_at_interrupt() -> None:
    """End this process at once when it is interrupted from the terminal, without Python's KeyboardInterrupt."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class HeldSignals:
    """The first one is held back, a second one counts at once. Those that the program handles itself are left alone.

    In another thread than the main one, where Python has no signals handled, nothing is held.

    Args:
        asked: called when the first one comes. It may interrupt anything, a lock being taken too.

    """

    def __init__(self, asked: Callable[[], object]) -> None:
        self._asked = asked
        self._first: int | None = None
        self._before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for number in platform.end_signals():
                if signal.getsignal(number) in _DEFAULT:
                    self._before[number] = signal.signal(number, self._hold)

    def release(self) -> None:
        """Stop holding signals."""
        for number, handler in list(self._before.items()):
            signal.signal(number, handler)
        self._before.clear()

    def deliver(self) -> None:
        """Deliver the signal that was held back, if there was one.

        Raises:
            KeyboardInterrupt: by default, for that of the terminal.

        """
        self.release()
        if self._first is not None:
            signal.raise_signal(self._first)

    def _hold(self, number: int, _frame: object) -> None:
        self._first = number
        self.release()
        self._asked()
