from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nrm_tracker.operation import inspection


class Command(BaseCommand):
    help = "Says what is wrong with the set-up; fails if anything is."
    # What Django's own checks find would hide the rest.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        problems = inspection.problems()
        for problem in problems:
            self.stdout.write(f"- {problem}")
        if problems:
            count = len(problems)
            raise CommandError(
                ngettext("%(count)s thing is wrong.", "%(count)s things are wrong.", count)
                % {"count": count}
            )
        self.stdout.write(_("Nothing is wrong with the set-up."))
