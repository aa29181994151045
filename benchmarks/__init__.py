"""Speed, always as a ratio to a peer that is measured in the same run, in turn with ours.

Each row of the table of goals is one module here. Each of them also compares what both sides answered: a wrong answer
is no fast one, and fails the run. No time is ever asserted on; a goal that is missed is said, and fails nothing.
"""
