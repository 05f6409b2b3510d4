from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nrm_tracker.operation import restore


class Command(BaseCommand):
    help = "Puts a backup back, into an empty database and an empty folder of uploads."

    # It has to run also where something else is wrong.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument(
            "--key-file", type=Path, help="the first line of the file is the key of the backup"
        )

    def handle(self, *args: Any, backup: Path, **options: Any) -> None:
        if not backup.is_file():
            raise CommandError(_("There is no such file: %(path)s") % {"path": backup})
        key = options["key_file"] or settings.BACKUP_KEY_FILE
        try:
            restore.restore(backup, Path(key) if key else None, self.stdout.write)
        except OSError as error:
            raise CommandError(_("Not restored: %(why)s") % {"why": error}) from error
        if not restore.is_up_to_date():
            self.stdout.write(
                _("Restored. It is of an older version: run migrate, then check_progress.")
            )
            return
        self.stdout.write(_("Checking what is stored against its history…"))
        call_command("check_progress", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(_("Restored. Everybody has to sign in again."))
