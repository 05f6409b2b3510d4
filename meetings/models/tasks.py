"""What was assigned, and everything that came of it (rule 14)."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communes.models import Agency, Area, Commune, WorkingGroup
from criteria.models import Criterion
from meetings.models.sessions import Entry, Theme, WorkingSession
from nrm_tracker.models import StoredFile
from nrm_tracker.text import NameField, ProseField, SearchKeyField, SearchQuerySet

# How long before its day a task is due soon.
SOON = dt.timedelta(days=7)


def is_soon(due_on: dt.date | None, day: dt.date) -> bool:
    """Whether a task that is due then is due soon, and has not passed."""
    return due_on is not None and day <= due_on <= day + SOON


def is_late(day: dt.date) -> Q:
    """Open past its day; what was reported done waits for others."""
    return Q(state=Task.State.OPEN, due_on__lt=day)


def is_due_soon(day: dt.date, until: dt.date | None = None) -> Q:
    return Q(state=Task.State.OPEN, due_on__gte=day, due_on__lte=until or day + SOON)


def _leads(**given: bool) -> Q:
    """Exactly the one lead of `given` is filled in."""
    leads = ("agency", "commune", "working_group", "person")
    return Q(**{f"lead_{lead}__isnull": lead not in given for lead in leads})


def lead_name(agency: str, commune: str, working_group: str, person: str) -> str:
    """Who leads, as lists name it, of the one name given; a commune by its people's committee."""
    if commune:
        return str(_("People's Committee of %(commune)s")) % {"commune": commune}
    return agency or working_group or person


def subject(commune: str, number: int | None, theme: str) -> str:
    """What a task is about, as lists name it, of what was named."""
    criterion = gettext("criterion %(number)s") % {"number": number} if number else ""
    return " · ".join(filter(None, [commune, criterion or theme]))


def in_one_line(lead: str, focal: Any) -> str:
    """Who leads, and the person in charge (`full_name`, `phone`) where there is one."""
    named = (lead, focal.full_name if focal else "", focal.phone if focal else "")
    return ", ".join(filter(None, named))


def days_late(state: str, due_on: dt.date | None, day: dt.date) -> int:
    """How many days past its day an open task is on `day`."""
    if state != Task.State.OPEN or due_on is None:
        return 0
    return max(0, (day - due_on).days)


def standing(state: str, due_on: dt.date | None, day: dt.date) -> str:
    """How a task stands on `day`: its state, and of an open one how near its day is."""
    if state != Task.State.OPEN:
        return state
    if due_on is None:
        return "continuing"
    if due_on < day:
        return "late"
    return "soon" if is_soon(due_on, day) else "open"


class TaskQuerySet(SearchQuerySet):
    def within(self, area_ids: Collection[int]) -> "TaskQuerySet":
        return self.filter(area__in=area_ids)

    def unfinished(self) -> "TaskQuerySet":
        """Those neither confirmed done nor cancelled."""
        return self.filter(state__in=Task.UNFINISHED)

    def meant(self) -> "TaskQuerySet":
        """Without those that were assigned by mistake, and undone."""
        undone = TaskUpdate.objects.filter(task=OuterRef("pk"), kind=TaskUpdate.Kind.UNDONE)
        return self.filter(~Exists(undone))

    def assigned_with(self, task: "Task") -> "TaskQuerySet":
        """Those that were assigned in one go with this one, which is one of them."""
        return self.filter(assigned_by=task.assigned_by_id, assigned_at=task.assigned_at)

    def late(self, day: dt.date) -> "TaskQuerySet":
        return self.filter(is_late(day))

    def due_soon(self, day: dt.date) -> "TaskQuerySet":
        return self.filter(is_due_soon(day))

    def about_commune(self, commune_id: int) -> "TaskQuerySet":
        """Those on a commune, or led by it."""
        return self.filter(Q(commune=commune_id) | Q(lead_commune=commune_id))

    def with_all(self) -> "TaskQuerySet":
        """Each with all that a list or its page names."""
        return self.select_related(
            "commune",
            "criterion",
            "theme",
            "lead_agency",
            "lead_commune",
            "lead_working_group",
            "lead_person",
            "focal_person",
            "session",
            "assigned_by",
        )


