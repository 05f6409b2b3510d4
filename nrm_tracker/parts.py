"""The parts in which writes are counted; each is a column of `Revision`.

Which tables belong to a part their room says in its `apps.py` (`counted_apart`).
"""

# What is not counted apart.
ALL = "number"
# Entries of minutes that are being written.
MINUTES = "minutes"
# What was found of cells today: it changes no page of an earlier day.
RESULTS = "results"
PARTS = (ALL, MINUTES, RESULTS)
NOTHING = dict.fromkeys(PARTS, 0)
