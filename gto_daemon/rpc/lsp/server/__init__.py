"""pygls, the documents that are open, and what client and server can do."""
