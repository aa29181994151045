"""Writes the generated documents: the protocol page, the OpenRPC document, the types of the client."""
