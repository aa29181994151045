"""The protocol: framing, envelopes, sessions, the method table with its models, and the OpenRPC document.

Registry methods (`gto/…`, `rpc.discover`) are answered from our own table; only LSP's own methods go to pygls. One
place enforces that every request gets exactly one response (`session.py`). Invariant: nothing here knows what a tag
means; a method calls `registry` or `daemon` and defines the shape of the result.
"""

from typing import Final

#: Version of the protocol. It moves only when an older client could misread an answer; what is new is a capability.
PROTOCOL: Final = 2
