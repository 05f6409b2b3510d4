from django import forms
from django.utils.translation import gettext_lazy as _

from plans.models import Activity
from plans.road.page import SAID_DELAY
from plans.road.variants import MOST, Variant


class VariantForm(forms.Form):
    """What if a step took longer, or shorter, or were not done."""

    activity = forms.TypedChoiceField(label=_("Work to do"), coerce=int)
    kind = forms.ChoiceField(
        label=_("Change"),
        choices=[
            ("delay", _("takes longer")),
            ("shorten", _("one team more, shorter")),
            ("drop", _("is not done")),
        ],
    )
    days = forms.IntegerField(
        label=_("Working days"),
        min_value=1,
        max_value=MOST,
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
    )

    def __init__(
        self, data: object, *, open_steps: list[Activity], proposed: int | None = None
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.open_steps = {one.pk: one for one in open_steps}
        for name, css in (("activity", "form-select"), ("kind", "form-select")):
            self.fields[name].widget.attrs["class"] = css
        self.fields["days"].widget = forms.TextInput(attrs={"class": "form-control"})
        self.fields["days"].initial = SAID_DELAY
        self.fields["activity"].initial = proposed
        self.fields["activity"].choices = [  # type: ignore[attr-defined]
            (key, str(one)) for key, one in self.open_steps.items()
        ]
        self.fields["days"].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, object]:
        data = self.cleaned_data
        if "days" in data and data.get("kind") != "drop" and not data["days"]:
            self.add_error("days", _("Say by how many working days."))
        return data

    def variant(self) -> Variant:
        data = self.cleaned_data
        return Variant(self.open_steps[data["activity"]], data["kind"], data["days"] or 0)
