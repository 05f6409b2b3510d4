"""Tasks from being assigned to being confirmed (rule 14): each verb is one transaction.

Each raises ValidationError by field, or Conflict with the task as it is now where somebody else
wrote first (rule 11): where the state no longer allows it, or, given the version that the person
had `seen`, where anything was done since. Each tells those whom it concerns.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.notifications.notices import tell
from meetings.models import DroppedItem, Entry, Task, TaskUpdate, WorkingSession
from meetings.sessions.actions import opened
from meetings.tasks.due_dates import due_again
from meetings.tasks.updates import assigning, leading, locked, record
from nrm_tracker import clock, revision
from nrm_tracker.forms import refuse_together
from nrm_tracker.uploads import CheckedUpload

Kind = TaskUpdate.Kind
State = Task.State


@transaction.atomic
def assign(tasks: Iterable[Task], *, by: User, entry: Entry | None = None) -> list[Task]:
    """Write these unsaved tasks, all or none: with `entry` as what came of a conclusion."""
    made, at = [], clock.now()
    for task in tasks:
        if entry is not None:
            if not entry.may_become_tasks:
                raise ValidationError(_("Only a conclusion or a direction becomes a task."))
            task.entry, task.session, task.area_id = entry, entry.session, entry.session.area_id
        refuse_together(partial(_check_lead, task), partial(check_days, task))
        task.assigned_by, task.assigned_at = by, at
        task.full_clean(exclude=["area", "session", "entry", "visit", "assigned_by"])
        task.save(force_insert=True)
        told = _("Assigned: %(task)s. %(due)s") % {"task": task.title, "due": _due(task)}
        focal = task.focal_person.user if task.focal_person else None
        people = {*leading(task), *filter(None, [focal])}
        tell(people, told, task.get_absolute_url(), but=by, at=at)
        made.append(task)
    revision.bump(*(task.area_id for task in made))
    return made


@transaction.atomic
def report_progress(
    task: Task,
    *,
    percent: int,
    note: str,
    by: User,
    files: Sequence[CheckedUpload] = (),
    seen: int | None = None,
) -> TaskUpdate:
    """Say how far it is."""
    current = locked(task, seen, State.OPEN)
    if not 0 <= percent <= 100:
        raise ValidationError({"percent": _("A percentage lies between 0 and 100.")})
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    current.percent = percent
    told = _("%(who)s reports on “%(task)s”: %(percent)s%%. %(note)s")
    said = {"who": by, "task": current.title, "percent": percent, "note": note[:200]}
    tell(assigning(current), told % said, current.get_absolute_url(), but=by)
    return record(
        current, Kind.PROGRESS, by, changed=["percent"], percent=percent, note=note, files=files
    )


@transaction.atomic
def comment(task: Task, note: str, *, by: User) -> TaskUpdate:
    """Say something about a task, whatever its state."""
    current = locked(task, None, *State.values)
    if not note.strip():
        raise ValidationError({"note": _("Write the comment.")})
    told = _("%(who)s commented on “%(task)s”: %(note)s")
    said = {"who": by, "task": current.title, "note": note[:200]}
    tell({*leading(current), *assigning(current)}, told % said, current.get_absolute_url(), but=by)
    return record(current, Kind.COMMENT, by, note=note)


@transaction.atomic
def report_done(
    task: Task,
    *,
    note: str,
    by: User,
    files: Sequence[CheckedUpload] = (),
    seen: int | None = None,
) -> TaskUpdate:
    """Say that it is done, with the product where one was asked for; somebody confirms."""
    current = locked(task, seen, State.OPEN)
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    if current.kind == Task.Kind.CONTINUING:
        raise ValidationError(_("A continuing task is never done: report its progress."))
    if current.expected_product and not files and not _has_files(current):
        message = _("Attach the product that was asked for: %(product)s.")
        raise ValidationError({"attached": message % {"product": current.expected_product}})
    current.state, current.percent, current.done_on = State.REPORTED, 100, clock.today()
    told = _("%(who)s reports done: “%(task)s”. To be confirmed.")
    said = {"who": by, "task": current.title}
    tell(assigning(current), told % said, current.get_absolute_url(), but=by)
    changed = ["state", "percent", "done_on"]
    return record(current, Kind.REPORTED, by, changed=changed, percent=100, note=note, files=files)


@transaction.atomic
def confirm(task: Task, *, note: str, by: User, seen: int | None = None) -> TaskUpdate:
    """Say that what was reported is done. A recurring task begins again, at its next day."""
    current = locked(task, seen, State.REPORTED)
    _check_not_own_word(current, by)
    told = _("Confirmed done: “%(task)s”.") % {"task": current.title}
    tell(leading(current), told, current.get_absolute_url(), but=by)
    if current.kind != Task.Kind.RECURRING:
        current.state, current.closed_at = State.DONE, clock.now()
        return record(current, Kind.CONFIRMED, by, changed=["state", "closed_at"], note=note)
    before, current.due_on = current.due_on, due_again(current)
    current.state, current.percent, current.done_on = State.OPEN, 0, None
    return record(
        current,
        Kind.CONFIRMED,
        by,
        changed=["due_on", "state", "percent", "done_on"],
        note=note,
        due_before=before,
        due_after=current.due_on,
    )


@transaction.atomic
def send_back(task: Task, *, note: str, by: User, seen: int | None = None) -> TaskUpdate:
    """Say what is still missing of what was reported done."""
    current = locked(task, seen, State.REPORTED)
    if not note.strip():
        raise ValidationError({"note": _("Say what is to be completed.")})
    current.state, current.done_on = State.OPEN, None
    told = _("To be completed: “%(task)s”. %(note)s")
    said = {"task": current.title, "note": note[:200]}
    tell(leading(current), told % said, current.get_absolute_url(), but=by)
    return record(current, Kind.SENT_BACK, by, changed=["state", "done_on"], note=note)


@transaction.atomic
def cancel(task: Task, *, note: str, by: User, seen: int | None = None) -> TaskUpdate:
    """Give a task up, with the reason."""
    current = locked(task, seen, *Task.UNFINISHED)
    if not note.strip():
        raise ValidationError({"note": _("Say why the task is cancelled.")})
    current.state, current.closed_at = State.CANCELLED, clock.now()
    told = _("Cancelled: “%(task)s”. %(note)s")
    said = {"task": current.title, "note": note[:200]}
    tell(leading(current), told % said, current.get_absolute_url(), but=by)
    return record(current, Kind.CANCELLED, by, changed=["state", "closed_at"], note=note)


@transaction.atomic
def drop(session: WorkingSession, task: Task, *, reason: str, by: User) -> DroppedItem:
    """Leave an unfinished task out of what this session takes over. The task itself stays."""
    current = opened(session)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is not taken over.")})
    if DroppedItem.objects.filter(session=current, task=task).exists():
        raise ValidationError(_("This task was left out already."))
    dropped = DroppedItem.objects.create(
        session=current, task=task, reason=reason, by=by, at=clock.now()
    )
    revision.bump(current.area_id)
    return dropped


@transaction.atomic
def name_focal(task: Task, person: Person, *, by: User, seen: int | None = None) -> TaskUpdate:
    """Say who is in charge of it at the one who leads; a person not yet known is added."""
    current = locked(task, seen, *Task.UNFINISHED)
    person.full_clean(exclude=["area", "user"])
    if person._state.adding:
        person.save(force_insert=True)
    else:
        person.save(update_fields=["position", "phone", "search_key"])
    current.focal_person = person
    if person.user:
        told = _("In charge of: “%(task)s”. %(due)s")
        said = {"task": current.title, "due": _due(current)}
        tell([person.user], told % said, current.get_absolute_url(), but=by)
    return record(current, Kind.FOCAL_NAMED, by, changed=["focal_person"], note=str(person))


def check_days(task: Task) -> None:
    """By when it is to be done, and how often. Raises ValidationError by field."""
    errors = {}
    is_continuing = task.kind == Task.Kind.CONTINUING
    if is_continuing and task.due_on:
        errors["due_on"] = _("A continuing task has no day.")
    elif not is_continuing and task.due_on is None:
        errors["due_on"] = _("Give the day by which it is to be done.")
    elif task.due_on and task.due_on < task.assigned_on:
        message = _("It is assigned on %(day)s and cannot be due before.")
        errors["due_on"] = message % {"day": f"{task.assigned_on:%d/%m/%Y}"}
    if task.kind == Task.Kind.RECURRING and not task.every:
        errors["every"] = _("Say how often it recurs.")
    if errors:
        raise ValidationError(errors)


# Inside


def _check_lead(task: Task) -> None:
    if not any(
        [task.lead_agency_id, task.lead_commune_id, task.lead_working_group_id, task.lead_person_id]
    ):
        raise ValidationError({"lead": _("Say who leads the task.")})


def _check_not_own_word(task: Task, by: User) -> None:
    last = task.updates.filter(kind=Kind.REPORTED).order_by("-pk").first()
    if last is not None and last.by_id == by.pk:
        raise ValidationError(_("Nobody confirms what they reported done themselves."))


def _has_files(task: Task) -> bool:
    """Whether a product came with it; of a recurring task, since it began again."""
    begun = task.updates.filter(kind=Kind.CONFIRMED).order_by("-pk").values("pk")[:1]
    after = Coalesce(Subquery(begun), 0)
    return task.updates.filter(pk__gt=after, files__isnull=False).exists()


def _due(task: Task) -> str:
    if task.due_on is None:
        return _("Continuing.")
    return _("Due on %(day)s.") % {"day": f"{task.due_on:%d/%m/%Y}"}
