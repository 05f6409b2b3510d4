"""The order of names, whatever locale the database was created with (rule 16)."""

import pytest
from django.db import connection

from nrm_tracker.text import sort_key
from tests.databases import fresh_database, manage, opened

# In the order of the Vietnamese alphabet. A locale that passes over spaces changes it.
NAMES = ["An Tây", "Ân Tây", "Bác Ái", "Bác Ái Đông", "Bác Ái Tây", "Bắc Tây", "Thôn 9", "Thôn 10"]

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite compares bytes"
)


@pytest.fixture
def locale_that_skips_spaces():
    """The options of CREATE DATABASE for such a locale: ICU's where the server has it."""
    with connection.cursor() as cursor:
        # Newer servers name one of ICU's even where they were built without it.
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'vi-x-icu'")
        if cursor.fetchone():
            return "LOCALE_PROVIDER icu ICU_LOCALE 'vi-u-ka-shifted'"
        cursor.execute(
            "SELECT collname FROM pg_collation WHERE collname IN ('en_US.utf8', 'vi_VN.utf8')"
        )
        if found := cursor.fetchone():
            return f"LOCALE '{found[0]}'"
    pytest.skip("This server has no locale that skips spaces.")


@pytest.fixture
def skipping_database(locale_that_skips_spaces, tmp_path):
    """A connection to a migrated database that was created with such a locale."""
    with fresh_database(tmp_path, locale_that_skips_spaces) as environment:
        done = manage(environment, "migrate", "--verbosity", "0")
        assert done.returncode == 0, done.stderr
        with opened(environment) as found:
            yield found


@only_postgresql
@pytest.mark.django_db
def test_names_stand_in_order_where_the_database_skips_spaces(skipping_database):
    cursor = skipping_database.cursor()
    cursor.execute("SELECT 'a c' > 'ab'")
    assert cursor.fetchone()[0], "the locale does not do what it is here for"
    cursor.executemany(
        "INSERT INTO communes_area "
        "(code, name, kind, designation, region, source, checked, nearly_counts, is_training, "
        "sort_key) VALUES (%s, %s, 'district', '', '', '', 'unread', false, false, %s)",
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
