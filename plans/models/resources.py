"""What communes ask for, are promised, get and spend, by source; and what they owe for buildings.

Money in millions of đồng. History is append-only: a row is corrected by one that takes it back.
"""

import datetime as dt
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from criteria.models import Criterion
from nrm_tracker.text import NameField, ProseField
from plans.models.recorded import Recorded


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def in_force(self, before: dt.datetime | None = None) -> "ContributionQuerySet":
        """Those that count: neither corrected nor voiding; `before` as known at that moment."""
        newer = Contribution.objects.filter(corrects=OuterRef("pk"))
        found = self.filter(voids=False)
        if before is not None:
            newer = newer.filter(recorded_at__lt=before)
            found = found.filter(recorded_at__lt=before)
        return found.filter(~Exists(newer))


class Contribution(Recorded):
    """Money, goods, labour or land of one source, at one stage, on a day."""

    class Stage(models.TextChoices):
        ASKED = "asked", _("Applied for")
        PROMISED = "promised", _("Promised")
        ALLOTTED = "allotted", _("Allotted")
        SPENT = "spent", _("Spent")

    class Source(models.TextChoices):
        CENTRAL = "central", _("Central budget")
        PROVINCE = "province", _("Provincial budget")
        DISTRICT = "district", _("District budget")
        COMMUNE = "commune", _("Commune budget")
        COMBINED = "combined", _("Combined from other programmes")
        CREDIT = "credit", _("Credit")
        ENTERPRISES = "enterprises", _("Enterprises")
        PEOPLE = "people", _("People of the commune")
        OTHER = "other", _("People away from home, other")

    class Kind(models.TextChoices):
        MONEY = "money", _("Money (million đồng)")
        GOODS = "goods", _("Goods (worth, million đồng)")
        LABOUR = "labour", _("Labour (days)")
        LAND = "land", _("Land given (m²)")

    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="contributions", verbose_name=_("commune")
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("criterion"),
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    source = models.CharField(_("source"), max_length=12, choices=Source)
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=3, validators=[MinValueValidator(0)]
    )
    worth = models.DecimalField(
        _("worth in money (million đồng)"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    given_on = models.DateField(_("day"))
    purpose = NameField(_("what for"), blank=True)
    document = NameField(_("document"), blank=True)
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

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        indexes = [models.Index(fields=["commune", "given_on"], name="contribution_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["asked", "promised", "allotted", "spent"]),
                name="contribution_stage_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    source__in=[
                        "central", "province", "district", "commune", "combined", "credit",
                        "enterprises", "people", "other",
                    ]
                ),
                name="contribution_source_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["money", "goods", "labour", "land"]),
                name="contribution_kind_known",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_of_something"),
            models.CheckConstraint(
                condition=Q(worth__isnull=True) | Q(worth__gte=0, kind__in=["labour", "land"]),
                name="contribution_worth_of_no_money",
            ),
            models.CheckConstraint(
                condition=Q(voids=False) | Q(corrects__isnull=False),
                name="contribution_voids_something",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                name="contribution_corrected_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.amount}"


class ConstructionItem(Recorded):
    """A building or road of the programme that is, or was, not paid in full."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="construction_items", verbose_name=_("commune")
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="construction_items",
        verbose_name=_("criterion"),
    )
    name = NameField(_("item"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("item of construction")
        verbose_name_plural = _("items of construction")
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name"], name="constructionitem_once_in_a_commune"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ConstructionDebt(Recorded):
    """What an item was worth, and what of it was paid, on a day: of one, what was entered last
    counts."""

    item = models.ForeignKey(
        ConstructionItem, models.PROTECT, related_name="debts", verbose_name=_("item")
    )
    stated_on = models.DateField(_("stated on"))
    value = models.DecimalField(
        _("value of what was built (million đồng)"), max_digits=14, decimal_places=3
    )
    paid = models.DecimalField(_("paid (million đồng)"), max_digits=14, decimal_places=3)
    settled_by = ProseField(_("how and until when it is to be paid"), blank=True)

    class Meta:
        ordering = ["stated_on", "pk"]
        verbose_name = _("debt of construction")
        verbose_name_plural = _("debts of construction")
        constraints = [
            models.CheckConstraint(
                condition=Q(paid__gte=0, value__gte=F("paid")),
                name="constructiondebt_paid_of_value",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} ({self.stated_on:%d/%m/%Y})"

    @property
    def owed(self) -> Decimal:
        return self.value - self.paid
