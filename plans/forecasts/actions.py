"""Forecasts kept for lists are of a day: each morning they are reckoned anew."""

import datetime as dt

from django.db import transaction

from nrm_tracker import clock, revision
from plans.forecasts import reckoning
from plans.models import Plan


@transaction.atomic
def refresh(plan_id: int, today: dt.date) -> None:
    plan = Plan.objects.locked().get(pk=plan_id)
    reckoning.store(plan, today)
    revision.bump(plan.enrolment.commune.area_id)


def refresh_all() -> int:
    """Reckon every plan of a run that goes on and was not reckoned today, or by other working days;
    how many there were."""
    today = clock.today()
    old = Plan.objects.of_open_runs().exclude(forecast_on=today, is_stale=False)
    keys = list(old.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        refresh(key, today)
    return len(keys)
