"""What the administration pages of several rooms share."""

from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from nrm_tracker import revision


class Site(admin.AdminSite):
    """Whatever is written here is reference data, accounts, rights: pages of all areas show it."""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        checked = super().admin_view(view, cacheable)

        @wraps(checked)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = checked(request, *args, **kwargs)
            if request.method == "POST":
                revision.bump()
            return response

        return inner


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

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What was confirmed. A file that is gone was imported already, or waited too long."""
        try:
            return super().process_import(request, **kwargs)
        except (OSError, ValueError, LookupError):
            messages.error(request, _("This file was imported already, or is gone. Send it again."))
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is written elsewhere, by its own rules, and only looked at here."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
