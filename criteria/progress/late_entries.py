"""Entries that came too late for a round: it had closed, and froze their day without them."""

import datetime as dt
from collections.abc import Collection

from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from criteria.models import Round, RoundReturn
from nrm_tracker import clock


def missed_round(true_on: str, entered_at: str, run: str) -> Subquery:
    """The number of the first round that took in the outer row's day and closed before its entry.

    Named by the columns of the outer row; empty where there is no such round.
    """
    closed = RoundReturn.objects.filter(
        enrolment=OuterRef(run),
        round__opens_on__lte=OuterRef(true_on),
        round__closed_at__lt=OuterRef(entered_at),
    ).annotate(closed_on=TruncDate("round__closed_at"))
    missed = closed.filter(closed_on__gte=OuterRef(true_on)).order_by("round__closed_at")
    return Subquery(missed.values("round__number")[:1])


def closed_since(commune_ids: Collection[int], since: dt.datetime) -> str:
    """Which round of these communes was closed since; "" for none."""
    about = {"returns__enrolment__commune__in": commune_ids}
    found = Round.objects.filter(closed_at__gte=since, **about).first()
    if found is None or found.closed_at is None:
        return ""
    message = _("It can no longer be undone: the round was closed at %(time)s (%(round)s).")
    return message % {"time": f"{clock.local(found.closed_at):%H:%M}", "round": found.name}
