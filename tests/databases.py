"""The databases of tests: what is in one is made once a run and copied from then on.

`databases.fill("demo")` is the whole of the demo in the time that a copy takes. Beside it a fresh
database, and commands on it, as on another machine.
"""

import fcntl
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from itertools import count

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection

_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
# What a database may hold: what it begins with, and the commands that make it from there.
CONTENTS = {
    "migrated": (None, ["migrate"]),
    "reference": ("migrated", ["load_reference"]),
    "demo": ("reference", ["load_demo"]),
}


class Databases:
    """The database of this process, and what all processes of this run copy into it."""

    def __init__(self):
        self._outside = connection.settings_dict["NAME"]
        self._copies = count(1)

    def start(self, folder, worker):
        """In `folder`, which all of this run share, stand the databases of SQLite and what is said
        of those that are made."""
        self._folder, self._worker = folder, worker
        self.fill("migrated")

    def stop(self):
        self._leave()
        connection.settings_dict["NAME"] = self._outside

    def drop_made(self):
        """At the end of a run: the server may go on."""
        if connection.vendor == "postgresql":
            self._on_server(*(f'DROP DATABASE IF EXISTS "{self._kept(c)}"' for c in CONTENTS))

    def fill(self, content):
        """What this process's database held is gone; it holds that content now."""
        self.made(content)
        self._begin_with(content)

    def made(self, content):
        """Where that content is to be copied from."""
        if content:
            self._make(content)
        return self._kept(content)

    def _make(self, content):
        """The content, if none of the processes has made it yet."""
        before, commands = CONTENTS[content]
        if before:
            self._make(before)
        with (self._folder / f"{content}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self._folder / f"{content}.made"
            if done.exists():
                return
            self._begin_with(before)
            for command in commands:
                call_command(command, verbosity=0, stdout=io.StringIO())
            self._keep(content)
            done.touch()

    def _begin_with(self, content):
        self._leave()
        if connection.vendor == "sqlite":
            # A new file, since threads of a server may hold the old one for a moment.
            name = self._folder / f"{self._worker}-{next(self._copies)}.sqlite3"
            if content:
                shutil.copyfile(self._kept(content), name)
        else:
            name = f"test_{self._outside}_{self._worker}"
            self._on_server(f'CREATE DATABASE "{name}" TEMPLATE "{self._kept(content)}"')
        connection.settings_dict["NAME"] = name

    def _leave(self):
        connection.close()
        name = connection.settings_dict["NAME"]
        if name == self._outside:
            return
        if connection.vendor == "sqlite":
            for file in name.parent.glob(f"{name.name}*"):
                file.unlink(missing_ok=True)
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _keep(self, content):
        connection.close()
        name, kept = connection.settings_dict["NAME"], self._kept(content)
        if connection.vendor == "sqlite":
            shutil.copyfile(name, kept)
        else:
            self._on_server(
                f'DROP DATABASE IF EXISTS "{kept}"', f'CREATE DATABASE "{kept}" TEMPLATE "{name}"'
            )

    def _kept(self, content):
        if connection.vendor == "sqlite":
            return self._folder / f"{content}.sqlite3"
        return f"test_{self._outside}_{content}" if content else "template0"

    def _on_server(self, *statements):
        with closing(psycopg2.connect(**_place(), dbname=self._outside)) as server:
            server.autocommit = True
            for statement in statements:
                server.cursor().execute(statement)


databases = Databases()


@contextmanager
def fresh_database(folder, options="", content=None):
    """What the environment says of a database, empty or with that content; `options` are
    PostgreSQL's for its making."""
    fixed = {"DJANGO_SETTINGS_MODULE": "nrm_tracker.settings", "MEDIA_ROOT": str(folder / "files")}
    made = databases.made(content)
    if connection.vendor == "sqlite":
        if content:
            shutil.copyfile(made, folder / "fresh.sqlite3")
        yield fixed | {"DATABASE_URL": f"sqlite:///{folder / 'fresh.sqlite3'}"}
        return
    place, name = _place(), f"{connection.settings_dict['NAME']}_fresh"
    with closing(psycopg2.connect(**place, dbname=connection.settings_dict["NAME"])) as server:
        server.autocommit = True
        cursor = server.cursor()
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}" {options}')
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
