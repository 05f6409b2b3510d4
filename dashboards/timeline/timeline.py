"""What happened to a cell, a commune, a criterion, or by a person's hand: one readable timeline.

A page of it is two queries, each a UNION of the tables that history is kept in: which acts it has,
then what their entries say; its length is a third. Entries of one kind, moment and day are an act.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Aggregate, Count, DateTimeField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from criteria.progress.page_date import PageDate
from dashboards.timeline.acts import MOST_TOLD, Act, ActKey
from dashboards.timeline.entries import Event, TimelineRow
from dashboards.timeline.scope import Entered, Scope, TimelinePart, entered_between
from dashboards.timeline.sources import SOURCES, told
from dashboards.timeline.unions import rows_of, united
from nrm_tracker import clock
from nrm_tracker.forms import DayField
from nrm_tracker.prepared import Number, prepared

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
    """The acts of a scope, newest first, as a paginator takes them.

    To build its queries takes far longer than to answer them: they are built once for each shape.
    """

    ordered = True

    def __init__(
        self,
        scope: Scope,
        kinds: Collection[str] = (),
        start: dt.date | None = None,
        end: dt.date | None = None,
        at: dt.datetime | None = None,
        *,
        when: PageDate,
        usual_set: str = "",
    ) -> None:
        self.when, self.usual_set = when, usual_set
        self.kinds = tuple(kind for kind in SOURCES if kind in kinds)
        self.given = (*entered_between(start, end, at), *scope)
        asked = [one for one in kinds_and_days(scope.shape) if not kinds or one[0] in kinds]
        # Whether each entry of a part is an act: where all that is known of it is a day.
        self.alone = [bool(at) or is_day for _, is_day in asked]

    def count(self) -> int:
        return int(_built(_number, self.kinds)(*self.given))

    def __getitem__(self, acts: slice) -> list[Act]:
        """Which acts a page has is asked of light rows, all else of those few alone."""
        query = _built(_acts, self.kinds, acts.start, acts.stop)
        found = [ActKey(*values) for values in query(*self.given)]
        events: dict[tuple[object, ...], list[Event]] = {}
        for event in self._events(found):
            events.setdefault(self._act_of(event.row), []).append(event)
        return [
            Act.of(events[self._act_of(act)], act.size, self.when.query)
            for act in found
            if self._act_of(act) in events
        ]

    def _act_of(self, row: ActKey | TimelineRow) -> tuple[object, ...]:
        if self.alone[row.part]:
            return row.part, row.pk
        return row.part, row.at, row.on if isinstance(row, ActKey) else row.true_on

    def _events(self, acts: list[ActKey]) -> Iterable[Event]:
        """What is told of these acts: of each part by the moments of its acts and by keys."""
        parts = tuple(sorted({act.part for act in acts}))
        if not parts:
            return ()
        wanted: dict[int, tuple[set[dt.datetime], set[int]]] = {n: (set(), set()) for n in parts}
        for act in acts:
            moments, keys = wanted[act.part]
            if self.alone[act.part]:
                keys.add(act.pk)
            elif act.size > MOST_TOLD:
                keys.update(range(act.pk - MOST_TOLD + 1, act.pk + 1))
            else:
                moments.add(act.at)
        asked = [sorted(some) for n in parts for some in wanted[n]]
        days = replace(self.when, set_code="").query
        rows = _built(_entries, self.kinds, parts)(*asked, *self.given)
        return (Event(TimelineRow(*values), days, self.usual_set) for values in rows)


@cache
def kinds_and_days(shape: tuple[bool, bool, bool]) -> list[tuple[str, bool]]:
    """Of scopes of a shape, the kinds that have something to tell, part by part, and whether of
    its entries all that is known is a day."""
    commune_id, criterion_id, person_id = map(int, shape)
    now = clock.now()
    scope = Scope(
        *(now.date(), now, None, ()),
        commune_id=commune_id,
        criterion_id=criterion_id,
        person_id=person_id,
    )
    return [(kind, part.is_day) for kind, part in told(scope)]


@lru_cache(maxsize=200)
def _built(build: Callable[..., Any], *constants: Any) -> Callable[..., Any]:
    """A query whose constants are part of it."""
    return prepared(partial(build, *constants))


Parts = list[tuple[str, TimelinePart, QuerySet]]


def _parts(kinds: tuple[str, ...], given: tuple[Any, ...]) -> tuple[Entered, Parts]:
    """The parts of a scope with their rows, each by its number."""
    size = len(Entered._fields)
    entered, scope = Entered(*given[:size]), Scope(*given[size:])
    parts = [
        (kind, part, part.during(entered))
        for kind, part in told(scope)
        if not kinds or kind in kinds
    ]
    return entered, parts


def _number(kinds: tuple[str, ...], *given: Any) -> Number:
    return Number(united(_acts_of(kinds, given)))


def _acts(kinds: tuple[str, ...], start: int, stop: int, *given: Any) -> QuerySet:
    return _newest_first(_acts_of(kinds, given))[start:stop]


def _acts_of(kinds: tuple[str, ...], given: tuple[Any, ...]) -> list[QuerySet]:
    entered, parts = _parts(kinds, given)
    made = []
    for n, (kind, part, found) in enumerate(parts):
        columns = {"kind": Value(kind), "part": Value(n), "at": _entered(part)}
        columns["on"] = part.columns.get("true_on")
        if entered.at or part.is_day:
            made.append(rows_of(found, ActKey, **columns, pk="pk", size=Value(1)))
        else:
            together: dict[str, Aggregate] = {"pk": Max("pk"), "size": Count("pk")}
            made.append(rows_of(found, ActKey, together, **columns))
    return made


def _entries(kinds: tuple[str, ...], numbers: tuple[int, ...], *values: Any) -> QuerySet:
    """Those of the parts of these numbers: of each two lists, moments and keys, come first."""
    asked, given = values[: 2 * len(numbers)], values[2 * len(numbers) :]
    _, parts = _parts(kinds, given)
    rows = []
    for n, moments, keys in zip(numbers, asked[::2], asked[1::2], strict=True):
        kind, part, found = parts[n]
        found = found.filter(Q(**{f"{part.at}__in": moments}) | Q(pk__in=keys))
        columns = {"kind": Value(kind), "part": Value(n), "pk": "pk", "at": _entered(part)}
        rows.append(rows_of(found, TimelineRow, **columns, **part.composed()))
    return _newest_first(rows)


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
    kinds = {kind for kind, _ in kinds_and_days(scope.shape)}
    form = TimelineForm(request.GET, kinds=kinds)
    form.is_valid()
    timeline = Timeline(scope, **form.cleaned_data, when=when, usual_set=usual_set)
    pages: Paginator = Paginator(timeline, ACTS_A_PAGE)  # type: ignore[arg-type]
    return TimelinePage(form, pages.get_page(request.GET.get("page")))
