"""Formats of YAML files described once: `shape` describes them, and `reading` reads a file by such a description."""
