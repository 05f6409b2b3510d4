"""A table that an office had in Excel, on its way into the history of cells or of indicators."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.models import Area
from criteria.models.history import Assessment
from criteria.models.measures import Measurement
from criteria.models.yardstick import CriteriaSet
from nrm_tracker.text import NameField


class ImportRun(models.Model):
    """One table: its cells as they were read, and what was said of them so far."""

    class State(models.TextChoices):
        OPEN = "open", _("Not recorded yet")
        RECORDED = "recorded", _("Recorded")
        UNDONE = "undone", _("Undone")

    class Holds(models.TextChoices):
        RESULTS = "results", _("Results of criteria")
        VALUES = "values", _("Values of indicators")

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="import_runs", verbose_name=_("area")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="+", verbose_name=_("criteria set")
    )
    holds = models.CharField(
        _("what it holds"), max_length=10, choices=Holds, default=Holds.RESULTS
    )
    name = NameField(_("name"))
    # Packed by `imports.packing`; let go of when it is recorded, or nobody went on for long.
    tables = models.BinaryField(_("cells"), blank=True, default=b"")
    choices = models.JSONField(_("what was chosen"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    entries = models.ManyToManyField(
        Assessment, related_name="import_runs", blank=True, verbose_name=_("entries")
    )
    values = models.ManyToManyField(
        Measurement, related_name="import_runs", blank=True, verbose_name=_("values")
    )

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("table taken over")
        verbose_name_plural = _("tables taken over")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", recorded_at__isnull=True)
                | Q(state__in=["recorded", "undone"], recorded_at__isnull=False),
                name="importrun_recorded_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(holds__in=["results", "values"]), name="importrun_holds_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import-run", args=[self.pk])


class ImportProfile(models.Model):
    """What an area said of a head of columns the last time, to be offered again."""

    area = models.ForeignKey(
        Area, models.CASCADE, related_name="import_profiles", verbose_name=_("area")
    )
    digest = models.CharField(_("head"), max_length=64)
    choices = models.JSONField(_("what was chosen"), default=dict)

    class Meta:
        verbose_name = _("known head of a table")
        verbose_name_plural = _("known heads of tables")
        constraints = [
            models.UniqueConstraint(fields=["area", "digest"], name="importprofile_once_a_head")
        ]

    def __str__(self) -> str:
        return self.digest[:8]
