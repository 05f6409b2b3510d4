"""Entries that came too late for a round: it had closed, and froze their day without them."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate

from criteria.models import RoundReturn


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
