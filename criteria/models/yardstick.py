import datetime as dt
import re
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Agency, Area, Region, Sourced, checked_known
from nrm_tracker.prepared import prepared
from nrm_tracker.text import NameField, ProseField, SearchKeyField, SearchQuerySet, without_marks

# What has parts; an indicator that does not say in what its shares are counted may be of such.
_MEASURED = {"", "m", "km", "m²", "m2", "ha", "m³", "m3", "lít", "kg", "tạ", "tấn"}


def counted_in_ones(unit: str) -> bool:
    """Whether what is counted in that unit has no parts, as people and households have none."""
    return unit not in _MEASURED


class Level(models.IntegerChoices):
    """Who judged. The names that pages print are data: see `LevelName`."""

    COMMUNE = 1, _("Commune")
    DISTRICT = 2, _("District")
    PROVINCE = 3, _("Province")

    @classmethod
    def of(cls, area: Area) -> "Level":
        """The level of what an area's own bodies find; a province that has communes of its own
        judges them itself."""
        return cls.PROVINCE if area.kind == Area.Kind.PROVINCE else cls.DISTRICT


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def with_criteria(self) -> "CriteriaSetQuerySet":
        """Those that communes can run at."""
        return self.filter(criteria__isnull=False).distinct()


class CriteriaSet(Sourced):
    """A set of criteria that a decision lays down for some years."""

    class Tier(models.TextChoices):
        BASIC = "basic", _("New rural commune")
        ADVANCED = "advanced", _("Advanced new rural commune")
        MODEL = "model", _("Model new rural commune")

    class ThresholdsBy(models.TextChoices):
        REGION = "region", _("Region")
        GROUP = "group", _("Commune group")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = NameField(_("name"))
    legal_basis = ProseField(_("legal basis"))
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, default=Tier.BASIC)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    thresholds_by = models.CharField(
        _("thresholds by"), max_length=10, choices=ThresholdsBy, default=ThresholdsBy.REGION
    )
    note = ProseField(_("note"), blank=True)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "code"]
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        constraints = [
            checked_known("criteriaset"),
            models.CheckConstraint(
                condition=models.Q(tier__in=["basic", "advanced", "model"]),
                name="criteriaset_tier_known",
            ),
            models.CheckConstraint(
                condition=models.Q(thresholds_by__in=["region", "group"]),
                name="criteriaset_thresholds_by_known",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="criteriaset_valid_until_after_from",
                violation_error_message=_("A set cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_use(self) -> bool:
        """Whether communes were enrolled: from then on its criteria stay as they are (rule 7)."""
        return self.enrolments.exists()


class CriterionGroup(models.Model):
    """A heading under which a set prints its criteria."""

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="groups", verbose_name=_("criteria set")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    printed = models.CharField(_("printed number"), max_length=10, blank=True)
    name = NameField(_("name"))

    class Meta:
        ordering = ["criteria_set", "number"]
        verbose_name = _("criterion group")
        verbose_name_plural = _("criterion groups")
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "number"], name="criteriongroup_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.printed}. {self.name}" if self.printed else self.name


# "tc 17", "tiêu chí 17.10", without marks; a code by itself is "17.10".
_NUMBERED = re.compile(r"\s*(?:tieu\s+chi|tc)\s*(\d{1,4})(\.\d{1,2})?(?![\d.,/-])")
_CODED = re.compile(r"(?<![\d.,/-])(\d{1,2})(\.\d{1,2})(?![\d.,/-])")


class CriterionQuerySet(SearchQuerySet):
    kinds = ("tieu chi", "tc")
    is_found_run_together = True

    def search(self, words: str) -> "CriterionQuerySet":
        """Those in which every word occurs. "tc 17" is that number alone, and "17.10", with or
        without "tiêu chí" before it, the one of which that is an indicator."""
        bare = without_marks(words)
        said = _NUMBERED.match(bare) or _CODED.search(bare)
        if not said:
            return super().search(words)
        named = self.filter(number=int(said[1]))
        if said[2]:
            asked = Indicator.objects.filter(code=said[1] + said[2])
            named = named.filter(indicators__in=asked).prefetch_related(
                models.Prefetch("indicators", asked, to_attr="asked")
            )
        rest = f"{bare[: said.start()]} {bare[said.end() :]}"
        return super(CriterionQuerySet, named).search(rest)


class Criterion(Sourced):
    """One criterion of a set."""

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="criteria", verbose_name=_("criteria set")
    )
    group = models.ForeignKey(
        CriterionGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="criteria",
        verbose_name=_("group"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = NameField(_("name"))
    short_name = NameField(_("short name"), max_length=40)
    aliases = ProseField(_("other names, one a line"), blank=True)
    may_cost_recognition = models.BooleanField(
        _("unmet among a third, recognition may be withdrawn"),
        default=False,
        help_text=_("One of those that 18/2022/QĐ-TTg names for the withdrawal of a recognition."),
    )
    note = ProseField(_("note"), blank=True)
    search_key = SearchKeyField(sources=("number", "name", "short_name", "aliases"))

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["criteria_set", "number"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            checked_known("criterion"),
            models.UniqueConstraint(
                fields=["criteria_set", "number"], name="criterion_number_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="criterion_number_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("criterion", args=[self.number])

    def clean(self) -> None:
        """A set in use takes no further criterion, and none changes its number (rule 7)."""
        if self.group and self.group.criteria_set_id != self.criteria_set_id:
            raise ValidationError({"group": _("Choose a group of the same set.")})
        rows = Criterion.objects.filter(pk=self.pk).values_list("criteria_set_id", "number")
        stored = rows.first() if self.pk else None
        if stored == (self.criteria_set_id, self.number):
            return
        touched = {self.criteria_set_id, *(stored or ())[:1]} - {None}
        if CriteriaSet.objects.filter(pk__in=touched, enrolments__isnull=False).exists():
            message = _(
                "Communes are enrolled in this set: its criteria cannot be added, removed or"
                " renumbered."
            )
            raise ValidationError({"number": message})


class Indicator(Sourced):
    """What is measured of a criterion. Only leaves are measured, top-level ones are counted."""

    class Kind(models.TextChoices):
        BOOLEAN = "boolean", _("Met or not")
        PERCENT = "percent", _("Percentage")
        NUMBER = "number", _("Number")
        TEXT = "text", _("Text")
        GROUP = "group", _("Made of parts")

    class CountedFrom(models.TextChoices):
        """What a value is proposed from that communes record village by village."""

        MODEL_VILLAGES = "model_villages", _("model villages")
        MODEL_GARDENS = "model_gardens", _("model gardens")
        VILLAGES_BEGUN = "villages_begun", _("villages that began")

    class Comparator(models.TextChoices):
        AT_LEAST = "ge", "≥"
        AT_MOST = "le", "≤"
        EQUAL = "eq", "="
        IS_TRUE = "is_true", _("Met")

    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="indicators", verbose_name=_("criterion")
    )
    code = models.CharField(_("code"), max_length=10)
    is_code_printed = models.BooleanField(_("the decision prints the code"), default=True)
    text = ProseField(_("text"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    unit = NameField(_("unit"), max_length=60, blank=True)
    counted_in = NameField(
        _("what a share is counted in"),
        max_length=60,
        blank=True,
        help_text=_("Households, people, villages: the numerator and the denominator of a share."),
    )
    comparator = models.CharField(_("comparator"), max_length=10, choices=Comparator, blank=True)
    part_of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    may_be_not_applicable = models.BooleanField(_("may not apply"), default=False)
    may_have_no_objects = models.BooleanField(
        _("0 of 0 is accepted"),
        default=False,
        help_text=_(
            "Only where a document says so: a commune with nothing to count gives 0 of 0 with a"
            " reason, and the indicator is passed over."
        ),
    )
    remeasure_months = models.PositiveSmallIntegerField(
        _("measure again after (months)"), null=True, blank=True
    )
    counted_from = models.CharField(
        _("proposed from"),
        max_length=20,
        choices=CountedFrom,
        blank=True,
        default="",
        help_text=_("What the villages record of which a value is proposed; empty: nothing."),
    )
    note = ProseField(_("note"), blank=True)

    class Meta:
        ordering = ["criterion", "id"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            checked_known("indicator"),
            models.UniqueConstraint(fields=["criterion", "code"], name="indicator_code_unique"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["boolean", "percent", "number", "text", "group"]),
                name="indicator_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(comparator__in=["", "ge", "le", "eq", "is_true"]),
                name="indicator_comparator_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    counted_from__in=["", "model_villages", "model_gardens", "villages_begun"]
                ),
                name="indicator_counted_from_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def clean(self) -> None:
        """What has parts stays a group; what becomes a part is one of a group of its criterion."""
        group, whole = self.Kind.GROUP, self.part_of
        stored = Indicator.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.kind == group != self.kind and self.parts.exists():
            message = _("The indicator has parts, so it stays “Made of parts”. Move them first.")
            raise ValidationError({"kind": message})
        if not whole or (stored and stored.part_of_id == whole.pk):
            return
        if (whole.kind, whole.criterion_id) != (group, self.criterion_id):
            message = _("Choose an indicator of the same criterion that is made of parts.")
            raise ValidationError({"part_of": message})

    @property
    def is_counted(self) -> bool:
        """Whether the parts of its share are counted in ones, as people and households are."""
        return counted_in_ones(self.counted_in)

    @property
    def limits(self) -> list[Decimal]:
        """What its thresholds are: no value is written so that it crosses one."""
        return [t.value for t in self.thresholds.all() if t.value is not None]


class Threshold(Sourced):
    """What an indicator must reach, for a place and some years. Empty means wherever, whenever."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="thresholds", verbose_name=_("indicator")
    )
    region = models.CharField(_("region"), max_length=20, choices=Region, blank=True)
    commune_group = models.CharField(_("commune group"), max_length=20, blank=True)
    province = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="thresholds",
        limit_choices_to={"kind": Area.Kind.PROVINCE},
        verbose_name=_("province"),
        help_text=_("The province that laid it down for its own communes."),
    )
    is_set_by_province = models.BooleanField(_("set by the province"), default=False)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=3, null=True, blank=True)
    text = NameField(_("as printed"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["indicator", "region", "commune_group", "valid_from"]
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        constraints = [
            checked_known("threshold"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="threshold_valid_until_after_from",
                violation_error_message=_("A threshold cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["indicator", "region", "commune_group"],
                condition=models.Q(valid_from__isnull=True, province__isnull=True),
                name="threshold_unique_for_all_years",
            ),
            models.UniqueConstraint(
                fields=["indicator", "region", "commune_group", "valid_from"],
                condition=models.Q(valid_from__isnull=False, province__isnull=True),
                name="threshold_unique_from_a_day",
            ),
            models.UniqueConstraint(
                fields=["indicator", "region", "commune_group", "province"],
                condition=models.Q(valid_from__isnull=True, province__isnull=False),
                name="threshold_unique_of_a_province_for_all_years",
            ),
            models.UniqueConstraint(
                fields=["indicator", "region", "commune_group", "province", "valid_from"],
                condition=models.Q(valid_from__isnull=False, province__isnull=False),
                name="threshold_unique_of_a_province_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def scope(self) -> str:
        """For whom and when it counts: "Bắc Trung Bộ, từ 01/01/2022"."""
        place = [
            str(self.province) if self.province else "",
            self.commune_group,
            self.get_region_display() if self.region else "",
        ]
        days = [
            gettext("from %(day)s") % {"day": f"{self.valid_from:%d/%m/%Y}"}
            if self.valid_from
            else "",
            gettext("until %(day)s") % {"day": f"{self.valid_until:%d/%m/%Y}"}
            if self.valid_until
            else "",
        ]
        found = [one for one in place if one] or [gettext("Everywhere")]
        return ", ".join([*found, *(one for one in days if one)])


class ResponsibilityQuerySet(models.QuerySet):
    def on(self, day: dt.date) -> "ResponsibilityQuerySet":
        """Those that hold on the day."""
        begun = models.Q(from_on__isnull=True) | models.Q(from_on__lte=day)
        not_over = models.Q(until_on__isnull=True) | models.Q(until_on__gte=day)
        return self.filter(begun, not_over)


class Responsibility(Sourced):
    """An agency answers for a criterion, or for one of its indicators."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="responsibilities", verbose_name=_("agency")
    )
    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="responsibilities", verbose_name=_("criterion")
    )
    indicator = models.ForeignKey(
        Indicator,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name=_("indicator"),
    )
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        ordering = ["criterion", "pk"]
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            checked_known("responsibility"),
            models.UniqueConstraint(
                fields=["agency", "criterion"],
                condition=models.Q(indicator__isnull=True),
                name="responsibility_unique_for_a_criterion",
            ),
            models.UniqueConstraint(
                fields=["agency", "indicator"],
                condition=models.Q(indicator__isnull=False),
                name="responsibility_unique_for_an_indicator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency.short_name}: {self.indicator or self.criterion}"


class BracketQuerySet(models.QuerySet["Bracket"]):
    def of(
        self, criteria_set: CriteriaSet | None, province_id: int | None = None
    ) -> list["Bracket"]:
        """The bands of a set in a province: the province's own first, for the set and then for any
        set; where it has none the set's, and then those of any set. One query."""
        found = _brackets(criteria_set.pk if criteria_set else 0, province_id or 0)
        best = max((row.rank for row in found), default=None)
        return [row for row in found if row.rank == best]


@prepared
def _brackets(set_id: int, province_id: int) -> models.QuerySet["Bracket"]:
    """Those of the set and of any, in the province and in any."""
    return Bracket.objects.filter(
        models.Q(criteria_set=set_id) | models.Q(criteria_set=None),
        models.Q(province=province_id) | models.Q(province=None),
    )


class Bracket(Sourced):
    """A band of communes by criteria met, with the colour that the map gives it."""

    class Legend(models.TextChoices):
        RED = "red", _("Red")
        YELLOW = "yellow", _("Yellow")
        BLUE = "blue", _("Blue")
        GREY = "grey", _("Grey")
        LIGHT_GREY = "light-grey", _("Light grey")

    name = NameField(_("name"), max_length=60)
    low = models.PositiveSmallIntegerField(_("from (criteria met)"), null=True, blank=True)
    high = models.PositiveSmallIntegerField(_("to (criteria met)"), null=True, blank=True)
    is_complete = models.BooleanField(_("every criterion that applies"), default=False)
    is_model = models.BooleanField(_("recognised as a model commune"), default=False)
    legend = models.CharField(_("colour of the legend"), max_length=20, choices=Legend)
    criteria_set = models.ForeignKey(
        CriteriaSet,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="brackets",
        verbose_name=_("criteria set"),
        help_text=_("A set with brackets of its own takes these alone; empty: of any other set."),
    )
    province = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="brackets",
        limit_choices_to={"kind": Area.Kind.PROVINCE},
        verbose_name=_("province"),
        help_text=_("A province with brackets of its own takes these alone; empty: of any other."),
    )

    objects = BracketQuerySet.as_manager()

    class Meta:
        ordering = ["-is_model", "-is_complete", "-low"]
        verbose_name = _("bracket")
        verbose_name_plural = _("brackets")
        constraints = [
            checked_known("bracket"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(province__isnull=True),
                name="bracket_name_unique",
                violation_error_message=_("There is a bracket of this name already."),
            ),
            models.UniqueConstraint(
                fields=["province", "name"],
                condition=models.Q(province__isnull=False),
                name="bracket_name_unique_of_a_province",
                violation_error_message=_("There is a bracket of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(low__isnull=True)
                | models.Q(high__isnull=True)
                | models.Q(low__lte=models.F("high")),
                name="bracket_from_its_low_to_its_high",
                violation_error_message=_("A bracket begins no higher than it ends."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rank(self) -> tuple[bool, bool]:
        """How particular it is: the most particular count alone."""
        return (self.province_id is not None, self.criteria_set_id is not None)

    @cached_property
    def css(self) -> str:
        """The class that style sheets colour: b-5 for the first legend, down to b-1."""
        return f"b-{5 - self.Legend.values.index(self.legend)}"


class LevelName(Sourced):
    """How a level's judgement is called, and when: there is no district's after 30/06/2025."""

    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    name = NameField(_("name"), max_length=80)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["level", "valid_from"]
        verbose_name = _("level name")
        verbose_name_plural = _("level names")
        constraints = [
            checked_known("levelname"),
            models.UniqueConstraint(
                fields=["level"],
                condition=models.Q(valid_from__isnull=True),
                name="levelname_unique_from_the_start",
            ),
            models.UniqueConstraint(
                fields=["level", "valid_from"],
                condition=models.Q(valid_from__isnull=False),
                name="levelname_unique_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LoadedReference(models.Model):
    """A digest of what `load_reference` last wrote to a row: what people changed since is kept."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("loaded reference")
        verbose_name_plural = _("loaded references")

    def __str__(self) -> str:
        return self.key
