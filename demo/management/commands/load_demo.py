import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet
from demo import loading
from demo.accounts import ACCOUNTS


class Command(BaseCommand):
    help = "Loads Kỳ Anh district as it stood on a day, and accounts to look around with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, until: dt.date | None, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(_("Demo data are loaded in demo mode only (DEMO_MODE=1)."))
        demo_day = dt.date.fromisoformat(settings.DEMO_DAY)
        if until and until > demo_day:
            raise CommandError(
                _("The demo stands on %(day)s: nothing later can be loaded.")
                % {"day": f"{demo_day:%d/%m/%Y}"}
            )
        if not CriteriaSet.objects.filter(code=loading.SET).exists():
            call_command("load_reference", stdout=self.stdout)
        self._say(loading.load(until or demo_day))

    def _say(self, report: loading.DemoReport) -> None:
        for line in report.left_out:
            self.stdout.write(_("left out: %(row)s") % {"row": line})
        if report.is_empty:
            self.stdout.write(_("The demo data are already loaded."))
        else:
            self.stdout.write(
                _(
                    "Demo data: %(accounts)s accounts, %(enrolments)s enrolments, "
                    "%(assessments)s assessments, %(recognitions)s recognitions, "
                    "%(tasks)s tasks, %(plans)s plans, %(villages)s villages, "
                    "%(contributions)s contributions added."
                )
                % vars(report)
            )
        usernames = ", ".join(account.username for account in ACCOUNTS)
        self.stdout.write(_("Accounts: %(usernames)s") % {"usernames": usernames})
        self.stdout.write(_("Password: %(password)s") % {"password": settings.DEMO_PASSWORD})
