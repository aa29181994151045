"""Rules of promotion: who may register and assign what, from which stage, after how long, from which branch.

The file `.gtod.yaml` is read by `reading`, into the values of `values`; `judging` judges one event by them, whether it
is planned, being pushed, or long past. All of it is pure: what has to be asked of Git is given.
"""
