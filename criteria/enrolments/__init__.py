"""Which communes run at which set of criteria, by when they are to reach it, and until when."""
