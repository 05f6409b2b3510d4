"""The indicators of a set as rows of words, as provinces print them: what is there, what changes.

A row is an indicator with its thresholds: everybody's, by region or by group, the province's own;
and the agencies of an area that guide and appraise it. What is empty changes nothing, and nothing
is taken away here.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communes.models import Agency, Area, Checked, Group, Region
from criteria.models import CriteriaSet, Criterion, Indicator, Responsibility, Threshold
from criteria.standards.scale_words import (
    COMPARATORS,
    KINDS,
    amount_of,
    as_printed,
    choice_of,
    sign_of,
)
from nrm_tracker import change_log, revision
from nrm_tracker.text import search_key

FIELDS = {
    "criterion": gettext_lazy("Criterion"),
    "code": gettext_lazy("Code"),
    "text": gettext_lazy("Indicator"),
    "part_of": gettext_lazy("Part of the indicator"),
    "kind": gettext_lazy("Kind"),
    "unit": gettext_lazy("Unit"),
    "counted_in": gettext_lazy("Counted in"),
    "comparator": gettext_lazy("Reached if"),
}
LAST_FIELDS = {
    "agencies": gettext_lazy("Guides and appraises"),
    "source": gettext_lazy("Source"),
    "checked": gettext_lazy("What it was compared with"),
}
# What of a row is the indicator's own.
_OWN = ("text", "unit", "counted_in")


@dataclass(frozen=True)
class ScaleScope:
    """For whom a threshold is: a column of the table."""

    key: str
    label: str
    region: str = ""
    group: str = ""
    province_id: int | None = None

    @property
    def place(self) -> tuple[str, str, int | None]:
        return (self.region, self.group, self.province_id)


@dataclass(frozen=True)
class ScaleTable:
    """Whose table it is: a set, and the area whose province and agencies stand in it."""

    criteria_set: CriteriaSet
    area: Area | None

    @property
    def scopes(self) -> list[ScaleScope]:
        found = [ScaleScope("all", _("Everywhere"))]
        if self.criteria_set.thresholds_by == CriteriaSet.ThresholdsBy.GROUP:
            found += [ScaleScope(f"group-{v}", str(label), group=v) for v, label in Group.choices]
        else:
            found += [
                ScaleScope(f"region-{v}", str(label), region=v) for v, label in Region.choices
            ]
        province = self.area and self.area.province_id
        if province:
            found.append(ScaleScope("province", _("The province's own"), province_id=province))
        return found

    @property
    def columns(self) -> dict[str, str]:
        """The head of each column by its key, in order."""
        heads = {scope.key: scope.label for scope in self.scopes}
        found = FIELDS | heads | LAST_FIELDS
        return {key: str(label) for key, label in found.items()}


@dataclass
class ScaleRow:
    """An indicator that is there: its words by column, and what cannot be told in one cell."""

    indicator: Indicator
    words: dict[str, str]
    thresholds: dict[str, Threshold]
    by_year: set[str]


@dataclass
class ScaleChange:
    """What a row of a file changes; `number` is the file's."""

    number: int
    words: dict[str, str]
    before: ScaleRow | None
    changed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.words.get("code", "")


