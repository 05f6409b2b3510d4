"""The file of the database is anybody's: what copies it knows nothing of Django's functions."""

import re
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's file"),
]

# What Django adds to its own connection: django_date_extract(…), and the operator REGEXP.
FOREIGN = re.compile(r"\bdjango_\w+\(| REGEXP ")


@pytest.fixture
def plain():
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as opened:
        yield opened


def schema(opened):
    return opened.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()


def rows(opened):
    tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    asked = {name: f'SELECT * FROM "{name}"' for (name,) in tables}  # noqa: S608 names of ours
    return {name: opened.execute(question).fetchall() for name, question in asked.items()}


def test_the_plain_module_dumps_the_file_and_loads_it(plain, tmp_path):
    dumped = "\n".join(plain.iterdump())

    with closing(sqlite3.connect(tmp_path / "loaded.sqlite3")) as loaded:
        loaded.executescript(dumped)

        assert schema(loaded) == schema(plain)
        assert rows(loaded) == rows(plain)


def test_the_plain_module_copies_the_file_by_vacuum(plain, tmp_path):
    plain.execute("VACUUM INTO ?", [str(tmp_path / "copy.sqlite3")])

    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert schema(copy) == schema(plain)
        assert rows(copy) == rows(plain)


def test_nothing_in_the_schema_asks_for_a_function_of_django(plain):
    asking = [name for _, name, sql in schema(plain) if FOREIGN.search(sql or "")]

    assert asking == []
