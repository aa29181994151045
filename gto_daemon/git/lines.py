"""Lines of what programs and files say."""


def lines_of(output: bytes, errors: str = "surrogateescape") -> list[str]:
    """Return the lines of what a program wrote, or a file has.

    Lines of text in Python end at U+2028, U+0085 and others as well, which names of refs, remotes and people may have.
    """
    return [line.decode("utf-8", errors) for line in output.splitlines()]
