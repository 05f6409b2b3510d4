"""Review rounds: the verbs, each one transaction, and what pages read of a round.

In a round a commune confirms or updates each of its criteria, then its leader submits. Closing
freezes where each commune stood, so that rounds can be compared."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, User
from accounts.notifications import notices
from communes.models import Area
from criteria.models import (
    CriterionStatus,
    Enrolment,
    Level,
    Result,
    Round,
    RoundCheck,
    RoundReturn,
    Standing,
)
from criteria.models.history import headline_order
from criteria.progress import scoring, standings
from criteria.progress.assessment_log import entries_of
from criteria.reviews.queries import still_open
from nrm_tracker import clock, revision


@transaction.atomic
def open_round(
    area: Area,
    runs: Collection[Enrolment],
    *,
    name: str,
    opens_on: dt.date,
    closes_on: dt.date,
    by: User,
) -> Round:
    """Open the area's next round for these runs at one set, and tell the communes."""
    # Two that open at once would take the same number.
    Area.objects.select_for_update().get(pk=area.pk)
    _check_days(runs, opens_on, closes_on)
    alike = Round.objects.open().filter(area=area, name=name, opens_on=opens_on)
    if twin := alike.first():
        message = _("Round %(number)s of this name is open already.")
        raise ValidationError({"name": message % {"number": twin.number}})
    last = Round.objects.filter(area=area).aggregate(last=Max("number"))["last"] or 0
    made = Round(
        area=area,
        number=last + 1,
        name=name,
        opens_on=opens_on,
        closes_on=closes_on,
        opened_by=by,
    )
    made.full_clean()
    made.save()
    RoundReturn.objects.bulk_create(RoundReturn(round=made, enrolment=run) for run in runs)
    people = notices.holders(*COMMUNE_ROLES, commune__in=[run.commune_id for run in runs])
    text = _("Review round opened: %(name)s. To be submitted by %(day)s.") % {
        "name": made.name,
        "day": f"{closes_on:%d/%m/%Y}",
    }
    notices.tell(people, text, made.get_absolute_url(), but=by)
    revision.bump(area.pk)
    return made


@transaction.atomic
def confirm(given: RoundReturn, statuses: Iterable[CriterionStatus], *, by: User) -> int:
    """Say of cells that they are as they were; return how many nobody had confirmed yet."""
    current = _open(given)
    known = set(current.checks.values_list("status_id", flat=True))
    now = clock.now()
    new = RoundCheck.objects.bulk_create(
        RoundCheck(round_return=current, status=status, confirmed_at=now, confirmed_by=by)
        for status in statuses
        if status.pk not in known and status.enrolment_id == current.enrolment_id
    )
    if new:
        revision.bump(current.round.area_id)
    return len(new)


@transaction.atomic
def submit_return(given: RoundReturn, *, by: User) -> None:
    """Send the commune's return. Refused while a criterion is neither confirmed nor updated."""
    current = _open(given)
    left = still_open(current)
    if left:
        message = _("Neither confirmed nor updated in this round: %(criteria)s.")
        names = "; ".join(str(criterion) for criterion in left)
        raise ValidationError(message % {"criteria": names})
    current.submitted_at, current.submitted_by = clock.now(), by
    current.save(update_fields=["submitted_at", "submitted_by"])
    revision.bump(current.round.area_id)


@transaction.atomic
def close(found: Round, *, by: User) -> None:
    """Close the round, and keep where each of its communes stands now."""
    current = Round.objects.select_for_update().get(pk=found.pk)
    if current.closed_at:
        raise ValidationError(_("This round was closed already."))
    if current.opens_on > clock.today():
        message = _("This round opens on %(day)s: it cannot be closed before.")
        raise ValidationError(message % {"day": f"{current.opens_on:%d/%m/%Y}"})
    returns = list(current.returns.select_for_update(of=("self",)).order_by("pk"))
    _freeze(returns)
    current.closed_at, current.closed_by = clock.now(), by
    current.save(update_fields=["closed_at", "closed_by"])
    revision.bump(current.area_id)


def _check_days(runs: Collection[Enrolment], opens_on: dt.date, closes_on: dt.date) -> None:
    """The verb's demands that a field can be blamed for."""
    if not runs:
        raise ValidationError({"communes": _("Choose at least one commune.")})
    if len({run.criteria_set_id for run in runs}) > 1:
        raise ValidationError({"communes": _("A round looks over one criteria set.")})
    since = min(run.criteria_set.valid_from for run in runs)
    if opens_on < since:
        message = _("The criteria set is in force only from %(day)s.")
        raise ValidationError({"opens_on": message % {"day": f"{since:%d/%m/%Y}"}})
    if closes_on < opens_on:
        raise ValidationError({"closes_on": _("A round cannot close before it opens.")})
    if closes_on < clock.today():
        raise ValidationError({"closes_on": _("The closing day has passed already.")})


def _open(given: RoundReturn) -> RoundReturn:
    """The return, locked, if its round still takes it: closing waits for the same lock."""
    locked = RoundReturn.objects.select_for_update(of=("self",)).select_related("round")
    current = locked.get(pk=given.pk)
    if current.round.closed_at:
        raise ValidationError(_("The round is closed and takes no more returns."))
    if current.round.opens_on > clock.today():
        message = _("The round opens on %(day)s.")
        raise ValidationError(message % {"day": f"{current.round.opens_on:%d/%m/%Y}"})
    if current.submitted_at:
        raise ValidationError(_("This return was submitted already."))
    return current


def _freeze(returns: list[RoundReturn]) -> None:
    """Write into each return the row of today: the headline, and the commune's own word."""
    ids = [given.enrolment_id for given in returns]
    latest = Standing.objects.filter(enrolment=OuterRef("pk"), on_day__lte=clock.today())
    rows = Enrolment.objects.filter(pk__in=ids).order_by().values_list(
        "pk", Subquery(latest.order_by("-on_day").values("results")[:1])
    )  # fmt: skip
    results = dict(rows)
    numbers: dict[int, list[int]] = {pk: [] for pk in ids}
    cells = CriterionStatus.objects.filter(enrolment__in=ids).order_by("criterion__number")
    for enrolment_id, number in cells.values_list("enrolment_id", "criterion__number"):
        numbers[enrolment_id].append(number)
    said = entries_of(ids)
    for given in returns:
        of = numbers[given.enrolment_id]
        given.results = results[given.enrolment_id] or scoring.NOT_ASSESSED * len(of)
        given.own_results = own_row(said[given.enrolment_id], of)
    RoundReturn.objects.bulk_update(returns, ["results", "own_results"], batch_size=200)


def own_row(entries: Iterable[standings.AssessmentEntry], numbers: list[int]) -> str:
    """What the commune says of itself, one letter a criterion."""
    cells: dict[int, str] = dict.fromkeys(numbers, Result.NOT_ASSESSED)
    own = [entry for entry in standings.in_force(entries) if entry.level == Level.COMMUNE]
    for entry in sorted(own, key=headline_order):
        cells[entry.number] = entry.result
    return "".join(scoring.LETTERS[result] for result in cells.values())
