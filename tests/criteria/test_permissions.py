import pytest

from accounts.access import Access
from communes.models import Agency, Area, Commune
from criteria import permissions
from criteria.models import Level, Responsibility

HERE, ELSEWHERE = 1, 2
COMMUNE = Commune(pk=10, area=Area(pk=HERE, kind=Area.Kind.DISTRICT))


def answering(*agencies):
    """A responsibility of each agency, given as (id, area)."""
    return [Responsibility(agency=Agency(pk=pk, area_id=area)) for pk, area in agencies]


def person(**reach):
    return Access(**{name: frozenset(ids) for name, ids in reach.items()})


@pytest.mark.parametrize(
    ("access", "responsibilities", "levels"),
    [
        (person(leads=[HERE]), [], {Level.DISTRICT}),
        (person(leads=[ELSEWHERE]), [], set()),
        (person(coordinates=[HERE]), [], {Level.DISTRICT, Level.PROVINCE}),
        (person(coordinates=[ELSEWHERE]), [], set()),
        (person(heads=[10]), [], {Level.COMMUNE}),
        (person(heads=[11]), [], set()),
        (person(staffs=[10], joins=[1], areas=[HERE]), [], set()),
        (person(agencies=[5]), [], set()),
        (person(agencies=[5]), answering((5, HERE)), {Level.DISTRICT}),
        (person(agencies=[5]), answering((5, HERE), (5, HERE)), {Level.DISTRICT}),
        (person(agencies=[5]), answering((5, HERE), (6, HERE)), set()),
        (person(agencies=[5]), answering((5, HERE), (6, ELSEWHERE)), {Level.DISTRICT}),
        (person(agencies=[5]), answering((6, HERE)), set()),
        (person(agencies=[5]), answering((5, ELSEWHERE)), set()),
    ],
)
def test_the_levels_that_a_person_may_write(access, responsibilities, levels):
    assert permissions.writable_levels(access, COMMUNE, responsibilities) == levels
    may_assess = permissions.may_assess(access, COMMUNE, responsibilities)
    assert may_assess == (Level.DISTRICT in levels)


@pytest.mark.parametrize(
    ("access", "must"),
    [
        (person(coordinates=[HERE]), True),
        (person(coordinates=[HERE], leads=[HERE]), False),
        (person(coordinates=[HERE], agencies=[5]), False),
        (person(coordinates=[ELSEWHERE]), False),
        (person(leads=[HERE]), False),
    ],
)
def test_who_coordinates_names_an_agency_unless_the_word_is_their_own(access, must):
    assert permissions.must_name_agency(access, COMMUNE, answering((5, HERE))) is must


@pytest.mark.parametrize(
    ("access", "may"),
    [
        (person(coordinates=[HERE]), True),
        (person(coordinates=[ELSEWHERE]), False),
        (person(leads=[HERE]), False),
    ],
)
def test_recognition_is_the_coordinator_s(access, may):
    assert permissions.may_recognise(access, HERE) is may
