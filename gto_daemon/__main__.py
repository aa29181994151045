"""The entry point of `gtod` and of `python -m gto_daemon`."""

import atexit
import gc
import os
import sys


def main() -> None:
    """Run `gtod` with the arguments of this process, and end the process with its exit code.

    0 done, 1 a named refusal or the thing asked for is broken, 2 usage, 3 no daemon (`status`).
    """
    # At its end Python looks for garbage once more, in all that was loaded, and then the system takes everything away:
    # 8 of the 60 ms of a command. What is frozen is spared.
    atexit.register(gc.freeze)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # One that was closed (`>&-`) is None, and the next file that is opened would get its number.
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  (for the process)
    try:
        _answer()
    except KeyboardInterrupt:
        # As click ends its commands; the short way, and what is imported before click, are without it.
        sys.stderr.write("\nAborted!\n")
        sys.exit(1)


def _answer() -> None:
    from gto_daemon.cli.local_service import LocalService  # noqa: PLC0415
    from gto_daemon.cli.quick import print_quickly, serve_quickly  # noqa: PLC0415

    serve_quickly()
    local = LocalService()
    if print_quickly(local):
        # All is written, and no thread is left: what Python would take apart now, the system takes away.
        os._exit(0)
    from gto_daemon.cli.program import run  # noqa: PLC0415  (it imports click)

    run(local)


if __name__ == "__main__":
    main()
