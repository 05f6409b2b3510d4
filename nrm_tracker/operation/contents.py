"""What a database holds, told so that a copy can be compared with its original."""

from collections.abc import Callable
from typing import Any, TypedDict

from django.apps import apps
from django.conf import settings
from django.db import connection, models

# Puts a question to a database and gives the rows of its answer.
Ask = Callable[[str], list[Any]]

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


class Contents(TypedDict):
    """The migrations ("room.name") and triggers of a database, and how many rows a table has."""

    migrations: list[str]
    triggers: list[str]
    rows: dict[str, int]


def ask_live(question: str) -> list[Any]:
    """Put a question to the database of the settings."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def read(ask: Ask) -> Contents:
    tables = {name for (name,) in ask(_TABLES[connection.vendor])} - set(settings.BACKUP_WITHOUT)
    applied = ask("SELECT app, name FROM django_migrations")
    return {
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "triggers": triggers(ask),
        "rows": {name: _count(ask, name) for name in sorted(tables)},
    }


def triggers(ask: Ask = ask_live) -> list[str]:
    return sorted(name for (name,) in ask(_TRIGGERS[connection.vendor]))


def files(ask: Ask) -> list[str]:
    """The names of all uploads that rows speak of."""
    named: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                column, table = _quoted(str(field.column)), _quoted(model._meta.db_table)
                rows = ask(f"SELECT {column} FROM {table}")  # noqa: S608 names of ours
                named.update(name for (name,) in rows if name)
    return sorted(named)


def expected_triggers() -> set[str]:
    """Those that the rooms ask for: they say so in their `apps.py`."""
    return {
        name for room in apps.get_app_configs() for name in getattr(room, "trigger_names", tuple)()
    }


def _count(ask: Ask, table: str) -> int:
    return int(ask(f"SELECT COUNT(*) FROM {_quoted(table)}")[0][0])  # noqa: S608 names of ours


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
