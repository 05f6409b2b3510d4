import datetime as dt
from collections.abc import Collection

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker.dated_names import DatedNames
from nrm_tracker.text import (
    NameField,
    ProseField,
    SearchKeyField,
    SearchQuerySet,
    SortKeyField,
)


class Region(models.TextChoices):
    """The regions by which the decisions of the Prime Minister set thresholds."""

    NORTHERN_MOUNTAINS = "tdmnpb", _("Northern midlands and mountains")
    RED_RIVER_DELTA = "dbsh", _("Red River delta")
    NORTH_CENTRAL = "btb", _("North Central")
    SOUTH_CENTRAL = "nam-trung-bo", _("South Central coast")
    CENTRAL_HIGHLANDS = "tay-nguyen", _("Central Highlands")
    SOUTH_EAST = "dnb", _("South East")
    MEKONG_DELTA = "dbscl", _("Mekong delta")


class Group(models.TextChoices):
    """The groups of communes by which 51/2025/QĐ-TTg sets thresholds, from 2026 on."""

    URBAN = "1", _("Group 1 (next to a town or industry)")
    OTHER = "2", _("Group 2 (all others)")
    HIGHLAND = "3", _("Group 3 (areas II and III of ethnic minorities and mountains)")


def group_on(groups: str, day: dt.date) -> str:
    """Of `Commune.groups` the one that holds on a day."""
    begun = [line for line in groups.splitlines() if line[:10] <= day.isoformat()]
    return begun[-1][11:] if begun else ""


class Checked(models.TextChoices):
    """What a row was compared with, the surest first."""

    LAW = "law", _("Checked against the document itself")
    QUOTED = "quoted", _("Checked against a copy that quotes it")
    UNREAD = "unread", _("Not checked against the document")


class Sourced(models.Model):
    """What a document says, with where it was read and what it was compared with."""

    source = ProseField(_("source"), blank=True)
    checked = models.CharField(
        _("compared with"), max_length=10, choices=Checked, default=Checked.UNREAD
    )

    class Meta:
        abstract = True


def checked_known(model: str) -> models.CheckConstraint:
    """The constraint of each table of what a document says."""
    return models.CheckConstraint(
        condition=models.Q(checked__in=Checked.values), name=f"{model}_checked_known"
    )


class AreaQuerySet(models.QuerySet):
    def inhabited_first(self, day: dt.date) -> "AreaQuerySet":
        """First those that have communes of their own on the day."""
        there = Commune.objects.existing_on(day).filter(area=models.OuterRef("pk"))
        return self.order_by(models.Exists(there).desc(), "sort_key", "pk")


