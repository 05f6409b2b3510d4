"""Telling those who lead a task, once, that its day is near and then that it has passed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, Membership, Notice, Role
from communes.models import Area
from meetings.models import Task
from meetings.models.tasks import SOON
from nrm_tracker import clock, revision

# By role, where it is held: whose people hear of a task led by that place.
PLACES = {
    Role.AGENCY_OFFICER: "agency",
    Role.WORKING_GROUP_MEMBER: "working_group",
    **dict.fromkeys(COMMUNE_ROLES, "commune"),
}
Told = tuple[int, str, str]


def remind() -> int:
    """Write the notices that are due today; how many. Safe to run twice, and two at once.

    What passed long ago waits on the person's own page; it is not told again and again.
    """
    with transaction.atomic():
        # One run after the other: the second finds what the first told.
        list(Area.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        wanted = _wanted(clock.today())
        new = wanted - _told_already(wanted)
        now, today = clock.now(), clock.today()
        # The e-mail of the day lists the tasks themselves.
        Notice.objects.bulk_create(
            Notice(user_id=user, address=address, text=text, at=now, mailed_on=today)
            for user, address, text in sorted(new)
        )
        if new:
            revision.bump()
    return len(new)


def _wanted(day: dt.date) -> set[Told]:
    near = Task.objects.filter(state=Task.State.OPEN, due_on__range=(day - SOON, day + SOON))
    tasks = near.select_related("lead_person", "focal_person")
    people = _people(day)
    return {
        (user, task.get_absolute_url(), _said(task, day))
        for task in tasks
        for user in _leading(task, people)
    }


def _said(task: Task, day: dt.date) -> str:
    assert task.due_on is not None  # noqa: S101 only those with a day are asked for
    said = _("Late: “%(task)s” was due on %(day)s.")
    if task.due_on >= day:
        said = _("Due soon: “%(task)s”, by %(day)s.")
    return said % {"task": task.title, "day": f"{task.due_on:%d/%m/%Y}"}


def _people(day: dt.date) -> dict[tuple[str, int], set[int]]:
    """Who works where today: one query."""
    held = Membership.objects.valid_on(day).filter(role__in=PLACES, user__is_active=True)
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    columns = ("user", "role", "agency", "working_group", "commune")
    for row in held.values(*columns):
        name = PLACES[Role(row["role"])]
        found[name, row[name]].add(row["user"])
    return found


def _leading(task: Task, people: dict[tuple[str, int], set[int]]) -> set[int]:
    places = {
        ("agency", task.lead_agency_id or 0),
        ("working_group", task.lead_working_group_id or 0),
        ("commune", task.lead_commune_id or 0),
    }
    found = {user for place in places for user in people.get(place, ())}
    persons = (task.lead_person, task.focal_person)
    return found | {person.user_id for person in persons if person and person.user_id}


def _told_already(wanted: Iterable[Told]) -> set[Told]:
    addresses = {address for _user, address, _text in wanted}
    return set(
        Notice.objects.filter(address__in=addresses).values_list("user_id", "address", "text")
    )
