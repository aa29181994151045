"""What may be cloned: URLs of the transports that Git itself has, and nothing that makes it run a program."""

import re
from typing import Final

from gto_daemon.git.remote_failures import without_credentials
from gto_daemon.registry.errors import RegistryError

#: As in `GIT_ALLOW_PROTOCOL` (git(1)): neither `ext`, which runs a command, nor helpers that are installed here.
TRANSPORTS: Final = ("https", "http", "ssh", "git", "file")

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/]*@)?(?P<host>[^/]*)(?P<path>/.*)?", re.DOTALL)
_SCP = re.compile(r"(?:[^/:@]+@)?(?P<host>[\w.-]+|\[[^]/]+\]):(?P<path>[^:].*)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


def checked_url(url: str) -> str:
    """`url`, found to be one that git may be given.

    Possible are `https://`, `http://`, `ssh://`, `git://`, `file://` and ssh's `user@host:path`.

    Raises:
        RegistryError: `UnsupportedUrl`: another transport, an option in the guise of a URL, or no URL at all.

    """
    if _UNPRINTABLE.search(url):
        raise _unsupported(url, "it has control characters", "Leave them out, or write them as %0A is written.")
    match = _URL.fullmatch(url)
    if match is None:
        match = _SCP.fullmatch(url)
        if match is None:
            raise _unsupported(url, "it is no URL of a repository")
    elif match["scheme"] not in TRANSPORTS:
        raise _unsupported(url, f"'{match['scheme']}' is none of the transports that are used here")
    # ssh would take such a host, and the program at the other end such a path, for an option (CVE-2017-1000117).
    user_and_host = url.partition("://")[2] or url
    if user_and_host.startswith("-") or match["host"].startswith("-") or (match["path"] or "").startswith("-"):
        raise _unsupported(url, "a part of it begins like an option")
    return url


def _unsupported(url: str, reason: str, hint: str = "") -> RegistryError:
    shown = without_credentials(url)
    return RegistryError(
        "UnsupportedUrl",
        f"'{shown}' cannot be cloned: {reason}",
        hint=hint or f"Possible are {', '.join(f'{each}://' for each in TRANSPORTS)} and user@host:path.",
        url=shown,
    )
