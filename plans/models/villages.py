"""Model villages and gardens: what is asked of them, how far each came, what an area aims at.

Targets are three: how many model villages a commune needs (n₁), how many model gardens (n₂), and
which share of its villages must have begun (p).
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Commune, Sourced, Village, checked_known
from nrm_tracker.text import NameField, ProseField
from plans.models.recorded import Recorded

MOST_GARDENS = 2_000
MOST_HOUSEHOLDS = 100_000


class ModelCriterion(Sourced):
    """What is asked of a model village, or of a model garden."""

    class Kind(models.TextChoices):
        VILLAGE = "village", _("Model village")
        GARDEN = "garden", _("Model garden")

    kind = models.CharField(_("of what"), max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    name = NameField(_("name"))
    note = ProseField(_("what it asks for"), blank=True)

    class Meta:
        ordering = ["-kind", "number"]
        verbose_name = _("criterion of model villages and gardens")
        verbose_name_plural = _("criteria of model villages and gardens")
        constraints = [
            checked_known("modelcriterion"),
            models.CheckConstraint(
                condition=Q(kind__in=["village", "garden"]), name="modelcriterion_kind_known"
            ),
            models.UniqueConstraint(fields=["kind", "number"], name="modelcriterion_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class VillageStep(Recorded):
    """A step that a village took on its way, with the day and the document. One that `voids`
    another takes that back."""

    class Step(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        PLANNED = "planned", _("Plan and estimate approved")
        NEARLY = "nearly", _("Nearly a model village")
        MET = "met", _("Meets the criteria, confirmed")
        RECOGNISED = "recognised", _("Recognised by decision")

    village = models.ForeignKey(
        Village, models.PROTECT, related_name="steps", verbose_name=_("village")
    )
    step = models.CharField(_("step"), max_length=12, choices=Step)
    taken_on = models.DateField(_("day"))
    document = NameField(_("document"), blank=True)
    voids = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voided_by",
        verbose_name=_("takes back"),
    )
    reason = ProseField(_("reason"), blank=True)

    class Meta:
        ordering = ["taken_on", "pk"]
        verbose_name = _("step of a village")
        verbose_name_plural = _("steps of villages")
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=["registered", "planned", "nearly", "met", "recognised"]),
                name="villagestep_step_known",
            ),
            models.CheckConstraint(
                condition=Q(voids__isnull=True) | ~Q(reason=""), name="villagestep_voided_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village}: {self.get_step_display()}"


class Garden(Recorded):
    """A garden that a household wants to make a model garden of."""

    village = models.ForeignKey(
        Village, models.PROTECT, related_name="gardens", verbose_name=_("village")
    )
    name = NameField(_("household"), max_length=120)
    registered_on = models.DateField(_("registered on"))
    left_on = models.DateField(_("left the list on"), null=True, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken off by"),
    )
    left_at = models.DateTimeField(_("taken off at"), null=True, blank=True)

    class Meta:
        ordering = ["registered_on", "pk"]
        verbose_name = _("garden")
        verbose_name_plural = _("gardens")
        constraints = [
            models.UniqueConstraint(
                fields=["village", "name"],
                condition=Q(left_on__isnull=True),
                name="garden_once_in_a_village",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ModelResult(Recorded):
    """What was found of a village on one of its criteria, or of a garden on one of those.

    What was found last by the day it was true, and of one day what was entered last, counts.
    """

    class Found(models.TextChoices):
        MET = "met", _("Met")
        NEARLY = "nearly", _("Nearly met")
        NOT_MET = "not_met", _("Not met")
        NOT_ASSESSED = "not_assessed", _("Not assessed")

    village = models.ForeignKey(
        Village, models.PROTECT, related_name="results", verbose_name=_("village")
    )
    garden = models.ForeignKey(
        Garden,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="results",
        verbose_name=_("garden"),
    )
    criterion = models.ForeignKey(
        ModelCriterion, models.PROTECT, related_name="results", verbose_name=_("criterion")
    )
    result = models.CharField(_("result"), max_length=12, choices=Found)
    assessed_on = models.DateField(_("assessed on"))
    note = NameField(_("remarks"), blank=True)

    class Meta:
        ordering = ["assessed_on", "pk"]
        verbose_name = _("result of a village or garden")
        verbose_name_plural = _("results of villages and gardens")
        indexes = [models.Index(fields=["village", "assessed_on"], name="modelresult_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["met", "nearly", "not_met", "not_assessed"]),
                name="modelresult_result_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village}: {self.criterion}"


class VillageFigures(Recorded):
    """What was counted in a village: of a day, what was entered last counts."""

    village = models.ForeignKey(
        Village, models.PROTECT, related_name="figures", verbose_name=_("village")
    )
    counted_on = models.DateField(_("counted on"))
    households = models.PositiveIntegerField(
        _("households"), null=True, blank=True, validators=[MaxValueValidator(MOST_HOUSEHOLDS)]
    )
    mixed_gardens = models.PositiveIntegerField(
        _("mixed gardens left"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_HOUSEHOLDS)],
    )

    class Meta:
        ordering = ["counted_on", "pk"]
        verbose_name = _("figures of a village")
        verbose_name_plural = _("figures of villages")

    def __str__(self) -> str:
        return f"{self.village} ({self.counted_on:%d/%m/%Y})"


class VillageTarget(Recorded):
    """What each commune of an area must reach from a day on, or one of them alone."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="village_targets", verbose_name=_("area")
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="village_targets",
        verbose_name=_("commune"),
        help_text=_("Empty: for all communes of the area that have no target of their own."),
    )
    from_on = models.DateField(_("counts from"))
    villages = models.PositiveSmallIntegerField(
        _("model villages"), null=True, blank=True, validators=[MaxValueValidator(200)]
    )
    gardens = models.PositiveSmallIntegerField(
        _("model gardens"), null=True, blank=True, validators=[MaxValueValidator(MOST_GARDENS)]
    )
    share = models.PositiveSmallIntegerField(
        _("share of villages that began, %"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    source = NameField(_("document that says so"), max_length=500)

    class Meta:
        ordering = ["from_on", "pk"]
        verbose_name = _("target of villages and gardens")
        verbose_name_plural = _("targets of villages and gardens")
        constraints = [
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__lte=100),
                name="villagetarget_share_of_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune or self.area} ({self.from_on:%d/%m/%Y})"


class VillageStanding(models.Model):
    """The villages of a commune in figures, on each day on which any changed.

    Rebuilt from history with each write; what is on day D is the last up to it (rule 7).
    """

    commune = models.ForeignKey(
        Commune, models.CASCADE, related_name="village_standings", verbose_name=_("commune")
    )
    on_day = models.DateField(_("day"))
    begun = models.PositiveIntegerField(_("villages that began"), default=0)
    planned = models.PositiveIntegerField(_("with an approved plan"), default=0)
    nearly = models.PositiveIntegerField(_("nearly model villages"), default=0)
    met = models.PositiveIntegerField(_("model villages"), default=0)
    recognised = models.PositiveIntegerField(_("recognised"), default=0)
    gardens = models.PositiveIntegerField(_("gardens registered"), default=0)
    gardens_met = models.PositiveIntegerField(_("model gardens"), default=0)
    mixed_gardens = models.PositiveIntegerField(_("mixed gardens left"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("illustrative, not real"), default=False)

    class Meta:
        ordering = ["commune", "on_day"]
        verbose_name = _("villages in figures")
        verbose_name_plural = _("villages in figures")
        constraints = [
            models.UniqueConstraint(fields=["commune", "on_day"], name="villagestanding_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.commune} ({self.on_day:%d/%m/%Y})"

    def get_absolute_url(self) -> str:
        return reverse("commune-villages", args=[self.commune.slug])
