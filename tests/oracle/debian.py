"""apt for another release of Debian than the machine's: lists of its own, so that the machine's apt never hears of it.

Packages come from where the machine's own come from, with Debian's signature checked by apt. Nothing is installed.
"""

import subprocess
from pathlib import Path

_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def apt_of(release: str, scratch: Path, *, kind: str = "deb") -> list[str]:
    """Return the start of an apt-get command for a release, whose lists are read into `scratch`.

    Args:
        release: the name of the release, such as "trixie".
        scratch: a directory that may be deleted afterwards.
        kind: "deb", or "deb-src" for sources.

    """
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"],
        capture_output=True,
        text=True,
        check=True,
    )
    where = targets.stdout.splitlines()[0]
    (scratch / "sources.list").write_text(f"{kind} [signed-by={_KEYS}] {where} {release} main\n")
    (scratch / "lists/partial").mkdir(parents=True)
    (scratch / "cache/archives/partial").mkdir(parents=True)
    options = {
        "Dir::Etc::SourceList": scratch / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": scratch / "lists",
        "Dir::Cache": scratch / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    apt = ["apt-get", "--quiet=2", *(f"-o{key}={value}" for key, value in options.items())]
    subprocess.run([*apt, "update"], check=True, cwd=scratch)
    return apt
