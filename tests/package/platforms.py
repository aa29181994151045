"""For which systems everything that gtod needs comes as wheels: `python -m tests.package.platforms` asks the index.

It resolves the dependencies for each system and Python, with wheels only, and writes the table of docs/installation.md.
uv does this rather than pip: `pip download --platform` evaluates markers such as `sys_platform` for this machine.
"""

import re
import subprocess
import sys
from pathlib import Path

from tests.package.environments import ROOT
from tests.package.installers import dependencies, install, program

PAGE = ROOT / "docs" / "installation.md"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "Linux, glibc 2.28 or newer, x86-64": "x86_64-manylinux_2_28",
    "Linux, glibc 2.28 or newer, arm64": "aarch64-manylinux_2_28",
    "Linux, glibc 2.17, x86-64": "x86_64-manylinux_2_17",
    "Linux, musl (Alpine), x86-64": "x86_64-unknown-linux-musl",
    "Linux, musl (Alpine), arm64": "aarch64-unknown-linux-musl",
    "macOS, arm64": "aarch64-apple-darwin",
    "macOS, x86-64": "x86_64-apple-darwin",
    "Windows, x86-64": "x86_64-pc-windows-msvc",
    "Windows, arm64": "aarch64-pc-windows-msvc",
}
_TABLE = re.compile(r"(?<=<!-- platforms -->\n).*?(?=<!-- /platforms -->)", re.S)


def without_wheels(system: str, python: str) -> list[str]:
    """The packages that have no wheel for a system and a Python."""
    options = ["--quiet", "--only-binary", ":all:", "--python-platform", system, "--python-version", python, "-"]
    missing: list[str] = []
    while True:
        # Those that were found missing may be built, so that the next one is found.
        built = [word for name in missing for word in ("--no-binary", name)]
        command = [str(program("uv")), "pip", "compile", *built, *options]
        done = subprocess.run(command, input="\n".join(dependencies()), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return missing
        found = re.search(r"([a-z0-9-]+)[^ ]* has no (?:usable )?wheels", " ".join(done.stderr.split()))
        if found is None or found[1] in missing:
            sys.exit(done.stderr)
        missing.append(found[1])


def table() -> str:
    """The table of the page."""
    lines = [f"| system | {' | '.join(PYTHONS)} |", f"|---|{'---|' * len(PYTHONS)}"]
    for words, system in SYSTEMS.items():
        cells = [", ".join(without_wheels(system, python)) for python in PYTHONS]
        lines.append(f"| {words} | {' | '.join(f'compiles {cell}' if cell else 'wheels' for cell in cells)} |")
    return "\n".join(lines) + "\n"


def write(page: Path) -> None:
    """Put the table into the page."""
    made = table()
    page.write_text(_TABLE.sub(lambda _: made, page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    install()
    write(PAGE)
