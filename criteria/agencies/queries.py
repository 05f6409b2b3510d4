"""The agencies of an area, and what each answers for, of one set of criteria."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from communes.models import Agency, Area
from criteria.enrolments.queries import usual_set
from criteria.models import CriteriaSet, Criterion, Enrolment, Indicator, Responsibility
from criteria.progress.sets import commonest, set_of
from nrm_tracker import clock

# A criterion, and of one of its indicators, by their ids.
Answer = tuple[int, int | None]


@dataclass(frozen=True)
class AgencyAnswers:
    """An agency with what it answers for until further notice, and what it no longer does."""

    agency: Agency
    open: dict[Answer, Responsibility] = field(default_factory=dict)
    ended: dict[Answer, Responsibility] = field(default_factory=dict)


@dataclass(frozen=True)
class AnsweringTable:
    """Who answers for what of a set in an area."""

    area: Area
    criteria_set: CriteriaSet | None
    criteria: list[Criterion]
    rows: list[AgencyAnswers]
    # By what a criterion or indicator is printed: "14", "14.3".
    by_code: dict[str, Answer]

    @property
    def codes(self) -> dict[Answer, str]:
        return {answer: code for code, answer in self.by_code.items()}

    @property
    def unanswered(self) -> list[Criterion]:
        """The criteria that nobody answers for."""
        answered = {criterion for row in self.rows for criterion, _indicator in row.open}
        return [one for one in self.criteria if one.pk not in answered]

    @property
    def seen(self) -> str:
        """A digest of all that the table says, by which it is known who wrote in between."""
        said = [
            (row.agency.pk, row.agency.naming, sorted(map(str, row.open)), len(row.ended))
            for row in self.rows
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def written(self, answers: Iterable[Answer]) -> str:
        """Criteria and indicators as they are typed: "1; 2; 14.3"."""
        wanted, codes = set(answers), self.codes
        return "; ".join(codes[answer] for answer in self.by_code.values() if answer in wanted)


def sets_of(area: Area, code: str) -> tuple[list[CriteriaSet], CriteriaSet | None]:
    """The sets that have criteria, and the one named, or else the one that most communes of the
    area run at, or else the usual one: two queries."""
    sets = list(CriteriaSet.objects.with_criteria())
    runs = Enrolment.objects.open_on(clock.today()).filter(commune__area=area)
    run_at = commonest(
        Counter(set_of(run.criteria_set) for run in runs.select_related("criteria_set"))
    )
    named = {one.code: one for one in sets}
    return sets, named.get(code) or named.get(run_at or "") or usual_set(sets)


def table_of(area: Area, criteria_set: CriteriaSet | None) -> AnsweringTable:
    """Four queries, however many agencies there are."""
    criteria = list(Criterion.objects.filter(criteria_set=criteria_set).order_by("number"))
    by_code: dict[str, Answer] = {}
    indicators: dict[int, list[Indicator]] = {}
    for one in Indicator.objects.filter(criterion__in=criteria).order_by("pk"):
        indicators.setdefault(one.criterion_id, []).append(one)
    for criterion in criteria:
        by_code[str(criterion.number)] = (criterion.pk, None)
        for one in indicators.get(criterion.pk, []):
            by_code.setdefault(one.code, (criterion.pk, one.pk))
    rows = {one.pk: AgencyAnswers(one) for one in Agency.objects.filter(area=area)}
    found = Responsibility.objects.filter(agency__in=list(rows), criterion__in=criteria)
    for row in found.order_by("pk"):
        answers = rows[row.agency_id]
        part = answers.open if row.until_on is None else answers.ended
        part[row.criterion_id, row.indicator_id] = row
    return AnsweringTable(area, criteria_set, criteria, list(rows.values()), by_code)
