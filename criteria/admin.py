"""The yardstick is kept here; what was measured with it is only looked at."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, ForeignKey, Model, QuerySet, URLField
from django.forms import Field as FormField
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from criteria import admin_helps
from criteria.models import (
    Assessment,
    Bracket,
    Charge,
    Claim,
    ClaimDecision,
    Comment,
    CriteriaSet,
    Criterion,
    CriterionGroup,
    CriterionStatus,
    Difficulty,
    DossierRequirement,
    DossierStep,
    Enrolment,
    Evidence,
    EvidenceRequirement,
    GroupDecision,
    Indicator,
    LevelName,
    Measurement,
    Recognition,
    Responsibility,
    Round,
    RoundReturn,
    Standing,
    TargetChange,
    Threshold,
)
from criteria.standards.resources import (
    BracketResource,
    CriteriaSetResource,
    CriterionResource,
    DossierRequirementResource,
    EvidenceRequirementResource,
    IndicatorResource,
    LevelNameResource,
    ResponsibilityResource,
    ThresholdResource,
)
from nrm_tracker.admin import Lines, ReadOnlyAdmin, ReferenceAdmin, SearchKeyAdmin
from nrm_tracker.models import StoredFile
from nrm_tracker.text import search_key


class OfTheSameParent:
    """Inlines whose choices are rows of the page's own object, read once for all lines."""

    own_choices: dict[str, str] = {}

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        parent = self.own_choices.get(db_field.name)
        if parent:
            match = request.resolver_match
            pk = match.kwargs.get("object_id") if match else None
            rows = db_field.related_model._default_manager
            kwargs["queryset"] = rows.filter(**{parent: pk}) if pk else rows.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class GroupInline(Lines):
    helps = admin_helps.CRITERION_GROUP
    model = CriterionGroup


class CriterionInline(OfTheSameParent, Lines):
    helps = admin_helps.CRITERION
    model = Criterion
    fields = ["number", "group", "name", "short_name", "checked"]
    own_choices = {"group": "criteria_set"}
    show_change_link = True
    about = _(
        "Once communes are enrolled in the set, no criterion is added, removed or numbered anew:"
        " what was recorded rests on them."
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_in_use())


@admin.register(CriteriaSet)
class CriteriaSetAdmin(ReferenceAdmin):
    helps = admin_helps.CRITERIA_SET
    resource_classes = [CriteriaSetResource]
    list_display = ["name", "code", "tier", "valid_from", "valid_until", "checked"]
    list_editable = ["checked"]
    list_filter = ["tier", "checked"]
    search_fields = ["name", "code", "legal_basis"]
    inlines = [GroupInline, CriterionInline]


class IndicatorInline(OfTheSameParent, Lines):
    helps = admin_helps.INDICATOR
    model = Indicator
    fields = ["code", "text", "kind", "unit", "comparator", "part_of", "checked"]
    own_choices = {"part_of": "criterion"}
    show_change_link = True


class ResponsibilityInline(OfTheSameParent, Lines):
    helps = admin_helps.RESPONSIBILITY
    model = Responsibility
    fields = ["agency", "indicator", "from_on", "until_on", "checked"]
    autocomplete_fields = ["agency"]
    own_choices = {"indicator": "criterion"}


class EvidenceRequirementInline(OfTheSameParent, Lines):
    helps = admin_helps.EVIDENCE_REQUIREMENT
    model = EvidenceRequirement
    fields = ["name", "indicator", "legal_basis", "checked"]
    own_choices = {"indicator": "criterion"}


@admin.register(Criterion)
class CriterionAdmin(SearchKeyAdmin, ReferenceAdmin):
    helps = admin_helps.CRITERION
    resource_classes = [CriterionResource]
    list_display = ["number", "name", "short_name", "criteria_set", "checked"]
    list_display_links = ["name"]
    list_editable = ["checked"]
    list_filter = ["criteria_set", "checked"]
    list_select_related = ["criteria_set"]
    inlines = [IndicatorInline, ResponsibilityInline, EvidenceRequirementInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and obj.criteria_set.is_in_use())


class ThresholdInline(Lines):
    helps = admin_helps.THRESHOLD
    model = Threshold
    fields = [
        "region",
        "commune_group",
        "province",
        "is_set_by_province",
        "value",
        "text",
        "valid_from",
        "valid_until",
        "checked",
    ]


