"""What happened to a cell, a commune, a criterion, or by a person's hand: one readable timeline.

A page of it is two queries, each a UNION of the tables that history is kept in: which acts it has,
then what their entries say; its length is a third. Entries of one kind, moment and day are an act.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, DateTimeField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from criteria.progress.page_date import PageDate
from dashboards.timeline.acts import MOST_TOLD, Act, ActKey
from dashboards.timeline.entries import Event, TimelineRow
from dashboards.timeline.scope import Scope, TimelinePart
from dashboards.timeline.sources import SOURCES, told
from dashboards.timeline.unions import rows_of, united
from nrm_tracker.forms import DayField

ACTS_A_PAGE = 50


class TimelineForm(forms.Form):
    """What of a timeline is shown: kinds, and the days on which it was entered."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        choices=[],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    start = DayField(label=_("Entered from"), required=False, help_text="")
    end = DayField(label=_("Entered until"), required=False, help_text="")
    # The moment of one act, whose entries are told one by one.
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(kind, SOURCES[kind][0]) for kind in SOURCES if kind in kinds]
        self.fields["kinds"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", str(_("The last day cannot come before the first.")))
        return data


class Timeline:
    """The acts of the parts, newest first, as a paginator takes them."""

    ordered = True

    def __init__(
        self,
        parts: Iterable[tuple[str, TimelinePart]],
        kinds: Collection[str] = (),
        start: dt.date | None = None,
        end: dt.date | None = None,
        at: dt.datetime | None = None,
        *,
        when: PageDate,
        usual_set: str = "",
    ) -> None:
        self.when, self.usual_set, self.at = when, usual_set, at
        self.parts = [
            (kind, part, part.between(start, end, at))
            for kind, part in parts
            if not kinds or kind in kinds
        ]

    def count(self) -> int:
        return united(self._acts()).count()

    def __getitem__(self, acts: slice) -> list[Act]:
        """Which acts a page has is asked of light rows, all else of those few alone."""
        found = [ActKey(*values) for values in _newest_first(self._acts())[acts]]
        events: dict[tuple[object, ...], list[Event]] = {}
        for event in self._events(found):
            events.setdefault(self._act_of(event.row), []).append(event)
        return [
            Act.of(events[self._act_of(act)], act.size, self.when.query)
            for act in found
            if self._act_of(act) in events
        ]

    def _acts(self) -> list[QuerySet]:
        return [self._acts_of(n) for n in range(len(self.parts))]

    def _acts_of(self, n: int) -> QuerySet:
        kind, part, found = self.parts[n]
        given = {"kind": Value(kind), "part": Value(n), "at": _entered(part)}
        given["on"] = part.columns.get("true_on")
        if self._is_alone(n):
            return rows_of(found, ActKey, **given, pk="pk", size=Value(1))
        return rows_of(found, ActKey, **given, together={"pk": Max("pk"), "size": Count("pk")})

    def _is_alone(self, part: int) -> bool:
        """Whether each entry of a part is an act: where all that is known of it is a day."""
        return bool(self.at) or self.parts[part][1].is_day

    def _act_of(self, row: ActKey | TimelineRow) -> tuple[object, ...]:
        if self._is_alone(row.part):
            return row.part, row.pk
        return row.part, row.at, row.on if isinstance(row, ActKey) else row.true_on

    def _events(self, acts: Iterable[ActKey]) -> Iterable[Event]:
        by_part: dict[int, list[Q]] = {}
        for act in acts:
            by_part.setdefault(act.part, []).append(self._rows_of(act))
        rows = []
        for n, wanted in by_part.items():
            kind, part, found = self.parts[n]
            given = {"kind": Value(kind), "part": Value(n), "pk": "pk", "at": _entered(part)}
            found = found.filter(reduce(or_, wanted))
            rows.append(rows_of(found, TimelineRow, **given, **part.composed()))
        days = replace(self.when, set_code="").query
        told = _newest_first(rows) if rows else ()
        return (Event(TimelineRow(*values), days, self.usual_set) for values in told)

    def _rows_of(self, act: ActKey) -> Q:
        """Those of its entries that are told: of very many the last ones."""
        if self._is_alone(act.part):
            return Q(pk=act.pk)
        part = self.parts[act.part][1]
        rows = Q(**{part.at: act.at, "pk__lte": act.pk})
        if act.on:
            rows &= Q(**{part.columns["true_on"]: act.on})
        return rows & Q(pk__gt=act.pk - MOST_TOLD) if act.size > MOST_TOLD else rows


def _entered(part: TimelinePart) -> Any:
    return Cast(part.at, DateTimeField()) if part.is_day else part.at


def _newest_first(parts: list[QuerySet]) -> QuerySet:
    return united(parts).order_by("-of_at", "of_part", "-of_pk")


@dataclass(frozen=True)
class TimelinePage:
    """One page of a timeline, with the form that asked for it."""

    form: TimelineForm
    page: Page

    @property
    def is_filtered(self) -> bool:
        return any(self.form.cleaned_data.values())

    @property
    def is_asked(self) -> bool:
        """Whether the form is to be seen: it filters, or is to be mended."""
        return self.is_filtered or bool(self.form.errors)


def show(request: HttpRequest, scope: Scope, when: PageDate, usual_set: str = "") -> TimelinePage:
    """The page that the address asks for; what of it cannot be read is said, and filters nothing.

    Three queries. `usual_set` is the set that links need not name.
    """
    parts = told(scope)
    kinds = {kind for kind, _ in parts}
    form = TimelineForm(request.GET, kinds=kinds)
    form.is_valid()
    timeline = Timeline(parts, **form.cleaned_data, when=when, usual_set=usual_set)
    pages: Paginator = Paginator(timeline, ACTS_A_PAGE)  # type: ignore[arg-type]
    return TimelinePage(form, pages.get_page(request.GET.get("page")))
