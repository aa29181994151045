"""A stored registry: a file in the user's cache, so that the next process need not read the registry again.

The file has what a live registry continues from: the listing of the refs, and for each artifact its tags, their commits
and annotations. The next process treats it as an old state, lists the refs and applies the differences, as a live one
does after any change; so the file is never trusted, and may be deleted at any time.
"""
