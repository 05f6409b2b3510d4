"""The yardstick as tables. A criterion is known as `set/number`, an indicator as `set/number/code`.

A file may add and change rows; it takes none away.
"""

from typing import Any

from import_export import fields

from communes.models import Agency, Area
from communes.resources import SourcedResource
from criteria.models import (
    Bracket,
    CriteriaSet,
    Criterion,
    CriterionGroup,
    DossierRequirement,
    EvidenceRequirement,
    Indicator,
    LevelName,
    Responsibility,
    Threshold,
)
from nrm_tracker.admin_import import KeyWidget

CRITERION = ("criteria_set__code", "number")
INDICATOR = ("criterion__criteria_set__code", "criterion__number", "code")


class CriteriaSetResource(SourcedResource):
    class Meta:
        model = CriteriaSet
        import_id_fields = ["code"]
        fields = [
            "code",
            "name",
            "legal_basis",
            "tier",
            "valid_from",
            "valid_until",
            "thresholds_by",
            "note",
            "source",
            "checked",
        ]


class CriterionResource(SourcedResource):
    criteria_set = fields.Field(
        attribute="criteria_set", widget=KeyWidget(CriteriaSet, "code"), column_name="criteria_set"
    )
    group = fields.Field(
        attribute="group",
        widget=KeyWidget(CriterionGroup, "criteria_set__code", "number"),
        column_name="group",
    )

    class Meta:
        model = Criterion
        import_id_fields = ["criteria_set", "number"]
        fields = [
            "criteria_set",
            "number",
            "group",
            "name",
            "short_name",
            "aliases",
            "may_cost_recognition",
            "note",
            "source",
            "checked",
        ]


class IndicatorResource(SourcedResource):
    criterion = fields.Field(
        attribute="criterion", widget=KeyWidget(Criterion, *CRITERION), column_name="criterion"
    )
    part_of = fields.Field(
        attribute="part_of", widget=KeyWidget(Indicator, *INDICATOR), column_name="part_of"
    )

    class Meta:
        model = Indicator
        import_id_fields = ["criterion", "code"]
        fields = [
            "criterion",
            "code",
            "is_code_printed",
            "text",
            "kind",
            "unit",
            "counted_in",
            "comparator",
            "part_of",
            "may_be_not_applicable",
            "may_have_no_objects",
            "remeasure_months",
            "counted_from",
            "note",
            "source",
            "checked",
        ]


class OfAProvinceResource(SourcedResource):
    """Rows that hold everywhere, or in one province."""

    province = fields.Field(
        attribute="province", widget=KeyWidget(Area, "code"), column_name="province"
    )

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """A file from before provinces had a column lays down what holds everywhere."""
        if "province" not in (dataset.headers or []):
            dataset.append_col([""] * len(dataset), header="province")
        super().before_import(dataset, **kwargs)


class ThresholdResource(OfAProvinceResource):
    indicator = fields.Field(
        attribute="indicator", widget=KeyWidget(Indicator, *INDICATOR), column_name="indicator"
    )

    class Meta:
        model = Threshold
        import_id_fields = ["indicator", "region", "commune_group", "province", "valid_from"]
        fields = [
            "indicator",
            "region",
            "commune_group",
            "province",
            "valid_from",
            "valid_until",
            "is_set_by_province",
            "value",
            "text",
            "source",
            "checked",
        ]


class ResponsibilityResource(SourcedResource):
    agency = fields.Field(attribute="agency", widget=KeyWidget(Agency, "key"), column_name="agency")
    criterion = fields.Field(
        attribute="criterion", widget=KeyWidget(Criterion, *CRITERION), column_name="criterion"
    )
    indicator = fields.Field(
        attribute="indicator", widget=KeyWidget(Indicator, *INDICATOR), column_name="indicator"
    )

    class Meta:
        model = Responsibility
        import_id_fields = ["agency", "criterion", "indicator"]
        fields = [
            "agency",
            "criterion",
            "indicator",
            "from_on",
            "until_on",
            "source",
            "checked",
        ]


class EvidenceRequirementResource(SourcedResource):
    criterion = fields.Field(
        attribute="criterion", widget=KeyWidget(Criterion, *CRITERION), column_name="criterion"
    )
    indicator = fields.Field(
        attribute="indicator", widget=KeyWidget(Indicator, *INDICATOR), column_name="indicator"
    )

    class Meta:
        model = EvidenceRequirement
        import_id_fields = ["criterion", "name"]
        fields = ["criterion", "name", "indicator", "legal_basis", "source", "checked"]


class DossierRequirementResource(SourcedResource):
    criteria_set = fields.Field(
        attribute="criteria_set", widget=KeyWidget(CriteriaSet, "code"), column_name="criteria_set"
    )

    class Meta:
        model = DossierRequirement
        import_id_fields = ["criteria_set", "number"]
        fields = [
            "criteria_set",
            "number",
            "name",
            "done_by",
            "is_required",
            "source",
            "checked",
        ]


class BracketResource(OfAProvinceResource):
    criteria_set = fields.Field(
        attribute="criteria_set", widget=KeyWidget(CriteriaSet, "code"), column_name="criteria_set"
    )

    class Meta:
        model = Bracket
        import_id_fields = ["province", "name"]
        fields = [
            "name",
            "province",
            "criteria_set",
            "low",
            "high",
            "is_complete",
            "is_model",
            "legend",
            "source",
            "checked",
        ]


class LevelNameResource(SourcedResource):
    class Meta:
        model = LevelName
        import_id_fields = ["level", "valid_from"]
        fields = ["level", "name", "valid_from", "valid_until", "source", "checked"]