class Area(Sourced):
    """A supervising level: a province, or a district until 30/06/2025."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Province")
        DISTRICT = "district", _("District")

    class Designation(models.TextChoices):
        """What it is called: two districts of one name may differ in nothing else."""

        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        DISTRICT = "district", _("District")
        URBAN_DISTRICT = "urban_district", _("Urban district")
        TOWN = "town", _("Town")

    # Codes are used again: since 01/07/2025 the code of Kiên Giang is that of An Giang.
    code = models.CharField(_("code"), max_length=10)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    designation = models.CharField(
        _("called"), max_length=15, choices=Designation, blank=True, default=""
    )
    name = NameField(_("name"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    region = models.CharField(_("region"), max_length=20, choices=Region, blank=True)
    nearly_counts = models.BooleanField(
        _("“nearly met” counts towards recognition"),
        default=False,
        help_text=_("Of a province that recognises communes with criteria nearly met."),
    )
    established_on = models.DateField(_("established on"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successors"),
    )
    # All of it is made up, to learn by. Said once, when it is made, and never of a real one.
    is_training = models.BooleanField(_("for training"), default=False, editable=False)
    sort_key = SortKeyField(sources=("name",))

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            checked_known("area"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["province", "district"]), name="area_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(dissolved_on__isnull=True)
                | models.Q(established_on__isnull=True)
                | models.Q(dissolved_on__gt=models.F("established_on")),
                name="area_dissolved_after_established",
                violation_error_message=_("An area cannot end before it began."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    designation__in=["", "province", "city", "district", "urban_district", "town"]
                ),
                name="area_designation_known",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(established_on__isnull=True),
                name="area_code_unique",
                violation_error_message=_("There is an area of this code already."),
            ),
            models.UniqueConstraint(
                fields=["code", "established_on"],
                name="area_code_unique_on_a_day",
                violation_error_message=_("There is an area of this code already."),
            ),
        ]

    def __str__(self) -> str:
        called = self.get_designation_display() if self.designation else self.get_kind_display()
        return f"{called} {self.name}"

    @property
    def training_mark(self) -> str:
        """What is said at the head of whatever leaves the application."""
        return gettext("TRAINING DATA, not real") if self.is_training else ""

    @property
    def counts_nearly(self) -> bool:
        """Whether its province recognises communes with criteria nearly met; the parent is read."""
        province = self if self.kind == self.Kind.PROVINCE else self.parent
        return province is not None and province.nearly_counts

    @property
    def province_id(self) -> int | None:
        """The province that it is, or lies in."""
        return self.pk if self.kind == self.Kind.PROVINCE else self.parent_id


class CommuneQuerySet(SearchQuerySet):
    kinds = ("xa", "phuong", "thi tran", "dac khu")
    is_found_run_together = True

    def within(self, area_ids: Collection[int]) -> "CommuneQuerySet":
        """The communes of these areas."""
        return self.filter(area_id__in=area_ids)

    def established_by(self, day: dt.date) -> "CommuneQuerySet":
        """The units that had come to be by `day`, gone since or not."""
        return self.filter(
            models.Q(established_on__isnull=True) | models.Q(established_on__lte=day)
        )

    def existing_on(self, day: dt.date) -> "CommuneQuerySet":
        """The units that existed on `day`; a unit is gone on the day it is dissolved."""
        return self.established_by(day).filter(
            models.Q(dissolved_on__isnull=True) | models.Q(dissolved_on__gt=day)
        )


class Commune(Sourced, DatedNames):
    """A unit of the lowest level. Names and codes are reused, so the slug is what lasts."""

    DATED = ("name", "kind")

    class Kind(models.TextChoices):
        COMMUNE = "commune", _("Commune")
        WARD = "ward", _("Ward")
        TOWNSHIP = "township", _("Township")
        SPECIAL_ZONE = "special_zone", _("Special zone")

    area = models.ForeignKey(Area, models.PROTECT, related_name="communes", verbose_name=_("area"))
    code = models.CharField(_("code"), max_length=10)
    name = NameField(_("name"))
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.COMMUNE)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    region_override = models.CharField(
        _("region, where not the area's"), max_length=20, choices=Region, blank=True
    )
    # The groups that decisions put it into, a line each, oldest first: "2026-03-01 2".
    groups = models.TextField(_("commune groups by day"), blank=True, default="", editable=False)
    established_on = models.DateField(_("established on"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successors"),
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    area_km2 = models.DecimalField(
        _("area (km²)"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    figures_on = models.DateField(_("day of the figures"), null=True, blank=True)
    figures_source = ProseField(_("source of the figures"), blank=True)
    search_key = SearchKeyField(sources=("name", "code"))
    sort_key = SortKeyField(sources=("name",))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "code"]
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        constraints = [
            checked_known("commune"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["commune", "ward", "township", "special_zone"]),
                name="commune_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="commune_coordinates_are_pairs",
                violation_error_message=_("Latitude and longitude go together."),
            ),
            models.CheckConstraint(
                condition=models.Q(dissolved_on__isnull=True)
                | models.Q(established_on__isnull=True)
                | models.Q(dissolved_on__gt=models.F("established_on")),
                name="commune_dissolved_after_established",
                violation_error_message=_("A commune cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("commune", args=[self.slug])

    @property
    def full_name(self) -> str:
        """The name with the kind of unit: "Xã Kỳ Lạc"."""
        return f"{self.get_kind_display()} {self.name}"

    def group_on(self, day: dt.date) -> str:
        """The group (`Group`) that it was in on a day; "" where no decision put it into one."""
        return group_on(self.groups, day)

    def group_name_on(self, day: dt.date) -> str:
        """The same in words."""
        group = self.group_on(day)
        return str(dict(Group.choices).get(group, group))

    @property
    def last_day(self) -> dt.date | None:
        """The last day of a dissolved unit."""
        return self.dissolved_on - dt.timedelta(days=1) if self.dissolved_on else None


class Village(models.Model):
    """A village (thôn) of a commune."""

    commune = models.ForeignKey(
        Commune, models.CASCADE, related_name="villages", verbose_name=_("commune")
    )
    name = NameField(_("name"))
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    sort_key = SortKeyField(sources=("name",))

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("village")
        verbose_name_plural = _("villages")
        constraints = [
            models.UniqueConstraint(fields=["commune", "name"], name="village_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Agency(Sourced, DatedNames):
    """A body that answers for criteria: a department, the insurance, the police."""

    DATED = ("name", "short_name")

    area = models.ForeignKey(Area, models.PROTECT, related_name="agencies", verbose_name=_("area"))
    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = NameField(_("name"))
    short_name = NameField(_("short name"), max_length=80)
    search_key = SearchKeyField(sources=("name", "short_name"))
    sort_key = SortKeyField(sources=("name",))

    objects = SearchQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints = [checked_known("agency")]

    def __str__(self) -> str:
        return self.name


class WorkingGroup(Sourced):
    """A group that a decision sends to direct some communes."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="working_groups", verbose_name=_("area")
    )
    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = NameField(_("name"))
    decision_number = NameField(_("decision number"), max_length=60)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    leader_name = NameField(_("leader"), blank=True)
    leader_position = NameField(_("leader's position"), blank=True)
    communes = models.ManyToManyField(
        Commune, related_name="working_groups", verbose_name=_("communes")
    )
    sort_key = SortKeyField(sources=("name",))

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        constraints = [checked_known("workinggroup")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("working-group", args=[self.pk])
