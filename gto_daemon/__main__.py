"""The entry point of `gtod` and of `python -m gto_daemon`."""

from gto_daemon.cli.program import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
