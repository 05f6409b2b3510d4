"""Put a backup back, into a place where nothing is."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from nrm_tracker import revision
from nrm_tracker.operation import archive, contents, encryption, programs, snapshot

Say = Callable[[str], None]


def restore(path: Path, key: Path | None, say: Say) -> None:
    """Load the database and put the uploads in their folder, once all hashes were found right."""
    _refuse_unless_empty()
    with _workplace() as place:
        say(_("Unpacking and checking the backup…"))
        with encryption.reading(path, key) as source:
            manifest = archive.unpack(source, place)
        _refuse_unless_known(manifest)
        say(_("Loading the database…"))
        _load(place / snapshot.FILES[connection.vendor])
        _put_uploads(place / archive.FILES)
    revision.start_anew()
    _compare(manifest["contents"])


def is_up_to_date() -> bool:
    """Whether the database has all migrations of this version."""
    loader = MigrationLoader(connection)
    return set(loader.disk_migrations) <= set(loader.applied_migrations)


def _refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise CommandError(_("The database is not empty: a backup is put back into an empty one."))
    uploads = Path(settings.MEDIA_ROOT)
    if uploads.exists() and any(uploads.iterdir()):
        raise CommandError(
            _("The folder of uploads is not empty: %(folder)s") % {"folder": uploads}
        )


def _refuse_unless_known(manifest: archive.Manifest) -> None:
    if manifest["vendor"] != connection.vendor:
        raise CommandError(
            _("The backup is of another kind of database (%(vendor)s); set DATABASE_URL.")
            % {"vendor": manifest["vendor"]}
        )
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if set(manifest["contents"]["migrations"]) - known:
        raise CommandError(_("The backup was made by a newer version of the application."))


@contextmanager
def _workplace() -> Iterator[Path]:
    """A folder within that of the uploads: from there they are moved without being copied."""
    uploads = Path(settings.MEDIA_ROOT)
    uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=uploads) as place:
        yield Path(place)


def _load(copy: Path) -> None:
    if connection.vendor == "postgresql":
        programs.run_on_database(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            str(copy),
        )
        return
    database = Path(connection.settings_dict["NAME"])
    # The empty file that asking made.
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    shutil.move(copy, database)


def _put_uploads(folder: Path) -> None:
    if folder.exists():
        for one in folder.iterdir():
            one.rename(Path(settings.MEDIA_ROOT) / one.name)


def _compare(before: contents.Contents) -> None:
    after = contents.read(contents.ask_live)
    after["rows"]["nrm_tracker_revision"] = before["rows"]["nrm_tracker_revision"]
    if after != before:
        different = [
            f"{name}: {before['rows'].get(name)} → {after['rows'].get(name)}"
            for name in sorted(before["rows"].keys() | after["rows"].keys())
            if before["rows"].get(name) != after["rows"].get(name)
        ]
        different += sorted(set(before["triggers"]) ^ set(after["triggers"]))
        raise CommandError(
            _("What was restored is not what was backed up: %(what)s")
            % {"what": "; ".join(different)}
        )
