"""The two ways to a daemon: a module that sets `TRANSPORTS = BOTH` tests whatever needs one over each of them."""

BOTH = ("unix", "tcp")
#: The file in the runtime directory by which clients find the daemon.
FOUND_BY = {"unix": "gtod.sock", "tcp": "gtod.json"}
