"""How a client has a daemon started; the command line knows these words too, and understands them without click."""

#: The arguments of `gtod`: leave the process that started this one, and tell it on stdout when clients may connect.
ARGUMENTS = ("serve", "--detached", "--ready-fd", "1")
