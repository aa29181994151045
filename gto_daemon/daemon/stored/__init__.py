"""A registry as it was read, in a file of the user's cache, so that the next process need not read it again.

What is stored is what the living registry goes on from: the listing of the refs, and of each artifact its tags, their
commits and annotations. The next process takes it for an old state, lists the refs and applies what differs, as a
living one does after any change; so the file is never believed, and may be deleted at any time.
"""
