from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from criteria.standards import reference_files, reference_loading


class Command(BaseCommand):
    help = "Loads areas, criteria sets, agencies and brackets; keeps what was changed here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-places",
            action="store_true",
            help="The criteria sets alone, for an office that makes its own areas and agencies.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        leaving = reference_files.PLACES if options["without_places"] else ()
        try:
            report = reference_loading.load(reference_files.read(), leaving=leaving)
        except reference_loading.LoadRefused as error:
            raise CommandError(str(error)) from error
        for row in report.kept:
            self.stdout.write(_("kept: %(row)s was changed here") % {"row": row})
        for row in report.removed:
            self.stdout.write(_("left out: %(row)s was deleted here") % {"row": row})
        for row in report.abandoned:
            self.stdout.write(_("kept: %(row)s is no longer in the files") % {"row": row})
        self.stdout.write(
            _(
                "Reference data: %(created)s created, %(updated)s updated, %(kept)s kept, "
                "%(unchanged)s unchanged."
            )
            % {**vars(report), "kept": len(report.kept)}
        )
