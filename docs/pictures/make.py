"""Draw the tour's picture: `python docs/pictures/make.py`.

It shows a terminal with what the real program prints about the demo registry, styles included. The SVG holds no font
and no address to load one from, so it looks the same wherever it is shown and asks nobody for anything.
"""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from tests.registries import build_registry  # noqa: E402 - from this checkout

PICTURE = Path(__file__).with_name("tour.svg")

_WIDTH = 116
#: Width of a character by its height, in most of the fonts below.
_ASPECT = 0.602
_PROMPT = "\n\x1b[1;32m$\x1b[0m "
_TAG = 'git tag -a "churn#prod#5" -m "Promote" churn@v3.1.0^{}'
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_THEME = TerminalTheme(
    (24, 27, 34),
    (222, 226, 233),
    [
        (60, 66, 78),
        (240, 113, 120),
        (139, 212, 156),
        (235, 203, 139),
        (130, 170, 255),
        (199, 146, 234),
        (137, 221, 255),
        (222, 226, 233),
    ],
)


def transcript(place: Path) -> str:
    """What a terminal shows of the tour, with its escape sequences. `place` is an empty directory."""
    repository = build_registry("iterative__example-gto", place / "example-gto")
    runtime = place / "run"
    runtime.mkdir(mode=0o700)
    person = {"NAME": "Ann", "EMAIL": "ann@example.com", "DATE": "2023-09-05T09:12:44+00:00"}
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GTO_", "GTOD_", "NO_COLOR", "COLUMNS"))
        },
        **{f"GIT_COMMITTER_{name}": value for name, value in person.items()},
        "PYTHONPATH": str(ROOT),
        "GTOD_RUNTIME_DIR": str(runtime),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
    }
    gtod = [sys.executable, "-m", "gto_daemon"]
    screen = []

    def run(command: str, *argv: str) -> None:
        screen.append(f"{_PROMPT}{command}\n")
        screen.append(_in_terminal([*gtod, *argv] if argv else ["sh", "-c", command], repository, environment))

    try:
        # Where the daemon takes longer than a second to start, a terminal shows what is waited for.
        subprocess.run([*gtod, "show"], cwd=repository, env=environment, check=True, stdout=subprocess.DEVNULL)
        run("gtod show", "show")
        run("gtod show churn#prod --ref", "show", "churn#prod", "--ref")
        with subprocess.Popen(
            [*gtod, "watch"],
            cwd=repository,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as watch:
            if watch.stdout is None or watch.stderr is None:
                raise RuntimeError("no pipes")
            watch.stderr.readline()  # it says that the watch is on
            screen.append(f"{_PROMPT}gtod watch &\n")
            run(_TAG)
            screen.append(watch.stdout.readline())
            watch.terminate()
        run("gtod show churn#prod --ref", "show", "churn#prod", "--ref")
        run("gtod history churn#prod", "history", "churn#prod")
    finally:
        subprocess.run([*gtod, "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return "".join(screen).strip()


def drawn(screen: str) -> str:
    """The SVG of a screen."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(screen))
    svg = console.export_svg(title="gtod", theme=_THEME, unique_id="tour", font_aspect_ratio=_ASPECT)
    # rich names a web font twice, with its address.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)
    svg = re.sub(r"font-family: [^;]+;", f"font-family: {_FONTS};", svg)
    svg = svg.replace("<!-- Generated with Rich https://www.textualize.io -->\n", "")
    svg = re.sub(
        r'(<text class="tour-r[^>]*?) x="([\d.]+)"([^>]*?) textLength="([\d.]+)"([^>]*)>([^<]*)</text>', _words, svg
    )
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def _words(text: re.Match[str]) -> str:
    """The words of a text, each at its own place and of its own width: not every viewer heeds the width of a line."""
    before, start, between, length, after, content = text.groups()
    characters = re.findall(r"&#?\w+;|.", content)
    if not characters:
        return ""
    width = float(length) / len(characters)
    words, column = [], 0
    for part in re.findall(r"(?:&#160;)+|(?:(?!&#160;).)+", content):
        size = len(re.findall(r"&#?\w+;|.", part))
        if not part.startswith("&#160;"):
            place = f'x="{float(start) + column * width:g}"'
            fit = f'textLength="{size * width:g}" lengthAdjust="spacingAndGlyphs"'
            words.append(f"{before} {place}{between} {fit}{after}>{part}</text>")
        column += size
    return "".join(words)


def _in_terminal(argv: list[str], cwd: Path, environment: dict[str, str]) -> str:
    """What a program prints to a terminal of `_WIDTH` columns.

    Raises:
        subprocess.CalledProcessError: it failed.

    """
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 50, _WIDTH, 0, 0))
    chunks: list[bytes] = []

    def read() -> None:
        while True:
            try:
                chunk = os.read(controller, 65536)
            except OSError:  # Linux' way of saying that the other end is closed
                return
            if not chunk:
                return
            chunks.append(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        subprocess.run(argv, cwd=cwd, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, check=True)
    finally:
        os.close(terminal)
        reader.join()
        os.close(controller)
    return b"".join(chunks).decode().replace("\r\n", "\n")


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as place:
        PICTURE.write_text(drawn(transcript(Path(place))), "utf-8")


if __name__ == "__main__":
    main()
