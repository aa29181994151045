"""pygls, the open documents, and the capabilities of client and server."""
