"""What happened to a cell, a commune, a criterion, or by a person's hand: one readable timeline.

A page of it is two queries, each a UNION of the tables that history is kept in: which entries it
has, then what they say; its length is a third.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from criteria.progress.page_date import PageDate
from dashboards.timeline.entries import Event, Key, TimelineRow
from dashboards.timeline.scope import Scope, TimelinePart
from dashboards.timeline.sources import SOURCES, told
from dashboards.timeline.unions import rows_of, united
from nrm_tracker.forms import DayField

ENTRIES_A_PAGE = 50


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
    """The entries of the parts, newest first, as a paginator takes them."""

    ordered = True

    def __init__(
        self,
        parts: Iterable[tuple[str, TimelinePart]],
        kinds: Collection[str] = (),
        start: dt.date | None = None,
        end: dt.date | None = None,
        *,
        days: str = "",
        usual_set: str = "",
    ) -> None:
        self.days, self.usual_set = days, usual_set
        self.parts = [
            (kind, part, part.between(start, end))
            for kind, part in parts
            if not kinds or kind in kinds
        ]

    def count(self) -> int:
        return united([found.order_by().values_list("pk") for _, _, found in self.parts]).count()

    def __getitem__(self, entries: slice) -> list[Event]:
        """Which entries a page has is asked of light rows, all else of those few alone."""
        keys = [
            rows_of(found, Key, kind=Value(kind), part=Value(n), pk="pk", at=_entered(part))
            for n, (kind, part, found) in enumerate(self.parts)
        ]
        on_page: dict[int, list[int]] = {}
        for values in _newest_first(keys)[entries]:
            key = Key(*values)
            on_page.setdefault(key.part, []).append(key.pk)
        return self._read(on_page) if on_page else []

    def _read(self, on_page: dict[int, list[int]]) -> list[Event]:
        rows = []
        for n, pks in on_page.items():
            kind, part, found = self.parts[n]
            given = {"kind": Value(kind), "part": Value(n), "pk": "pk", "at": _entered(part)}
            rows.append(rows_of(found.filter(pk__in=pks), TimelineRow, **given, **part.composed()))
        return [
            Event(TimelineRow(*values), self.days, self.usual_set) for values in _newest_first(rows)
        ]


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


def show(request: HttpRequest, scope: Scope, when: PageDate, usual_set: str = "") -> TimelinePage:
    """The page that the address asks for; what of it cannot be read is said, and filters nothing.

    Three queries. `usual_set` is the set that links need not name.
    """
    parts = told(scope)
    kinds = {kind for kind, _ in parts}
    form = TimelineForm(request.GET, kinds=kinds)
    form.is_valid()
    days = replace(when, set_code="").query
    timeline = Timeline(parts, **form.cleaned_data, days=days, usual_set=usual_set)
    pages: Paginator = Paginator(timeline, ENTRIES_A_PAGE)  # type: ignore[arg-type]
    return TimelinePage(form, pages.get_page(request.GET.get("page")))
