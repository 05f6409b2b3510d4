"""What the parts of the district's life share: who is there, and on which day something is done."""

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import User
from communes.models import Agency, Area, Commune, WorkingGroup
from criteria.models import CriteriaSet, Criterion, CriterionStatus, Enrolment, Indicator
from criteria.standards.responsible_agencies import needs_in, responsible
from nrm_tracker import clock
from training.places import COURSES, Course

# Two years, in days before the last.
BEGAN = 730
ASSESSED = 725


@dataclass
class District:
    """The district on its last day. Days are counted back from it: 0 is that day."""

    day: dt.date
    area: Area
    criteria_set: CriteriaSet
    communes: dict[str, Commune]
    agencies: dict[str, Agency]
    group: WorkingGroup
    users: dict[str, User]
    runs: dict[str, Enrolment] = field(default_factory=dict)

    def ago(self, days: int) -> dt.date:
        return self.day - dt.timedelta(days=days)

    def at(self, days: int, hour: int = 9) -> AbstractContextManager[None]:
        """Within it is an hour of that day."""
        return clock.standing_at(clock.at(self.ago(days), hour))

    @property
    def coordinator(self) -> User:
        return self.users["dieu-phoi"]

    @property
    def leader(self) -> User:
        return self.users["lanh-dao"]

    def staff_of(self, slug: str) -> User:
        return self.users[f"can-bo-{slug}"]

    @cached_property
    def criteria(self) -> dict[int, Criterion]:
        return {one.number: one for one in self.criteria_set.criteria.order_by("number")}

    @cached_property
    def indicators(self) -> dict[int, list[Indicator]]:
        """What is measured, by the number of the criterion."""
        found = Indicator.objects.filter(criterion__criteria_set=self.criteria_set)
        found = found.exclude(kind=Indicator.Kind.GROUP).select_related("criterion")
        by_number: dict[int, list[Indicator]] = {number: [] for number in self.criteria}
        for one in found.prefetch_related("thresholds").order_by("criterion__number", "pk"):
            by_number[one.criterion.number].append(one)
        return by_number

    @cached_property
    def cells(self) -> dict[tuple[str, int], CriterionStatus]:
        found = CriterionStatus.objects.filter(enrolment__in=self.runs.values()).with_all()
        return {
            (one.enrolment.commune.slug, one.criterion.number): one for one in found.order_by("pk")
        }

    @cached_property
    def officers(self) -> dict[int, list[tuple[Agency, User]]]:
        """Who answers for each criterion, with an account that speaks for it."""
        rows = responsible(self.criteria.values(), self.day, {self.area.pk})
        keys = {agency.pk: key for key, agency in self.agencies.items()}
        return {
            number: [
                (need.agency, self.users[keys[need.agency.pk]])
                for need in needs_in(self.area.pk, rows.get(one.pk, [])).values()
            ]
            for number, one in self.criteria.items()
        }

    def progress_of(self, slug: str) -> "Progress":
        index = next(i for i, one in enumerate(COURSES) if one.slug == slug)
        return Progress(COURSES[index], index, tuple(self.criteria))


@dataclass(frozen=True)
class Progress:
    """When a commune comes to meet which criterion."""

    course: Course
    index: int
    numbers: tuple[int, ...]

    @cached_property
    def order(self) -> list[int]:
        """The criteria in the order in which they come to be met."""
        return sorted(self.numbers, key=lambda n: ((n * 7 + self.index * 5) % 23, n))

    @cached_property
    def first(self) -> int:
        return round(len(self.numbers) * self.course.at_first / 100)

    @cached_property
    def last(self) -> int:
        return round(len(self.numbers) * self.course.at_last / 100)

    @property
    def unmet(self) -> list[int]:
        """What is not met at last, the likeliest first."""
        return self.order[self.last :]

    @property
    def verified(self) -> dict[int, int]:
        """What is claimed and verified on the way: how many days ago."""
        gained = self.order[self.first : self.last]
        latest = 200 if self.course.at_last == 100 else 60
        step = (640 - latest) / max(len(gained), 1)
        return {n: round(640 - (place + 0.5) * step) for place, n in enumerate(gained)}

    def is_met(self, number: int, days: int) -> bool:
        """Whether the criterion is met so many days ago."""
        if number in self.order[: self.first]:
            return True
        return days <= self.verified.get(number, -1)
