"""The database as it stood at one moment, in a file, while people go on writing."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from nrm_tracker.operation import contents, programs

# How the file of a copy is called, by the kind of database.
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# How many seconds a copy waits for a writer.
_PATIENCE = 60


@dataclass(frozen=True)
class Snapshot:
    """A copy, what it holds, and the names of the uploads of that same moment."""

    database: Path
    contents: contents.Contents
    files: list[str]


def take(folder: Path) -> Snapshot:
    """Copy the database into a folder, without the sign-ins."""
    copy = {"sqlite": _copy_sqlite, "postgresql": _copy_postgresql}[connection.vendor]
    return copy(folder / FILES[connection.vendor])


def _copy_sqlite(file: Path) -> Snapshot:
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name, timeout=_PATIENCE)) as live:
        live.execute("VACUUM INTO ?", [str(file)])
    with closing(sqlite3.connect(file)) as copy:
        # What is deleted is overwritten: nothing of it stays in the file.
        copy.execute("PRAGMA secure_delete = ON")
        for table in settings.BACKUP_WITHOUT:
            copy.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 ours
        copy.commit()

        def ask(question: str) -> list[Any]:
            return copy.execute(question).fetchall()

        return Snapshot(file, contents.read(ask), contents.files(ask))


@transaction.atomic(durable=True)
def _copy_postgresql(file: Path) -> Snapshot:
    """The program copies what this transaction sees, so that rows and uploads agree."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
    programs.run_on_database(
        "pg_dump",
        "--format=custom",
        f"--snapshot={moment}",
        *(f"--exclude-table-data={table}" for table in settings.BACKUP_WITHOUT),
        f"--file={file}",
    )
    return Snapshot(file, contents.read(contents.ask_live), contents.files(contents.ask_live))
