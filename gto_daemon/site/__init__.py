"""The catalogue of a registry as a static site: pure functions from the answers of the protocol to files.

`pages.render` makes the files. Nothing here reads a repository or writes a file; `gto_daemon/app/site_directory.py`
does the latter.
"""