class ScaleRefused(Exception):
    """Some rows could not be written, so none was: what was wrong, by the file's numbers."""

    def __init__(self, problems: dict[int, list[str]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def rows_of(table: ScaleTable) -> dict[str, ScaleRow]:
    """The indicators of the set in order, by code: three queries."""
    found = Indicator.objects.filter(criterion__criteria_set=table.criteria_set)
    found = found.select_related("criterion", "part_of").prefetch_related("thresholds")
    agencies: dict[int, list[str]] = {}
    named = Responsibility.objects.filter(indicator__in=found, agency__area=table.area)
    for row in named.select_related("agency").order_by("pk"):
        agencies.setdefault(row.indicator_id or 0, []).append(row.agency.short_name)
    return {
        one.code: _row(one, table.scopes, agencies.get(one.pk, []))
        for one in found.order_by("criterion__number", "pk")
    }


def mark_of(rows: Iterable[ScaleRow]) -> str:
    """Tells whether anything of the table was changed meanwhile."""
    said = repr([sorted(row.words.items()) for row in rows])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _row(indicator: Indicator, scopes: list[ScaleScope], agencies: list[str]) -> ScaleRow:
    by_place: dict[tuple[str, str, int | None], list[Threshold]] = {}
    for one in indicator.thresholds.all():
        place = (one.region, one.commune_group, one.province_id)
        by_place.setdefault(place, []).append(one)
    words, thresholds, by_year = {}, {}, set()
    for scope in scopes:
        there = by_place.get(scope.place, [])
        words[scope.key] = "; ".join(_dated(one) for one in there)
        if any(one.valid_from or one.valid_until for one in there):
            by_year.add(scope.key)
        elif there:
            thresholds[scope.key] = there[0]
    states = [indicator.checked, *(one.checked for one in thresholds.values())]
    words |= {
        "criterion": str(indicator.criterion.number),
        "code": indicator.code,
        "part_of": indicator.part_of.code if indicator.part_of else "",
        "kind": str(indicator.get_kind_display()),
        "comparator": str(indicator.get_comparator_display()) if indicator.comparator else "",
        "agencies": "; ".join(agencies),
        "source": indicator.source,
        "checked": str(Checked(max(states, key=Checked.values.index)).label),
        **{name: getattr(indicator, name) for name in _OWN},
    }
    return ScaleRow(indicator, words, thresholds, by_year)


def _dated(threshold: Threshold) -> str:
    since = f" ({threshold.valid_from:%d/%m/%Y})" if threshold.valid_from else ""
    return f"{threshold.text}{since}"


def compare(
    table: ScaleTable, rows: dict[str, ScaleRow], given: Iterable[tuple[int, dict[str, str]]]
) -> list[ScaleChange]:
    """What the rows of a file change, each with what is wrong in it; rows that change nothing are
    left out."""
    criteria = {str(one.number) for one in table.criteria_set.criteria.all()}
    agencies = _agencies_by_name(table)
    first: dict[str, int] = {}
    found = []
    for number, words in given:
        change = ScaleChange(number, words, rows.get(words.get("code", "")))
        there = change.before.words if change.before else {}
        change.changed = [k for k, w in words.items() if w and w != there.get(k, "")]
        if not change.changed:
            continue
        change.problems = list(_problems(change, table, criteria, agencies))
        if words.get("code") in first:
            twice = _("Rows %(first)s and %(row)s of the file have the same key. Keep one of them.")
            change.problems.append(twice % {"first": first[words["code"]], "row": number})
        elif words.get("code"):
            first[words["code"]] = number
        found.append(change)
    return found


def _problems(
    change: ScaleChange, table: ScaleTable, criteria: set[str], agencies: dict[str, Agency]
) -> Iterator[str]:
    yield from _wrong_place(change, criteria)
    yield from _wrong_words(change.words, table.columns)
    for scope in table.scopes:
        if scope.key in change.changed:
            yield from _wrong_threshold(change, scope)
    for name in _names(change.words.get("agencies", "")):
        if search_key(name) not in agencies:
            message = _("%(area)s has no agency “%(name)s”.")
            yield message % {"area": table.area or "–", "name": name[:80]}


def _wrong_place(change: ScaleChange, criteria: set[str]) -> Iterator[str]:
    number, before = change.words.get("criterion", ""), change.before
    if number not in criteria:
        yield _("The set has no criterion %(number)s.") % {"number": number[:9] or "–"}
    elif before and number != before.words["criterion"]:
        message = _("The indicator stands at criterion %(number)s already.")
        yield message % {"number": before.words["criterion"]}


def _wrong_words(words: dict[str, str], columns: dict[str, str]) -> Iterator[str]:
    for name in ("code", "text", "kind", "source", "checked"):
        if not words.get(name):
            yield _("%(column)s: fill it in.") % {"column": columns[name]}
    for name, known in (("kind", KINDS), ("comparator", COMPARATORS), ("checked", Checked.choices)):
        if words.get(name) and choice_of(words[name], known) is None:
            message = _("%(column)s: “%(word)s” is none of %(known)s.")
            yield message % {
                "column": columns[name],
                "word": words[name][:40],
                "known": ", ".join(str(label) for _value, label in known),
            }


def _wrong_threshold(change: ScaleChange, scope: ScaleScope) -> Iterator[str]:
    words = change.words
    if change.before and scope.key in change.before.by_year:
        message = _("%(column)s: the threshold changes by year; change it in administration.")
        yield message % {"column": scope.label}
        return
    wanted = choice_of(words.get("comparator", ""), COMPARATORS)
    kind = choice_of(words.get("kind", ""), KINDS)
    said = sign_of(words[scope.key])
    is_number = kind in (Indicator.Kind.PERCENT, Indicator.Kind.NUMBER)
    has_digits = any(letter.isdigit() for letter in words[scope.key])
    if is_number and has_digits and amount_of(words[scope.key], kind) is None:
        message = _("%(column)s: “%(text)s” is no threshold. Write it as ≥91.5%% or in words.")
        yield message % {"column": scope.label, "text": words[scope.key][:40]}
    if said and wanted and said != wanted:
        message = _("%(column)s: “%(text)s” goes against “%(sign)s” of the row.")
        yield message % {
            "column": scope.label,
            "text": words[scope.key][:40],
            "sign": words["comparator"],
        }


def _agencies_by_name(table: ScaleTable) -> dict[str, Agency]:
    found = Agency.objects.filter(area=table.area) if table.area else Agency.objects.none()
    return {search_key(name): one for one in found for name in (one.name, one.short_name)}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.replace("\n", ";").split(";") if name.strip()]


@transaction.atomic
def load(table: ScaleTable, changes: Iterable[ScaleChange], *, by: User) -> None:
    """Write all of it, or nothing: raises ScaleRefused. The log of the administration has each."""
    CriteriaSet.objects.select_for_update().get(pk=table.criteria_set.pk)
    criteria = {str(one.number): one for one in table.criteria_set.criteria.all()}
    agencies = _agencies_by_name(table)
    # What the log asks for each kind of row, at once.
    ContentType.objects.get_for_models(Indicator, Threshold, Responsibility)
    rows = {code: row.indicator for code, row in rows_of(table).items()}
    problems: dict[int, list[str]] = {}
    for change in changes:
        try:
            with transaction.atomic():
                _write(change, table, criteria, rows, agencies, by)
        except ValidationError as refused:
            problems[change.number] = list(refused.messages)
    if problems:
        raise ScaleRefused(problems)
    revision.bump()


def _write(
    change: ScaleChange,
    table: ScaleTable,
    criteria: dict[str, Criterion],
    rows: dict[str, Indicator],
    agencies: dict[str, Agency],
    by: User,
) -> None:
    words, before = change.words, change.before
    sourced = {"source": words["source"], "checked": choice_of(words["checked"], Checked.choices)}
    indicator = rows.get(words["code"]) or Indicator(
        criterion=criteria[words["criterion"]], code=words["code"]
    )
    is_sourced_anew = bool({"source", "checked"} & set(change.changed))
    values: dict[str, object] = {name: words[name] for name in _OWN if words.get(name)}
    values["kind"] = choice_of(words["kind"], KINDS)
    values["comparator"] = choice_of(words.get("comparator", ""), COMPARATORS) or _usual(values)
    if words.get("part_of"):
        if words["part_of"] not in rows:
            message = _("There is no indicator “%(code)s” that it could be a part of.")
            raise ValidationError(message % {"code": words["part_of"][:20]})
        values["part_of"] = rows[words["part_of"]]
    if is_sourced_anew or set(change.changed) & (FIELDS.keys() - {"criterion", "code"}):
        values |= sourced
    _save(indicator, values, by)
    rows[indicator.code] = indicator
    for scope in table.scopes:
        present = before.thresholds.get(scope.key) if before else None
        if scope.key in change.changed:
            said = words[scope.key]
            printed: dict[str, object] = {
                "text": as_printed(said, indicator),
                "value": amount_of(said, indicator.kind),
                "is_set_by_province": bool(scope.province_id) or search_key(said) == _PROVINCE,
            }
            row = present or Threshold(
                indicator=indicator,
                region=scope.region,
                commune_group=scope.group,
                province_id=scope.province_id,
            )
            _save(row, printed | sourced, by)
        elif present and is_sourced_anew:
            _save(present, sourced, by)
    for name in _names(words.get("agencies", "")):
        agency = agencies[search_key(name)]
        held = Responsibility.objects.filter(agency=agency, indicator=indicator)
        if not held.exists():
            answering = Responsibility(
                agency=agency, criterion=indicator.criterion, indicator=indicator
            )
            _save(answering, sourced, by)


# "UBND tỉnh quy định", as search keys have it.
_PROVINCE = search_key("UBND tỉnh quy định")


def _usual(values: dict[str, object]) -> str:
    """How an indicator is reached where the row does not say: yes or no must be yes."""
    is_yes_or_no = values["kind"] == Indicator.Kind.BOOLEAN
    return Indicator.Comparator.IS_TRUE if is_yes_or_no else ""


def _save(row: models.Model, values: Mapping[str, object], by: User) -> None:
    """Bring a row to these values, checked as in administration, and log what changed."""
    before = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    told = change_log.of_rows(before, row)
    if not told:
        return
    row.save()
    said = [{"changed": {"fields": told}}] if before else [{"added": {}}]
    LogEntry.objects.log_actions(
        by.pk, [row], CHANGE if before else ADDITION, said, single_object=True
    )
