"""The district for training, made at once: only where nothing else is followed."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Notice
from communes.models import Area
from criteria.enrolments.queries import is_in_use
from criteria.models import CriteriaSet
from nrm_tracker import clock, revision
from training import (
    model_villages,
    places,
    plans,
    progress,
    said_beside,
    sessions,
    waiting_claims,
)
from training.accounts import INSPECTED_FOR, Accounts
from training.district import BEGAN, District

IN_USE = gettext_lazy(
    "People work here already, and made-up figures never stand beside real ones: set up a place of"
    " its own for training."
)
# Notices of before were read, but for these last days.
UNREAD = 20
LIFE = (
    progress.enrol,
    progress.first_picture,
    said_beside.charges,
    progress.measure,
    progress.verified_claims,
    said_beside.difficulties,
    progress.recognition,
    progress.move_a_target,
    sessions.heads,
    sessions.hold,
    waiting_claims.evidence,
    waiting_claims.claims,
    progress.fall_back,
    said_beside.comments,
    said_beside.make_visits,
    said_beside.rounds,
    plans.plans,
    model_villages.villages,
    model_villages.contributions,
)


@transaction.atomic
@translation.override("vi")
def load(day: dt.date) -> Area:
    """The district as it stands on `day`. In demo mode its accounts have the demo's password; an
    office gives each account its own."""
    # Two who make it at once: the second is told.
    list(Area.objects.select_for_update().order_by("pk"))
    if is_in_use():
        raise ValidationError(IN_USE)
    district = _make(day)
    for part in LIFE:
        part(district)
    Notice.objects.filter(at__lt=clock.at(district.ago(UNREAD), 0)).update(
        read_at=clock.at(district.ago(UNREAD), 8)
    )
    revision.bump()
    _tell_sizes()
    return district.area


def _tell_sizes() -> None:
    """PostgreSQL plans queries by what it knows of its tables: of two years that came at once it
    would know nothing for a minute, and join table by table."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _make(day: dt.date) -> District:
    began = day - dt.timedelta(days=BEGAN)
    criteria_set = _set_on(began)
    area = places.make_area()
    communes = places.make_communes(area, began)
    agencies = places.make_bodies(area, criteria_set)
    group = places.make_group(area, communes, began)
    password = settings.DEMO_PASSWORD if settings.DEMO_MODE else None
    accounts = Accounts(area, began, day + INSPECTED_FOR, password)
    users = accounts.make(communes, agencies, group, with_administrator=settings.DEMO_MODE)
    return District(
        day=day,
        area=area,
        criteria_set=criteria_set,
        communes={one.slug: one for one in communes},
        agencies=agencies,
        group=group,
        users=users,
    )


def _set_on(day: dt.date) -> CriteriaSet:
    """The basic set in force on the first day, of several the newest."""
    found = CriteriaSet.objects.with_criteria().filter(
        tier=CriteriaSet.Tier.BASIC, valid_from__lte=day
    )
    found = found.exclude(valid_until__lt=day)
    if chosen := found.order_by("-valid_from", "code").first():
        return chosen
    message = _("No criteria set was in force on %(day)s: load the reference data first.")
    raise ValidationError(message % {"day": f"{day:%d/%m/%Y}"})
