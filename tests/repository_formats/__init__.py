"""Any repository Git can make: the same assertions over each format of one, against Git's own view of the tags."""
