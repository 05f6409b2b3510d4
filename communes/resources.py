"""Areas, communes and agencies as tables; the first column is the key."""

from typing import Any

from import_export import fields
from import_export.widgets import ManyToManyWidget

from communes.models import Agency, Area, Checked, Commune
from nrm_tracker.admin_import import KeyWidget, ReferenceResource, TextWidget
from nrm_tracker.text import of_cell


class CheckedWidget(TextWidget):
    """What a row was compared with, in the words of pages; a file may give the code as well."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        said = of_cell(value)
        known = (state.value for state in Checked if said in (state.value, str(state.label)))
        return next(known, said or Checked.UNREAD.value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(Checked(value).label)


class SourcedResource(ReferenceResource):
    """Rows of what documents say."""

    checked = fields.Field(attribute="checked", column_name="checked", widget=CheckedWidget())

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """A file of before says only whether a row was checked, not with what."""
        headers = dataset.headers or []
        if "is_checked" in headers and "checked" not in headers:
            was = [of_cell(cell).casefold() in ("1", "true") for cell in dataset["is_checked"]]
            column = [Checked.QUOTED.value if one else Checked.UNREAD.value for one in was]
            dataset.append_col(column, header="checked")
        super().before_import(dataset, **kwargs)


class AreaResource(SourcedResource):
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
            "nearly_counts",
            "established_on",
            "dissolved_on",
            "successors",
            "source",
            "checked",
        ]


class CommuneResource(SourcedResource):
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
            "checked",
        ]


class AgencyResource(SourcedResource):
    area = fields.Field(attribute="area", widget=KeyWidget(Area, "code"))

    class Meta:
        model = Agency
        import_id_fields = ["key"]
        fields = ["key", "area", "name", "short_name", "source", "checked"]
