"""One conclusion about many cells: a head that all share, and a row for each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import signature
from criteria.assessments.bulk import BulkRefused, CellOffer, Outcome, Wanted, refuse_foreign
from criteria.assessments.forms import ConclusionForm, FindingForm, shown
from criteria.assessments.past_days import PastDays
from criteria.models import Level, Result
from criteria.models.history import ASSESSABLE, SAYABLE
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, Conflict, DayField, WordsField


class HeadForm(ConclusionForm):
    """What is the same for every row."""

    assessed_on = DayField(label=_("Assessed on"), initial=clock.today)

    field_order = [
        "assessed_on",
        "level",
        "basis",
        "basis_text",
        "decided_by",
        "on_behalf_of",
        "document_number",
    ]

    def __init__(
        self, data: QueryDict | None, *, offers: list[CellOffer], user: User, day: dt.date
    ) -> None:
        mine = [offer for offer in offers if offer.is_open]
        own_word = all(offer.own_word for offer in mine)
        super().__init__(data, initial={"decided_by": signature(user) if own_word else ""})
        self.must_name_agency = any(offer.must_name_agency for offer in mine)
        self.own_level = min((offer.own_level for offer in mine), default=Level.DISTRICT)
        coordinated = [offer for offer in mine if offer.coordinates]
        if coordinated:
            self.offer_agencies({o.status.enrolment.commune.area_id for o in coordinated})
        else:
            del self.fields["on_behalf_of"], self.fields["document_number"]
        if coordinated and self.own_level == Level.DISTRICT:
            self.offer_levels(day)
        else:
            del self.fields["level"]

    def clean(self) -> dict[str, Any]:
        self.check_conclusion(self.cleaned_data.get("level", self.own_level))
        return self.cleaned_data

    def summary(self) -> list[tuple[str, str]]:
        """What the head says, in words: field by field, those left blank aside."""
        said = ((field, self.cleaned_data.get(field.name)) for field in self)
        return [(str(field.label), shown(field.name, value)) for field, value in said if value]

    def conclusion(self, own_level: Level) -> dict[str, Any]:
        """What holds of a cell of an area whose own bodies judge at that level, or above it."""
        level = max(self.cleaned_data.get("level", own_level), own_level)
        return {**self.cleaned_data, "level": level}


class RowForm(FindingForm):
    """What is new of one cell; blank leaves it as it is."""

    assessed_on = None  # type: ignore[assignment]  # the head's
    result = forms.ChoiceField(label=_("New result"), required=False)
    reason = WordsField(label=_("Reason, remarks"), limit=PROSE, required=False)
    no_evidence_reason = WordsField(
        label=_("Why there is no evidence"), limit=PROSE, required=False
    )

    def __init__(self, data: QueryDict | None, *, offer: CellOffer, head: HeadForm) -> None:
        self.offer, self.head = offer, head
        super().__init__(data, status=offer.status, prefix=f"c{offer.status.pk}")
        self.offer_results(ASSESSABLE if Level.PROVINCE in offer.levels else SAYABLE)

    def offer_results(self, results: Iterable[Result]) -> None:
        field = cast(forms.ChoiceField, self.fields["result"])
        field.choices = [("", _("Leave as it is")), *((r.value, r.label) for r in results)]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("result"):
            return super().clean()
        self.errors.pop("version", None)
        if "result" not in self.errors and any(
            data.get(name) not in (None, "") for name in ("percent", "reason", "no_evidence_reason")
        ):
            self.add_error("result", _("Choose the new result, or clear the whole row."))
        return data

    def fixed(self) -> dict[str, Any]:
        return self.head.conclusion(self.offer.own_level)

    @property
    def is_filled(self) -> bool:
        return bool(self.is_bound and self.cleaned_data.get("result"))

    def check(self) -> None:
        """The rules that take the head and the row together."""
        try:
            refuse_foreign(self.offer, self.finding())
        except ValidationError as error:
            self.refuse(error)

    def wanted(self) -> Wanted:
        return Wanted(self.status, self.finding(), self.cleaned_data["version"])


class BulkCell:
    """A line of the page: a cell, its form if the person may assess it, what it would become."""

    def __init__(self, offer: CellOffer, form: RowForm | None) -> None:
        self.status, self.form, self.acting = offer.status, form, offer.acting
        self.commune = offer.status.enrolment.commune
        self.criterion = offer.status.criterion
        self.after: str | None = None
        self.past_days: PastDays | None = None


class BulkAssessForm:
    """A head and its rows, right or wrong together."""

    def __init__(
        self, data: QueryDict | None, *, offers: list[CellOffer], user: User, day: dt.date
    ) -> None:
        self.is_bound = data is not None
        self.head = HeadForm(data, offers=offers, user=user, day=day)
        self.rows = [
            BulkCell(offer, RowForm(data, offer=offer, head=self.head) if offer.is_open else None)
            for offer in offers
        ]

    @property
    def labels(self) -> list[str]:
        """The heads of the columns to fill in."""
        names = ("result", "percent", "reason", "no_evidence_reason")
        return [str(RowForm.base_fields[name].label) for name in names]

    @property
    def forms(self) -> list[RowForm]:
        return [row.form for row in self.rows if row.form]

    @property
    def filled(self) -> list[BulkCell]:
        return [row for row in self.rows if row.form and row.form.is_filled]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """All that was typed, field by field, to be sent again."""
        fields = [field for form in [self.head, *self.forms] for field in form]
        return [
            (field.html_name, value)
            for field in fields
            if (value := field.value()) not in (None, "")
        ]

    @property
    def acting(self) -> str:
        """As whom somebody with several roles writes it: all of them, where rows differ."""
        rows = self.filled if self.is_bound and self.filled else self.rows
        return "; ".join(dict.fromkeys(row.acting for row in rows if row.acting))

    @property
    def conflicts(self) -> list[RowForm]:
        return [form for form in self.forms if form.conflict]

    @property
    def problem_count(self) -> int:
        return sum(bool(form.errors) for form in [self.head, *self.forms]) if self.is_bound else 0

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in [self.head, *self.forms]]
        is_valid = all(checked)
        if is_valid and not self.filled:
            self.head.add_error(None, _("Nothing to record yet: choose a result in a row."))
        for row in self.filled:
            if row.form:
                row.form.check()
                if not is_valid:
                    row.form.look_further()
        return not self.problem_count

    def wanted(self) -> list[Wanted]:
        return [row.form.wanted() for row in self.filled if row.form]

    def refuse(self, refused: BulkRefused) -> None:
        """Say beside each row what was wrong, or what somebody else wrote meanwhile."""
        for form in self.forms:
            problem = refused.problems.get(form.status.pk)
            if isinstance(problem, Conflict):
                form.meet(problem.current)
            elif problem is not None:
                form.refuse(problem)

    def foresee(self, outcome: Outcome) -> None:
        """Put beside each row what it would come to."""
        for row in self.filled:
            head = outcome.heads[row.status.pk]
            row.after = head.result if head else Result.NOT_ASSESSED
            row.past_days = outcome.past_days.get(row.status.enrolment_id)
