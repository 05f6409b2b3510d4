"""The units of Vietnam before and after 01/07/2025, and how a name is found among them.

The lists are data (`data/`, made by `make_data.py`). Only the area that somebody chooses becomes
rows of the database (`making.py`, `manage.py load_units`).
"""
