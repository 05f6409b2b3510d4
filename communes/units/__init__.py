"""The units of Vietnam before and after 01/07/2025, which office data begins with; names found in them.

The lists are data of our own (`data/`, made by `make_data.py`). Only the area that somebody chooses
becomes rows of the database (`making.py`, `manage.py load_units`).
"""
