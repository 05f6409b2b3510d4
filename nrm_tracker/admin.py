"""What the administration pages of several rooms share."""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django import forms
from django.apps import AppConfig, apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.db import DataError, models, transaction
from django.forms import BaseInlineFormSet, BaseModelFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.i18n import JavaScriptCatalog
from import_export.admin import ImportExportModelAdmin
from import_export.forms import ExportForm
from import_export.results import Result, RowResult

from nrm_tracker import change_log, figures, revision
from nrm_tracker.admin_import import BoundedXLSX, SafeCSV
from nrm_tracker.forms import LONGEST_NUMBER, DayField
from nrm_tracker.text import LONGEST_SEARCH
from nrm_tracker.third_party_messages import ADMIN_SCRIPTS

# Days as everywhere else: typed, with their bounds.
DAYS: Mapping[type[models.Field], Mapping[str, Any]] = {
    models.DateField: {"form_class": DayField, "widget": forms.DateInput}
}
# What a value ends in that is no number, day, key or name: Django's administration takes many of
# them as they come.
_ODD = (ValueError, OverflowError, DataError, FieldDoesNotExist, IncorrectLookupParameters)


class Words(JavaScriptCatalog):
    """What the scripts of the administration say, where our catalogue has it in our register."""

    def get_catalog(self) -> dict[str, Any]:
        return super().get_catalog() | {said: translation.gettext(said) for said in ADMIN_SCRIPTS}


