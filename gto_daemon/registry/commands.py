"""Command lines that messages recommend: in backticks, complete, and quoted for a shell.

A test runs every one of them (`tests/remedies/`).
"""

import posixpath
import shlex
from collections.abc import Iterable


def command(*words: str) -> str:
    """Return a command line as messages show it."""
    return f"`{shlex.join(words)}`"


def archive(repo: str, commit: str, path: str) -> str:
    """Return the command that puts a folder of a commit into an archive in the working directory."""
    # In a subfolder git would look for the path below it.
    archived = shlex.join(["git", "-C", repo, "archive", "--format=tar", commit, path])
    return f"`{archived} > {shlex.quote(posixpath.basename(path) + '.tar')}`"


def copy_file(repo: str, commit: str, path: str) -> str:
    """Return the command that copies a file of a commit into the working directory, beside what may be there."""
    copied = shlex.join(["git", "-C", repo, "show", f"{commit}:{path}"])
    stem, ending = posixpath.splitext(posixpath.basename(path))
    return f"`{copied} > {shlex.quote(f'{stem}-{commit[:7]}{ending}')}`"


def show_artifact(name: str, *options: str) -> str:
    """Return the command that shows the versions of an artifact."""
    return command("gtod", "show", *options, name)


def assign(name: str, version: str, stage: str) -> str:
    """Return the command that assigns a stage to a version, or to the commit of an unregistered one."""
    place = ("--version", version) if version.startswith("v") else (version,)
    return command("gtod", "assign", name, *place, "--stage", stage)


def assign_again(name: str, version: str, stage: str) -> str:
    """Return the command that puts a version into a stage that a tag put it into before."""
    return command("gtod", "assign", name, "--version", version, "--stage", stage, "--force")


def register_again(name: str, commit: str) -> str:
    """Return the command that registers the version of a commit that it was registered as before."""
    return command("gtod", "register", name, commit[:7], "--simple", "false")


def delete_tags(tags: Iterable[str]) -> str:
    """Return the command that deletes tags of the current repository."""
    return command("git", "tag", "-d", *_operands(tags))


def restore_tag(tag: str, oid: str) -> str:
    """Return the command that has a tag point at an object again."""
    return command("git", "update-ref", f"refs/tags/{tag}", oid)


def fetch_fleet(name: str | None = None) -> str:
    """Return the command that looks at the remotes of the fleet now."""
    return command("gtod", "fleet", "fetch", *([] if name is None else [name]))


def accept_evidence(ref: str) -> str:
    """Return the command that acknowledges the signs of tampering with a ref."""
    # The name of an artifact's folder may begin with a dash.
    return command("gtod", "audit", f"--accept={ref}")


def list_remote(remote: str) -> str:
    """Return the command that shows whether git gets at a remote, and why not."""
    return command("git", "ls-remote", "--", remote)


def delete_file(path: str) -> str:
    """Return the command that deletes a file, because git itself cannot delete a broken ref."""
    return command("rm", path)


def annotate_tag(tag: str) -> str:
    """Return the command that makes a lightweight tag an annotated one, on its commit and dated as that.

    Dated now, a stage would be taken from the version that got it since.
    """
    name = shlex.quote(tag)
    # In seconds: Git takes a date with an odd zone, as a commit may have one, for another moment, or for none.
    dated = f'GIT_COMMITTER_DATE="@$(git log -1 --no-show-signature --format=%ct {name} --) +0000"'
    return f"`{dated} git tag -a -f -m 'Annotate tag' {name} {shlex.quote(tag + '^{}')}`"


def push_tags(tags: Iterable[str], remote: str, *, delete: bool = False) -> str:
    """Return the command that sends tags to a remote, or deletes them there.

    The remote is named, because the default depends on the command and on the branch.
    """
    return command("gtod", "push", f"--remote={remote}", *(["--delete"] if delete else []), *_operands(tags))


def push_everything(remote: str) -> str:
    """Return the command that sends what a remote lacks, and what was deleted there as well."""
    return command("gtod", "push", f"--remote={remote}", "--all")


def fetch_tags(tags: Iterable[str], remote: str) -> str:
    """Return the command that brings tags from a remote."""
    return command("gtod", "fetch", f"--remote={remote}", *_operands(tags))


def push() -> str:
    """Return the command that pushes the branch to where git's configuration says."""
    return command("git", "push")


def push_branch(remote: str, branch: str) -> str:
    """Return the command that pushes the branch that is checked out, whatever git's configuration says."""
    return command("git", "push", remote, f"HEAD:refs/heads/{branch}")


def default_remote(remote: str) -> str:
    """Return the command that has a remote meant where none is named."""
    return command("git", "config", "remote.pushDefault", remote)


def _operands(tags: Iterable[str]) -> list[str]:
    words = list(tags)
    # The name of an artifact's folder may begin with a dash.
    return ["--", *words] if any(word.startswith("-") for word in words) else words
