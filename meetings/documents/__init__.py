"""Word papers of sessions and tasks, in the Party's form and the government's.

`context` says what a paper tells, `builtin` makes the templates that the project comes with,
`rendering` fills one in: the built-in one, or the one that an administrator put in its place.
"""
