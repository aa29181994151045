"""The shapes of params and results, their validation, and the OpenRPC document that is made of them."""
