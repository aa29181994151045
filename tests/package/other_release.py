"""Another release of gtod, really installed: a wheel of this checkout that says another version of itself.

What differs besides can be chosen: the version of the protocol, and whether it knows `gto/retire`.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.package.build import build
from tests.package.environments import ROOT

_NOT_COPIED = shutil.ignore_patterns("__pycache__")


def other_release(place: Path, version: str, *, protocol: int | None = None, retires: bool = True) -> Path:
    """Build and install it below `place`; answers its interpreter. What it depends on is that of this process."""
    wheel = wheel_of(place, version, protocol=protocol, retires=retires)
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    put_into(environment, wheel)
    (_site(environment) / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")  # behind its own
    return environment / "bin" / "python"


def wheel_of(place: Path, version: str, *, protocol: int | None = None, retires: bool = True) -> Path:
    """The wheel of another release, built below `place`."""
    source = place / "source"
    shutil.copytree(ROOT / "gto_daemon", source / "gto_daemon", ignore=_NOT_COPIED)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, source / name)
    package = source / "gto_daemon"
    _replace(package / "__init__.py", r'__version__ = "[^"]+"', f'__version__ = "{version}"')
    if protocol is not None:
        for name in ("rpc/__init__.py", "client/messages.py"):
            _replace(package / name, r"^(PROTOCOL\b.*) = \d+$", rf"\1 = {protocol}")
    if not retires:
        _replace(
            package / "rpc/methods/__init__.py", r'^    "gto/retire": Route\("sessions.retire", SessionQuery\),\n', ""
        )
        (package / "rpc/methods/sessions/retire.py").unlink()
    build(place / "dist", source=source)
    (wheel,) = (place / "dist").glob("*.whl")
    return wheel


def put_into(environment: Path, wheel: Path) -> None:
    """Install a wheel of gtod, and nothing else, in the place of the one that is there."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--upgrade", "--target", str(_site(environment)), str(wheel)], check=True)


def _site(environment: Path) -> Path:
    (site,) = environment.glob("lib/python*/site-packages")
    return site


def _replace(file: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, file.read_text(), flags=re.MULTILINE)
    assert count == 1, f"{pattern} is {count} times in {file}"
    file.write_text(text)
