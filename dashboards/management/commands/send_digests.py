from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.letters import sending
from dashboards.inbox import digest
from meetings.tasks import reminders
from nrm_tracker import once


class Command(BaseCommand):
    help = "Sends each person one e-mail a day with what is new and what waits; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        once.forget_old()
        reminders.remind()
        sent, failed = digest.send_all()
        self.stdout.write(_("Daily e-mails sent: %(count)s.") % {"count": sent})
        links, unsent = sending.send_due()
        self.stdout.write(
            _("E-mails with a link to a password sent: %(count)s.") % {"count": links}
        )
        for person, reason in [*failed, *unsent]:
            self.stderr.write(
                _("Not sent to %(person)s: %(why)s") % {"person": person, "why": reason}
            )
