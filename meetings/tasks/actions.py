"""Tasks from being assigned to being confirmed (rule 14): each verb is one transaction.

Each raises ValidationError by field, or Conflict with the task as it is now where somebody else
wrote first (rule 11): where the state no longer allows it, or, given the version that the person
had `seen`, where anything was done since. Each tells those whom it concerns.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, Person, Role, User
from accounts.notifications.notices import holders, tell
from meetings.models import DroppedItem, DueDateChange, Entry, Task, TaskUpdate, WorkingSession
from meetings.sessions.actions import opened
from nrm_tracker import clock, revision, uploads
from nrm_tracker.clock import months_after
from nrm_tracker.forms import Conflict
from nrm_tracker.models import StoredFile
from nrm_tracker.uploads import Checked

Kind = TaskUpdate.Kind
State = Task.State


def since(task: Task, seen: int) -> list[TaskUpdate]:
    """What was done to a task since that version: each deed but a comment counts it up by one."""
    deeds = task.updates.exclude(kind=Kind.COMMENT).select_related("by").order_by("pk")
    return list(deeds[max(seen - 1, 0) :])


@transaction.atomic
def assign(tasks: Iterable[Task], *, by: User, entry: Entry | None = None) -> list[Task]:
    """Write these unsaved tasks, all or none: with `entry` as what came of a conclusion."""
    made = []
    for task in tasks:
        if entry is not None:
            if not entry.may_become_tasks:
                raise ValidationError(_("Only a conclusion or a direction becomes a task."))
            task.entry, task.session, task.area_id = entry, entry.session, entry.session.area_id
        _check(task)
        task.assigned_by, task.assigned_at = by, clock.now()
        task.full_clean(exclude=["area", "session", "entry", "visit", "assigned_by"])
        task.save(force_insert=True)
        told = _("Assigned: %(task)s. %(due)s") % {"task": task.title, "due": _due(task)}
        focal = task.focal_person.user if task.focal_person else None
        tell({*_leading(task), *filter(None, [focal])}, told, task.get_absolute_url(), but=by)
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
    files: Sequence[Checked] = (),
    seen: int | None = None,
) -> TaskUpdate:
    """Say how far it is."""
    current = _open(task, seen)
    if not 0 <= percent <= 100:
        raise ValidationError({"percent": _("A percentage lies between 0 and 100.")})
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    current.percent = percent
    _saved(current, "percent")
    told = _("%(who)s reports on “%(task)s”: %(percent)s%%. %(note)s")
    said = {"who": by, "task": current.title, "percent": percent, "note": note[:200]}
    tell(_assigning(current), told % said, current.get_absolute_url(), but=by)
    return _update(current, Kind.PROGRESS, by, percent=percent, note=note, files=files)


@transaction.atomic
def comment(task: Task, note: str, *, by: User) -> TaskUpdate:
    """Say something about a task, whatever its state."""
    current = _lock(task, None, State.values)
    if not note.strip():
        raise ValidationError({"note": _("Write the comment.")})
    told = _("%(who)s commented on “%(task)s”: %(note)s")
    said = {"who": by, "task": current.title, "note": note[:200]}
    tell(
        {*_leading(current), *_assigning(current)}, told % said, current.get_absolute_url(), but=by
    )
    return _update(current, Kind.COMMENT, by, note=note)


@transaction.atomic
def report_done(
    task: Task,
    *,
    note: str,
    by: User,
    files: Sequence[Checked] = (),
    seen: int | None = None,
) -> TaskUpdate:
    """Say that it is done, with the product where one was asked for; somebody confirms."""
    current = _open(task, seen)
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    if current.kind == Task.Kind.CONTINUING:
        raise ValidationError(_("A continuing task is never done: report its progress."))
    if current.expected_product and not files and not _has_files(current):
        message = _("Attach the product that was asked for: %(product)s.")
        raise ValidationError({"attached": message % {"product": current.expected_product}})
    current.state, current.percent, current.done_on = State.REPORTED, 100, clock.today()
    _saved(current, "state", "percent", "done_on")
    told = _("%(who)s reports done: “%(task)s”. To be confirmed.")
    tell(
        _assigning(current),
        told % {"who": by, "task": current.title},
        current.get_absolute_url(),
        but=by,
    )
    return _update(current, Kind.REPORTED, by, percent=100, note=note, files=files)


@transaction.atomic
def confirm(task: Task, *, note: str, by: User, seen: int | None = None) -> TaskUpdate:
    """Say that what was reported is done. A recurring task begins again, at its next day."""
    current = _reported(task, seen)
    _check_not_own_word(current, by)
    before = current.due_on
    if current.kind == Task.Kind.RECURRING:
        assert current.due_on is not None  # noqa: S101 a constraint holds it
        current.due_on = next_day(current.due_on, current.every)
        current.state, current.percent, current.done_on = State.OPEN, 0, None
        _saved(current, "due_on", "state", "percent", "done_on")
        update = _update(
            current, Kind.CONFIRMED, by, note=note, due_before=before, due_after=current.due_on
        )
    else:
        current.state, current.closed_at = State.DONE, clock.now()
        _saved(current, "state", "closed_at")
        update = _update(current, Kind.CONFIRMED, by, note=note)
    told = _("Confirmed done: “%(task)s”.") % {"task": current.title}
    tell(_leading(current), told, current.get_absolute_url(), but=by)
    return update


@transaction.atomic
def send_back(task: Task, *, note: str, by: User, seen: int | None = None) -> TaskUpdate:
    """Say what is still missing of what was reported done."""
    current = _reported(task, seen)
    if not note.strip():
        raise ValidationError({"note": _("Say what is to be completed.")})
    current.state, current.done_on = State.OPEN, None
    _saved(current, "state", "done_on")
    told = _("To be completed: “%(task)s”. %(note)s")
    said = {"task": current.title, "note": note[:200]}
    tell(_leading(current), told % said, current.get_absolute_url(), but=by)
    return _update(current, Kind.SENT_BACK, by, note=note)


@transaction.atomic
def cancel(task: Task, *, note: str, by: User, seen: int | None = None) -> TaskUpdate:
    """Give a task up, with the reason."""
    current = _unfinished(task, seen)
    if not note.strip():
        raise ValidationError({"note": _("Say why the task is cancelled.")})
    current.state, current.closed_at = State.CANCELLED, clock.now()
    _saved(current, "state", "closed_at")
    told = _("Cancelled: “%(task)s”. %(note)s")
    said = {"task": current.title, "note": note[:200]}
    tell(_leading(current), told % said, current.get_absolute_url(), but=by)
    return _update(current, Kind.CANCELLED, by, note=note)


@transaction.atomic
def ask_for_day(
    task: Task, *, to_on: dt.date, reason: str, by: User, seen: int | None = None
) -> DueDateChange:
    """Ask for another day; the old one stays until somebody grants it."""
    current = _open(task, seen)
    from_on = _movable(current, to_on, reason)
    _saved(current)
    asked = DueDateChange.objects.create(
        task=current,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        asked_by=by,
        asked_at=clock.now(),
    )
    _update(current, Kind.DATE_ASKED, by, note=reason, due_before=from_on, due_after=to_on)
    told = _("%(who)s asks for another day for “%(task)s”: %(day)s. %(reason)s")
    said = {"who": by, "task": current.title, "day": f"{to_on:%d/%m/%Y}", "reason": reason[:200]}
    tell(_assigning(current), told % said, current.get_absolute_url(), but=by)
    return asked


@transaction.atomic
def move_day(
    task: Task, *, to_on: dt.date, reason: str, by: User, seen: int | None = None
) -> DueDateChange:
    """Put another day without being asked: what who convenes may do. The old one is kept."""
    current = _unfinished(task, seen)
    from_on, now = _movable(current, to_on, reason), clock.now()
    current.due_on = to_on
    _saved(current, "due_on")
    moved = DueDateChange.objects.create(
        task=current,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        asked_by=by,
        asked_at=now,
        is_granted=True,
        decided_by=by,
        decided_at=now,
    )
    _update(current, Kind.DATE_GRANTED, by, note=reason, due_before=from_on, due_after=to_on)
    told = _("Another day for “%(task)s”: %(day)s instead of %(before)s. %(reason)s") % {
        "task": current.title,
        "day": f"{to_on:%d/%m/%Y}",
        "before": f"{from_on:%d/%m/%Y}",
        "reason": reason[:200],
    }
    tell(_leading(current), told, current.get_absolute_url(), but=by)
    return moved


@transaction.atomic
def answer_day(
    asked: DueDateChange, *, is_granted: bool, answer: str, by: User, seen: int | None = None
) -> DueDateChange:
    """Grant or refuse another day, with the reason."""
    current = _unfinished(asked.task, seen)
    asked = DueDateChange.objects.select_for_update().get(pk=asked.pk)
    if asked.decided_at is not None:
        raise Conflict(current)
    if not answer.strip():
        raise ValidationError({"answer": _("Give the reason of the answer.")})
    if asked.asked_by_id == by.pk:
        raise ValidationError(_("Nobody grants a day that they asked for themselves."))
    if is_granted and asked.from_on != current.due_on:
        message = _("It is due on %(day)s by now; what was asked for concerned another day.")
        raise ValidationError(message % {"day": f"{current.due_on:%d/%m/%Y}"})
    asked.is_granted, asked.answer = is_granted, answer
    asked.decided_by, asked.decided_at = by, clock.now()
    asked.save(update_fields=["is_granted", "answer", "decided_by", "decided_at"])
    kind = Kind.DATE_GRANTED if is_granted else Kind.DATE_REFUSED
    if is_granted:
        current.due_on = asked.to_on
    _saved(current, "due_on")
    _update(current, kind, by, note=answer, due_before=asked.from_on, due_after=asked.to_on)
    told = _("Another day granted for “%(task)s”: %(day)s.") if is_granted else _(
        "Another day refused for “%(task)s”; it stays %(before)s."
    )  # fmt: skip
    said = {
        "task": current.title,
        "day": f"{asked.to_on:%d/%m/%Y}",
        "before": f"{asked.from_on:%d/%m/%Y}",
    }
    tell({*_leading(current), asked.asked_by}, told % said, current.get_absolute_url(), but=by)
    return asked


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
    current = _unfinished(task, seen)
    person.full_clean(exclude=["area", "user"])
    if person._state.adding:
        person.save(force_insert=True)
    else:
        person.save(update_fields=["position", "phone", "search_key"])
    current.focal_person = person
    _saved(current, "focal_person")
    if person.user:
        told = _("In charge of: “%(task)s”. %(due)s")
        said = {"task": current.title, "due": _due(current)}
        tell([person.user], told % said, current.get_absolute_url(), but=by)
    return _update(current, Kind.FOCAL_NAMED, by, note=str(person))


def next_day(day: dt.date, every: str) -> dt.date:
    """When a recurring task is due again."""
    if every == Task.Every.WEEK:
        return day + dt.timedelta(days=7)
    return months_after(day, 3 if every == Task.Every.QUARTER else 1)


# Inside


def _check(task: Task) -> None:
    if not any(
        [task.lead_agency_id, task.lead_commune_id, task.lead_working_group_id, task.lead_person_id]
    ):
        raise ValidationError({"lead": _("Say who leads the task.")})
    if task.kind == Task.Kind.CONTINUING:
        if task.due_on:
            raise ValidationError({"due_on": _("A continuing task has no day.")})
        return
    if task.due_on is None:
        raise ValidationError({"due_on": _("Give the day by which it is to be done.")})
    if task.due_on < task.assigned_on:
        message = _("It is assigned on %(day)s and cannot be due before.")
        raise ValidationError({"due_on": message % {"day": f"{task.assigned_on:%d/%m/%Y}"}})
    if task.kind == Task.Kind.RECURRING and not task.every:
        raise ValidationError({"every": _("Say how often it recurs.")})


def _lock(task: Task, seen: int | None, states: Collection[str]) -> Task:
    """The task as it is now, in one of these states and as it was seen."""
    current = Task.objects.with_all().select_for_update(of=("self",)).get(pk=task.pk)
    if current.state not in states or (seen is not None and seen != current.version):
        raise Conflict(current)
    return current


def _open(task: Task, seen: int | None) -> Task:
    return _lock(task, seen, [State.OPEN])


def _reported(task: Task, seen: int | None) -> Task:
    return _lock(task, seen, [State.REPORTED])


def _unfinished(task: Task, seen: int | None) -> Task:
    return _lock(task, seen, Task.UNFINISHED)


def _movable(task: Task, to_on: dt.date, reason: str) -> dt.date:
    """The day from which a task may be moved to another, for that reason."""
    if task.due_on is None:
        raise ValidationError(_("A continuing task has no day that could be moved."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why another day is needed.")})
    if to_on <= task.due_on:
        message = _("The new day must come after the old one (%(day)s).")
        raise ValidationError({"to_on": message % {"day": f"{task.due_on:%d/%m/%Y}"}})
    if task.date_changes.filter(decided_at__isnull=True).exists():
        raise ValidationError(_("Another day was asked for already and waits for an answer."))
    return task.due_on


def _check_not_own_word(task: Task, by: User) -> None:
    last = task.updates.filter(kind=Kind.REPORTED).order_by("-pk").first()
    if last is not None and last.by_id == by.pk:
        raise ValidationError(_("Nobody confirms what they reported done themselves."))


def _has_files(task: Task) -> bool:
    return StoredFile.objects.filter(task_updates__task=task).exists()


def _saved(task: Task, *names: str) -> None:
    task.version += 1
    task.save(update_fields=[*names, "version"])


def _update(
    task: Task, kind: str, by: User, *, files: Sequence[Checked] = (), **said: object
) -> TaskUpdate:
    update = TaskUpdate.objects.create(task=task, kind=kind, by=by, at=clock.now(), **said)
    if files:
        with uploads.kept(files, by) as stored:
            update.files.set(stored)
    revision.bump(task.area_id)
    return update


def _leading(task: Task) -> set[User]:
    """The people of the one who leads."""
    if task.lead_commune_id:
        return set(holders(*COMMUNE_ROLES, commune=task.lead_commune_id))
    if task.lead_agency_id:
        return set(holders(Role.AGENCY_OFFICER, agency=task.lead_agency_id))
    if task.lead_working_group_id:
        return set(holders(Role.WORKING_GROUP_MEMBER, working_group=task.lead_working_group_id))
    return {task.lead_person.user} if task.lead_person and task.lead_person.user else set()


def _assigning(task: Task) -> set[User]:
    """The one who assigned it, and the coordinators of the area."""
    return {task.assigned_by, *holders(Role.COORDINATOR, area=task.area_id)}


def _due(task: Task) -> str:
    if task.due_on is None:
        return _("Continuing.")
    return _("Due on %(day)s.") % {"day": f"{task.due_on:%d/%m/%Y}"}
