from django.contrib import admin

from meetings.models import DocumentHead, Theme, WorkingSession
from nrm_tracker.admin import ReadOnlyAdmin


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(DocumentHead)
class DocumentHeadAdmin(admin.ModelAdmin):
    list_display = ["issuer", "form", "area", "is_checked"]
    list_filter = ["form", "is_checked"]
    list_select_related = ["area"]


@admin.register(WorkingSession)
class WorkingSessionAdmin(ReadOnlyAdmin):
    """Sessions are only looked at here: what changes them are their own pages."""

    list_display = ["title", "held_on", "form", "area", "state"]
    list_filter = ["form", "state", "area"]
    list_select_related = ["area"]
    search_fields = ["title", "legal_basis"]
    date_hierarchy = "held_on"
