"""What may be wrong with folders, disks and the clock of this machine."""

import datetime as dt
import getpass
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from nrm_tracker import clock
from nrm_tracker.operation import backup

# So many bytes are to be free.
_FREE = 1_000_000_000
# How old the newest backup may be: a day, and the time that it takes to make the next.
_OLDEST_BACKUP = dt.timedelta(hours=26)
_OTHERS = 0o007


def check_disks() -> Iterator[str]:
    seen: set[int] = set()
    for folder in map(_nearest, _folders()):
        disk = folder.stat().st_dev
        free = shutil.disk_usage(folder).free
        if free < _FREE and disk not in seen:
            yield _("Only %(free)s MB are free on the disk of %(folder)s.") % {
                "free": free // 1_000_000,
                "folder": folder,
            }
        seen.add(disk)


def check_rights() -> Iterator[str]:
    for folder in _folders():
        nearest = _nearest(folder)
        if not os.access(nearest, os.W_OK | os.X_OK):
            yield _("The account %(name)s may not write into %(folder)s.") % {
                "name": getpass.getuser(),
                "folder": nearest,
            }
    for path in [*_folders(), *_key_files()]:
        if path.exists() and path.stat().st_mode & _OTHERS:
            yield _("Every account of this machine gets into %(path)s: chmod o-rwx.") % {
                "path": path
            }


def check_static_files() -> Iterator[str]:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield _("The static files are not collected: run collectstatic.")


def check_backups() -> Iterator[str]:
    folder = Path(settings.BACKUP_ROOT)
    made = backup.made_in(folder)
    if not made:
        yield _("There is no backup in %(folder)s: run backup every day.") % {"folder": folder}
    elif clock.now() - made[-1].made_at > _OLDEST_BACKUP:
        yield _("The newest backup is older than a day: %(moment)s.") % {
            "moment": f"{made[-1].made_at:%d/%m/%Y %H:%M}"
        }
    for key in _key_files():
        if not key.is_file() or not os.access(key, os.R_OK):
            yield _("The key of the backups cannot be read: %(path)s.") % {"path": key}


def _folders() -> list[Path]:
    """Where the application writes."""
    folders = [Path(settings.MEDIA_ROOT), Path(settings.BACKUP_ROOT)]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).parent)
    return folders


def _key_files() -> list[Path]:
    return [Path(settings.BACKUP_KEY_FILE)] if settings.BACKUP_KEY_FILE else []


def _nearest(folder: Path) -> Path:
    """The folder, or where it would be made."""
    return next(path for path in [folder, *folder.resolve().parents] if path.exists())
