"""Review rounds (đợt rà soát): every commune looks its criteria over by a closing day."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.models import Area
from criteria.models.history import CriterionStatus, Enrolment
from nrm_tracker.text import NameField


class RoundQuerySet(models.QuerySet):
    def within(self, area_ids: Collection[int]) -> "RoundQuerySet":
        return self.filter(area__in=area_ids)

    def open(self) -> "RoundQuerySet":
        return self.filter(closed_at__isnull=True)


class Round(models.Model):
    """A numbered round of an area. Closing it freezes what each commune stood at."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="rounds", verbose_name=_("area"))
    number = models.PositiveSmallIntegerField(_("number"))
    name = NameField(_("name"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["area", "-number"]
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="round_number_unique"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="round_closes_after_it_opens",
                violation_error_message=_("A round cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])


class RoundReturn(models.Model):
    """A commune's part in a round: submitted or not, and what it stood at when the round closed.

    `results` and `own_results` have one letter a criterion (see `scoring`): the headline of each
    cell, and what the commune says of itself.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="returns", verbose_name=_("review round")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="round_returns", verbose_name=_("enrolment")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    results = models.CharField(_("results"), max_length=100, blank=True)
    own_results = models.CharField(_("own results"), max_length=100, blank=True)

    class Meta:
        ordering = ["round", "enrolment__commune__sort_key"]
        verbose_name = _("return of a round")
        verbose_name_plural = _("returns of rounds")
        constraints = [
            models.UniqueConstraint(fields=["round", "enrolment"], name="roundreturn_once_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.enrolment.commune}"

    def get_absolute_url(self) -> str:
        return reverse("round-return", args=[self.round_id, self.enrolment.commune.slug])


class RoundCheck(models.Model):
    """A commune confirmed in a round that one of its cells is as it was."""

    round_return = models.ForeignKey(
        RoundReturn, models.CASCADE, related_name="checks", verbose_name=_("return of a round")
    )
    status = models.ForeignKey(
        CriterionStatus, models.PROTECT, related_name="round_checks", verbose_name=_("cell")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )

    class Meta:
        ordering = ["round_return", "status__criterion__number"]
        verbose_name = _("confirmed cell")
        verbose_name_plural = _("confirmed cells")
        constraints = [
            models.UniqueConstraint(
                fields=["round_return", "status"], name="roundcheck_once_a_cell"
            )
        ]

    def __str__(self) -> str:
        return str(self.status)
