"""A fresh database beside that of the tests, and commands on it, as on another machine."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import psycopg2
from django.conf import settings
from django.db import connection

_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}


@contextmanager
def fresh_database(folder, options=""):
    """What the environment says of an empty database; `options` are PostgreSQL's for its making."""
    fixed = {"DJANGO_SETTINGS_MODULE": "nrm_tracker.settings", "MEDIA_ROOT": str(folder / "files")}
    if connection.vendor == "sqlite":
        yield fixed | {"DATABASE_URL": f"sqlite:///{folder / 'fresh.sqlite3'}"}
        return
    place, name = _place(), f"{connection.settings_dict['NAME']}_fresh"
    with closing(psycopg2.connect(**place, dbname=connection.settings_dict["NAME"])) as server:
        server.autocommit = True
        cursor = server.cursor()
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {options}')
        try:
            libpq = {_LIBPQ[key]: str(value) for key, value in place.items()}
            yield fixed | libpq | {"DATABASE_URL": f"postgresql:///{name}"}
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def opened(environment=None):
    """A plain connection to a fresh database, or to that of the tests."""
    url = environment["DATABASE_URL"] if environment else str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        found = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
    else:
        found = psycopg2.connect(**_place(), dbname=url.removeprefix("postgresql:///"))
    with closing(found):
        yield found


def manage(environment, *command):
    """`manage.py` in a process of its own."""
    return subprocess.run(  # noqa: S603 a command of the tests
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def _place():
    given = connection.get_connection_params()
    return {key: given[key] for key in _LIBPQ if given.get(key)}
