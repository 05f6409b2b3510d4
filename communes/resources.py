"""Areas, communes and agencies as tables; the first column is the key."""

from import_export import fields
from import_export.widgets import ManyToManyWidget

from communes.models import Agency, Area, Commune
from nrm_tracker.admin_import import KeyWidget, ReferenceResource


class AreaResource(ReferenceResource):
    parent = fields.Field(attribute="parent", widget=KeyWidget(Area, "code"))
    successors = fields.Field(
        attribute="successors", widget=ManyToManyWidget(Area, separator="|", field="code")
    )

    class Meta:
        model = Area
        import_id_fields = ["code"]
        fields = [
            "code",
            "kind",
            "designation",
            "name",
            "parent",
            "region",
            "established_on",
            "dissolved_on",
            "successors",
            "source",
            "is_checked",
        ]


class CommuneResource(ReferenceResource):
    area = fields.Field(attribute="area", widget=KeyWidget(Area, "code"))
    successors = fields.Field(
        attribute="successors", widget=ManyToManyWidget(Commune, separator="|", field="slug")
    )

    class Meta:
        model = Commune
        import_id_fields = ["slug"]
        fields = [
            "slug",
            "area",
            "code",
            "name",
            "kind",
            "region_override",
            "group",
            "established_on",
            "dissolved_on",
            "successors",
            "latitude",
            "longitude",
            "area_km2",
            "population",
            "households",
            "figures_on",
            "figures_source",
            "source",
            "is_checked",
        ]


class AgencyResource(ReferenceResource):
    area = fields.Field(attribute="area", widget=KeyWidget(Area, "code"))

    class Meta:
        model = Agency
        import_id_fields = ["key"]
        fields = ["key", "area", "name", "short_name", "source", "is_checked"]
