from django.contrib import admin

from communes import admin_helps
from communes.models import Agency, Area, Commune, Village, WorkingGroup
from communes.resources import AgencyResource, AreaResource, CommuneResource
from nrm_tracker.admin import Lines, LoggedAdmin, ReferenceAdmin, SearchKeyAdmin
from nrm_tracker.dated_names_form import DatedNamesForm


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    helps = admin_helps.AREA
    resource_classes = [AreaResource]
    list_display = ["__str__", "code", "kind", "parent", "region", "dissolved_on", "checked"]
    list_editable = ["checked"]
    list_filter = ["kind", "region", "checked"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent", "successors"]


class VillageInline(Lines):
    model = Village


@admin.register(Commune)
class CommuneAdmin(SearchKeyAdmin, ReferenceAdmin):
    helps = admin_helps.COMMUNE
    form = DatedNamesForm
    resource_classes = [CommuneResource]
    list_display = ["name", "code", "slug", "kind", "area", "dissolved_on", "checked"]
    list_editable = ["checked"]
    list_filter = ["area", "kind", "checked"]
    list_select_related = ["area"]
    autocomplete_fields = ["area", "successors"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VillageInline]


@admin.register(Agency)
class AgencyAdmin(SearchKeyAdmin, ReferenceAdmin):
    helps = admin_helps.AGENCY
    form = DatedNamesForm
    resource_classes = [AgencyResource]
    list_display = ["name", "short_name", "key", "area", "checked"]
    list_editable = ["checked"]
    list_filter = ["area", "checked"]
    list_select_related = ["area"]
    autocomplete_fields = ["area"]


@admin.register(WorkingGroup)
class WorkingGroupAdmin(LoggedAdmin):
    helps = admin_helps.WORKING_GROUP
    list_display = ["name", "decision_number", "decided_on", "leader_name", "area"]
    list_filter = ["area"]
    list_select_related = ["area"]
    search_fields = ["name", "decision_number", "leader_name"]
    autocomplete_fields = ["area", "communes"]
