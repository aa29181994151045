"""Any repository Git can make: the same assertions over each form of one, against Git's own view of the tags."""
