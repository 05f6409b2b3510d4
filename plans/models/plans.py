"""Plans: the steps to all criteria, what each needs, what was approved and what was reported."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communes.models import Agency, Area, WorkingGroup
from criteria.models import Criterion, Enrolment, Indicator
from meetings.models import Task
from nrm_tracker.text import NameField, ProseField

MOST_DAYS = 10_000
MOST_STEPS = 500
SOURCES = {
    "cost_central": _("Central"),
    "cost_province": _("Province"),
    "cost_district": _("District"),
    "cost_commune": _("Commune"),
    "cost_people": _("The people"),
    "cost_enterprises": _("Enterprises"),
    "cost_other": _("Other"),
}


def _cost(name: str) -> models.DecimalField:
    return models.DecimalField(
        SOURCES[name],
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )


class PlannedWork(models.Model):
    """What is planned of a step: how much, where, for how long, for how much money."""

    place = NameField(_("place"), max_length=200, blank=True)
    unit = NameField(_("unit"), max_length=40, blank=True)
    quantity_required = models.DecimalField(
        _("quantity required"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    not_before = models.DateField(_("not before"), null=True, blank=True)
    working_days = models.PositiveIntegerField(
        _("working days"), validators=[MaxValueValidator(MOST_DAYS)]
    )
    least_days = models.PositiveIntegerField(_("fewest days"), null=True, blank=True)
    most_days = models.PositiveIntegerField(_("most days"), null=True, blank=True)
    evidence = NameField(_("evidence"), blank=True)
    cost_central = _cost("cost_central")
    cost_province = _cost("cost_province")
    cost_district = _cost("cost_district")
    cost_commune = _cost("cost_commune")
    cost_people = _cost("cost_people")
    cost_enterprises = _cost("cost_enterprises")
    cost_other = _cost("cost_other")

    class Meta:
        abstract = True

    @property
    def costs(self) -> Iterator[Decimal | None]:
        """What each source gives, in the order of `SOURCES`."""
        return (getattr(self, name) for name in SOURCES)


class PlanQuerySet(models.QuerySet["Plan"]):
    def of_open_runs(self) -> "PlanQuerySet":
        return self.filter(enrolment__closed_on=None)

    def within(self, area_ids: Collection[int]) -> "PlanQuerySet":
        return self.filter(enrolment__commune__area__in=area_ids)

    def of_calendar(self, area: Area) -> "PlanQuerySet":
        """Those that are reckoned by the days of an area."""
        own = Q(enrolment__commune__area=area.pk)
        return self.filter(own | Q(enrolment__commune__area__parent=area.pk))

    def mark_stale(self) -> None:
        """Say that they are to be reckoned anew: their working days were changed."""
        self.of_open_runs().update(is_stale=True)

    def locked(self) -> "PlanQuerySet":
        """Each with its commune: whoever writes to one waits for whoever writes now."""
        return self.select_for_update(of=("self",)).select_related("enrolment__commune__area")


class Plan(models.Model):
    """The plan of a commune's run at a set. `version` counts the writes to its steps (rule 11)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drafted")
        SUBMITTED = "submitted", _("Sent for approval")
        APPROVED = "approved", _("Approved")

    enrolment = models.OneToOneField(
        Enrolment, models.PROTECT, related_name="plan", verbose_name=_("enrolment")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=0)
    is_illustrative = models.BooleanField(_("made up to show what it is like"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    return_reason = ProseField(_("why it was returned"), blank=True)
    # What was last reckoned of it, for lists: as of `forecast_on`, with `forecast_problem` nothing.
    forecast_on = models.DateField(_("reckoned on"), null=True, blank=True)
    is_stale = models.BooleanField(_("to be reckoned anew"), default=False)
    forecast_problem = NameField(_("why it cannot be reckoned"), blank=True)
    finish_on = models.DateField(_("forecast finish"), null=True, blank=True)
    chance = models.PositiveSmallIntegerField(_("chance of the target"), null=True, blank=True)
    safe_on = models.DateField(_("day safe with 80 %"), null=True, blank=True)
    step_count = models.PositiveIntegerField(_("steps"), default=0)
    critical_count = models.PositiveIntegerField(_("critical steps"), default=0)
    deciding = models.ForeignKey(
        "Activity",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deciding step"),
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "approved"]), name="plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(chance__isnull=True) | Q(chance__lte=100), name="plan_chance_of_hundred"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.commune}"

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.enrolment.commune.slug])


