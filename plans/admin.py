from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from nrm_tracker.admin import LoggedAdmin
from plans import admin_helps
from plans.models import CalendarDay, ModelCriterion, Plan, UsualStep


@admin.register(CalendarDay)
class CalendarDayAdmin(LoggedAdmin):
    """The days of the whole country; those of an area are kept on its own page."""

    helps = admin_helps.CALENDAR_DAY
    list_display = ["day", "kind", "name", "order", "is_expected", "checked"]
    list_filter = ["kind", "is_expected", "checked"]
    search_fields = ["name", "order"]
    exclude = ["area"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarDay]:
        return super().get_queryset(request).filter(area__isnull=True)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Plan.objects.all().mark_stale()

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        super().delete_model(request, obj)
        Plan.objects.all().mark_stale()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        super().delete_queryset(request, queryset)
        Plan.objects.all().mark_stale()


@admin.register(UsualStep)
class UsualStepAdmin(LoggedAdmin):
    helps = admin_helps.USUAL_STEP
    list_display = ["criterion_number", "order", "name", "working_days", "set_code"]
    list_filter = ["set_code", "criterion_number"]
    search_fields = ["name"]


@admin.register(ModelCriterion)
class ModelCriterionAdmin(LoggedAdmin):
    """Their names and what they ask for; which there are is fixed, as villages have results."""

    helps = admin_helps.MODEL_CRITERION
    list_display = ["kind", "number", "name", "checked"]
    list_filter = ["kind", "checked"]
    search_fields = ["name", "note"]
    readonly_fields = ["kind", "number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: ModelCriterion | None = None
    ) -> bool:
        return False
