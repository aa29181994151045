"""Write a site of the tests: `python -m tests.site large|showcase|empty DIRECTORY`."""

import sys

from gto_daemon.app.site_directory import write_site
from gto_daemon.site.pages import render
from tests.site.catalogues import catalogue
from tests.site.large import large
from tests.site.showcase import showcase

_CATALOGUES = {"large": large, "showcase": showcase, "empty": catalogue}

if __name__ == "__main__":
    _, kind, directory = sys.argv
    write_site(directory, render(_CATALOGUES[kind]()))
