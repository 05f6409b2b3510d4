"""A district to learn by: made up, and lived through two years up to a day by the verbs of the
application itself."""
