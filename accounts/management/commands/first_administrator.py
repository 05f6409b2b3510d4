from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.area_accounts import first_administrator


class Command(BaseCommand):
    help = (
        "Makes the administrator that ADMIN_USERNAME and ADMIN_PASSWORD name, where nobody has an"
        " account yet. Run at every start; it changes no account."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        name, password = settings.ADMIN_USERNAME, settings.ADMIN_PASSWORD
        if not (name and password):
            return
        try:
            made = first_administrator.make(name, password)
        except ValidationError as error:
            said = _("ADMIN_USERNAME or ADMIN_PASSWORD does not do: %(why)s")
            raise CommandError(said % {"why": " ".join(error.messages)}) from None
        if made:
            said = _("The administrator %(name)s is made. Choose another password at the sign-in.")
            self.stdout.write(said % {"name": made.username})
