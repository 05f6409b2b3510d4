"""The days on which something can have been so in a commune."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.models import Commune
from criteria.progress.assessment_log import future_day
from nrm_tracker import clock


def check_day(commune: Commune, day: dt.date, name: str) -> None:
    """Raises ValidationError of the field `name`."""
    if day > clock.today():
        raise ValidationError({name: future_day(day, name)})
    if commune.established_on and day < commune.established_on:
        message = _("The commune was established on %(day)s.")
        raise ValidationError({name: message % {"day": f"{commune.established_on:%d/%m/%Y}"}})
    if commune.last_day and day > commune.last_day:
        message = _("The commune's last day was %(day)s.")
        raise ValidationError({name: message % {"day": f"{commune.last_day:%d/%m/%Y}"}})
