"""What is asked once of all of a table: its day, and what its results or its values rest on."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.assessments.forms import ConclusionForm, shown
from criteria.imports.work import Work
from criteria.models import Basis, Level
from criteria.progress.assessment_log import future_day
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, WordsField


class BasisForm(ConclusionForm):
    """The day of all results and what they rest on: as one who records them directly says it."""

    assessed_on = DayField(label=_("Assessed on"))
    no_evidence_reason = WordsField(
        label=_("Why there is no evidence"),
        limit=PROSE,
        required=False,
        help_text=_("For all that are met and have none; not asked where a decision says so."),
    )
    reason = WordsField(
        label=_("Reason, remarks"),
        limit=PROSE,
        required=False,
        help_text=_("For all; asked where a criterion does not apply."),
    )

    field_order = ["assessed_on", "level", "basis", "basis_text", "decided_by", "on_behalf_of"]

    def __init__(self, *args: Any, work: Work, must_name_agency: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", work.choices.get("basis", {}).get("typed"))
        super().__init__(*args, **kwargs)
        self.must_name_agency = must_name_agency
        self.own_level = Level.of(work.run.area)
        if self.own_level == Level.PROVINCE:
            del self.fields["level"]
        else:
            self.offer_levels(clock.today())
        self.offer_agencies([work.run.area_id])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "level" not in self.fields:
            data["level"] = self.own_level
        self.check_conclusion(data.get("level", self.own_level))
        if data.get("basis") and data["basis"] != Basis.DECISION:
            self.require("no_evidence_reason", gettext("Say why nothing is attached."))
        _refuse_future(self, "assessed_on")
        return data

    def chosen(self) -> dict[str, Any]:
        return _chosen(self, self.cleaned_data["assessed_on"])

    def summary(self) -> list[tuple[str, str]]:
        said = ((field, self.cleaned_data.get(field.name)) for field in self)
        return [(str(field.label), shown(field.name, value)) for field, value in said if value]


class ValueBasisForm(EntryForm):
    """The day on which all values were true, and where they come from."""

    measured_on = DayField(label=_("Measured on"))
    source = WordsField(
        label=_("Source of the value"),
        limit=500,
        help_text=_("The report or the register that has the figures, with its number and day."),
    )

    def __init__(self, *args: Any, work: Work, must_name_agency: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", work.choices.get("basis", {}).get("typed"))
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        _refuse_future(self, "measured_on")
        return self.cleaned_data

    def chosen(self) -> dict[str, Any]:
        return _chosen(self, self.cleaned_data["measured_on"])

    def summary(self) -> list[tuple[str, str]]:
        day, source = self.cleaned_data["measured_on"], self.cleaned_data["source"]
        labels = [str(field.label) for field in self]
        return list(zip(labels, (f"{day:%d/%m/%Y}", source), strict=True))


def _refuse_future(form: EntryForm, name: str) -> None:
    day = form.cleaned_data.get(name)
    if day and day > clock.today():
        form.add_error(name, future_day(day, name))


def _chosen(form: EntryForm, day: dt.date) -> dict[str, Any]:
    typed = {name: form.data.get(name, "") for name in form.fields}
    return {"typed": typed, "day": day.isoformat()}
