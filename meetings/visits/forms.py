"""The forms of a visit: planned, then recorded or given up."""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Agency, WorkingGroup
from criteria.models import Criterion, CriterionStatus
from meetings.models import Visit
from meetings.visits.queries import VisitOffer
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, UploadsField, WordsField
from nrm_tracker.uploads import CheckedUpload

PURPOSE, CAPTION, SUMMARY = 500, 300, 10_000
# So few criteria stand open; of more each opens by itself.
OPEN_AT_MOST = 5
_FINDING = "finding-"


class PlanForm(EntryForm):
    """Who goes where, when and what for."""

    body = forms.ChoiceField(label=_("Who goes"))
    commune = forms.ChoiceField(label=_("Commune"))
    kind = forms.ChoiceField(
        label=_("Kind of visit"),
        choices=Visit.Kind.choices,
        widget=forms.RadioSelect,
        initial=Visit.Kind.SUPERVISION,
    )
    planned_on = DayField(
        label=_("Day of the visit"),
        help_text=_(
            "Day/month/year, as 08/09/2020. A day gone by: what was found is recorded next."
        ),
    )
    purpose = WordsField(label=_("Purpose, content"), limit=PURPOSE, lines=2)

    def __init__(self, data: QueryDict | None = None, *, offer: VisitOffer, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        bodies: list[Agency | WorkingGroup] = [*offer.groups, *offer.agencies]
        self.bodies = {key_of(body): body for body in bodies}
        self.communes = {commune.slug: commune for commune in offer.communes}
        groups = [(key_of(group), group.name) for group in offer.groups]
        agencies = [(key_of(agency), agency.name) for agency in offer.agencies]
        grouped = [(_("Working groups"), groups), (_("Agencies"), agencies)]
        named = [(label, choices) for label, choices in grouped if choices]
        self._offer("body", _("Choose who goes"), named, len(self.bodies))
        places = [(slug, commune.full_name) for slug, commune in self.communes.items()]
        self._offer("commune", _("Choose a commune"), places, len(places))

    def _offer(self, name: str, ask: Any, choices: list[Any], count: int) -> None:
        """The only choice is made already."""
        asked = [] if count == 1 else [("", ask)]
        self.fields[name].choices = [*asked, *choices]  # type: ignore[attr-defined]

    @property
    def body_chosen(self) -> tuple[int | None, int | None]:
        """The keys of the agency and of the working group that it names so far."""
        body = self.bodies.get(str(self["body"].value()))
        if body is None:
            return None, None
        return (body.pk, None) if isinstance(body, Agency) else (None, body.pk)

    def visit(self) -> Visit:
        data = self.cleaned_data
        body = self.bodies[data["body"]]
        return Visit(
            kind=data["kind"],
            agency=body if isinstance(body, Agency) else None,
            working_group=body if isinstance(body, WorkingGroup) else None,
            commune=self.communes[data["commune"]],
            planned_on=data["planned_on"],
            purpose=data["purpose"],
        )


def key_of(body: Agency | WorkingGroup) -> str:
    """How the form names a body, and an address that proposes it."""
    return f"{'agency' if isinstance(body, Agency) else 'group'}-{body.pk}"


class OutcomeForm(EntryForm):
    """A form on a planned visit; `conflict` is the visit as somebody else recorded it first."""

    heading: ClassVar[str | Promise]
    conflict: Visit | None = None


class GiveUpForm(OutcomeForm):
    heading = _("Give the visit up")

    reason = WordsField(label=_("Why the visit is not made"), limit=PROSE, lines=3)


class FindingLine(NamedTuple):
    """What the form asks of one criterion."""

    status: CriterionStatus
    field: BoundField
    is_open: bool


class VisitOutcomeForm(OutcomeForm):
    """What was seen: in a few words, of single criteria, in photos and papers."""

    heading = _("Record what was seen")

    made_on = DayField(label=_("Made on"))
    summary = WordsField(label=_("What was seen"), limit=SUMMARY, lines=6, required=False)
    new_files = UploadsField(label=_("Photos, papers"), required=False)
    captions = WordsField(
        label=_("Captions of the photos and papers"),
        limit=PROSE,
        lines=2,
        required=False,
        help_text=_("One for all, or one a line in the order of the files. May stay empty."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        visit: Visit,
        cells: Iterable[CriterionStatus],
        **kwargs: Any,
    ) -> None:
        made_on = min(visit.planned_on, clock.today())
        super().__init__(data, files, initial={"made_on": made_on}, **kwargs)
        self.cells = {f"{_FINDING}{cell.criterion_id}": cell for cell in cells}
        for name, cell in self.cells.items():
            self.fields[name] = WordsField(
                label=str(cell.criterion), limit=PROSE, lines=2, required=False
            )

    @property
    def main(self) -> list[BoundField]:
        return [self["made_on"], self["summary"]]

    @property
    def papers(self) -> list[BoundField]:
        return [self["new_files"], self["captions"]]

    @property
    def lines(self) -> list[FindingLine]:
        """The criteria that the person may speak to; what was typed or is wrong stands open."""
        are_few = len(self.cells) <= OPEN_AT_MOST
        return [
            FindingLine(cell, self[name], are_few or bool(self[name].value() or self[name].errors))
            for name, cell in self.cells.items()
        ]

    @property
    def typed_findings(self) -> list[FindingLine]:
        return [line for line in self.lines if line.field.value()]

    def clean(self) -> dict[str, Any]:
        self._tell_strange_findings()
        data = self.cleaned_data
        if "new_files" in data and "captions" in data:
            self._check_captions()
        if data.get("new_files") and self.errors:
            self.add_error("new_files", gettext("Choose the files again."))
        return data

    def findings(self) -> dict[Criterion, str]:
        data = self.cleaned_data
        return {cell.criterion: data[name] for name, cell in self.cells.items() if data[name]}

    def captioned(self) -> list[tuple[CheckedUpload, str]]:
        """The files, each with its caption."""
        files = self.cleaned_data["new_files"]
        lines = self._caption_lines() or [""]
        captions = lines * len(files) if len(lines) == 1 else lines
        return list(zip(files, captions, strict=True)) if files else []

    def _tell_strange_findings(self) -> None:
        """What was typed of a criterion that the person may speak to no longer is not lost."""
        for name in self.data:
            text = str(self.data[name]).strip()
            if name.startswith(_FINDING) and name not in self.cells and text:
                message = gettext("Not recorded: a finding on a criterion of others. “%(text)s”")
                self.add_error(None, message % {"text": text[:PROSE]})

    def _caption_lines(self) -> list[str]:
        typed = self.cleaned_data["captions"].splitlines()
        return [line.strip() for line in typed if line.strip()]

    def _check_captions(self) -> None:
        lines, count = self._caption_lines(), len(self.cleaned_data["new_files"])
        if (lines and not count) or (len(lines) > 1 and len(lines) != count):
            message = gettext("There are %(lines)s captions for %(count)s files.")
            self.add_error("captions", message % {"lines": len(lines), "count": count})
        if any(len(line) > CAPTION for line in lines):
            message = gettext("The caption of a photo or paper may have %(limit)s characters.")
            self.add_error("captions", message % {"limit": CAPTION})
