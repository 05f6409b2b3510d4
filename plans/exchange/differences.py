"""What a file changes in a plan, row by row: new, changed, taken out, the same, or refused.

Three are compared: what a column said when the file went out, what it says in the file, and what
it says now. What only the file changed is a change; what both changed, each otherwise, is refused.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from plans.drafting import needs as needs_text
from plans.drafting import rows
from plans.drafting.needs import TypedNeed
from plans.drafting.pasting import as_day
from plans.drafting.rows import PASTED, RowNames, StepRow, TypedRow, shown
from plans.exchange import columns
from plans.exchange.brought import Brought, BroughtRow
from plans.exchange.columns import COLUMNS, DAYS, FIELDS, LABELS, REPORTED
from plans.forecasts.reckoning import WrittenPlan
from plans.models import Activity, Dependency
from plans.progress.actions import StepProgress, left_by, wrong_with

NEW, CHANGED, DROPPED, REFUSED, SAME = "new", "changed", "dropped", "refused", "same"
KINDS = (REFUSED, CHANGED, NEW, DROPPED, SAME)
_FORMULA = re.compile(r"=[A-Za-z+(]")
# A blank cell of these says nothing: what was reported stays.
_KEPT_WHEN_BLANK = {"quantity_done", "percent", "started_on", "remaining_days"}


class ColumnChange(NamedTuple):
    label: str
    old: str
    new: str


class Link(NamedTuple):
    """What a row needs: the row or the step, as the file means it."""

    ident: str
    number: int
    wait: int
    unit: str


@dataclass
class RowDifference:
    """`ident` is the key of a step, or the place of a new row."""

    kind: str
    ident: str
    place: str
    number: str
    name: str
    changes: list[ColumnChange] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    key: int | None = None
    said: StepRow | None = None
    links: list[Link] = field(default_factory=list)
    # Whether what is planned changes, and what is reported of it.
    is_planned: bool = False
    told: StepProgress | None = None

    @property
    def can_be_written(self) -> bool:
        return self.kind in (NEW, CHANGED, DROPPED)

    @property
    def seen(self) -> str:
        """A mark of what is shown: another one, where somebody wrote meanwhile."""
        shown = repr((self.kind, self.changes, self.problems))
        return hashlib.sha256(shown.encode()).hexdigest()[:12]


@dataclass
class Differences:
    rows: list[RowDifference]
    notes: list[str]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in KINDS}

    def of(self, kind: str) -> list[RowDifference]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def shown(self) -> list[RowDifference]:
        """All but what is the same, the most urgent first."""
        return [row for kind in KINDS[:-1] for row in self.of(kind)]

    @property
    def writable(self) -> list[RowDifference]:
        return [row for row in self.rows if row.can_be_written]

    @property
    def seen(self) -> dict[str, str]:
        return {row.ident: row.seen for row in self.writable}


class Who(NamedTuple):
    """What tells of a step who wrote it last, and how many working days it still takes."""

    planned: Callable[[Activity], str]
    reported: Callable[[Activity], str]
    left: Callable[[Activity], int | None]


def compare(plan: WrittenPlan, brought: Brought, names: RowNames, who: Who) -> Differences:
    return _Comparing(plan, brought, names, who).differences()


class _Comparing:
    def __init__(self, plan: WrittenPlan, brought: Brought, names: RowNames, who: Who) -> None:
        self.plan, self.brought, self.names, self.who = plan, brought, names, who
        self.texts = columns.texts_of(plan, plan.activities)
        self.idents = _idents(brought.rows)
        self._number()
        known = {row.key for row in brought.rows}
        self.missing = [
            one for one in plan.activities if one.pk not in known and one.pk <= brought.last_key
        ]
        self.by_number = self._by_number(known)
        self.gone = {one.number for one in self.missing}

    def differences(self) -> Differences:
        found = [
            self._row(row, ident) for row, ident in zip(self.brought.rows, self.idents, strict=True)
        ]
        return Differences(
            found + [self._dropped(one) for one in self.missing], list(self.brought.notes)
        )

    def _number(self) -> None:
        """Rows without a number follow the last one, of the file and of the plan."""
        taken = []
        for row in self.brought.rows:
            typed = row.texts.get("number", "")
            if typed.isdecimal() and len(typed) < 6:
                taken.append(int(typed))
                row.texts["number"] = str(int(typed))
        last = max([0, *taken, *(one.number for one in self.plan.activities)])
        for row in self.brought.rows:
            if not row.texts.get("number"):
                known = self.texts.get(row.key or 0)
                last += 0 if known else 1
                row.texts["number"] = known["number"] if known else str(last)

    def _by_number(self, known: set[int | None]) -> dict[str, list[str]]:
        """Which rows have a number in the file, or which steps that it does not know."""
        found: dict[str, list[str]] = {}
        for row, ident in zip(self.brought.rows, self.idents, strict=True):
            found.setdefault(row.texts["number"], []).append(ident)
        for one in self.plan.activities:
            if one.pk not in known and one.pk > self.brought.last_key:
                found.setdefault(str(one.number), [str(one.pk)])
        return found

    def _row(self, row: BroughtRow, ident: str) -> RowDifference:
        activity = self.plan.by_key.get(row.key or 0)
        found = RowDifference(
            CHANGED if activity else NEW,
            ident,
            row.place,
            row.texts["number"],
            row.texts.get("name") or (activity.name if activity else ""),
            key=row.key,
        )
        found.problems += [_named(name, text) for name, text in row.problems.items()]
        if row.key is not None and activity is None:
            found.problems.append(_("The step was taken out of the plan meanwhile."))
        if len(self.by_number.get(row.texts["number"], ())) > 1:
            message = _("Two steps have the number %(number)s.")
            found.problems.append(message % {"number": row.texts["number"][:10]})
        if not found.problems:
            self._read(found, row, activity)
        if found.problems:
            found.kind = REFUSED
        elif activity and not found.changes:
            found.kind = SAME
        return found

    def _read(self, found: RowDifference, row: BroughtRow, activity: Activity | None) -> None:
        self._link(found, row)
        changed = self._changed(found, row, activity)
        now = self.texts[activity.pk] if activity else {}
        typed = {name: now.get(name, "") for name in PASTED}
        for name in changed:
            text = row.texts[name]
            if _FORMULA.match(text):
                message = _("A formula came instead of its value: paste values only.")
                found.problems.append(_named(name, message))
            elif name in typed:
                typed[name] = as_day(text) if name in DAYS else text
        if found.problems:
            return
        if activity and "needs" not in changed:
            found.links = self._standing(activity)
        # What it needs was read already: by its rows, not by their numbers.
        read = TypedRow(typed | {"needs": ""}, activity.pk if activity else None)
        rows.read(read, self.names)
        found.problems += [_named(name, text) for name, text in read.errors.items()]
        found.said, found.is_planned = read.said, not set(changed) <= set(REPORTED)
        if not found.problems:
            self._tell(found, row, activity, [name for name in changed if name in REPORTED])

    def _changed(
        self, found: RowDifference, row: BroughtRow, activity: Activity | None
    ) -> list[str]:
        """The columns that the file changes; of a new row those that say anything."""
        if activity is None:
            told = [name for name in COLUMNS if row.texts.get(name)]
            found.changes = [
                ColumnChange(str(LABELS[name]), "", row.texts[name])
                for name in told
                if name not in ("number", "name")
            ]
            return told
        marks = columns.split(row.marks) or columns.split(self.brought.marks.get(activity.pk, ""))
        changed = []
        for name in [one for one in COLUMNS if one in row.texts]:
            said = self._said(found, row, name)
            now = columns.said_of(self.plan, activity, name, self.texts[activity.pk], self.names)
            if said == now or columns.mark(said) == marks.get(name):
                continue
            if not said and name in _KEPT_WHEN_BLANK:
                continue
            if name in marks and columns.mark(now) != marks[name]:
                found.problems.append(self._meanwhile(activity, row, name))
            changed.append(name)
            found.changes.append(self._change(found, activity, name, said))
        return changed

    def _said(self, found: RowDifference, row: BroughtRow, name: str) -> str:
        if name == "needs":
            return columns.linked((one.ident, one.wait, one.unit) for one in found.links)
        return columns.canonical(name, row.texts[name], self.names)

    def _change(
        self, found: RowDifference, activity: Activity, name: str, said: str
    ) -> ColumnChange:
        old = self.texts[activity.pk][name]
        if name != "needs":
            return ColumnChange(str(LABELS[name]), old, said)
        new = needs_text.written(
            [
                TypedNeed(one.number, one.wait, one.unit or Dependency.Unit.DAYS)
                for one in found.links
            ]
        )
        if new == old:
            new = "; ".join(f"{one.number}. {self._name(one.ident)}" for one in found.links)
        return ColumnChange(str(LABELS[name]), old, new)

    def _name(self, ident: str) -> str:
        for row, one in zip(self.brought.rows, self.idents, strict=True):
            if one == ident:
                return row.texts.get("name", "")
        return next((one.name for one in self.plan.activities if str(one.pk) == ident), "")

    def _meanwhile(self, activity: Activity, row: BroughtRow, name: str) -> str:
        """What somebody else wrote since the file went out."""
        tells = self.who.reported if name in REPORTED else self.who.planned
        message = _("changed meanwhile%(who)s: now “%(now)s”, in the file “%(file)s”.")
        said = {
            "who": tells(activity),
            "now": self.texts[activity.pk][name][:100],
            "file": row.texts[name][:100],
        }
        return _named(name, message % said)

    def _standing(self, activity: Activity) -> list[Link]:
        """What a step needs now, which the file leaves as it is."""
        return [
            Link(str(one.needs_id), self.plan.by_key[one.needs_id].number, one.wait, one.unit)
            for one in self.plan.needs.get(activity.pk, ())
        ]

    def _link(self, found: RowDifference, row: BroughtRow) -> None:
        try:
            typed = needs_text.read(row.texts.get("needs", ""))
        except ValidationError as error:
            found.problems.append(_named("needs", error.messages[0]))
            return
        for need in typed:
            idents = self.by_number.get(str(need.number), ())
            if not idents:
                # What is taken out is needed by nobody any more.
                if need.number not in self.gone:
                    message = _("Step %(step)s needs step %(number)s, which is not in the plan.")
                    said = {"step": found.number, "number": need.number}
                    found.problems.append(_named("needs", message % said))
                continue
            unit = need.unit if need.wait else ""
            found.links.append(Link(idents[0], need.number, need.wait, unit))

    def _tell(
        self,
        found: RowDifference,
        row: BroughtRow,
        activity: Activity | None,
        names: list[str],
    ) -> None:
        """What is reported of the step, if the file says anything else of it than is known."""
        values = {}
        for name in names:
            text = row.texts[name]
            try:
                values[name] = FIELDS[name].clean(as_day(text) if name in DAYS else text)
            except ValidationError as error:
                found.problems.append(_named(name, " ".join(error.messages)))
        if not values or found.problems or found.said is None:
            return
        planned = activity or Activity()
        required = found.said.values.get("quantity_required")
        found.told = _progress(planned, values, self.who.left, required)
        self._tell_left(found, activity, found.said.values["working_days"])
        copy = Activity(quantity_required=required)
        if problem := wrong_with(copy, found.told):
            found.problems.append(problem)

    def _tell_left(self, found: RowDifference, activity: Activity | None, days: int) -> None:
        """The days left follow from the percent where the file says nothing of them."""
        told = found.told
        if activity is None or told is None or told.remaining_days is not None:
            return
        old, new = activity.remaining_days, left_by(told.percent, days)
        is_begun = told.started_on or told.percent
        if is_begun and not told.finished_on and new != old:
            label = str(LABELS["remaining_days"])
            found.changes.append(ColumnChange(label, shown(old), shown(new)))

    def _dropped(self, one: Activity) -> RowDifference:
        found = RowDifference(
            DROPPED, str(one.pk), "", str(one.number), one.name, key=one.pk, is_planned=True
        )
        marks = columns.split(self.brought.marks.get(one.pk, ""))
        now = self.texts[one.pk]
        changed = [
            str(LABELS[name])
            for name in COLUMNS
            if marks
            and columns.mark(columns.said_of(self.plan, one, name, now, self.names)) != marks[name]
        ]
        if changed:
            message = _(
                "The file has no such step any more, but it was changed meanwhile%(who)s:"
                " %(columns)s."
            )
            said = {"who": self.who.planned(one), "columns": ", ".join(changed)}
            found.problems.append(message % said)
        elif not marks and self.plan.plan.version != self.brought.version:
            message = _(
                "The file has no such step any more, but the plan was written meanwhile: take the"
                " step out in its table."
            )
            found.problems.append(message)
        if found.problems:
            found.kind = REFUSED
        return found


def _idents(brought: Iterable[BroughtRow]) -> list[str]:
    return [str(row.key) if row.key is not None else f"n{n}" for n, row in enumerate(brought)]


def _named(name: str, text: str) -> str:
    return f"{LABELS[name]}: {text}" if name in LABELS else text


def _progress(
    one: Activity,
    values: dict[str, Any],
    left: Callable[[Activity], int | None],
    required: Any,
) -> StepProgress:
    """What was left as it was stays as it was reported last."""
    percent, quantity = values.get("percent"), values.get("quantity_done")
    finished = values.get("finished_on", one.finished_on)
    if percent is None and finished:
        percent = 100
    if percent is None and quantity is not None and required:
        percent = min(int(100 * quantity / required), 100)
    remaining = values.get("remaining_days")
    if set(values) == {"difficulty"}:
        # A difficulty alone moves no day.
        remaining = left(one)
    return StepProgress(
        percent=one.percent or 0 if percent is None else percent,
        quantity_done=one.quantity_done if quantity is None else quantity,
        started_on=values.get("started_on") or one.started_on,
        finished_on=finished,
        remaining_days=remaining,
        difficulty=values.get("difficulty", one.difficulty) or "",
    )


def with_needs(row: RowDifference, numbers: dict[str, int], dropped: Collection[str]) -> StepRow:
    """A row as it is written: what it needs by the numbers that the steps then have.

    What is taken out is needed no more. Raises ValidationError where one of them is not written.
    """
    assert row.said is not None  # noqa: S101 asked where rows are chosen
    found = []
    for link in row.links:
        number = numbers.get(link.ident)
        if link.ident in dropped:
            continue
        if number is None:
            message = _("Step %(step)s needs step %(number)s, which was not chosen.")
            raise ValidationError(message % {"step": row.number, "number": link.number})
        found.append(TypedNeed(number, link.wait, link.unit or Dependency.Unit.DAYS))
    return replace(row.said, needs=found)
