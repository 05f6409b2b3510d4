"""PostgreSQL's own programs, run on the database of the settings."""

import os
import shutil
import subprocess

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _

# What libpq takes from the environment, so that no password stands in a list of processes.
_PARAMETERS = (
    "host",
    "port",
    "user",
    "password",
    "service",
    "passfile",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "options",
)


def find(name: str) -> str:
    """Where a program is: in `PG_BIN` where that is set, otherwise on the path."""
    found = shutil.which(name, path=settings.PG_BIN or None)
    if not found:
        raise CommandError(_("The program %(name)s is not installed.") % {"name": name})
    return found


def run_on_database(name: str, *options: str) -> None:
    """Run pg_dump or pg_restore. Raises CommandError with what it said."""
    given = connection.get_connection_params()
    place = {f"PG{key.upper()}": str(given[key]) for key in _PARAMETERS if given.get(key)}
    done = subprocess.run(  # noqa: S603 the program and its options are ours
        [find(name), f"--dbname={given['dbname']}", *options],
        env=os.environ | place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CommandError(
            _("%(name)s failed: %(said)s") % {"name": name, "said": done.stderr.strip()}
        )
