"""The fleet: the repositories that a user asks about together, as the user's file `fleet.yaml` names them.

The file is read by `reading`, into the values of `values`, and changed by `editing`. All of it is pure.
"""
