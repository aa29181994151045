"""Leaving the process that started the daemon."""

import os
import sys


def detach() -> None:
    """Go on as a process without parent, terminal or working directory of the starter's.

    To be called before any thread exists. The process that calls it ends here, and its child goes on: were it the
    starter's child, it would stay a zombie in, say, a notebook until that ends. The working directory is left so that
    no folder is kept from being renamed or unmounted.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.umask(0o077)
