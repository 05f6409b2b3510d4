"""Inspections and visits: who goes to which commune when, and what was found there."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.models import Agency, Commune, WorkingGroup
from criteria.models import Criterion
from nrm_tracker.models import StoredFile
from nrm_tracker.text import NameField, ProseField


class VisitQuerySet(models.QuerySet):
    def within(self, area_ids: Collection[int]) -> "VisitQuerySet":
        return self.filter(commune__area__in=area_ids)

    def planned(self) -> "VisitQuerySet":
        """Those neither made nor given up."""
        return self.filter(made_on__isnull=True, given_up_at__isnull=True)


class Visit(models.Model):
    """A visit to a commune, planned, then made or given up."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", _("Inspection")
        SUPERVISION = "supervision", _("Supervision")
        SUPPORT = "support", _("Visit to help")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("agency"),
    )
    working_group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("working group"),
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="visits", verbose_name=_("commune")
    )
    planned_on = models.DateField(_("planned on"))
    purpose = NameField(_("purpose"), max_length=500)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    summary = ProseField(_("summary"), blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    give_up_reason = ProseField(_("why it was given up"), blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("outcome recorded by"),
    )
    recorded_at = models.DateTimeField(_("outcome recorded at"), null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["commune", "made_on"], name="visit_of_commune"),
            models.Index(fields=["planned_on"], name="visit_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["inspection", "supervision", "support"]),
                name="visit_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False, working_group__isnull=True)
                | Q(agency__isnull=True, working_group__isnull=False),
                name="visit_by_one_body",
                violation_error_message=_("Choose an agency or a working group."),
            ),
            models.CheckConstraint(
                condition=Q(made_on__isnull=True) | Q(given_up_at__isnull=True),
                name="visit_made_or_given_up",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | ~Q(give_up_reason=""),
                name="visit_given_up_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.commune} ({self.planned_on:%d/%m/%Y})"

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.pk])

    @property
    def body(self) -> Agency | WorkingGroup:
        found = self.agency or self.working_group
        assert found is not None  # noqa: S101 a constraint holds exactly one
        return found


class VisitFinding(models.Model):
    """What a visit found of one criterion."""

    visit = models.ForeignKey(
        Visit, models.CASCADE, related_name="findings", verbose_name=_("visit")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    text = ProseField(_("finding"))

    class Meta:
        ordering = ["criterion__number", "pk"]
        verbose_name = _("finding of a visit")
        verbose_name_plural = _("findings of visits")
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "criterion"], name="visitfinding_one_a_criterion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit}: {self.criterion}"


class VisitFile(models.Model):
    """A photo or paper of a visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="files", verbose_name=_("visit"))
    caption = NameField(_("caption"), blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("paper of a visit")
        verbose_name_plural = _("papers of visits")

    def __str__(self) -> str:
        return self.caption or self.file.name
