"""From an empty database to the first picture: what is there, what is missing, where to do it."""
