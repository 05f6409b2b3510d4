import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nrm_tracker.operation import backup
from nrm_tracker.operation.thinning import Keeping


class Command(BaseCommand):
    help = (
        "Copies the database and the uploads into one file, while people work, and takes old "
        "backups away."
    )

    # It has to run also where something else is wrong.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.BACKUP_ROOT))
        parser.add_argument(
            "--key-file", type=Path, help="encrypt; the first line of the file is the key"
        )
        parser.add_argument("--keep-daily", type=int, default=Keeping.daily, metavar="DAYS")
        parser.add_argument("--keep-weekly", type=int, default=Keeping.weekly, metavar="WEEKS")
        parser.add_argument("--keep-monthly", type=int, default=Keeping.monthly, metavar="MONTHS")
        parser.add_argument("--keep-all", action="store_true", help="take none away")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        counts = {name: options[f"keep_{name}"] for name in ("daily", "weekly", "monthly")}
        if min(counts.values()) < 0:
            raise CommandError(_("How many backups stay cannot be less than 0."))
        key = options["key_file"] or settings.BACKUP_KEY_FILE
        try:
            made, missing = backup.make(folder, Path(key) if key else None, self.stdout.write)
        except (OSError, sqlite3.Error) as error:
            raise CommandError(_("No backup was made: %(why)s") % {"why": error}) from error
        self.stdout.write(
            _("Backed up: %(path)s (%(size)s MB)")
            % {"path": made, "size": -(-made.stat().st_size // 1_000_000)}
        )
        if not options["keep_all"]:
            for path in backup.thin(folder, Keeping(**counts)):
                self.stdout.write(_("Old backup taken away: %(path)s") % {"path": path})
        if missing:
            raise CommandError(
                _("Uploads that are not there, and so not in the backup (%(count)s): %(names)s")
                % {"count": len(missing), "names": ", ".join(missing[:10])}
            )
