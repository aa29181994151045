"""The entry point of `gtod` and of `python -m gto_daemon`."""


def main() -> None:
    """Run `gtod` with the arguments of this process, and end the process with its exit code.

    0 done, 1 a named refusal or the thing asked for is broken, 2 usage, 3 no daemon (`status`).
    """
    from gto_daemon.cli.quick import print_quickly  # noqa: PLC0415

    if not print_quickly():
        from gto_daemon.cli.program import run  # noqa: PLC0415  (it imports click)

        run()


if __name__ == "__main__":
    main()
