"""Make a backup, find those that were made, take old ones away."""

import datetime as dt
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from nrm_tracker import clock
from nrm_tracker.operation import archive, encryption, snapshot
from nrm_tracker.operation.thinning import Keeping, staying
from nrm_tracker.version import VERSION

Say = Callable[[str], None]

_NAME = re.compile(r"nrm-(\d{8}-\d{6})\.tar(?:\.enc)?")
_MOMENT = "%Y%m%d-%H%M%S"
# What lies in the folder while a backup is made, and what stays behind where that was killed.
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Backup:
    path: Path
    made_at: dt.datetime


def make(folder: Path, key: Path | None, say: Say) -> tuple[Path, list[str]]:
    """Copy the database and its uploads into one file of a folder.

    Gives the file, and the names of uploads that rows speak of and that are not there.
    """
    now = clock.now()
    with _workplace(folder) as place, _plain_place(folder, key) as plain:
        say(_("Copying the database…"))
        copy = snapshot.take(plain)
        uploads = Path(settings.MEDIA_ROOT)
        there = [name for name in copy.files if (uploads / name).is_file()]
        missing = sorted(set(copy.files) - set(there))
        about: archive.About = {
            "form": archive.FORM,
            "version": VERSION,
            "made_at": now.isoformat(timespec="seconds"),
            "vendor": connection.vendor,
            "contents": copy.contents,
            "missing": missing,
        }
        ending = ".tar" + (encryption.ENDING if key else "")
        made = place / f"nrm-{now:{_MOMENT}}{ending}"
        with encryption.writing(made, key) as out:
            archive.write(out, _parts(copy.database, uploads, there, say), about)
        return _finish(made, folder), missing


def made_in(folder: Path) -> list[Backup]:
    """The backups of a folder, the oldest first."""
    found = [(path, _made_at(path.name)) for path in folder.glob("nrm-*")]
    backups = [Backup(path, made_at) for path, made_at in found if made_at]
    return sorted(backups, key=lambda backup: backup.made_at)


def _made_at(name: str) -> dt.datetime | None:
    """When a file of that name was made; None where it is no backup's name."""
    found = _NAME.fullmatch(name)
    try:
        return found and timezone.make_aware(dt.datetime.strptime(found[1], _MOMENT))  # noqa: DTZ007
    except ValueError:
        return None


def thin(folder: Path, keeping: Keeping) -> list[Path]:
    """Take away what need not stay, and tell what that was."""
    backups = made_in(folder)
    stay = staying([backup.made_at for backup in backups], keeping)
    gone = [backup.path for backup in backups if backup.made_at not in stay]
    for path in gone:
        path.unlink()
    return gone


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder beside the backups, for its owner alone, gone afterwards."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    yesterday = (clock.machine_now() - dt.timedelta(days=1)).timestamp()
    for left in folder.glob(f"{_UNFINISHED}*"):
        if left.stat().st_mtime < yesterday:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as place:
        yield Path(place)


@contextmanager
def _plain_place(folder: Path, key: Path | None) -> Iterator[Path]:
    """Where the database is copied to: never beside backups that are encrypted."""
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=None if key else folder) as place:
        yield Path(place)


def _finish(made: Path, folder: Path) -> Path:
    """On disk, for its owner alone, under its own name and never over another backup."""
    made.chmod(0o600)
    with made.open("rb") as file:
        os.fsync(file.fileno())
    done = folder / made.name
    if done.exists():
        raise CommandError(_("There is a backup of this second already: %(path)s") % {"path": done})
    return made.rename(done)


def _parts(database: Path, uploads: Path, names: list[str], say: Say) -> Iterator[tuple[str, Path]]:
    yield database.name, database
    step = max(len(names) // 10, 1)
    for number, name in enumerate(names, start=1):
        yield f"{archive.FILES}/{name}", uploads / name
        if number % step == 0 or number == len(names):
            say(_("Files: %(number)s/%(count)s") % {"number": number, "count": len(names)})
