"""What may be wrong with the database and its programs."""

import datetime as dt
import re
import subprocess
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from nrm_tracker import clock
from nrm_tracker.operation import contents, programs, restore

# How far two clocks may be apart.
_APART = dt.timedelta(minutes=1)


def check_database() -> Iterator[str]:
    """Whether it can be asked at all; only then what it holds."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield _("The database cannot be reached: %(why)s") % {"why": str(error).strip()}
        return
    yield from _check_schema()
    yield from _check_clock()
    if connection.vendor == "postgresql":
        yield from _check_postgresql()


def _check_schema() -> Iterator[str]:
    if not restore.is_up_to_date():
        yield _("Migrations have not been run: run migrate.")
        return
    if settings.ADMIN_PASSWORD and get_user_model().objects.exists():
        yield _("ADMIN_PASSWORD is of no more use and should not stay in the settings: remove it.")
    if missing := contents.expected_triggers() - set(contents.triggers()):
        yield _("The guards of history are missing: %(names)s.") % {
            "names": ", ".join(sorted(missing))
        }


def _check_clock() -> Iterator[str]:
    now = clock.machine_now()
    if connection.vendor == "postgresql":
        ((there,),) = contents.ask_live("SELECT clock_timestamp()")
        if abs(there - now) > _APART:
            yield _(
                "The clocks of this machine and of the database are apart: %(here)s, %(there)s."
            ) % {
                "here": f"{now:%d/%m/%Y %H:%M:%S}",
                "there": f"{timezone.localtime(there):%d/%m/%Y %H:%M:%S}",
            }
    migrations = MigrationRecorder(connection)
    if not migrations.has_table():
        return
    last = migrations.migration_qs.order_by("-applied").values_list("applied", flat=True).first()
    if last and last - now > _APART:
        yield _("The clock of this machine is slow: it says %(now)s.") % {
            "now": f"{now:%d/%m/%Y %H:%M}"
        }


def _check_postgresql() -> Iterator[str]:
    ((letters,),) = contents.ask_live("SHOW server_encoding")
    if letters != "UTF8":
        yield _("The database is not in UTF-8 but in %(encoding)s.") % {"encoding": letters}
    ((number,),) = contents.ask_live("SHOW server_version_num")
    server = int(number) // 10_000
    for name in ("pg_dump", "pg_restore"):
        try:
            program = programs.find(name)
        except CommandError as error:
            yield str(error)
            continue
        told = subprocess.run([program, "--version"], capture_output=True, text=True)  # noqa: S603
        version = re.search(r"(\d+)[.\d]*", told.stdout)
        if version and int(version[1]) < server:
            yield _("%(name)s is of version %(version)s, older than the database (%(server)s).") % {
                "name": name,
                "version": version[1],
                "server": server,
            }