class ActivityQuerySet(models.QuerySet["Activity"]):
    def current(self) -> "ActivityQuerySet":
        return self.filter(dropped_at__isnull=True)

    def with_task(self) -> "ActivityQuerySet":
        """Each with the task that it is, and who does that."""
        leads = ("lead_agency", "lead_commune", "lead_working_group", "lead_person")
        return self.select_related(*(f"task__{name}" for name in (*leads, "focal_person")))


class Activity(PlannedWork):
    """A step of a plan, with what was last reported of it."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="activities", verbose_name=_("plan")
    )
    number = models.PositiveIntegerField(
        _("number"), validators=[MinValueValidator(1), MaxValueValidator(9_999)]
    )
    name = NameField(_("step"))
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("criterion"),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("indicator"),
    )
    quantity_done = models.DecimalField(
        _("quantity done"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("person in charge"),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("agency that directs"),
    )
    working_group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("working group"),
    )
    task = models.ForeignKey(
        Task,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("task"),
        help_text=_("The task that this step is: it says who does it and how far it is."),
    )
    # What was last reported.
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent done"), null=True, blank=True)
    remaining_days = models.PositiveIntegerField(_("working days left"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    difficulty = ProseField(_("difficulty"), blank=True)
    dropped_at = models.DateTimeField(_("taken out at"), null=True, blank=True)
    # Who last changed what is planned of it.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    written_at = models.DateTimeField(_("written at"), null=True, blank=True)
    # As the plan was last reckoned, for lists.
    is_critical = models.BooleanField(_("critical"), default=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                condition=Q(dropped_at__isnull=True),
                name="activity_number_once",
            ),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(dropped_at__isnull=True),
                name="activity_of_a_task_once",
            ),
            models.CheckConstraint(
                condition=Q(working_days__lte=MOST_DAYS), name="activity_days_bounded"
            ),
            models.CheckConstraint(
                condition=Q(least_days__isnull=True) | Q(least_days__lte=F("working_days")),
                name="activity_least_below_usual",
            ),
            models.CheckConstraint(
                condition=Q(most_days__isnull=True) | Q(most_days__gte=F("working_days")),
                name="activity_most_above_usual",
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("started_on")),
                name="activity_finished_after_begun",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="activity_percent_of_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def cost(self) -> Decimal:
        return sum((one for one in self.costs if one), Decimal(0))

    @property
    def quantity_left(self) -> Decimal | None:
        if self.quantity_required is None:
            return None
        return max(self.quantity_required - (self.quantity_done or 0), Decimal(0))

    @property
    def is_begun(self) -> bool:
        return self.started_on is not None

    @property
    def said_by_task(self) -> dict[str, Any]:
        """Who does it, as the task says that it is; what a task leaves open the plan says."""
        if self.task is None:
            return {}
        said = {
            "person": self.task.focal_person or self.task.lead_person,
            "agency": self.task.lead_agency,
            "working_group": self.task.lead_working_group,
        }
        return {name: who for name, who in said.items() if who}


class Dependency(models.Model):
    """What must be finished before a step begins, and how long it then waits."""

    class Unit(models.TextChoices):
        DAYS = "days", _("days")
        WORKING_DAYS = "working", _("working days")

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="needs", verbose_name=_("step")
    )
    needs = models.ForeignKey(
        Activity, models.CASCADE, related_name="followers", verbose_name=_("needs")
    )
    wait = models.PositiveIntegerField(
        _("wait"), default=0, validators=[MaxValueValidator(MOST_DAYS)]
    )
    unit = models.CharField(_("unit of the wait"), max_length=10, choices=Unit, default=Unit.DAYS)

    class Meta:
        ordering = ["needs__number", "pk"]
        verbose_name = _("what a step needs")
        verbose_name_plural = _("what steps need")
        constraints = [
            models.UniqueConstraint(fields=["activity", "needs"], name="dependency_once"),
            models.CheckConstraint(
                condition=~Q(activity=F("needs")), name="dependency_not_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=["days", "working"]), name="dependency_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(wait__lte=MOST_DAYS), name="dependency_wait_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} ← {self.needs_id}"


class PlanVersion(models.Model):
    """A plan as it was approved: append-only."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveIntegerField(_("number"))
    approved_on = models.DateField(_("approved on"))
    approved_at = models.DateTimeField(_("recorded at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    document = NameField(_("document"), blank=True)
    note = ProseField(_("note"), blank=True)
    finish_on = models.DateField(_("finish approved"))
    target_on = models.DateField(_("target day"), null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("approved version of a plan")
        verbose_name_plural = _("approved versions of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="planversion_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.number}"


class ApprovedStep(PlannedWork):
    """A step as it was approved: append-only."""

    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="steps", verbose_name=_("version")
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="approved", verbose_name=_("step")
    )
    number = models.PositiveIntegerField(_("number"))
    name = NameField(_("name"))
    # As it was typed, by the numbers of the version.
    needs = ProseField(_("needs"), blank=True)
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("criterion"),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency that directs"),
    )
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"))
    person = NameField(_("person in charge"), blank=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=3)
    # Nothing where it was not kept yet.
    is_critical = models.BooleanField(_("critical"), null=True, blank=True)
    chain_place = models.PositiveIntegerField(_("place in the chain"), null=True, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("approved step")
        verbose_name_plural = _("approved steps")
        constraints = [
            models.UniqueConstraint(fields=["version", "activity"], name="approvedstep_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class ProgressReport(models.Model):
    """What was reported of a step on a day: append-only, the newest counts."""

    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="reports", verbose_name=_("step")
    )
    reported_on = models.DateField(_("reported on"))
    quantity_done = models.DecimalField(
        _("quantity done"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    percent = models.PositiveSmallIntegerField(_("percent done"))
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    remaining_days = models.PositiveIntegerField(_("working days left"), null=True, blank=True)
    difficulty = ProseField(_("difficulty"), blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="progressreport_percent_of_hundred"
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("started_on")),
                name="progressreport_finished_after_begun",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.reported_on:%d/%m/%Y}"


class PlanForecast(models.Model):
    """What a plan came to on a day, as it was last reckoned on it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="forecasts", verbose_name=_("plan"))
    on = models.DateField(_("reckoned on"))
    state = models.CharField(_("state"), max_length=10, choices=Plan.State)
    target_on = models.DateField(_("target day"), null=True, blank=True)
    finish_on = models.DateField(_("forecast finish"), null=True, blank=True)
    problem = NameField(_("why it cannot be reckoned"), blank=True)
    chance = models.PositiveSmallIntegerField(_("chance of the target"), null=True, blank=True)
    safe_on = models.DateField(_("day safe with 80 %"), null=True, blank=True)
    deciding = NameField(_("deciding step"), max_length=320, blank=True)
    person = NameField(_("person in charge"), blank=True)
    agency = NameField(_("agency that directs"), blank=True)
    step_count = models.PositiveIntegerField(_("steps"), default=0)
    critical_count = models.PositiveIntegerField(_("critical steps"), default=0)
    late_count = models.PositiveIntegerField(_("steps later than approved"), default=0)

    class Meta:
        ordering = ["on"]
        verbose_name = _("forecast of a plan")
        verbose_name_plural = _("forecasts of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "on"], name="planforecast_once_a_day"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "approved"]),
                name="planforecast_state_known",
            ),
            models.CheckConstraint(
                condition=Q(chance__isnull=True) | Q(chance__lte=100),
                name="planforecast_chance_of_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.on:%d/%m/%Y}"


class UsualStep(models.Model):
    """A step that a criterion usually takes, from which a plan is begun. Changed as one learns."""

    set_code = models.CharField(_("criteria set"), max_length=60)
    criterion_number = models.PositiveSmallIntegerField(_("criterion"))
    order = models.PositiveSmallIntegerField(_("order"))
    name = NameField(_("step"))
    indicator_code = models.CharField(_("indicator"), max_length=20, blank=True)
    unit = NameField(_("unit"), max_length=40, blank=True)
    working_days = models.PositiveIntegerField(
        _("working days"), validators=[MaxValueValidator(MOST_DAYS)]
    )
    follows_last = models.BooleanField(
        _("after the one before"),
        default=True,
        help_text=_("It needs the step before it of the same criterion."),
    )
    wait = models.PositiveIntegerField(_("wait"), default=0)
    unit_of_wait = models.CharField(
        _("unit of the wait"),
        max_length=10,
        choices=Dependency.Unit,
        default=Dependency.Unit.DAYS,
    )

    class Meta:
        ordering = ["set_code", "criterion_number", "order"]
        verbose_name = _("usual step of a criterion")
        verbose_name_plural = _("usual steps of criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["set_code", "criterion_number", "order"], name="usualstep_order_once"
            ),
            models.CheckConstraint(
                condition=Q(unit_of_wait__in=["days", "working"]), name="usualstep_unit_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_number}.{self.order} {self.name}"
