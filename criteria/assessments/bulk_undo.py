"""A bulk entry is undone: its results are voided together, as long as all stand untouched."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from criteria.assessments.many import void_many
from criteria.assessments.past_days import PastDays, days_apart, together
from criteria.models import Assessment, BulkEntry, Enrolment, Level, Recognition, RoundCheck
from criteria.progress.assessment_log import past_standings
from nrm_tracker import clock, undoing
from nrm_tracker.undoing import Undo


@transaction.atomic
def undo(bulk: BulkEntry, *, by: User) -> PastDays | None:
    """Void its entries; the days before today that read otherwise since."""
    entries = list(bulk.entries.select_related("status__enrolment").order_by("pk"))
    runs = Enrolment.lock_many({entry.status.enrolment_id for entry in entries})
    bulk = BulkEntry.objects.select_for_update().get(pk=bulk.pk)
    if bulk.undone_at:
        undoing.refuse_again()
    _check_untouched(bulk, entries)
    undoing.check_open(bulk.at)
    undoing.check_not_frozen({run.commune_id for run in runs.values()}, bulk.at)
    before = past_standings(list(runs))
    void_many(entries, reason=_("Undone"), by=by)
    bulk.undone_at = clock.now()
    bulk.save(update_fields=["undone_at"])
    return together(days_apart(before, past_standings(list(runs))).values())


def undo_of(entries: Iterable[Assessment], user: User) -> tuple[int | None, Undo | None]:
    """Of these entries of a cell the one that the reader has just recorded with others, and how
    all of them are undone. Asks the database only of somebody who has just recorded one."""
    found = [entry for entry in entries if entry.level > Level.COMMUNE]
    own = [e.pk for e in found if e.recorded_by_id == user.pk and undoing.is_open(e.recorded_at)]
    links = BulkEntry.entries.through.objects.filter(bulkentry__undone_at=None, assessment__in=own)
    link = links.select_related("bulkentry").first() if own else None
    if link is None:
        return None, None
    bulk = link.bulkentry
    address = reverse("bulk-undo", args=[bulk.pk])
    return link.assessment_id, Undo(address, undoing.until(bulk.at), bulk.entries.count())


def _check_untouched(bulk: BulkEntry, entries: Collection[Assessment]) -> None:
    """Whether nobody wrote of its cells since, confirmed one, or recognised a commune."""
    cells = [entry.status_id for entry in entries]
    runs = {entry.status.enrolment_id for entry in entries}
    later = Assessment.objects.filter(status__in=cells, pk__gt=max(e.pk for e in entries))
    if entry := later.select_related("recorded_by", "status__criterion").order_by("pk").last():
        what = f"{entry.status}: {entry}"
        undoing.refuse_acted(entry.recorded_by, entry.recorded_at, what)
    checks = RoundCheck.objects.filter(status__in=cells, confirmed_at__gte=bulk.at)
    if check := checks.select_related("confirmed_by").order_by("pk").last():
        what = _("confirmed in a review round")
        undoing.refuse_acted(check.confirmed_by, check.confirmed_at, what)
    granted = Recognition.objects.filter(enrolment__in=runs, recorded_at__gte=bulk.at)
    if found := granted.select_related("recorded_by").order_by("pk").last():
        undoing.refuse_acted(found.recorded_by, found.recorded_at, str(found))
