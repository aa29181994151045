"""JSON-RPC 2.0: messages, framing, batches, requests that are pending, errors."""
