"""How changes are noticed, and who is notified of them."""
