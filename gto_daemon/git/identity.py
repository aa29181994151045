"""Who a tag is made by, and whether it is signed: what Git itself would say in the client's environment.

libgit2 knows no `GIT_COMMITTER_*`, `EMAIL`, `committer.*` or `GIT_CONFIG_*`, so git is asked (wrong in 7 of 16 set-ups
otherwise).
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from gto_daemon.git.kept import KeptGits
from gto_daemon.git.process import Git
from gto_daemon.registry.errors import RegistryError

_IDENT = re.compile(r"(?P<name>.*) <(?P<email>[^<>]*)> (?P<seconds>\d+) (?P<zone>[+-]\d{4})")
#: What Git makes of a clock before 1970, or after 2106: seconds or a zone that it does not read again.
_ODD_TIME = re.compile(r".+ <[^<>]+> -?\d+ [+-]\d+")
_FALSE = ("false", "no", "off", "0", "")
_BAD_DATE = "invalid date format"
#: What Git says where it knows no name or no e-mail.
_NOBODY = re.compile(r"tell me who you are|auto-detect|was given|ident name|empty ident", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """The tagger that Git would write now.

    Attributes:
        name: as Git cleans it.
        email: likewise.
        seconds: the time that the client chose (`GIT_COMMITTER_DATE`), since the epoch; else some time.
        offset: of the client's clock from UTC, in minutes.
        signs: whether annotated tags are to be signed (`tag.gpgSign`).
        rules_ref: where the rules of promotion are read from (`gtod.rulesRef`); None if it is not configured.
        variables: the whole configuration, as `ClientConfiguration` has it.

    """

    name: str
    email: str
    seconds: int
    offset: int
    signs: bool
    rules_ref: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_identity(git: Git, kept: KeptGits, *, author: str | None = None, author_email: str | None = None) -> Identity:
    """Whom Git takes for the committer; `author` and `author_email` go before what it is configured to.

    Raises:
        RegistryError: `IdentityRequired`; `GitFailed` where Git fails for another reason.

    """
    chosen = {"GIT_COMMITTER_NAME": author, "GIT_COMMITTER_EMAIL": author_email}
    env = {name: value for name, value in chosen.items() if value is not None}
    configured = kept.configuration(git, env)
    told = configured.committer
    if not _is_explicit({**git.environment, **env}, configured.variables):
        # Not told, Git makes one up from the names of user and host, and only this says whether it would take that.
        strictly = git.run("var", "GIT_COMMITTER_IDENT", env=env)
        if not strictly.succeeded:
            raise _unknown(strictly.complaint)
        told = strictly.stdout.decode("utf-8", "replace").strip()
    match = _IDENT.fullmatch(told)
    if match is None and _ODD_TIME.fullmatch(told):
        raise _clock()
    if match is None or not match["name"] or not match["email"]:
        raise _unknown(configured.complaint)
    zone = match["zone"]
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    offset = -minutes if zone[0] == "-" else minutes
    rules_ref = configured.variables.get("gtod.rulesref") or None
    signs = configured.variables.get("tag.gpgsign", "false").lower() not in _FALSE
    return Identity(
        match["name"], match["email"], int(match["seconds"]), offset, signs, rules_ref, configured.variables
    )


def _is_explicit(environment: Mapping[str, str], configured: Mapping[str, str]) -> bool:
    name = environment.get("GIT_COMMITTER_NAME") or configured.get("committer.name") or configured.get("user.name")
    email = environment.get("GIT_COMMITTER_EMAIL") or configured.get("committer.email") or configured.get("user.email")
    return bool(name and email)


def _unknown(words: str) -> RegistryError:
    if _BAD_DATE in words:
        return RegistryError(
            "GitFailed",
            f"git does not say when the tag is made: {words}",
            hint="Set GIT_COMMITTER_DATE to a date as Git takes it, such as '2026-05-31T12:00:00Z', or unset it.",
            words=words,
        )
    if words and not _NOBODY.search(words):
        return RegistryError(
            "GitFailed",
            f"git does not say who makes the tag: {words}",
            hint="Look at the configuration and the GIT_* variables that it names.",
            words=words,
        )
    return RegistryError(
        "IdentityRequired",
        "Git user name and email must be configured",
        hint="Run: `git config --global user.name 'Your Name'`, and `git config --global user.email you@example.com`",
        words=words,
    )


def _clock() -> RegistryError:
    return RegistryError(
        "GitFailed",
        f"The clock says {time.strftime('%Y-%m-%d', time.gmtime())}, and Git cannot date a tag so",
        hint="Set the clock, or give the time in GIT_COMMITTER_DATE.",
        words="",
    )
