"""The forms of a task: what its people report, and what those who assigned it answer."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.models import User
from criteria.followup.forms import PersonForm
from meetings import permissions
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.tasks.updates import since
from nrm_tracker.forms import (
    PROSE,
    DayField,
    EntryForm,
    UploadsField,
    VersionedForm,
    WordsField,
)

State = Task.State


class TaskForm(VersionedForm):
    """A form on a task; `name` is that of its address, `note_below` what stands under the button.

    It is for tasks in one of `states` only. Somebody may have written first: then `conflict` is
    the task as it is by now, and `meanwhile` what was done to it.
    """

    name: ClassVar[str]
    heading: ClassVar[str | Promise]
    note_below: ClassVar[str | Promise] = ""
    states: ClassVar[Sequence[str]] = (State.OPEN,)
    # Whether it is of who confirms, not of who reports.
    is_confirming: ClassVar[bool] = False
    conflict: Task | None = None
    meanwhile: Sequence[TaskUpdate] = ()

    def __init__(
        self, data: QueryDict | None = None, files: Any = None, *, task: Task, **kwargs: Any
    ) -> None:
        self.task = task
        initial = {"version": task.version, **kwargs.pop("initial", {})}
        # A page shows several of them: the ids hold the name.
        auto_id = f"id_{self.name}_%s"
        super().__init__(data, files, initial=initial, auto_id=auto_id, **kwargs)

    @property
    def seen(self) -> int:
        """The version of the task that the person saw."""
        return int(self.cleaned_data["version"])

    @property
    def may_go_on(self) -> bool:
        """Whether it can still be sent."""
        return (self.conflict or self.task).state in self.states

    @property
    def has_files(self) -> bool:
        return self.is_multipart()

    def act_as(self, access: Access) -> None:
        """Say as whom the person writes by it, where they have several roles."""
        if not access.has_several_roles:
            return
        says = permissions.confirms_as if self.is_confirming else permissions.reports_as
        self.acting = says(access, self.task)

    def meet(self, current: Task) -> None:
        """Show what was done meanwhile; sent again, the form is about the task as it is now."""
        super().meet(current)
        self.meanwhile = since(current, self.seen)
        self._renew(current.version)


class ProgressForm(TaskForm):
    name, heading = "progress", _("Report progress")
    note_below = _("Who assigned the task is told.")

    percent = forms.IntegerField(
        label=_("Percent done"),
        min_value=0,
        max_value=100,
        error_messages={
            "min_value": _("A percentage lies between 0 and 100."),
            "max_value": _("A percentage lies between 0 and 100."),
            "invalid": _("Not a whole number. Write it as 60."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "numberinput"}),
    )
    note = WordsField(label=_("What was done"), limit=PROSE, lines=3)
    attached = UploadsField(label=_("Files"), required=False)


class DoneForm(TaskForm):
    name, heading = "done", _("Report it done")
    note_below = _("Somebody else confirms it, or sends it back to be completed.")

    note = WordsField(label=_("What was done"), limit=PROSE, lines=3)
    attached = UploadsField(label=_("Product, files"), required=False)


class TaskCommentForm(TaskForm):
    name, heading = "comment", _("Comment")
    states = State.values

    note = WordsField(label=_("Comment"), limit=PROSE, lines=3)


class ConfirmTaskForm(TaskForm):
    name, heading = "confirm", _("Confirm that it is done")
    is_confirming = True
    note_below = _("A recurring task begins again, at its next day.")
    states = (State.REPORTED,)

    note = WordsField(label=_("Remark"), limit=PROSE, lines=2, required=False)


class SendBackForm(TaskForm):
    name, heading = "send-back", _("Send back to be completed")
    is_confirming = True
    note_below = _("The task is open again; the one who leads it is told.")
    states = (State.REPORTED,)

    note = WordsField(label=_("What is to be completed"), limit=PROSE, lines=3)


class CancelForm(TaskForm):
    name, heading = "cancel", _("Cancel the task")
    is_confirming = True
    note_below = _("It stays on record with the reason, and is chased no longer.")
    states = Task.UNFINISHED

    note = WordsField(label=_("Why it is cancelled"), limit=PROSE, lines=3)


class AskDayForm(TaskForm):
    name, heading = "day", _("Ask for another day")
    note_below = _("The day stays as it is until the answer.")

    to_on = DayField(label=_("Day asked for"))
    reason = WordsField(label=_("Why"), limit=PROSE, lines=3)


class AnswerDayForm(TaskForm):
    name, heading = "day-answer", _("Answer the request for another day")
    is_confirming = True
    note_below = _("The day until now stays on record.")
    states = Task.UNFINISHED

    is_granted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Grant the day asked for")), ("no", _("Refuse; the day stays"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = WordsField(label=_("Reason of the answer"), limit=PROSE, lines=2)

    @property
    def may_go_on(self) -> bool:
        asked = self.initial.get("asked")
        return super().may_go_on and (asked is None or asked.decided_at is None)


class FocalForm(PersonForm, TaskForm):
    """Who is in charge at the one who leads."""

    name, heading = "person", _("Name the person in charge")
    is_confirming = True
    note_below = _("Name and telephone stand beside the task.")
    states = Task.UNFINISHED

    def __init__(
        self, data: QueryDict | None = None, files: Any = None, *, task: Task, **kwargs: Any
    ) -> None:
        super().__init__(
            data, files, task=task, area_id=task.area_id, organisation=task.lead_name, **kwargs
        )


def offered(
    access: Access,
    user: User,
    task: Task,
    updates: Sequence[TaskUpdate],
    asked: DueDateChange | None,
) -> list[TaskForm]:
    """The forms on a task that the person may use now, the likeliest first. No queries."""
    found: list[type[TaskForm]] = []
    confirms = permissions.may_confirm(access, user, task)
    reported = [update for update in updates if update.kind == TaskUpdate.Kind.REPORTED]
    if confirms and not (reported and reported[-1].by_id == user.pk):
        found += [ConfirmTaskForm, SendBackForm]
    if confirms and asked and asked.asked_by_id != user.pk:
        found.append(AnswerDayForm)
    if permissions.may_report(access, user, task):
        found += _to_report(task, asked)
    if permissions.may_comment(access, user, task):
        found.append(TaskCommentForm)
    if confirms:
        found += [FocalForm, CancelForm]
    forms = [form(task=task) for form in found if task.state in form.states]
    for form in forms:
        form.act_as(access)
    return forms


def _to_report(task: Task, asked: DueDateChange | None) -> list[type[TaskForm]]:
    if task.kind == Task.Kind.CONTINUING:
        return [ProgressForm]
    return [ProgressForm, DoneForm] if asked else [ProgressForm, DoneForm, AskDayForm]


class DropForm(EntryForm):
    reason = WordsField(
        label=_("Why it is not taken over"),
        limit=PROSE,
        lines=3,
        error_messages={"required": _("Say why it is not taken over.")},
    )
