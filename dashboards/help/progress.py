"""How far somebody has come in the tour of a role, and the step that a page is shown as."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.access import Access
from accounts.models import TourStep, User
from dashboards.help.help_texts import Stop, Tour, role_of, tour_for
from nrm_tracker import clock


@dataclass(frozen=True)
class TourProgress:
    """The steps of a tour, and which of them were opened."""

    tour: Tour
    opened: frozenset[int]

    @property
    def rows(self) -> list[tuple[Stop, bool]]:
        return [(stop, stop.number in self.opened) for stop in self.tour.stops]

    @property
    def count(self) -> int:
        return sum(opened for _stop, opened in self.rows)

    @property
    def next(self) -> Stop | None:
        """Where it goes on: the first step that was not opened."""
        return next((stop for stop, opened in self.rows if not opened), None)


@dataclass(frozen=True)
class ShownStep:
    """The step as which a page is shown, with its tour."""

    stop: Stop
    tour: Tour

    @property
    def following(self) -> Stop | None:
        return stop_of(self.tour, self.stop.number + 1)


def progress_in(tour: Tour, user: User, role: str) -> TourProgress:
    opened = TourStep.objects.filter(user=user, role=role).values_list("number", flat=True)
    return TourProgress(tour, frozenset(opened))


def stop_of(tour: Tour, number: int) -> Stop | None:
    return next((stop for stop in tour.stops if stop.number == number), None)


def shown_as(access: Access, given: Mapping[str, str]) -> ShownStep | None:
    """The step that the address of a page names (`?tour=4`), if the person's tour has it."""
    number = given.get("tour", "")
    tour = tour_for(role_of(access)) if number else None
    stop = next((one for one in tour.stops if str(one.number) == number), None) if tour else None
    return ShownStep(stop, tour) if tour and stop else None


@transaction.atomic
def open_step(user: User, role: str, number: int) -> None:
    now = clock.now()
    TourStep.objects.get_or_create(user=user, role=role, number=number, defaults={"opened_at": now})


@transaction.atomic
def start_over(user: User, role: str) -> None:
    TourStep.objects.filter(user=user, role=role).delete()
