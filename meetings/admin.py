from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.documents import context, rendering
from meetings.models import (
    DocumentHead,
    DocumentTemplate,
    Entry,
    Task,
    Theme,
    Visit,
    WorkingSession,
)
from nrm_tracker import clock, uploads
from nrm_tracker.admin import LoggedAdmin, ReadOnlyAdmin, SearchKeyAdmin


@admin.register(Theme)
class ThemeAdmin(LoggedAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(DocumentHead)
class DocumentHeadAdmin(LoggedAdmin):
    helps = {
        "form": _("Papers of the Party and of the State have heads of their own."),
        "superior": _("Printed above the issuing body."),
        "issuer": _("Printed at the head, as UBND HUYỆN KỲ ANH."),
        "place": _("Before the day: “Kỳ Anh, ngày …”."),
        "is_checked": _("Once somebody compared a printed paper with one that the body issued."),
    }
    list_display = ["issuer", "form", "area", "is_checked", "missing"]
    list_filter = ["form", "is_checked"]
    list_select_related = ["area"]

    @admin.display(description=_("not set: printed as “…”"))
    def missing(self, row: DocumentHead) -> str:
        return ", ".join(context.unset(row))


class TemplateForm(forms.ModelForm):
    """A template is taken only if the paper can be made of it; else the old one stays."""

    upload = forms.FileField(
        label=_("Word file (.docx)"),
        help_text=_("Download the template in force, change it in Word, put it here."),
    )

    class Meta:
        model = DocumentTemplate
        fields = ["kind", "form"]

    def clean_upload(self) -> uploads.CheckedUpload:
        checked = uploads.check(self.cleaned_data["upload"])
        if checked.kind is not uploads.DOCX:
            raise ValidationError(gettext("The template must be a Word document (.docx)."))
        content = checked.upload.read()
        checked.upload.seek(0)
        if kind := self.cleaned_data.get("kind"):
            rendering.check(content, kind)
        return checked


@admin.register(DocumentTemplate)
class DocumentTemplateAdmin(LoggedAdmin):
    """The newest of a kind and form counts. None is changed or deleted: a newer one is put."""

    form = TemplateForm
    fields = ["kind", "form", "upload", "all_in_force"]
    readonly_fields = ["all_in_force"]
    list_display = ["kind", "form", "put_at", "put_by", "in_force"]
    list_filter = ["kind", "form"]
    list_select_related = ["put_by", "file"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentTemplate]:
        alike = DocumentTemplate.objects.filter(kind=OuterRef("kind"), form=OuterRef("form"))
        return super().get_queryset(request).annotate(newest=Subquery(alike.values("pk")[:1]))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.file = uploads.store(form.cleaned_data["upload"], request.user)
        obj.put_by, obj.put_at = request.user, clock.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("in force"))
    def in_force(self, row: Any) -> str | SafeString:
        if row.newest != row.pk:
            return gettext("Replaced by a newer one")
        return _download(row.kind, row.form, gettext("Download the one in force"))

    @admin.display(description=_("Templates in force"))
    def all_in_force(self, row: DocumentTemplate) -> SafeString:
        """Also the built-in ones, of which the list has no row."""
        Kind, Form = DocumentTemplate.Kind, WorkingSession.Form
        both = [(kind, form) for kind in Kind for form in Form]
        links = ((_download(kind, form, f"{kind.label} ({form.label})"),) for kind, form in both)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", links))


def _download(kind: str, form: str, text: str) -> SafeString:
    address = reverse("document-template", args=[kind, form])
    return format_html('<a href="{}">{}</a>', address, text)


@admin.register(WorkingSession)
class WorkingSessionAdmin(ReadOnlyAdmin):
    """Sessions are only looked at here: what changes them are their own pages."""

    list_display = ["title", "held_on", "form", "area", "state"]
    list_filter = ["form", "state", "area"]
    list_select_related = ["area"]
    search_fields = ["title", "legal_basis"]
    date_hierarchy = "held_on"


@admin.register(Entry)
class EntryAdmin(SearchKeyAdmin, ReadOnlyAdmin):
    list_display = ["__str__", "session", "commune", "speaker"]
    list_filter = ["kind", "session__area"]
    list_select_related = ["session", "commune"]


@admin.register(Task)
class TaskAdmin(SearchKeyAdmin, ReadOnlyAdmin):
    list_display = ["title", "lead_name", "commune", "due_on", "state"]
    list_filter = ["state", "kind", "area"]
    list_select_related = [
        "commune",
        "lead_agency",
        "lead_commune",
        "lead_working_group",
        "lead_person",
    ]


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ["commune", "kind", "body", "planned_on", "made_on"]
    list_filter = ["kind", "commune__area"]
    list_select_related = ["commune", "agency", "working_group"]
    date_hierarchy = "planned_on"