@admin.register(Indicator)
class IndicatorAdmin(ReferenceAdmin):
    helps = admin_helps.INDICATOR
    resource_classes = [IndicatorResource]
    list_display = ["code", "text", "criterion", "kind", "unit", "comparator", "checked"]
    list_display_links = ["code", "text"]
    list_editable = ["checked"]
    list_filter = ["criterion__criteria_set", "kind", "checked"]
    list_select_related = ["criterion"]
    search_fields = ["code", "text"]
    autocomplete_fields = ["criterion", "part_of"]
    inlines = [ThresholdInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """By its own words, or by those of its criterion without marks."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        words = search_key(search_term).split()
        if words and "." not in search_term and not found.query.is_empty():
            rows = queryset
            for word in words:
                rows = rows.filter(criterion__search_key__contains=word)
            found = found | rows
        return found, may_repeat


@admin.register(Threshold)
class ThresholdAdmin(ReferenceAdmin):
    helps = admin_helps.THRESHOLD
    resource_classes = [ThresholdResource]
    list_display = [
        "indicator",
        "region",
        "commune_group",
        "province",
        "value",
        "text",
        "valid_from",
        "checked",
    ]
    list_editable = ["checked"]
    list_filter = ["indicator__criterion__criteria_set", "region", "province", "checked"]
    list_select_related = ["indicator", "province"]
    search_fields = ["=indicator__code", "indicator__text", "text"]
    autocomplete_fields = ["indicator"]


@admin.register(Responsibility)
class ResponsibilityAdmin(ReferenceAdmin):
    helps = admin_helps.RESPONSIBILITY
    resource_classes = [ResponsibilityResource]
    list_display = ["agency", "criterion", "indicator", "from_on", "until_on", "checked"]
    list_editable = ["checked"]
    list_filter = ["criterion__criteria_set", "agency", "checked"]
    list_select_related = ["agency", "criterion", "indicator"]
    search_fields = ["agency__search_key", "criterion__search_key"]
    autocomplete_fields = ["agency", "criterion", "indicator"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search_key(search_term))


@admin.register(EvidenceRequirement)
class EvidenceRequirementAdmin(ReferenceAdmin):
    helps = admin_helps.EVIDENCE_REQUIREMENT
    resource_classes = [EvidenceRequirementResource]
    list_display = ["name", "criterion", "indicator", "legal_basis", "checked"]
    list_editable = ["checked"]
    list_filter = ["criterion__criteria_set", "checked"]
    list_select_related = ["criterion", "indicator"]
    search_fields = ["criterion__search_key"]
    autocomplete_fields = ["criterion", "indicator"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search_key(search_term))


@admin.register(DossierRequirement)
class DossierRequirementAdmin(ReferenceAdmin):
    helps = admin_helps.DOSSIER_REQUIREMENT
    resource_classes = [DossierRequirementResource]
    list_display = ["number", "name", "done_by", "criteria_set", "is_required", "checked"]
    list_display_links = ["name"]
    list_editable = ["checked"]
    list_filter = ["criteria_set", "is_required", "checked"]
    list_select_related = ["criteria_set"]
    search_fields = ["name", "done_by"]


@admin.register(Bracket)
class BracketAdmin(ReferenceAdmin):
    helps = admin_helps.BRACKET
    resource_classes = [BracketResource]
    list_display = [
        *("name", "province", "criteria_set", "low", "high", "is_complete", "is_model", "checked")
    ]
    list_select_related = ["criteria_set", "province"]
    list_filter = ["criteria_set", "province"]
    list_editable = ["checked"]


@admin.register(LevelName)
class LevelNameAdmin(ReferenceAdmin):
    helps = admin_helps.LEVEL_NAME
    resource_classes = [LevelNameResource]
    list_display = ["name", "level", "valid_from", "valid_until", "checked"]
    list_editable = ["checked"]


class OfCommunesAdmin(ReadOnlyAdmin):
    """History of communes, found by the commune's name without marks."""

    commune = "enrolment__commune"

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return [f"{self.commune}__search_key"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        return super().get_search_results(request, queryset, search_key(search_term))


@admin.register(Enrolment)
class EnrolmentAdmin(OfCommunesAdmin):
    commune = "commune"
    list_display = ["commune", "criteria_set", "opened_on", "target_on", "closed_on"]
    list_filter = ["criteria_set"]
    list_select_related = ["commune", "criteria_set"]


@admin.register(TargetChange)
class TargetChangeAdmin(OfCommunesAdmin):
    list_display = ["enrolment", "from_on", "to_on", "by", "at"]
    list_select_related = ["enrolment__commune", "enrolment__criteria_set", "by"]


@admin.register(GroupDecision)
class GroupDecisionAdmin(OfCommunesAdmin):
    commune = "commune"
    list_display = ["commune", "group", "from_on", "decision_number", "decided_on", "by", "at"]
    list_filter = ["group"]
    list_select_related = ["commune", "by"]


@admin.register(CriterionStatus)
class CriterionStatusAdmin(OfCommunesAdmin):
    list_display = ["__str__", "result", "version"]
    list_filter = ["result", "enrolment__criteria_set"]
    list_select_related = ["enrolment__commune", "criterion"]


@admin.register(Assessment)
class AssessmentAdmin(OfCommunesAdmin):
    commune = "status__enrolment__commune"
    list_display = ["status", "result", "level", "basis", "assessed_on", "recorded_at"]
    list_filter = ["level", "result", "basis"]
    list_select_related = ["status__enrolment__commune", "status__criterion"]
    date_hierarchy = "assessed_on"


@admin.register(Measurement)
class MeasurementAdmin(OfCommunesAdmin):
    list_display = ["indicator", "enrolment", "level", "measured_on", "recorded_at", "recorded_by"]
    list_filter = ["level"]
    list_select_related = [
        "enrolment__commune", "enrolment__criteria_set", "indicator__criterion", "recorded_by"
    ]  # fmt: skip
    date_hierarchy = "measured_on"


@admin.register(Claim)
class ClaimAdmin(OfCommunesAdmin):
    """Without drafts: those are the commune's own (rule 9)."""

    commune = "status__enrolment__commune"
    list_display = ["status", "result", "state", "submitted_at", "submitted_by", "closed_at"]
    list_filter = ["state", "result"]
    list_select_related = ["status__enrolment__commune", "status__criterion", "submitted_by"]
    date_hierarchy = "submitted_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).exclude(state=Claim.State.DRAFT)


@admin.register(ClaimDecision)
class ClaimDecisionAdmin(OfCommunesAdmin):
    commune = "claim__status__enrolment__commune"
    list_display = ["claim", "agency", "indicator", "verdict", "by", "at"]
    list_filter = ["verdict"]
    list_select_related = [
        "claim__status__enrolment__commune", "claim__status__criterion", "agency", "indicator", "by"
    ]  # fmt: skip
    date_hierarchy = "at"


@admin.register(Difficulty)
class DifficultyAdmin(ReadOnlyAdmin):
    list_display = ["commune", "criterion", "cause", "asked_of", "stated_on", "resolved_on"]
    list_filter = ["asked_of"]
    list_select_related = ["commune", "criterion"]
    search_fields = ["search_key"]
    date_hierarchy = "stated_on"


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin):
    list_display = ["person", "commune", "criterion", "from_on", "until_on", "due_on"]
    list_select_related = ["person", "commune", "criterion"]
    search_fields = ["person__search_key", "commune__search_key"]
    date_hierarchy = "from_on"


@admin.register(Comment)
class CommentAdmin(OfCommunesAdmin):
    commune = "status__enrolment__commune"
    list_display = ["status", "text", "by", "at", "is_taken_back"]
    list_select_related = ["status__enrolment__commune", "status__criterion", "by"]
    date_hierarchy = "at"


@admin.register(Standing)
class StandingAdmin(OfCommunesAdmin):
    list_display = ["enrolment", "on_day", "met_count", "applicable_count"]
    list_filter = ["enrolment__criteria_set"]
    list_select_related = ["enrolment__commune", "enrolment__criteria_set"]
    date_hierarchy = "on_day"


@admin.register(Recognition)
class RecognitionAdmin(OfCommunesAdmin):
    list_display = ["enrolment", "title", "decision_number", "decided_on", "revoked_on"]
    list_filter = ["enrolment__criteria_set"]
    list_select_related = ["enrolment__commune", "enrolment__criteria_set"]


@admin.register(Evidence)
class EvidenceAdmin(OfCommunesAdmin):
    """Without what holds personal data: administrators are not among those who see it (rule 10)."""

    list_display = ["caption", "enrolment", "attached_at", "attached_by", "removed_at"]
    list_filter = ["enrolment__criteria_set"]
    list_select_related = ["enrolment__commune", "enrolment__criteria_set", "attached_by"]
    date_hierarchy = "attached_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(has_personal_data=False)

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(DossierStep)
class DossierStepAdmin(OfCommunesAdmin):
    list_display = ["enrolment", "requirement", "done_on", "number", "recorded_at"]
    list_filter = ["enrolment__criteria_set"]
    list_select_related = ["enrolment__commune", "enrolment__criteria_set", "requirement"]
    date_hierarchy = "recorded_at"


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """What is kept, not the content: files are served by the pages that check who asks."""

    list_display = ["name", "kind", "size", "stored_at", "stored_by"]
    list_select_related = ["stored_by"]
    exclude = ["content", "thumbnail"]
    search_fields = ["name", "=sha256"]
    date_hierarchy = "stored_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).exclude(evidence__has_personal_data=True)


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    list_display = ["number", "name", "area", "opens_on", "closes_on", "closed_at"]
    list_display_links = ["name"]
    list_filter = ["area"]
    list_select_related = ["area"]
    date_hierarchy = "opens_on"


@admin.register(RoundReturn)
class RoundReturnAdmin(OfCommunesAdmin):
    list_display = ["enrolment", "round", "submitted_at", "results", "own_results"]
    list_filter = ["round"]
    list_select_related = ["enrolment__commune", "enrolment__criteria_set", "round"]
