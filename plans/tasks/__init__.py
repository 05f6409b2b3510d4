"""Steps that are tasks of sessions or visits: one truth, told by the task."""
