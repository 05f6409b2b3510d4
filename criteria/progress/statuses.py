"""What communes are beside their n/m (rule 12c): of a whole board, or of one run."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, QuerySet

from communes.models import Area
from criteria.models import Recognition
from criteria.progress.board import Board
from criteria.progress.dossiers import steps_done
from criteria.progress.moment import Moment
from criteria.progress.status import CommuneStatus, status_of, withdrawal_warning
from nrm_tracker.prepared import prepared


def add_statuses(made: Board) -> None:
    """The recognition of each commune, in force or revoked, and its status: one query."""
    if made.criteria_set is None:
        return
    moment = made.moment
    scope = (made.criteria_set.pk, made.area_ids, moment.day, moment.known_before)
    granted: dict[int, list[Recognition]] = {}
    for recognition in _granted_within(*scope):
        granted.setdefault(recognition.enrolment_id, []).append(recognition)
    for row in made.rows:
        mine = granted.get(row.enrolment_id or 0, [])
        if not mine and not row.last_step_on:
            continue
        row.recognition = next((one for one in reversed(mine) if one.is_full), None)
        row.status = status_by(mine, row.results, row.on_day, row.last_step_on, moment.day)
        if row.status and row.status.is_recognised:
            warning = withdrawal_warning(
                made.criteria, row.results, nearly_counts=counts_nearly(mine)
            )
            row.may_be_withdrawn = warning is not None


def status_by(
    granted: Sequence[Recognition],
    results: str,
    newest_on: dt.date | None,
    last_step_on: dt.date | None,
    day: dt.date,
) -> CommuneStatus | None:
    """The status of a run on a day, by the recognitions of `granted_of`."""
    held = [(one, one.holds_on(day)) for one in granted]
    return status_of(results, newest_on, held, last_step_on, nearly_counts=counts_nearly(granted))


def counts_nearly(granted: Sequence[Recognition]) -> bool:
    """Whether the province of recognitions that were read here recognises what is nearly met."""
    return any(one.counts_nearly for one in granted)  # type: ignore[attr-defined]


@prepared
def granted_of(
    enrolment_id: int, day: dt.date, before: dt.datetime | None
) -> QuerySet[Recognition]:
    """Those of a run granted by the day, as far as known before a moment, oldest first."""
    return _granted(Recognition.objects.filter(enrolment=enrolment_id), day, before)


def last_step_of(enrolment_id: int, moment: Moment) -> dt.date | None:
    """The day of the newest step of a run's dossier that was done by a moment: one query."""
    done = steps_done(moment.day, moment.known_before).filter(enrolment=enrolment_id)
    return done.aggregate(day=Max("done_on"))["day"]


@prepared
def _granted_within(
    set_id: int, area_ids: Collection[int], day: dt.date, before: dt.datetime | None
) -> QuerySet[Recognition]:
    found = Recognition.objects.filter(enrolment__criteria_set=set_id)
    return _granted(found.filter(enrolment__commune__area__in=area_ids), day, before)


def _granted(
    found: QuerySet[Recognition], day: dt.date, before: dt.datetime | None
) -> QuerySet[Recognition]:
    area = "enrolment__commune__area__"
    of_a_province = Q(**{f"{area}kind": Area.Kind.PROVINCE, f"{area}nearly_counts": True})
    counts = of_a_province | Q(**{f"{area}parent__nearly_counts": True})
    granted = found.filter(decided_on__lte=day).order_by("decided_on")
    granted = granted.annotate(counts_nearly=ExpressionWrapper(counts, output_field=BooleanField()))
    return granted.filter(recorded_at__lt=before) if before is not None else granted
