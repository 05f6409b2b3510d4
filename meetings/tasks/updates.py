"""How every verb on a task begins and ends: the task as it was seen, and what was done to it."""

from collections.abc import Sequence

from django.apps import apps

from accounts.models import COMMUNE_ROLES, Role, User
from accounts.notifications.notices import holders
from meetings.models import Task, TaskUpdate
from nrm_tracker import clock, revision, uploads
from nrm_tracker.forms import Conflict
from nrm_tracker.uploads import CheckedUpload

Kind = TaskUpdate.Kind


def locked(task: Task, seen: int | None, *states: str) -> Task:
    """The task as it is now, in one of these states and, where a version is given, as it was seen.

    Nobody else writes to it until the end of the transaction. Raises Conflict (rule 11).
    """
    current = Task.objects.with_all().select_for_update(of=("self",)).get(pk=task.pk)
    if current.state not in states or (seen is not None and seen != current.version):
        raise Conflict(current)
    return current


def record(
    task: Task,
    kind: str,
    by: User,
    *,
    changed: Sequence[str] = (),
    files: Sequence[CheckedUpload] = (),
    **said: object,
) -> TaskUpdate:
    """Save what a verb changed of a task, and say what it did; the last thing that it does.

    Each but a comment counts the version up by one, and is told to the rooms above, which keep what
    follows from it (`task_written`).
    """
    if kind != Kind.COMMENT:
        task.version += 1
        task.save(update_fields=[*changed, "version"])
    update = TaskUpdate.objects.create(task=task, kind=kind, by=by, at=clock.now(), **said)
    if files:
        with uploads.kept(files, by) as stored:
            update.files.set(stored)
    if kind != Kind.COMMENT:
        for room in apps.get_app_configs():
            getattr(room, "task_written", lambda *_written: None)(task, update)
    revision.bump(task.area_id)
    return update


def since(task: Task, seen: int) -> list[TaskUpdate]:
    """What was done to a task since that version."""
    deeds = task.updates.exclude(kind=Kind.COMMENT).select_related("by").order_by("pk")
    return list(deeds[max(seen - 1, 0) :])


def leading(task: Task) -> set[User]:
    """The people of the one who leads."""
    if task.lead_commune_id:
        return set(holders(*COMMUNE_ROLES, commune=task.lead_commune_id))
    if task.lead_agency_id:
        return set(holders(Role.AGENCY_OFFICER, agency=task.lead_agency_id))
    if task.lead_working_group_id:
        return set(holders(Role.WORKING_GROUP_MEMBER, working_group=task.lead_working_group_id))
    return {task.lead_person.user} if task.lead_person and task.lead_person.user else set()


def assigning(task: Task) -> set[User]:
    """The one who assigned it, and the coordinators of the area."""
    return {task.assigned_by, *holders(Role.COORDINATOR, area=task.area_id)}
