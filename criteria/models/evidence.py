"""What shows that a criterion is met (rule 10), and the dossier that a recognition needs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.models import Sourced, checked_known
from criteria.models.history import CriterionStatus, Enrolment
from criteria.models.yardstick import CriteriaSet, Criterion, Indicator
from nrm_tracker.models import StoredFile
from nrm_tracker.text import NameField, ProseField


class EvidenceRequirement(Sourced):
    """A kind of paper that a criterion, or one of its indicators, is to be shown by."""

    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="requirements", verbose_name=_("criterion")
    )
    indicator = models.ForeignKey(
        Indicator,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("indicator"),
    )
    name = NameField(_("name"))
    legal_basis = ProseField(_("legal basis"), blank=True)

    class Meta:
        ordering = ["criterion", "pk"]
        verbose_name = _("required evidence")
        verbose_name_plural = _("required evidence")
        constraints = [
            checked_known("evidencerequirement"),
            models.UniqueConstraint(
                fields=["criterion", "name"], name="evidencerequirement_name_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceQuerySet(models.QuerySet):
    def present(self) -> "EvidenceQuerySet":
        """What was neither replaced nor taken away."""
        return self.filter(removed_at__isnull=True, replacement__isnull=True)


class Evidence(models.Model):
    """A file or a link that shows something of one or several cells of a commune.

    What a submitted claim leant on is replaced, never taken away; the old piece stays readable.
    """

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="evidence", verbose_name=_("enrolment")
    )
    statuses = models.ManyToManyField(
        CriterionStatus, related_name="evidence", verbose_name=_("criteria shown")
    )
    requirement = models.ForeignKey(
        EvidenceRequirement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("required evidence"),
    )
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("file"),
    )
    url = models.URLField(_("link"), max_length=500, blank=True)
    caption = NameField(_("caption"))
    dated_on = models.DateField(_("date of the evidence"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    has_personal_data = models.BooleanField(_("holds personal data"), default=False)
    attached_at = models.DateTimeField(_("attached at"))
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="evidence",
        verbose_name=_("attached by"),
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacement",
        verbose_name=_("replaces"),
    )
    removed_at = models.DateTimeField(_("taken away at"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken away by"),
    )
    removal_reason = ProseField(_("why it was taken away"), blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["attached_at", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, url="") | (Q(file__isnull=True) & ~Q(url="")),
                name="evidence_file_or_link",
                violation_error_message=_("Attach a file or give a link, one of the two."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True)
                | (Q(removed_by__isnull=False) & ~Q(removal_reason="")),
                name="evidence_taken_away_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.caption


class DossierRequirement(Sourced):
    """A step that a recognition of a set's communes needs, in their order."""

    criteria_set = models.ForeignKey(
        CriteriaSet,
        models.CASCADE,
        related_name="dossier_requirements",
        verbose_name=_("criteria set"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = NameField(_("name"))
    done_by = NameField(_("done by"), blank=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ["criteria_set", "number"]
        verbose_name = _("dossier step")
        verbose_name_plural = _("dossier steps")
        constraints = [
            checked_known("dossierrequirement"),
            models.UniqueConstraint(
                fields=["criteria_set", "number"], name="dossierrequirement_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class DossierStep(models.Model):
    """What is known of one step of a commune's dossier; the latest row of a step counts."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="dossier", verbose_name=_("enrolment")
    )
    requirement = models.ForeignKey(
        DossierRequirement, models.PROTECT, related_name="steps", verbose_name=_("dossier step")
    )
    done_on = models.DateField(_("done on"))
    number = NameField(_("document number"), max_length=100, blank=True)
    note = ProseField(_("note"), blank=True)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossier_steps",
        verbose_name=_("file"),
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        ordering = ["enrolment", "requirement__number", "-recorded_at", "-pk"]
        verbose_name = _("done dossier step")
        verbose_name_plural = _("done dossier steps")

    def __str__(self) -> str:
        return f"{self.requirement}: {self.done_on:%d/%m/%Y}"
