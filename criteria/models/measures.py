"""What was counted of an indicator in a commune, and what the commune is still typing."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from criteria.models.history import Enrolment
from criteria.models.yardstick import Indicator, Level
from nrm_tracker.text import NameField, ProseField


class Value(models.Model):
    """A value of one indicator on a day: counted, measured, answered, or not applicable.

    0 of 0 with `not_applicable_reason` says that there was nothing to count.

    A percentage is computed from `numerator` and `denominator` where both are known and the
    denominator is not zero; `number` holds it where nobody counted.
    """

    number = models.DecimalField(_("value"), max_digits=14, decimal_places=3, null=True, blank=True)
    yes_no = models.BooleanField(_("met or not"), null=True, blank=True)
    text = ProseField(_("text"), blank=True)
    numerator = models.DecimalField(
        _("number meeting it"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("number in all"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    not_applicable_reason = ProseField(_("why it does not apply"), blank=True)
    source = NameField(_("source of the value"), max_length=500, blank=True)
    measured_on = models.DateField(_("measured on"))

    class Meta:
        abstract = True

    @property
    def amount(self) -> Decimal | None:
        """The number that is compared with a threshold: a share in percent, or a number."""
        if self.numerator is not None and self.denominator:
            return self.numerator * 100 / self.denominator
        return self.number

    @property
    def is_without_objects(self) -> bool:
        """Whether there was nothing to count: 0 of 0, with the reason why that is so."""
        return self.denominator == 0 and bool(self.not_applicable_reason)

    @property
    def is_empty(self) -> bool:
        return (
            self.number is None
            and self.yes_no is None
            and self.numerator is None
            and not self.text
            and not self.not_applicable_reason
        )

    def says(self) -> tuple[object, ...]:
        """All that the value says, to tell whether two say the same."""
        return (
            self.number, self.yes_no, self.text, self.numerator, self.denominator,
            self.not_applicable_reason, self.source, self.measured_on,
        )  # fmt: skip


def _counted(name: str) -> list[models.CheckConstraint]:
    """The constraints of a value, under names that begin with `name`."""
    return [
        models.CheckConstraint(
            condition=Q(numerator__isnull=True, denominator__isnull=True)
            | Q(numerator__gte=0, denominator__gte=F("numerator")),
            name=f"{name}_part_of_a_whole",
            violation_error_message=_("The number meeting it cannot exceed the number in all."),
        ),
    ]


class Measurement(Value):
    """A value as it was sent: never changed, never deleted (rule 5).

    `level` says whose it is: the commune's own, or that of the district's coordination office.
    """

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="measurements", verbose_name=_("enrolment")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="measurements", verbose_name=_("indicator")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="measurements",
        verbose_name=_("recorded by"),
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrects"),
    )
    voids = models.BooleanField(_("voids it"), default=False)
    reason = ProseField(_("reason for the correction"), blank=True)
    is_illustrative = models.BooleanField(_("illustrative, not real"), default=False)

    class Meta:
        ordering = ["-measured_on", "-recorded_at", "-pk"]
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        indexes = [
            models.Index(fields=["enrolment", "indicator", "measured_on"], name="measurement_day"),
            models.Index(fields=["recorded_at"], name="measurement_recorded_at"),
        ]
        constraints = [
            *_counted("measurement"),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="measurement_level_known"
            ),
            models.CheckConstraint(
                condition=Q(voids=False) | Q(corrects__isnull=False),
                name="measurement_voids_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} ({self.measured_on:%d/%m/%Y})"


class DraftValue(Value):
    """A value that the commune is still typing: nobody above the commune sees it (rule 9)."""

    claim = models.ForeignKey(
        "criteria.Claim", models.CASCADE, related_name="values", verbose_name=_("claim")
    )
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="+", verbose_name=_("indicator")
    )

    class Meta:
        ordering = ["claim", "indicator"]
        verbose_name = _("draft value")
        verbose_name_plural = _("draft values")
        constraints = [
            *_counted("draftvalue"),
            models.UniqueConstraint(
                fields=["claim", "indicator"], name="draftvalue_once_an_indicator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} ({self.measured_on:%d/%m/%Y})"
