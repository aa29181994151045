"""Connections: bytes in and out, who may connect, and what waits for slow readers."""
