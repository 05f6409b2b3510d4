"""What was measured: an enrolment's cells, their history, and the row they make on any day."""

import datetime as dt
from collections.abc import Collection
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Agency, Commune, Group, Sourced, checked_known
from criteria.models.yardstick import CriteriaSet, Criterion, Level
from nrm_tracker.models import StoredFile
from nrm_tracker.prepared import prepared
from nrm_tracker.text import NameField, ProseField


class Result(models.TextChoices):
    """Rule 1. Only `MET` counts."""

    MET = "met", _("Met")
    NEARLY = "nearly", _("Nearly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    NOT_CONSIDERED = "not_considered", _("Not considered")
    NOT_ASSESSED = "not_assessed", _("Not assessed")


# What anybody may say; that a criterion was not considered is said by who appraises alone.
SAYABLE = [Result.MET, Result.NEARLY, Result.NOT_MET, Result.NOT_APPLICABLE]
ASSESSABLE = [*SAYABLE, Result.NOT_CONSIDERED]


class Basis(models.TextChoices):
    """What an assessment rests on (rule 4)."""

    SELF = "self", _("The commune's own assessment")
    VERIFICATION = "verification", _("Verification")
    SESSION = "session", _("Working session")
    DECISION = "decision", _("Decision")
    DOCUMENT = "document", _("Document")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def open_on(self, day: dt.date) -> "EnrolmentQuerySet":
        """Those that ran on `day`; one that closes on a day no longer runs that day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day)

    def locked(self) -> "EnrolmentQuerySet":
        """Each with its commune and area: whoever writes to one waits for whoever writes now."""
        return self.select_for_update(of=("self",)).select_related("commune__area")


class Enrolment(models.Model):
    """A commune's run at one criteria set."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="enrolments", verbose_name=_("commune")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="enrolments", verbose_name=_("criteria set")
    )
    target_on = models.DateField(_("target day"), null=True, blank=True)
    # How many criteria are to be met by then, where not all that apply.
    target_count = models.PositiveSmallIntegerField(_("criteria aimed at"), null=True, blank=True)
    opened_on = models.DateField(_("opened on"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("enrolled by"),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing_reason = ProseField(_("reason for closing"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["commune", "opened_on"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "criteria_set"], name="enrolment_once_a_set"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="enrolment_closed_after_opened",
                violation_error_message=_("An enrolment cannot close before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(target_count__isnull=True)
                | Q(target_count__gte=1, target_on__isnull=False),
                name="enrolment_target_count_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune}, {self.criteria_set}"

    def get_absolute_url(self) -> str:
        return reverse("enrolment", args=[self.pk])

    @staticmethod
    def lock(pk: int) -> "Enrolment":
        """The run, with its commune and area, for who writes to it: the others wait."""
        (found,) = _locked(pk)
        return found

    @staticmethod
    def lock_many(pks: Collection[int]) -> "dict[int, Enrolment]":
        """The same of many, in the order of their ids: two who write to many never wait for one
        another."""
        found = Enrolment.objects.locked().filter(pk__in=pks).order_by("pk")
        return {enrolment.pk: enrolment for enrolment in found}

    def is_closed_by(self, day: dt.date) -> bool:
        return self.closed_on is not None and self.closed_on <= day


class GroupDecision(models.Model):
    """A decision that puts a commune into a group from a day: append-only.

    Of two for one day the later entry counts. `Commune.groups` is made of them.
    """

    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="group_decisions", verbose_name=_("commune")
    )
    group = models.CharField(_("commune group"), max_length=1, choices=Group)
    from_on = models.DateField(_("from"))
    decision_number = NameField(_("decision number"), max_length=100)
    decided_on = models.DateField(_("decided on"))
    decided_by = NameField(_("who decided"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["from_on", "pk"]
        verbose_name = _("decision on a commune's group")
        verbose_name_plural = _("decisions on communes' groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(group__in=Group.values), name="groupdecision_group_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commune}: {self.get_group_display()}"


@prepared
def _locked(pk: int) -> EnrolmentQuerySet:
    return Enrolment.objects.locked().filter(pk=pk).order_by()


class TargetChange(models.Model):
    """The target of a run set, moved or taken away: append-only."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="target_changes", verbose_name=_("enrolment")
    )
    from_on = models.DateField(_("target day before"), null=True, blank=True)
    from_count = models.PositiveSmallIntegerField(
        _("criteria aimed at before"), null=True, blank=True
    )
    to_on = models.DateField(_("target day"), null=True, blank=True)
    to_count = models.PositiveSmallIntegerField(_("criteria aimed at"), null=True, blank=True)
    reason = ProseField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("change of a target")
        verbose_name_plural = _("changes of targets")

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.at:%d/%m/%Y}"


def cell_address(slug: str, number: int, set_code: str) -> str:
    """The page of a commune's cell at a set."""
    return f"{reverse('cell', args=[slug, number])}?set={set_code}"


class CriterionStatusQuerySet(models.QuerySet):
    def with_all(self) -> "CriterionStatusQuerySet":
        """Each with what its forms and addresses name: the headline, the commune, the set."""
        return self.select_related(
            "assessment", "criterion", "enrolment__commune__area", "enrolment__criteria_set"
        )


class CriterionStatus(models.Model):
    """The headline of one cell now. `version` counts what was said of it, at any level."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="statuses", verbose_name=_("enrolment")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="statuses", verbose_name=_("criterion")
    )
    result = models.CharField(
        _("result"), max_length=20, choices=Result, default=Result.NOT_ASSESSED
    )
    assessment = models.ForeignKey(
        "Assessment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assessment"),
    )
    version = models.PositiveIntegerField(_("version"), default=0)

    objects = CriterionStatusQuerySet.as_manager()

    class Meta:
        ordering = ["enrolment", "criterion__number"]
        verbose_name = _("criterion status")
        verbose_name_plural = _("criterion statuses")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "criterion"], name="criterionstatus_unique"
            ),
            models.CheckConstraint(
                condition=Q(result__in=Result.values), name="criterionstatus_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.commune}, {self.criterion}"

    def get_absolute_url(self) -> str:
        """Its page, which names the set: a commune may have a cell of that number at others."""
        enrolment = self.enrolment
        return cell_address(
            enrolment.commune.slug, self.criterion.number, enrolment.criteria_set.code
        )

    @property
    def name(self) -> str:
        """The cell as a sentence names it."""
        named = {"commune": self.enrolment.commune, "criterion": self.criterion}
        return gettext("%(commune)s, criterion %(criterion)s") % named


# Rule 3: of two assessments of a cell above the commune the greater by this is its headline. The
# later entry has the greater key; its hour goes back at the demo's midnight.
HEADLINE_ORDER = ("assessed_on", "level", "pk")
headline_order = attrgetter(*HEADLINE_ORDER)


class AssessmentQuerySet(models.QuerySet):
    def above_commune(self) -> "AssessmentQuerySet":
        return self.filter(level__gt=Level.COMMUNE)

    def in_force(self, known_before: dt.datetime | None = None) -> "AssessmentQuerySet":
        """Those neither corrected nor voiding, as far as was known before a moment."""
        corrections = Assessment.objects.filter(corrects=OuterRef("pk"))
        found = self.filter(voids=False)
        if known_before:
            corrections = corrections.filter(recorded_at__lt=known_before)
            found = found.filter(recorded_at__lt=known_before)
        return found.filter(~Exists(corrections))

    def headline_first(self) -> "AssessmentQuerySet":
        """Of each cell the one that counts before the others."""
        return self.order_by(*(f"-{name}" for name in HEADLINE_ORDER))


class Assessment(models.Model):
    """What somebody found of a cell on a day. Never changed, never deleted (rule 5)."""

    status = models.ForeignKey(
        CriterionStatus, models.PROTECT, related_name="assessments", verbose_name=_("cell")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    result = models.CharField(_("result"), max_length=20, choices=Result)
    percent = models.DecimalField(
        _("percent"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    reason = ProseField(_("reason"), blank=True)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    basis_text = NameField(_("basis in words"), max_length=500, blank=True)
    assessed_on = models.DateField(_("assessed on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assessments",
        verbose_name=_("recorded by"),
    )
    decided_by = NameField(_("who concluded"), blank=True)
    on_behalf_of = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("on behalf of"),
    )
    document_number = NameField(_("document number"), max_length=100, blank=True)
    document_file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("document"),
    )
    no_evidence_reason = ProseField(_("why there is no evidence"), blank=True)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrects"),
    )
    voids = models.BooleanField(_("voids it"), default=False)
    is_illustrative = models.BooleanField(_("illustrative, not real"), default=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-assessed_on", "-level", "-recorded_at", "-pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = [
            models.Index(fields=["status", "assessed_on"], name="assessment_status_day"),
            models.Index(fields=["recorded_at"], name="assessment_recorded_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=ASSESSABLE), name="assessment_result_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="assessment_level_known"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=Basis.values), name="assessment_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                name="assessment_percent_is_one",
                violation_error_message=_("A percentage lies between 0 and 100%."),
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.NOT_APPLICABLE) | ~Q(reason=""),
                name="assessment_not_applicable_has_a_reason",
                violation_error_message=_("Say why the criterion does not apply."),
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.NOT_CONSIDERED) | Q(level=Level.PROVINCE),
                name="assessment_not_considered_by_the_province",
                violation_error_message=_("Only who appraises for the province records this."),
            ),
            models.CheckConstraint(
                condition=Q(voids=False) | Q(corrects__isnull=False),
                name="assessment_voids_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()} ({self.assessed_on:%d/%m/%Y})"


class Standing(models.Model):
    """A commune's whole row from a day on, one letter a criterion (see `scoring`).

    There is one on each day on which somebody above the commune said something, so that the state
    on a day is the last standing up to it, and its day is that of the newest figure in it.
    """

    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, related_name="standings", verbose_name=_("enrolment")
    )
    on_day = models.DateField(_("day"))
    results = models.CharField(_("results"), max_length=100)
    met_count = models.PositiveSmallIntegerField(_("met"))
    applicable_count = models.PositiveSmallIntegerField(_("applicable"))
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    basis_text = NameField(_("basis in words"), max_length=500, blank=True)

    class Meta:
        ordering = ["enrolment", "on_day"]
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "on_day"], name="standing_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.met_count}/{self.applicable_count} ({self.on_day:%d/%m/%Y})"


class LastOfYear(Func):
    """Whether a day is 31/12, by what both databases know themselves: Django's own functions on
    SQLite are in no other program, and a constraint that asks one cannot be copied or restored."""

    output_field = models.BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 6) = '12-31'")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "to_char(%(expressions)s, 'MM-DD') = '12-31'"
        return self.as_sql(compiler, connection, template=template)


class RecognitionQuerySet(models.QuerySet):
    def in_force_on(self, day: dt.date) -> "RecognitionQuerySet":
        return self.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=day), decided_on__lte=day)


class Recognition(Sourced):
    """A decision that a commune reached the set; a later decision may revoke it (rule 12)."""

    class Precision(models.TextChoices):
        DAY = "day", _("Day")
        YEAR = "year", _("Year only")

    class Kind(models.TextChoices):
        MET = "met", _("Recognised as having met the set")
        NEARLY = "nearly", _("Decided to have nearly met it")

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="recognitions", verbose_name=_("enrolment")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MET)
    title = NameField(_("title"))
    decision_number = NameField(_("decision number"), max_length=100, blank=True)
    decided_on = models.DateField(_("decided on"))
    # The year that it is recognised for, which may lie before that of the decision.
    for_year = models.PositiveSmallIntegerField(_("for the year"), null=True, blank=True)
    precision = models.CharField(
        _("known by"), max_length=10, choices=Precision, default=Precision.DAY
    )
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recognitions",
        verbose_name=_("decision, scanned"),
    )
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoking_decision = NameField(_("revoking decision"), max_length=100, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["enrolment", "decided_on"]
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        constraints = [
            checked_known("recognition"),
            models.CheckConstraint(
                condition=Q(precision="day") | Q(LastOfYear("decided_on"), precision="year"),
                name="recognition_known_by_year_counts_from_its_end",
                violation_error_message=_("Known only by year, it counts from 31/12."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True, revoking_decision="")
                | (Q(revoked_on__gte=F("decided_on")) & ~Q(revoking_decision="")),
                name="recognition_revoked_by_a_later_decision",
                violation_error_message=_(
                    "A revocation needs its decision, and a day not before the recognition."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["met", "nearly"]), name="recognition_kind_known"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=Q(revoked_on__isnull=True),
                name="recognition_one_in_force",
                violation_error_message=_("This commune is recognised already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.enrolment.commune}"

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is in force on a day on which it was granted already."""
        return self.revoked_on is None or self.revoked_on > day

    @property
    def year_apart(self) -> int | None:
        """The year that it is for, where that is not the year of the decision."""
        return None if self.for_year == self.decided_on.year else self.for_year

    @property
    def is_full(self) -> bool:
        """Whether it says that the set was met, not nearly."""
        return self.kind == self.Kind.MET

    @property
    def basis_text(self) -> str:
        """How pages name it: "218/QĐ-UBND ngày 15/01/2021", or the year where that is all."""
        if self.precision == self.Precision.YEAR:
            when = gettext("in %(year)s") % {"year": self.decided_on.year}
        else:
            when = gettext("on %(day)s") % {"day": f"{self.decided_on:%d/%m/%Y}"}
        return f"{self.decision_number} {when}".strip()
