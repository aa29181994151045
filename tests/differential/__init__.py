"""Ours and the real GTO, asked the same questions about the same repositories; every answer must be equal, as text.

`histories` says what a repository went through, `questions` what is asked in both languages, `compare` compares,
`deviations` names where we differ on purpose. Invariant: whether a deviation applies is decided from the history
alone, before anybody is asked, and never from what an answer looks like.
"""
