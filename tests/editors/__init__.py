"""Editors of other people, from Debian's packages, set up as docs/editors.md says. Run by `make editors`."""
