"""The agencies of an area as a table to fill in."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from criteria.agencies.actions import AgencyEntry
from criteria.agencies.queries import AgencyAnswers, Answer, AnsweringTable
from criteria.agencies.usual import UsualAgency, usual_source
from nrm_tracker import clock
from nrm_tracker.forms import DayField, EntryForm, WordsField
from nrm_tracker.text import search_key

BLANK_ROWS = 3
MOST_NEW = 60


class AgencyForm(EntryForm):
    """One row: an agency, and the criteria and indicators that it answers for."""

    name = WordsField(label=_("Agency"), limit=300, required=False)
    short_name = WordsField(label=_("Short name"), limit=80, required=False)
    answers = WordsField(
        label=_("Answers for"),
        limit=500,
        required=False,
    )

    def __init__(
        self, *args: Any, table: AnsweringTable, row: AgencyAnswers | None = None, **kwargs: Any
    ) -> None:
        self.table, self.row = table, row
        if row:
            kwargs["initial"] = {
                "name": row.agency.name,
                "short_name": row.agency.short_name,
                "answers": table.written(row.open),
            }
        super().__init__(*args, **kwargs)

    @property
    def is_blank(self) -> bool:
        """A new row in which nothing stands."""
        return self.row is None and not any(
            str(self.data.get(self.add_prefix(name), "")).strip() for name in self.fields
        )

    @property
    def ended(self) -> str:
        """What it answered for once, with the last day."""
        if not self.row:
            return ""
        codes = self.table.codes
        return "; ".join(
            gettext("%(code)s until %(day)s")
            % {"code": codes[answer], "day": f"{held.until_on:%d/%m/%Y}"}
            for answer, held in self.row.ended.items()
        )

    def clean_answers(self) -> frozenset[Answer]:
        typed = [one for one in re.split(r"[;,\s]+", self.cleaned_data["answers"]) if one]
        wrong = [one for one in typed if one not in self.table.by_code]
        if wrong:
            message = ngettext(
                "Not in this set of criteria: %(codes)s.",
                "Not in this set of criteria: %(codes)s.",
                len(wrong),
            )
            raise ValidationError(message % {"codes": "; ".join(wrong)[:100]})
        return frozenset(self.table.by_code[one] for one in typed)

    def clean(self) -> dict[str, Any]:
        self.require("name", _("Write the name of the agency."))
        data = self.cleaned_data
        if data.get("name") and not data.get("short_name") and "short_name" not in self.errors:
            data["short_name"] = data["name"][:80]
        return data

    def entry(self, source: str) -> AgencyEntry:
        data = self.cleaned_data
        return AgencyEntry(
            self.prefix or "",
            self.row.agency.pk if self.row else None,
            data["name"],
            data["short_name"],
            data["answers"],
            source,
        )


class AgenciesForm(EntryForm):
    """From which day and by which document the rows hold, and the rows."""

    from_on = DayField(
        label=_("The changes hold from"),
        required=False,
        help_text=_("Empty: what stood here was wrong, and is put right as of ever."),
    )
    source = WordsField(
        label=_("Decision that assigns"),
        limit=300,
        required=False,
        help_text=_("Number and day. Empty: not compared with a decision yet."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    new_count = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=MOST_NEW
    )

    def __init__(
        self, data: QueryDict | None, *, table: AnsweringTable, usual: Sequence[UsualAgency]
    ) -> None:
        self.table, self.usual = table, usual
        count = len(usual) + BLANK_ROWS
        first_day = clock.today() if table.rows else None
        initial = {"from_on": first_day, "seen": table.seen, "new_count": count}
        super().__init__(data, initial=initial)
        self.rows = [
            AgencyForm(data, prefix=f"a{row.agency.pk}", table=table, row=row) for row in table.rows
        ]
        sent = self["new_count"].value() if data else count
        proposed = [
            {
                "name": one.name,
                "short_name": one.short_name,
                "answers": "; ".join(code for code in one.answers if code in table.by_code),
            }
            for one in usual
        ]
        blank: list[dict[str, str]] = [{}] * (_count(sent) - len(proposed))
        self.new_rows = [
            AgencyForm(data, prefix=f"n{number}", table=table, initial=initial)
            for number, initial in enumerate((proposed + blank)[: _count(sent)])
        ]

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("seen"):
            self.errors.pop("seen", None)
            self.add_error(None, _("The form came back incomplete. Look it over, then send again."))
            self.send_again("seen", self.table.seen)
        return self.cleaned_data

    @property
    def filled(self) -> list[AgencyForm]:
        return [*self.rows, *(row for row in self.new_rows if not row.is_blank)]

    def is_valid(self) -> bool:
        are_valid = [super().is_valid(), *(row.is_valid() for row in self.filled)]
        self._refuse_doubles()
        return all(are_valid) and not self.problem_count

    @property
    def problem_count(self) -> int:
        return sum(bool(form.errors) for form in (self, *self.filled)) if self.is_bound else 0

    def _refuse_doubles(self) -> None:
        names: set[str] = set()
        for row in self.filled:
            key = search_key(row.cleaned_data.get("name", "")) if row.is_bound else ""
            if key and key in names:
                row.add_error("name", _("An agency of this name stands in another row."))
            names.add(key)

    def entries(self) -> list[AgencyEntry]:
        """The rows as typed; what was taken over from the proposal says so."""
        decision = self.cleaned_data["source"]
        return [
            row.entry(decision or (usual_source() if self._is_usual(row) else ""))
            for row in self.filled
        ]

    def _is_usual(self, row: AgencyForm) -> bool:
        return any(row.cleaned_data["name"] == one.name for one in self.usual)

    def refuse(self, error: ValidationError) -> None:
        """The action refuses what stands in a field of a row."""
        by_prefix = {row.prefix: row for row in self.filled}
        for place, errors in error.error_dict.items():
            prefix, _between, name = place.rpartition("-")
            by_prefix[prefix].add_error(name, errors)

    def meet(self, current: AnsweringTable) -> None:
        super().meet(current)
        self.send_again("seen", current.seen)


def _count(sent: Any) -> int:
    """How many new rows were sent, as far as that can be believed."""
    text = str(sent)
    return min(int(text), MOST_NEW) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