class Task(models.Model):
    """Something to be done by one who leads, by a day or continuing."""

    class Kind(models.TextChoices):
        ONCE = "once", _("Once")
        RECURRING = "recurring", _("Recurring")
        CONTINUING = "continuing", _("Continuing")

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        YEAR = "year", _("Every year")

    class Priority(models.IntegerChoices):
        HIGH = 1, _("High")
        NORMAL = 2, _("Normal")

    class State(models.TextChoices):
        OPEN = "open", _("In progress")
        REPORTED = "reported", _("Reported done, to be confirmed")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    UNFINISHED = [State.OPEN, State.REPORTED]

    area = models.ForeignKey(Area, models.PROTECT, related_name="tasks", verbose_name=_("area"))
    session = models.ForeignKey(
        WorkingSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("working session"),
    )
    entry = models.ForeignKey(
        Entry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("conclusion"),
    )
    visit = models.ForeignKey(
        "meetings.Visit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("visit"),
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("commune"),
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("criterion"),
    )
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("theme"),
    )
    title = NameField(_("title"), max_length=500)
    expected_product = NameField(_("expected product"), max_length=500, blank=True)
    lead_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name=_("leading agency"),
    )
    lead_commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name=_("leading commune"),
    )
    lead_working_group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name=_("leading working group"),
    )
    lead_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name=_("leading person"),
    )
    focal_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="focal_tasks",
        verbose_name=_("person in charge"),
    )
    coordinates = NameField(_("who coordinates"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ONCE)
    every = models.CharField(_("recurs"), max_length=20, choices=Every, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assigned_tasks",
        verbose_name=_("assigned by"),
    )
    assigned_on = models.DateField(_("assigned on"))
    assigned_at = models.DateTimeField(_("recorded at"))
    # The day on which the lead reported what was then confirmed.
    done_on = models.DateField(_("done on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    is_illustrative = models.BooleanField(_("illustrative"), default=False)
    search_key = SearchKeyField(sources=("title", "expected_product"))

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            # With the title, the first of a long list are found in its order.
            models.Index(fields=["area", "state", "due_on", "title"], name="task_of_area_by_day"),
            models.Index(fields=["area", "assigned_at"], name="task_of_area_by_assignment"),
            models.Index(fields=["commune", "state"], name="task_of_commune"),
            models.Index(fields=["lead_agency", "state"], name="task_of_agency"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_leads(agency=True)
                | _leads(commune=True)
                | _leads(working_group=True)
                | _leads(person=True),
                name="task_one_lead",
                violation_error_message=_("Choose exactly one who leads."),
            ),
            models.CheckConstraint(
                condition=Q(kind="once", every="", due_on__isnull=False)
                | (Q(kind="recurring", due_on__isnull=False) & ~Q(every=""))
                | Q(kind="continuing", every="", due_on__isnull=True),
                name="task_day_fits_its_kind",
                violation_error_message=_(
                    "A task needs its day; a recurring one also how often; a continuing one none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(every__in=["", "week", "month", "quarter", "year"]),
                name="task_every_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "reported", "done", "cancelled"]),
                name="task_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "reported"], closed_at__isnull=True)
                | Q(state__in=["done", "cancelled"], closed_at__isnull=False),
                name="task_closed_says_when",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_known"),
            models.CheckConstraint(condition=Q(priority__in=[1, 2]), name="task_priority_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.pk])

    @property
    def lead(self) -> Agency | Commune | WorkingGroup | Person:
        found = self.lead_agency or self.lead_commune or self.lead_working_group
        lead = found or self.lead_person
        assert lead is not None  # noqa: S101 a constraint holds exactly one
        return lead

    @property
    def lead_name(self) -> str:
        agency = self.lead_agency.short_name if self.lead_agency else ""
        commune = self.lead_commune.name if self.lead_commune else ""
        return lead_name(agency, commune, "", "" if agency or commune else str(self.lead))

    @property
    def subject(self) -> str:
        return subject(
            self.commune.name if self.commune else "",
            self.criterion.number if self.criterion else None,
            self.theme.name if self.theme else "",
        )

    @property
    def who(self) -> str:
        """Who leads, and the person in charge with their telephone, in one line."""
        return in_one_line(self.lead_name, self.focal_person)

    def days_late(self, day: dt.date) -> int:
        return days_late(self.state, self.due_on, day)

    def standing(self, day: dt.date) -> str:
        return standing(self.state, self.due_on, day)

    def is_due_soon(self, day: dt.date) -> bool:
        return self.standing(day) == "soon"


class TaskUpdate(models.Model):
    """What somebody said or did to a task. Never changed, never deleted."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Progress")
        COMMENT = "comment", _("Comment")
        REPORTED = "reported", _("Reported done")
        CONFIRMED = "confirmed", _("Confirmed done")
        SENT_BACK = "sent_back", _("Sent back to be completed")
        CANCELLED = "cancelled", _("Cancelled")
        DATE_ASKED = "date_asked", _("Another day asked for")
        DATE_GRANTED = "date_granted", _("Another day granted")
        DATE_REFUSED = "date_refused", _("Another day refused")
        FOCAL_NAMED = "focal_named", _("Person in charge named")
        UNDONE = "undone", _("Assigned by mistake, undone")

    task = models.ForeignKey(Task, models.PROTECT, related_name="updates", verbose_name=_("task"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    percent = models.PositiveSmallIntegerField(_("percent done"), null=True, blank=True)
    note = ProseField(_("note"), blank=True)
    # The day before and after, where the update moves it.
    due_before = models.DateField(_("due before"), null=True, blank=True)
    due_after = models.DateField(_("due after"), null=True, blank=True)
    files = models.ManyToManyField(
        StoredFile, related_name="task_updates", blank=True, verbose_name=_("files")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="task_updates",
        verbose_name=_("recorded by"),
    )
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("update of a task")
        verbose_name_plural = _("updates of tasks")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "progress", "comment", "reported", "confirmed", "sent_back", "cancelled",
                        "date_asked", "date_granted", "date_refused", "focal_named", "undone",
                    ]
                ),
                name="taskupdate_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="taskupdate_percent_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.task}: {self.get_kind_display()}"


class DueDateChange(models.Model):
    """Another day that was asked for, and what was answered. One open request a task."""

    task = models.ForeignKey(
        Task, models.PROTECT, related_name="date_changes", verbose_name=_("task")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    reason = ProseField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    is_granted = models.BooleanField(_("granted"), null=True, blank=True)
    answer = ProseField(_("reason of the answer"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("change of a task's day")
        verbose_name_plural = _("changes of tasks' days")
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(decided_at__isnull=True),
                name="duedatechange_one_open_a_task",
            ),
            models.CheckConstraint(
                condition=Q(to_on__gt=F("from_on")),
                name="duedatechange_moves_later",
                violation_error_message=_("The new day must come after the old one."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, is_granted__isnull=True)
                | Q(decided_at__isnull=False, is_granted__isnull=False),
                name="duedatechange_decided_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.from_on:%d/%m/%Y} → {self.to_on:%d/%m/%Y}"


class DroppedItem(models.Model):
    """An unfinished task that a later session left out of what it took over, and why."""

    session = models.ForeignKey(
        WorkingSession, models.CASCADE, related_name="dropped", verbose_name=_("working session")
    )
    task = models.ForeignKey(Task, models.PROTECT, related_name="dropped", verbose_name=_("task"))
    reason = ProseField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("item not taken over")
        verbose_name_plural = _("items not taken over")
        constraints = [
            models.UniqueConstraint(fields=["session", "task"], name="droppeditem_once_a_session")
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.task}"
