"""Tag objects, written before any ref names them. One that stays without a ref is swept away by git gc."""

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import pygit2

from gto_daemon.git.kept import KeptGits
from gto_daemon.git.layout import Layout
from gto_daemon.git.loose_objects import DamagedObjectError, LooseObjects
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.process import TRANSACTION_TIMEOUT, Git
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans import NewTag

#: How the names of directories begin in which tags are signed.
SCRATCH = "signing-"
_SIGNATURE = b"\n-----BEGIN "
#: What of the configuration decides how a tag is signed.
_SIGNING = re.compile(r"(?:(?:user|committer|gpg|tag|i18n)\..*|extensions\.objectformat)", re.DOTALL)


def write_tags(git: Git, layout: Layout, tags: tuple[NewTag, ...], *, by_git: bool) -> list[str]:
    """Write the objects, unsigned; return their ids. `by_git` where libgit2 cannot open the repository.

    Raises:
        RegistryError: `GitFailed`: the object database takes none.

    """
    if by_git:
        return [_hashed(git, layout, tag) for tag in tags]
    try:
        odb = pygit2.Odb()
        # Only where loose objects are: opening the repository, with its packs and configurations, takes as long again.
        odb.add_backend(pygit2.OdbBackendLoose(os.fspath(layout.common / "objects"), -1, False), 1)
        return [str(odb.write(pygit2.enums.ObjectType.TAG, _body(tag))) for tag in tags]
    # pygit2 answers what the system said (no room, no permission) as an OSError.
    except (pygit2.GitError, OSError) as error:
        raise _unwritable(layout, str(error)) from error


def _hashed(git: Git, layout: Layout, tag: NewTag) -> str:
    made = git.run("hash-object", "-t", "tag", "-w", "--stdin", stdin=_body(tag))
    if not made.succeeded:
        raise _unwritable(layout, made.complaint)
    return made.stdout.decode("ascii").strip()


def _unwritable(layout: Layout, words: str) -> RegistryError:
    return RegistryError(
        "GitFailed",
        f"The tag object cannot be written into '{layout.common}': {words}",
        hint="See whether there is room on the disk, and whether you may write there.",
        words=words,
    )


def _body(tag: NewTag) -> bytes:
    """Return the object as GTO writes it: the message without a line end."""
    tagger = f"{tag.tagger} <{tag.email}> {tag.time.seconds} {tag.time.zone}"
    head = f"object {tag.target}\ntype commit\ntag {tag.tag}\ntagger {tagger}\n"
    return f"{head}\n{tag.message}".encode()


def write_signed_tags(git: Git, kept: KeptGits, layout: Layout, tags: tuple[NewTag, ...], scratch: Path) -> list[str]:
    """Let git write and sign the objects, and return their ids.

    `git tag -s` makes a ref too, so it is run in a git directory of its own that has the objects and the configuration
    of the repository; the refs of an act are made later, all together. Under `scratch`, a private directory.

    Raises:
        RegistryError: `SigningFailed`, with the words of gpg or ssh-keygen.

    """
    place = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=scratch))
    try:
        _git_directory(place, _signing_configuration(git, kept))
        return [_sign(git, tag, place, layout.common / "objects") for tag in tags]
    finally:
        rmtree(place, ignore_errors=True)


def _git_directory(place: Path, configuration: str) -> None:
    (place / "refs").mkdir()
    (place / "HEAD").write_text("ref: refs/heads/none\n")
    (place / "config").write_text(configuration)


def _signing_configuration(git: Git, kept: KeptGits) -> str:
    """As a configuration file. Read in the repository, because conditional includes hold there and not elsewhere."""
    standing = kept.standing(git)
    if standing is not None and standing.signing is not None:
        return standing.signing
    listed = git.run("config", "--list", "--null")
    text = _configuration_file(listed.stdout.decode("utf-8", "surrogateescape"))
    if standing is not None and listed.succeeded:
        standing.signing = text
    return text


def _configuration_file(listed: str) -> str:
    lines = ["[core]\n\tbare = true\n\trepositoryformatversion = 1\n"]
    for item in listed.split("\0"):
        key, newline, value = item.partition("\n")
        if not _SIGNING.fullmatch(key):
            continue
        section, _, name = key.rpartition(".")
        section, _, subsection = section.partition(".")
        title = f'{section} "{_escaped(subsection)}"' if subsection else section
        lines.append(f'[{title}]\n\t{name} = "{_escaped(value)}"\n' if newline else f"[{title}]\n\t{name}\n")
    return "".join(lines)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


def _sign(git: Git, tag: NewTag, place: Path, objects: Path) -> str:
    env = {
        "GIT_DIR": str(place),
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_COMMITTER_NAME": tag.tagger,
        "GIT_COMMITTER_EMAIL": tag.email,
        "GIT_COMMITTER_DATE": f"@{tag.time.seconds} {tag.time.zone}",
    }
    made = git.run(
        # A hook that the user has for all repositories is for refs that count.
        "-c", "core.hooksPath=/dev/null", "tag", "--sign", "--cleanup=verbatim", "--file=-", tag.tag, tag.target,
        # A signature begins a line, so the message has to end one.
        stdin=f"{tag.message}\n".encode(), env=env, timeout=TRANSACTION_TIMEOUT,
    )  # fmt: skip
    ref = place / "refs/tags" / tag.tag
    # Read here: two programs more would take as long as git itself.
    oid = (read_regular_file(ref, MAX_REF) or b"").decode("ascii").strip() if made.succeeded else ""
    # Git 2.39 makes the tag without a signature, and succeeds, when ssh-keygen cannot read the key.
    if not oid or _SIGNATURE not in _written(git, objects, oid, env):
        raise RegistryError(
            "SigningFailed",
            f"The tag '{tag.tag}' is to be signed, by tag.gpgSign or the rules, and signing failed: {made.complaint}",
            hint="See whether Git can sign tags in a terminal; nothing was created.",
            tag=tag.tag,
            words=made.complaint,
        )
    with suppress(FileNotFoundError):
        ref.unlink()
    return oid


def _written(git: Git, objects: Path, oid: str, env: dict[str, str]) -> bytes:
    """Return a tag object that was just written."""
    with suppress(DamagedObjectError):
        found = LooseObjects(objects).find(oid, None)
        if found is not None and found[1] is not None:
            return found[1]
    # There was the same one before, in a pack.
    return git.run("cat-file", "tag", oid, env=env).stdout
