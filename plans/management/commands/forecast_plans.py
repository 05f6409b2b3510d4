from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from plans.forecasts import actions


class Command(BaseCommand):
    help = "Reckons the plans that were not reckoned today; each morning."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Plans reckoned: %(n)s.") % {"n": actions.refresh_all()})