class Site(admin.AdminSite):
    """Whatever is written here is reference data, accounts, rights: pages of all areas show it."""

    enable_nav_sidebar = False

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms of the house, each with what is kept there, and then what is looked at."""
        rooms: dict[AppConfig, dict[str, Any]] = {}
        for app in super().get_app_list(request, app_label):
            for model in app["models"]:
                # A package's models are listed where they are registered.
                keeper = type(self._registry[model["model"]]).__module__.partition(".")[0]
                room = apps.get_app_config(keeper)
                said = {"name": room.verbose_name, "about": getattr(room, "about", "")}
                listed = rooms.setdefault(room, app | said | {"models": [], "looked_at": []})
                may_write = model["add_url"] or not model["view_only"]
                listed["models" if may_write else "looked_at"].append(model)
        order = list(apps.get_app_configs())
        return [rooms[room] for room in sorted(rooms, key=order.index)]

    def i18n_javascript(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return Words.as_view(packages=["django.contrib.admin"])(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        checked = super().admin_view(view, cacheable)

        @wraps(checked)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # Who may not come in writes nothing: whatever they send, no page grows stale.
            if request.method != "POST" or not self.has_permission(request):
                return _answered(checked, request, *args, **kwargs)
            # What is sent is written whole, or not at all.
            with transaction.atomic():
                response = _answered(checked, request, *args, **kwargs)
                revision.bump()
            return response

        return inner


def _answered(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page, drawn here, so that an odd value is met wherever it is first looked at.

    400 where it stood in a parameter or a form, 404 where it named a row to act upon.
    """
    # PostgreSQL would find no such row, SQLite takes no such number.
    if any(len(key) > LONGEST_NUMBER for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
        raise Http404
    try:
        response: HttpResponse = view(request, *args, **kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response
    except _ODD as error:
        if not request.GET and not request.POST:
            raise
        raise (Http404 if "action" in request.POST else BadRequest) from error


class NamedRows(BaseModelFormSet):
    """Rows of a table whose controls say, to who hears the page, what they are and of which row."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = form.instance
        named = str(row) if row.pk else _("new row")
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = f"{capfirst(field.label)}: {named}"


class NamedLines(NamedRows, BaseInlineFormSet):
    """The same of what belongs to the object of the page."""


class Helped:
    """Below a field whose label does not say what is meant stands `helps`, by the field's name,
    where its model says nothing."""

    helps: Mapping[str, str | Promise] = {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if (said := self.helps.get(db_field.name)) and not db_field.help_text:
            kwargs.setdefault("help_text", said)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class Lines(Helped, admin.TabularInline):
    """What belongs to the object of the page, a line each; `about` is said above them."""

    about: str | Promise = ""
    template = "admin/edit_inline/lines.html"
    formset = NamedLines
    formfield_overrides = DAYS
    extra = 0


class BoundedSearch(admin.ModelAdmin):
    """Of a text longer than a database looks for nothing is found."""

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        if len(search_term) > LONGEST_SEARCH:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


class LoggedAdmin(Helped, BoundedSearch):
    """Whatever is changed or deleted here is logged with each value, as it was and as it is."""

    formfield_overrides = DAYS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Last, where what a document says was read."""
        if self.fieldsets:
            return super().get_fieldsets(request, obj)
        fields = list(self.get_fields(request, obj))
        read = [name for name in ("source", "checked") if name in fields]
        parts: list[Any] = [(None, {"fields": [name for name in fields if name not in read]})]
        if read:
            said = _("In what this was read, and whether it was compared with the document itself.")
            parts.append((_("Source and check"), {"fields": read, "description": said}))
        return parts

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=NamedRows, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Where it is to be changed, nobody else changes it meanwhile."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return self.get_queryset(request).select_for_update(of=("self",)).get(pk=found.pk)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        if not isinstance(form, ModelForm):
            return message
        changed = [] if add or not form.changed_data else [form]
        for formset in formsets or []:
            rows = [row for row, _fields in formset.changed_objects]
            changed += [one for one in formset.initial_forms if one.instance in rows]
        told = [part["changed"] for part in message if "changed" in part]
        for part, one in zip(told, changed, strict=True):
            part["fields"] = change_log.of_form(one)
        return message

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        return [
            LogEntry.objects.log_actions(
                request.user.pk, [row], DELETION, _changes(row, None), single_object=True
            )
            for row in queryset
        ]


def _as_figure(model: type[models.Model], name: Any) -> Any:
    """What shows a column of numbers as pages do, 1.108,5: Django would write 1108,500."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    field = fields.get(name) if isinstance(name, str) else None
    if not isinstance(field, models.DecimalField | models.BigIntegerField) or field.primary_key:
        return name

    @admin.display(description=field.verbose_name, ordering=name)
    def shown(row: models.Model) -> str | None:
        number = getattr(row, name)
        return None if number is None else figures.grouped(number)

    shown.__name__ = name
    return shown


def _changes(before: Any, after: Any) -> list[dict[str, Any]]:
    """What the log keeps of an edit, as Django's own log writes it."""
    return [{"changed": {"fields": change_log.of_rows(before, after)}}]


class SearchKeyAdmin(LoggedAdmin):
    """Search without marks: "ky lac" finds Kỳ Lạc."""

    search_fields = ["search_key"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        return queryset.search(search_term), False


class ReferenceAdmin(LoggedAdmin, ImportExportModelAdmin):
    """Reference data: a table of it goes out and comes back."""

    formats = [SafeCSV, BoundedXLSX]
    # The form that lets one choose columns needs scripts in the page, which we forbid.
    export_form_class = ExportForm
    list_per_page = 50

    def generate_log_entries(self, result: Result, request: HttpRequest) -> None:
        for row in result:
            if row.import_type == RowResult.IMPORT_TYPE_NEW:
                self.log_addition(request, row.instance, [{"added": {}}])
            elif row.import_type == RowResult.IMPORT_TYPE_UPDATE:
                self.log_change(request, row.instance, _changes(row.original, row.instance))

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """What is said beside the file that could not be read."""
        if isinstance(e, ValidationError):
            form.add_error("import_file", e)
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What was confirmed. A file that is gone was imported already, or waited too long."""
        try:
            return super().process_import(request, **kwargs)
        except (OSError, ValueError, LookupError, ValidationError) as error:
            said = _("This file was imported already, or is gone. Send it again.")
            refused = error.messages if isinstance(error, ValidationError) else [said]
            messages.error(request, " ".join(refused))
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))


class ReadOnlyAdmin(BoundedSearch):
    """What is written elsewhere, by its own rules, and only looked at here."""

    list_per_page = 50

    def get_list_display(self, request: HttpRequest) -> Any:
        return [_as_figure(self.model, name) for name in super().get_list_display(request)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [_as_figure(self.model, name) for name in super().get_fields(request, obj)]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
