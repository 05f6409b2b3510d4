"""The villages of communes."""
