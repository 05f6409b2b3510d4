"""What is said beside the figures: what blocks a commune, who answers for it, comments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communes.models import Agency, Commune, Village
from criteria.models.history import CriterionStatus
from criteria.models.yardstick import Criterion
from nrm_tracker.text import ProseField, SearchKeyField


class DifficultyQuerySet(models.QuerySet):
    def open(self) -> "DifficultyQuerySet":
        return self.filter(resolved_on__isnull=True)

    def about(self, commune: Commune, criterion: Criterion | None) -> "DifficultyQuerySet":
        return self.filter(commune=commune, criterion=criterion)


class Difficulty(models.Model):
    """What blocks a commune, at one criterion or as a whole, and what is asked of whom."""

    class AskedOf(models.TextChoices):
        COMMUNE = "commune", _("The commune itself")
        DISTRICT = "district", _("The district")
        PROVINCE = "province", _("The province")
        CENTRE = "centre", _("Central bodies")

    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="difficulties", verbose_name=_("commune")
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("criterion"),
    )
    cause = ProseField(_("difficulty"))
    request = ProseField(_("what is asked for"), blank=True)
    asked_of = models.CharField(_("level that must solve it"), max_length=20, choices=AskedOf)
    asked_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("agency asked"),
    )
    stated_on = models.DateField(_("stated on"))
    stated_at = models.DateTimeField(_("recorded at"))
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="difficulties",
        verbose_name=_("stated by"),
    )
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolution recorded at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolution recorded by"),
    )
    resolution = ProseField(_("how it was resolved"), blank=True)
    search_key = SearchKeyField(sources=("cause", "request"))

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        ordering = ["stated_on", "pk"]
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_of__in=["commune", "district", "province", "centre"]),
                name="difficulty_level_known",
            ),
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True, resolution="")
                | (
                    Q(resolved_on__gte=models.F("stated_on"), resolved_by__isnull=False)
                    & ~Q(resolution="")
                ),
                name="difficulty_resolved_says_when_how_and_by_whom",
                violation_error_message=_(
                    "A resolution needs a text, and a day not before the difficulty was stated."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.cause[:80]


class ChargeQuerySet(models.QuerySet):
    def running_on(self, day: object) -> "ChargeQuerySet":
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)


class Charge(models.Model):
    """A person answers for a commune, a criterion of it, or a village, from one day to another.

    Without a criterion and a village the person is the commune's head (người đứng đầu).
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="charges", verbose_name=_("person")
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="charges", verbose_name=_("commune")
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("criterion"),
    )
    village = models.ForeignKey(
        Village,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("village"),
    )
    due_on = models.DateField(_("to be met by"), null=True, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    is_illustrative = models.BooleanField(_("illustrative, not real"), default=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        ordering = ["commune", "criterion__number", "from_on"]
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="charge_until_after_from",
                violation_error_message=_("The last day cannot come before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.commune}"


class CommentQuerySet(models.QuerySet):
    def newest(self) -> "CommentQuerySet":
        """The last version of each comment, taken back or not."""
        return self.filter(next_version__isnull=True)


class Comment(models.Model):
    """A remark on a cell. Edited or taken back by a further row, so that both leave a trace."""

    status = models.ForeignKey(
        CriterionStatus, models.PROTECT, related_name="comments", verbose_name=_("cell")
    )
    text = ProseField(_("comment"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="next_version",
        verbose_name=_("replaces"),
    )
    first_at = models.DateTimeField(_("first written at"))
    is_taken_back = models.BooleanField(_("taken back"), default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["first_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=(Q(is_taken_back=True, text="") & Q(replaces__isnull=False))
                | (Q(is_taken_back=False) & ~Q(text="")),
                name="comment_says_something_or_takes_back",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]
