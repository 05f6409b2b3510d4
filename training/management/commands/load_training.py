from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Area
from criteria.models import CriteriaSet
from nrm_tracker import clock
from training import loading
from training.places import CODE


class Command(BaseCommand):
    help = "Makes a district to learn by, with two years of life up to today."

    def handle(self, *args: Any, **options: Any) -> None:
        if Area.objects.filter(is_training=True).exists():
            self.stdout.write(_("The training data are already loaded."))
        else:
            if not CriteriaSet.objects.exists():
                call_command("load_reference", without_places=True, stdout=self.stdout)
            try:
                area = loading.load(clock.today())
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            self.stdout.write(_("Training data: %(area)s.") % {"area": area})
        names = User.objects.filter(username__startswith=f"{CODE}-").order_by("pk")
        usernames = ", ".join(names.values_list("username", flat=True))
        self.stdout.write(_("Accounts: %(usernames)s") % {"usernames": usernames})
        if settings.DEMO_MODE:
            self.stdout.write(_("Password: %(password)s") % {"password": settings.DEMO_PASSWORD})
        else:
            self.stdout.write(_("The accounts have no password yet: give each its first one."))
