"""Every code that an editor may show is explained in the page that it links to."""

import re
from pathlib import Path

import gto_daemon

PACKAGE = Path(gto_daemon.__file__).parent
#: Where the codes are given, that documents show.
SOURCES = [
    *(PACKAGE / "registry" / "annotations").glob("*.py"),
    PACKAGE / "registry" / "config_reading.py",
    PACKAGE / "registry" / "rules" / "format.py",
    PACKAGE / "registry" / "rules" / "reading.py",
    PACKAGE / "registry" / "shapes" / "reading.py",
    PACKAGE / "registry" / "fold.py",
    PACKAGE / "registry" / "queries" / "doctor.py",
    PACKAGE / "registry" / "queries" / "tampering.py",
    PACKAGE / "daemon" / "live" / "tags.py",
    PACKAGE / "editor" / "diagnostics.py",
    PACKAGE / "editor" / "document.py",
]
CODE = re.compile(r"\"([a-z]+(?:-[a-z]+)+|tie|tab)\"")
NO_CODES = {"utf-8", "utf-16"}


def test_every_code_has_a_heading_and_every_heading_a_code() -> None:
    used = {code for source in SOURCES for code in CODE.findall(source.read_text())} - NO_CODES
    explained = set(re.findall(r"^### (.+)$", (PACKAGE / "editor" / "diagnostics.md").read_text(), re.MULTILINE))
    elsewhere = {
        "broken-ref",
        "odd-ref",
        "stale-lock",
        "missing-object",
        "unreadable-file",
        "wrong-config",
        "unborn-head",
    }
    assert used - explained == set()
    assert explained - used == elsewhere


def test_a_fix_is_promised_where_there_is_one() -> None:
    page = (PACKAGE / "editor" / "diagnostics.md").read_text()
    promised = {part.split("\n", 1)[0] for part in page.split("### ")[1:] if "*fix*" in part}
    from gto_daemon.editor.quick_fixes import FIXES

    assert promised == set(FIXES)
