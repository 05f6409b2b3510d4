"""What the administration pages of several rooms share."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm


class SearchKeyAdmin(admin.ModelAdmin):
    """Search without marks: "ky lac" finds Kỳ Lạc."""

    search_fields = ["search_key"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        return queryset.search(search_term), False


class ReferenceAdmin(ImportExportModelAdmin):
    """Reference data: a table of it goes out and comes back."""

    formats = [CSV, XLSX]
    # The form that lets one choose columns needs scripts in the page, which we forbid.
    export_form_class = ExportForm
    list_per_page = 50


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is written elsewhere, by its own rules, and only looked at here."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
