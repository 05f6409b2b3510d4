from django.contrib import admin

from meetings.models import WorkingSession


@admin.register(WorkingSession)
class WorkingSessionAdmin(admin.ModelAdmin):
    list_display = ["title", "held_on", "form", "area"]
    list_filter = ["form", "area"]
    list_select_related = ["area"]
    search_fields = ["title", "legal_basis"]
    filter_horizontal = ["communes"]
    date_hierarchy = "held_on"
