"""Keeping the agencies of an area and what they answer for, all rows at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Agency, Area
from criteria.agencies import queries
from criteria.agencies.queries import AgencyAnswers, Answer, AnsweringTable
from criteria.models import CriteriaSet, Responsibility
from nrm_tracker import revision
from nrm_tracker.forms import Conflict

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class AgencyEntry:
    """A row as it was typed: an agency that is there, or a new one (`pk` of None)."""

    # Of the row's form: what is refused is said as `prefix-field`.
    prefix: str
    pk: int | None
    name: str
    short_name: str
    answers: frozenset[Answer]
    # Where the row comes from; of what is there already it stays as it is.
    source: str = ""


@dataclass
class Kept:
    """What a change came to."""

    made: list[Agency] = field(default_factory=list)
    changed: list[Agency] = field(default_factory=list)


@transaction.atomic
def keep(
    area: Area,
    criteria_set: CriteriaSet,
    entries: Sequence[AgencyEntry],
    *,
    from_on: dt.date | None,
    seen: str,
    by: User,
) -> Kept:
    """Make the agencies and what they answer for what the rows say, from a day on.

    Without a day what stood there was wrong, and is put right as of ever. `seen` is the table that
    the writer saw; raises Conflict with the one that stands there now.
    """
    Area.objects.select_for_update().get(pk=area.pk)
    table = queries.table_of(area, criteria_set)
    if table.seen != seen:
        raise Conflict(table)
    there = {row.agency.pk: row for row in table.rows}
    kept, errors = Kept(), {}
    for entry in entries:
        try:
            _keep(table, there.get(entry.pk or 0), entry, from_on, by, kept)
        except ValidationError as error:
            for name, refused in error.error_dict.items():
                errors[f"{entry.prefix}-{name}"] = refused
    if errors:
        raise ValidationError(errors)
    revision.bump()
    return kept


def _keep(
    table: AnsweringTable,
    row: AgencyAnswers | None,
    entry: AgencyEntry,
    from_on: dt.date | None,
    by: User,
    kept: Kept,
) -> None:
    is_new = row is None
    row = row or AgencyAnswers(_made(table.area, entry))
    told = [] if is_new else _rename(row.agency, entry, from_on)
    added, removed = entry.answers - row.open.keys(), row.open.keys() - entry.answers
    for answer in sorted(added, key=str):
        _begin(table, row, answer, from_on, entry.source)
    for answer in removed:
        _end(row.open[answer], from_on)
    for sign, answers in (("+", added), ("−", removed)):
        if answers:
            told.append(f"{sign} {table.written(answers)}")
    if told or is_new:
        (kept.made if is_new else kept.changed).append(row.agency)
        said = _("%(set)s: %(what)s") % {"set": table.criteria_set, "what": ", ".join(told)}
        flag = ADDITION if is_new else CHANGE
        LogEntry.objects.log_actions(by.pk, [row.agency], flag, said, single_object=True)


def _made(area: Area, entry: AgencyEntry) -> Agency:
    """A new agency, with a key of its own for files and imports."""
    stem = slugify(f"{area.code} {entry.name.replace('Đ', 'D').replace('đ', 'd')}")[:50].strip("-")
    taken = set(Agency.objects.filter(key__startswith=stem).values_list("key", flat=True))
    further = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    key = next(key for key in (stem, *further) if key not in taken)
    return Agency.objects.create(
        area=area, key=key, name=entry.name, short_name=entry.short_name, source=entry.source
    )


def _rename(agency: Agency, entry: AgencyEntry, from_on: dt.date | None) -> list[str]:
    before = agency.names
    if before == (entry.name, entry.short_name):
        return []
    agency.name, agency.short_name = entry.name, entry.short_name
    try:
        if from_on is None:
            agency.respell(before)
        else:
            agency.rename(before, from_on)
    except ValidationError as error:
        raise ValidationError({"name": error}) from error
    agency.save()
    return [f"{before[0]} → {agency.name}"]


def _begin(
    table: AnsweringTable,
    row: AgencyAnswers,
    answer: Answer,
    from_on: dt.date | None,
    source: str,
) -> None:
    """A further answer; one that ended goes on, if nothing lies between."""
    ended = row.ended.get(answer)
    if ended is None:
        criterion, indicator = answer
        Responsibility.objects.create(
            agency=row.agency,
            criterion_id=criterion,
            indicator_id=indicator,
            from_on=from_on,
            source=source,
        )
        return
    assert ended.until_on is not None  # noqa: S101 it ended
    if from_on and from_on > ended.until_on + DAY:
        message = _(
            "The agency answered for %(code)s until %(day)s. Let it go on from the day after,"
            " or leave the day empty."
        )
        said = {"code": table.codes[answer], "day": f"{ended.until_on:%d/%m/%Y}"}
        raise ValidationError({"answers": message % said})
    ended.until_on = None
    ended.save(update_fields=["until_on"])


def _end(held: Responsibility, from_on: dt.date | None) -> None:
    """It ends the day before; what was wrong, or had not begun by then, is taken away."""
    if from_on is None or (held.from_on and held.from_on >= from_on):
        held.delete()
        return
    held.until_on = from_on - DAY
    held.save(update_fields=["until_on"])
