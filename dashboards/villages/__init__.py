"""The villages of an area from a list: looked over, then made whole or not at all."""
