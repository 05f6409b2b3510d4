"""Resources and debts: what is recorded and what it comes to on any day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Role
from criteria.models import Enrolment
from criteria.progress.moment import Moment
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from plans.models import ConstructionDebt, Contribution
from plans.resources import actions, queries
from plans.resources.actions import GivenContribution
from tests.factories import make_area, make_commune, make_enrolment, make_user
from tests.plans.plans import make_plan

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture(autouse=True)
def _today():
    with clock.standing_at(clock.at(TODAY, 9)):
        yield


@pytest.fixture
def commune():
    return make_commune(established_on=dt.date(2000, 1, 1))


@pytest.fixture
def by(commune):
    return make_user(role=Role.COMMUNE_LEADER, commune=commune)


def given(amount, stage="spent", source="people", kind="money", on=TODAY, **more):
    return GivenContribution(
        stage=stage, source=source, kind=kind, amount=Decimal(amount), given_on=on, **more
    )


def sums(commune, on=TODAY, year=None, known=None):
    moment = Moment(on, known=known)
    found = queries.counted({commune.area_id}, moment, year, commune)
    lines = queries.by_source(found, queries.planned_by_source(commune))
    return {line.name: line.sums for line in lines}


def test_sums_by_source_stage_year_and_day(commune, by):
    run = make_enrolment(commune=commune)
    criteria = list(run.criteria_set.criteria.order_by("number"))
    for one in (
        given("100.5", "asked", "province", on=dt.date(2019, 12, 31)),
        given("40", "promised", "province", criterion=criteria[1]),
        given("1900", "allotted", "central", criterion=criteria[1]),
        given("80", "allotted", "enterprises", "goods"),
        given("12.25"),
        given("186", kind="labour", worth=Decimal("37.2")),
        given("2450", kind="land"),
    ):
        actions.record(commune, one, by=by)

    found = sums(commune)
    whole = found[None]
    assert (whole.asked, whole.promised, whole.allotted) == (
        Decimal("100.5"), 40, 1980,
    )  # fmt: skip
    # Labour and land count by what they were said to be worth.
    assert whole.spent == Decimal("49.45")
    assert (whole.labour, whole.land) == (186, 2450)
    assert found["Ngân sách trung ương"].allotted == 1900
    assert sums(commune, year=2019)[None].asked == Decimal("100.5")
    assert sums(commune, year=2020)[None].asked == 0
    assert sums(commune, on=dt.date(2020, 9, 14))[None].allotted == 0
    assert sums(commune, known=dt.date(2020, 9, 14))[None].asked == 0
    of_criteria = queries.by_criterion(queries.counted({commune.area_id}, Moment(TODAY), None))
    assert [(line.name, line.sums.allotted) for line in of_criteria] == [
        ("2 Tiêu chí 2", 1900), (None, 80),
    ]  # fmt: skip
    (line,) = queries.communes_with_resources(
        {commune.area_id}, Moment(TODAY), None, with_plans=True
    )
    assert line.sums.allotted == 1980


def test_the_plan_s_costs_stand_beside_by_source(commune, by):
    plan = make_plan(make_enrolment(commune=commune), "1 | Bê tông hóa | 20", by=by)
    assert sums(commune)[None].planned is None
    plan.activities.update(cost_central=1900, cost_people=Decimal("610.5"))
    actions.record(commune, given("900", "allotted", "central"), by=by)
    found = sums(commune)
    assert found["Ngân sách trung ương"].planned == 1900
    assert found[None].planned == Decimal("2510.5")
    assert found[None].lacking == Decimal("1610.5")
    assert queries.planned_by_commune({commune.area_id}) == {commune.pk: Decimal("2510.5")}
    elsewhere = make_commune(slug="khac", code="1", area=make_area(code="1", name="Khác"))
    assert sums(elsewhere)[None].planned is None
    # A run that was closed costs nothing more.
    Enrolment.objects.update(closed_on=TODAY, closing_reason="Gộp xã")
    assert sums(commune)[None].planned is None
    assert queries.planned_by_commune({commune.area_id}) == {}


def test_a_row_is_corrected_by_another_and_stays(commune, by):
    wrong = actions.record(commune, given("1900"), by=by)
    for reason, said in (("", given("190")), ("Gõ nhầm", given("0"))):
        with pytest.raises(ValidationError):
            actions.correct(wrong, said, reason=reason, by=by)
    right = actions.correct(wrong, given("190"), reason="Gõ nhầm", by=by)
    assert sums(commune)[None].spent == 190
    with pytest.raises(Conflict):
        actions.correct(wrong, given("19"), reason="Gõ nhầm", by=by)
    gone = actions.correct(right, None, reason="Không phải của xã", by=by)
    assert sums(commune)[None].spent == 0
    with pytest.raises(ValidationError):
        actions.correct(gone, given("1"), reason="x", by=by)
    assert Contribution.objects.count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.update(amount=1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (given("0"), "amount"),
        (given("5", worth=Decimal(1)), "worth"),
        (given("5", on=dt.date(2020, 9, 16)), "given_on"),
        (given("5", on=dt.date(1999, 1, 1)), "given_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(commune, by, said, field):
    with pytest.raises(ValidationError) as refused:
        actions.record(commune, said, by=by)
    assert list(refused.value.message_dict) == [field]


def test_debts_count_as_they_were_stated_last(commune, by):
    def state(name, on, value, paid):
        return actions.state_debt(
            commune, name, criterion=None, stated_on=on, value=Decimal(value),
            paid=Decimal(paid), settled_by="", by=by,
        )  # fmt: skip

    road = state("Đường trục xã", dt.date(2020, 1, 10), "1850", "1420.5")
    state("Nhà văn hóa", dt.date(2020, 3, 1), "640", "640")
    with pytest.raises(ValidationError) as refused:
        state("Đường trục xã", TODAY, "1", "1")
    assert list(refused.value.message_dict) == ["name"]
    with pytest.raises(ValidationError) as refused:
        state("Chợ", TODAY, "10", "10.5")
    assert list(refused.value.message_dict) == ["paid"]
    later = actions.restate_debt(
        road.item, stated_on=dt.date(2020, 9, 1), value=Decimal(1850), paid=Decimal(1800),
        settled_by="Quý IV", seen=road.pk, by=by,
    )  # fmt: skip
    assert later.owed == 50
    with pytest.raises(Conflict):
        actions.restate_debt(
            road.item, stated_on=TODAY, value=Decimal(1850), paid=Decimal(1850), settled_by="",
            seen=road.pk, by=by,
        )  # fmt: skip

    def owed(on):
        return queries.debt_sums({commune.area_id}, Moment(on)).get(commune.pk)

    assert owed(dt.date(2020, 1, 9)) is None
    assert owed(dt.date(2020, 8, 31)).owed == Decimal("429.5")
    assert owed(TODAY) == (queries.DebtSums(2, Decimal(2490), Decimal(2440)))
    assert [one.item.name for one in queries.debts_of(commune, Moment(TODAY))] == [
        "Đường trục xã", "Nhà văn hóa",
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ConstructionDebt.objects.filter(pk=later.pk).delete()
