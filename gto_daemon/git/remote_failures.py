"""Why a remote did not do what was asked, from what git says of it."""

import re
from pathlib import Path

from gto_daemon.git.default_remote import read_remotes
from gto_daemon.git.process import Finished, Git
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError

#: Up to the last `@` before the path: who forgets to encode one in a password has it nonetheless. Behind a colon that
#: no port follows a password begins, and a slash that somebody forgot to encode ends none.
_CREDENTIALS = re.compile(r"(?<=://)(?:[^/\s:]*:(?![0-9]{1,5}/)\S*|[^/\s]+)@")
#: The value of a parameter whose name says that it is a secret, as in `?private_token=…`.
_SECRET = re.compile(
    r"([?&;][\w.-]*(?:token|secret|password|passwd|key|auth|sig|signature|credential)[\w.-]*=)[^&;#\s'\"]+",
    re.IGNORECASE,
)
_AUTHENTICATION = re.compile(
    r"Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|Permission denied"
    r"|Host key verification failed|requested URL returned error: 40[13]|HTTP Basic: Access denied|invalid credentials",
    re.IGNORECASE,
)
#: A line that tells how far something is; the server's own come among its messages.
PROGRESS = re.compile(r"(?P<what>[A-Z][\w ]+):\s+(?P<percent>\d+)%")
_UNKNOWN = re.compile(r"'(?P<remote>[^']+)' does not appear to be a git repository|No such remote", re.IGNORECASE)
_UNAVAILABLE = re.compile(
    r"unable to access|Could not resolve|Connection (?:refused|timed out|reset)|Could not read from remote repository"
    r"|not found|does not exist|not a git repository|hung up unexpectedly|early EOF|unexpected disconnect|No route",
    re.IGNORECASE,
)


def without_credentials(text: str) -> str:
    """Return the text with `user:password@`, and the secrets of queries, gone from its URLs."""
    return _SECRET.sub(r"\1…", _CREDENTIALS.sub("", text))


def remote_messages(stderr: str) -> tuple[str, ...]:
    """Return what the server and its hooks say, line by line, without the progress; git marks it with `remote: `."""
    lines = (line for part in stderr.split("\r") for line in part.splitlines())
    said = (line.removeprefix("remote:").removeprefix(" ").rstrip() for line in lines if line.startswith("remote:"))
    return tuple(without_credentials(line) for line in said if line and not PROGRESS.match(line))


def remote_failure(git: Git, remote: str, finished: Finished, *, url: str | None = None) -> RegistryError:
    """Return the refusal for a `push`, `fetch` or `ls-remote` that failed as a whole.

    Args:
        git: of the repository.
        remote: as git was told.
        finished: how git ended.
        url: of a remote whose name the client never heard of; it is called by that.

    """
    words = without_credentials(finished.complaint) or f"exit code {finished.code}"
    shown = without_credentials(url or remote)
    if _AUTHENTICATION.search(words):
        return RegistryError(
            "AuthenticationFailed",
            f"The remote '{shown}' does not let you in: {_last(words)}",
            hint="Nobody is asked for a password here. Give Git a credential helper, or start an ssh-agent "
            f"with your key. To see whether it works, in a terminal: {commands.list_remote(shown)}.",
            remote=shown,
            words=words,
        )
    if url is None and (refusal := unknown_remote(git, remote, words)) is not None:
        return refusal
    if _UNAVAILABLE.search(words):
        return RegistryError(
            "RemoteUnavailable",
            f"The remote '{shown}' does not answer, or is not a repository: {_last(words)}",
            hint=f"See what Git says, and try again: {commands.list_remote(shown)}.",
            retryable=True,
            remote=shown,
            words=words,
        )
    return RegistryError("GitFailed", f"git failed at the remote '{shown}': {_last(words)}", hint="", words=words)


def unknown_remote(git: Git, remote: str, words: str = "") -> RegistryError | None:
    """Return the refusal of a remote that there is none of by this name; None for any other.

    Args:
        git: of the repository.
        remote: as git was told, or would be.
        words: what git said to that.

    Raises:
        RegistryError: `GitFailed`: the remotes are not known.

    """
    configured = read_remotes(git.run)
    if remote in configured or (_looks_like_place(git, remote) and not _UNKNOWN.search(words)):
        return None
    shown = without_credentials(remote)
    if not configured:
        message, there = "This repository has no remote", "Add one (git-remote(1)), or give a URL."
    else:
        message = f"This repository has no remote '{shown}'"
        there = f"There is: {', '.join(configured)}. Give one of them, or a URL, or add it (git-remote(1))."
    if len(configured) > 1:
        there += f" To have one meant where none is given: {commands.default_remote(configured[0])}"
    return RegistryError("RemoteNotFound", message, hint=there, remote=shown)


def _looks_like_place(git: Git, remote: str) -> bool:
    return "/" in remote or ":" in remote or (git.layout is not None and Path(git.layout.repo, remote).is_dir())


def _last(words: str) -> str:
    """Return the line that says most; git's advice about access rights follows it."""
    said = words.partition("To push ")[0].strip() or words  # what follows is advice, over several lines
    lines = [line for line in said.splitlines() if line and not line.startswith(("Please make sure", "and the repo"))]
    return "; ".join(dict.fromkeys(lines[-3:])) if lines else words
