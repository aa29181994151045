"""`gtod demo`: made by the calling process, in a place that no daemon needs to know."""

from gto_daemon.git.demo import create_demo

__all__ = ["create_demo"]
