"""What a person is in charge of, with how far it has come: one query."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.models import Person
from criteria.models import Assessment, Charge, Recognition, Result
from criteria.progress.moment import Moment


@dataclass(frozen=True)
class PersonCharge:
    """A charge on a day, with the result of its cell that day."""

    charge: Charge
    day: dt.date
    result: str
    is_recognised: bool

    @property
    def is_current(self) -> bool:
        return self.charge.until_on is None or self.charge.until_on >= self.day

    @property
    def is_head(self) -> bool:
        return self.charge.criterion is None and self.charge.village is None

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to do: the criterion is met or does not apply."""
        if self.charge.criterion is None:
            return self.is_recognised
        return self.result in (Result.MET, Result.NOT_APPLICABLE)

    @property
    def days_late(self) -> int:
        due_on = self.charge.due_on
        if due_on is None or self.is_done or not self.is_current:
            return 0
        return max((self.day - due_on).days, 0)


def of(person: Person, area_ids: Collection[int], moment: Moment) -> list[PersonCharge]:
    """The charges that began by the day: those due first at the head, then by commune."""
    found = Charge.objects.filter(
        person=person, commune__area__in=area_ids, from_on__lte=moment.day
    )
    recognised = Recognition.objects.filter(
        enrolment__commune=OuterRef("commune"), kind=Recognition.Kind.MET
    )
    if moment.known_before:
        found = found.filter(recorded_at__lt=moment.known_before)
        recognised = recognised.filter(recorded_at__lt=moment.known_before)
    found = found.annotate(
        result=Subquery(_headline(moment).values("result")[:1]),
        is_recognised=Exists(recognised.in_force_on(moment.day)),
    )
    found = found.select_related("commune", "criterion__criteria_set", "village").order_by(
        F("due_on").asc(nulls_last=True), "commune__sort_key", "criterion__number", "from_on"
    )
    return [
        PersonCharge(charge, moment.day, charge.result or Result.NOT_ASSESSED, charge.is_recognised)
        for charge in found
    ]


def _headline(moment: Moment) -> QuerySet[Assessment]:
    """The entries of the outer charge's cell above the commune, the one that counts first."""
    found = Assessment.objects.above_commune().filter(
        status__enrolment__commune=OuterRef("commune"),
        status__criterion=OuterRef("criterion"),
        assessed_on__lte=moment.day,
    )
    return found.in_force(moment.known_before).headline_first()
