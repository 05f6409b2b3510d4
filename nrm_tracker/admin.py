"""What the administration pages of several rooms share."""

from collections.abc import Mapping
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import DataError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import XLSX
from import_export.forms import ExportForm

from nrm_tracker import revision
from nrm_tracker.admin_import import SafeCSV
from nrm_tracker.forms import LONGEST_NUMBER, DayField

# Days as everywhere else, with their bounds.
DAYS: Mapping[type[models.Field], Mapping[str, Any]] = {models.DateField: {"form_class": DayField}}
# What a value ends in that is no number, day, key or name: Django's administration takes many of
# them as they come.
_ODD = (ValueError, OverflowError, DataError, FieldDoesNotExist, IncorrectLookupParameters)


class Site(admin.AdminSite):
    """Whatever is written here is reference data, accounts, rights: pages of all areas show it."""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        checked = super().admin_view(view, cacheable)

        @wraps(checked)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = _answered(checked, request, *args, **kwargs)
            if request.method == "POST":
                revision.bump()
            return response

        return inner


def _answered(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page, drawn here, so that an odd value is met wherever it is first looked at.

    400 where it stood in a parameter or a form, 404 where it named a row to act upon. What is sent
    is written whole, or not at all.
    """
    # PostgreSQL would find no such row, SQLite takes no such number.
    if any(len(key) > LONGEST_NUMBER for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
        raise Http404
    writes = transaction.atomic() if request.method == "POST" else nullcontext()
    try:
        with writes:
            response: HttpResponse = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response
    except _ODD as error:
        if not request.GET and not request.POST:
            raise
        raise (Http404 if "action" in request.POST else BadRequest) from error


class SearchKeyAdmin(admin.ModelAdmin):
    """Search without marks: "ky lac" finds Kỳ Lạc."""

    search_fields = ["search_key"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        return queryset.search(search_term), False


class ReferenceAdmin(ImportExportModelAdmin):
    """Reference data: a table of it goes out and comes back."""

    formats = [SafeCSV, XLSX]
    # The form that lets one choose columns needs scripts in the page, which we forbid.
    export_form_class = ExportForm
    list_per_page = 50
    formfield_overrides: Mapping[type[models.Field], Mapping[str, Any]] = DAYS

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
