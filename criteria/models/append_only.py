"""The past is never rewritten (rule 5): triggers that refuse to change or delete history.

A migration that alters one of these tables must end with `install`: SQLite rebuilds a table to
alter it, and drops its triggers without a word.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = (
    "criteria_assessment",
    "criteria_measurement",
    "criteria_claimdecision",
    "criteria_comment",
    "criteria_dossierstep",
    "criteria_targetchange",
    "criteria_groupdecision",
)

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION nrm_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END; $$ LANGUAGE plpgsql
"""


def install(connection: BaseDatabaseWrapper, tables: tuple[str, ...] = TABLES) -> None:
    """Guard `tables`, whether guarded before or not."""
    remove(connection, tables)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for table in tables:
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, tables: tuple[str, ...] = TABLES) -> None:
    """Take the guards away: for the migration that alters a table, and for flushing tests."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in names(table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def names(table: str) -> tuple[str, str]:
    """The triggers of a table."""
    return f"{table}_no_update", f"{table}_no_delete"


def _statements(vendor: str, table: str) -> list[str]:
    update, delete = names(table)
    if vendor == "postgresql":
        return [
            f"CREATE TRIGGER {update} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION nrm_append_only()",
            f"CREATE TRIGGER {delete} BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION nrm_append_only()",
        ]
    return [
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        for name, verb in ((update, "UPDATE"), (delete, "DELETE"))
    ]
