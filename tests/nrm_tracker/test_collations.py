"""The order of names, whatever locale the database was created with (rule 16)."""

import os
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from nrm_tracker.text import sort_key

# In the order of the Vietnamese alphabet. A locale that passes over spaces changes it.
NAMES = ["An Tây", "Ân Tây", "Bác Ái", "Bác Ái Đông", "Bác Ái Tây", "Bắc Tây", "Thôn 9", "Thôn 10"]

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite compares bytes"
)


@pytest.fixture
def locale_that_skips_spaces():
    """The options of CREATE DATABASE for such a locale: ICU's where the server has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collprovider = 'i' LIMIT 1")
        if cursor.fetchone():
            return "LOCALE_PROVIDER icu ICU_LOCALE 'vi-u-ka-shifted'"
        cursor.execute(
            "SELECT collname FROM pg_collation WHERE collname IN ('en_US.utf8', 'vi_VN.utf8')"
        )
        if found := cursor.fetchone():
            return f"LOCALE '{found[0]}'"
    pytest.skip("This server has no locale that skips spaces.")


@pytest.fixture
def skipping_database(locale_that_skips_spaces):
    """A connection to a migrated database that was created with such a locale."""
    name = f"{connection.settings_dict['NAME']}_skips"
    given = connection.get_connection_params()
    place = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    with closing(psycopg2.connect(**place, dbname=given["dbname"])) as server:
        server.autocommit = True
        cursor = server.cursor()
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {locale_that_skips_spaces}')
        try:
            migrate(f"postgresql:///{name}", place)
            with closing(psycopg2.connect(**place, dbname=name)) as opened:
                yield opened
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def migrate(url, place):
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    environment = os.environ | {names[key]: str(value) for key, value in place.items()}
    environment |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "nrm_tracker.settings"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)  # noqa: S603


@only_postgresql
@pytest.mark.django_db
def test_names_stand_in_order_where_the_database_skips_spaces(skipping_database):
    cursor = skipping_database.cursor()
    cursor.execute("SELECT 'a c' > 'ab'")
    assert cursor.fetchone()[0], "the locale does not do what it is here for"
    cursor.executemany(
        "INSERT INTO communes_area "
        "(code, name, kind, region, source, is_checked, sort_key) "
        "VALUES (%s, %s, 'district', '', '', false, %s)",
        [(str(n), name, sort_key(name)) for n, name in enumerate(reversed(NAMES))],
    )

    cursor.execute("SELECT name FROM communes_area ORDER BY sort_key")

    assert [name for (name,) in cursor.fetchall()] == NAMES


@only_postgresql
@pytest.mark.django_db
def test_each_sort_key_is_compared_byte_by_byte():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE column_name = 'sort_key' AND table_schema = current_schema()"
        )
        collations = dict(cursor.fetchall())

    assert "communes_commune" in collations
    assert set(collations.values()) == {"C"}


def test_python_sorts_as_the_databases_do():
    assert sorted(set(NAMES), key=sort_key) == NAMES
