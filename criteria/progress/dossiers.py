"""How far the dossiers of runs had come on a day."""

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery

from criteria.models import DossierStep


def steps_done(day: dt.date, before: dt.datetime | None) -> QuerySet[DossierStep]:
    """What of dossiers was done by a day, as far as it was known before a moment."""
    done = DossierStep.objects.filter(done_on__lte=day)
    return done.filter(recorded_at__lt=before) if before is not None else done


def newest_step(day: dt.date, before: dt.datetime | None) -> Subquery:
    """The day of the newest of them, for a query of runs."""
    done = steps_done(day, before).filter(enrolment=OuterRef("pk")).order_by("-done_on")
    return Subquery(done.values("done_on")[:1])
