"""Villages and gardens: what is recorded, what it comes to on any day, what it proposes."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Role
from communes.models import Village
from criteria.measurements.queries import measures_of
from criteria.models import Claim, Indicator, Measurement
from criteria.progress.moment import Moment
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from plans.models import (
    ModelCriterion,
    ModelResult,
    VillageFigures,
    VillageStanding,
    VillageStep,
    VillageTarget,
)
from plans.villages import actions, proposal, queries
from tests.factories import cell, make_area, make_commune, make_enrolment, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
KINDS = ModelCriterion.Kind


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


def make_village(commune, name="Thôn Một", **kwargs):
    return Village.objects.create(commune=commune, name=name, **kwargs)


def keys(kind):
    return list(ModelCriterion.objects.filter(kind=kind).values_list("pk", flat=True))


def results(village, garden, kind, met, *, of=None):
    asked = keys(kind)[:of]
    return {
        (village.pk, garden and garden.pk, key): "met" if place < met else "not_met"
        for place, key in enumerate(asked)
    }


def day(text):
    return dt.date.fromisoformat(text)


def counts_on(commune, on, known=None):
    return queries.figures_of(commune, Moment(day(on), known=known and day(known))).counts


def test_ten_criteria_of_a_village_and_five_of_a_garden_are_brought():
    names = [one.name for one in ModelCriterion.objects.filter(kind=KINDS.VILLAGE)]
    assert len(names) == 10
    assert (names[0], names[2]) == ("Nhà ở và công trình phụ trợ", "Hàng rào")
    assert ModelCriterion.objects.filter(kind=KINDS.GARDEN).count() == 5
    assert not ModelCriterion.objects.filter(source="").exists()


def test_a_commune_s_villages_are_counted_as_they_stood_on_any_day(commune, by):
    first, second = make_village(commune), make_village(commune, "Thôn Hai")
    for village, step, on in (
        (first, "registered", "2020-03-01"),
        (first, "planned", "2020-05-01"),
        (first, "met", "2020-08-01"),
        (second, "registered", "2020-08-10"),
    ):
        actions.take_step(village, step, taken_on=day(on), document="01/XN", by=by)
    garden = actions.register_garden(first, "Vườn 1", registered_on=day("2020-06-01"), by=by)
    said = results(first, garden, KINDS.GARDEN, 5)
    actions.record_results(commune, said, assessed_on=day("2020-07-01"), by=by)
    actions.count(first, counted_on=day("2020-07-01"), households=90, mixed_gardens=12, by=by)

    assert counts_on(commune, "2020-02-01") == (0, 0, 0, 0, 0, 0, 0, None, False)
    assert counts_on(commune, "2020-06-30") == (1, 1, 0, 0, 0, 1, 0, None, False)
    assert counts_on(commune, "2020-07-01") == (1, 1, 0, 0, 0, 1, 1, 12, False)
    assert counts_on(commune, "2020-09-15") == (2, 1, 0, 1, 0, 1, 1, 12, False)
    # As known earlier nothing had been entered.
    assert counts_on(commune, "2020-09-15", known="2020-09-14").begun == 0
    # What is stored is what history comes to.
    rows = actions.standing_rows(
        commune, queries.rows_of([commune.pk]), queries.model_criteria().garden_keys
    )
    stored = {one.on_day: one for one in VillageStanding.objects.all()}
    assert rows.keys() == stored.keys()
    assert {d: actions._says(one) for d, one in rows.items()} == {
        d: actions._says(one) for d, one in stored.items()
    }

    # A result that turns out otherwise on an earlier day changes all days after it.
    key = keys(KINDS.GARDEN)[0]
    actions.record_results(
        commune, {(first.pk, garden.pk, key): "not_met"}, assessed_on=day("2020-07-01"), by=by
    )
    assert counts_on(commune, "2020-07-01").gardens_met == 0
    actions.record_results(
        commune, {(first.pk, garden.pk, key): "met"}, assessed_on=day("2020-09-01"), by=by
    )
    assert counts_on(commune, "2020-08-31").gardens_met == 0
    assert counts_on(commune, "2020-09-01").gardens_met == 1
    actions.take_off_list(garden, on=day("2020-09-10"), by=by)
    assert counts_on(commune, "2020-09-09").gardens == 1
    assert counts_on(commune, "2020-09-10")[5:7] == (0, 0)


def test_a_step_that_was_taken_back_counts_on_no_day_and_stays_on_record(commune, by):
    village = make_village(commune)
    step = actions.take_step(village, "registered", taken_on=day("2020-03-01"), document="", by=by)
    with pytest.raises(ValidationError, match="rút lại"):
        actions.take_step(village, "registered", taken_on=day("2020-03-02"), document="", by=by)
    with pytest.raises(ValidationError):
        actions.take_back_step(step, reason=" ", by=by)
    actions.take_back_step(step, reason="Nhầm thôn", by=by)

    assert counts_on(commune, "2020-09-15").begun == 0
    assert VillageStep.objects.count() == 2
    assert not VillageStanding.objects.exists()
    with pytest.raises(Conflict):
        actions.take_back_step(step, reason="Nhầm thôn", by=by)
    actions.take_step(village, "registered", taken_on=day("2020-04-01"), document="", by=by)
    assert counts_on(commune, "2020-09-15").begun == 1


@pytest.mark.parametrize(
    ("step", "on", "document", "field"),
    [
        ("met", "2020-08-01", "", "document"),
        ("recognised", "2020-08-01", " ", "document"),
        ("planned", "2020-09-16", "", "taken_on"),
        ("planned", "1999-01-01", "", "taken_on"),
        ("planned", "2020-02-01", "", "taken_on"),
    ],
)
def test_a_step_that_cannot_be_so_is_refused_at_its_field(commune, by, step, on, document, field):
    village = make_village(commune)
    actions.take_step(village, "registered", taken_on=day("2020-03-01"), document="", by=by)
    with pytest.raises(ValidationError) as refused:
        actions.take_step(village, step, taken_on=day(on), document=document, by=by)
    assert list(refused.value.message_dict) == [field]
    assert VillageStep.objects.count() == 1


def test_results_are_of_the_commune_s_villages_and_who_wrote_first_is_told(commune, by):
    village = make_village(commune)
    elsewhere = make_village(make_commune(slug="khac", code="1", name="Khác"))
    for said in (
        {},
        {(elsewhere.pk, None, keys(KINDS.VILLAGE)[0]): "met"},
        {(village.pk, None, keys(KINDS.GARDEN)[0]): "met"},
        {(village.pk, 99, keys(KINDS.GARDEN)[0]): "met"},
    ):
        with pytest.raises(ValidationError):
            actions.record_results(commune, said, assessed_on=TODAY, by=by)
    right = results(village, None, KINDS.VILLAGE, 3)
    made = actions.record_results(commune, right, assessed_on=TODAY, seen=0, by=by)
    assert len(made) == 10
    with pytest.raises(Conflict):
        actions.record_results(commune, right, assessed_on=TODAY, seen=0, by=by)
    newest = ModelResult.objects.latest("pk").pk
    actions.record_results(commune, right, assessed_on=TODAY, seen=newest, by=by)
    (line,) = queries.commune_page(commune, Moment(TODAY)).lines
    assert line.met_count == 3


def test_figures_need_a_number_and_no_more_gardens_than_households(commune, by):
    village = make_village(commune, households=50)
    for households, mixed in ((None, None), (None, 51), (20, 21)):
        with pytest.raises(ValidationError):
            actions.count(
                village, counted_on=TODAY, households=households, mixed_gardens=mixed, by=by
            )
    actions.count(village, counted_on=TODAY, households=None, mixed_gardens=50, by=by)
    assert counts_on(commune, "2020-09-15").mixed_gardens == 50
    # What was counted stands before what is told of the village.
    actions.count(village, counted_on=TODAY, households=150, mixed_gardens=None, by=by)
    actions.count(village, counted_on=TODAY, households=None, mixed_gardens=120, by=by)
    with pytest.raises(ValidationError, match="150"):
        actions.count(village, counted_on=TODAY, households=None, mixed_gardens=151, by=by)
    with pytest.raises(ValidationError, match="100"):
        actions.count(village, counted_on=TODAY, households=100, mixed_gardens=None, by=by)


def test_a_garden_off_the_list_was_on_it_as_known_before(commune, by):
    garden = actions.register_garden(
        make_village(commune), "Hộ 1", registered_on=day("2020-09-01"), by=by
    )
    with clock.standing_at(clock.at(day("2020-09-18"), 9)):
        actions.take_off_list(garden, on=day("2020-09-02"), by=by)
        garden.refresh_from_db()
        assert garden.left_by == by
        for known, count in (("2020-09-15", 1), ("2020-09-18", 0)):
            moment = Moment(day("2020-09-05"), known=day(known))
            (line,) = queries.communes_with_villages({commune.area_id}, moment)
            assert line.counts.gardens == count, known


def test_the_newest_target_counts_and_a_commune_s_own_before_that_of_its_area(commune, by):
    area = commune.area

    def target(on, known=None):
        moment = Moment(day(on), known=known)
        return queries.figures_of(commune, moment).target

    def set_target(on, villages, own=None):
        return actions.set_target(
            area, commune=own, from_on=day(on), villages=villages, gardens=None, share=None,
            source="QĐ 1", by=by,
        )  # fmt: skip

    with pytest.raises(ValidationError):
        set_target("2020-01-01", None)
    set_target("2018-01-01", 1)
    set_target("2020-01-01", 2)
    assert target("2017-12-31") is None
    assert target("2019-12-31").villages == 1
    assert target("2020-09-15").villages == 2
    set_target("2020-09-01", 3, own=commune)
    assert (target("2020-08-31").villages, target("2020-09-15").villages) == (2, 3)
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    lone = make_commune(slug="khac", area=make_area(code="9", name="Khác", parent=province))
    actions.set_target(
        province, from_on=day("2020-01-01"), villages=5, gardens=None, share=None, source="QĐ",
        by=by,
    )  # fmt: skip
    assert queries.figures_of(lone, Moment(TODAY)).target.villages == 5


def test_history_cannot_be_rewritten(commune, by):
    village = make_village(commune)
    actions.take_step(village, "registered", taken_on=TODAY, document="", by=by)
    actions.record_results(
        commune, results(village, None, KINDS.VILLAGE, 1), assessed_on=TODAY, by=by
    )
    actions.count(village, counted_on=TODAY, households=9, mixed_gardens=None, by=by)
    actions.set_target(
        commune.area, from_on=TODAY, villages=1, gardens=None, share=None, source="QĐ", by=by
    )
    for model in (VillageStep, ModelResult, VillageFigures, VillageTarget):
        row = model.objects.first()
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(recorded_at=clock.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()


@pytest.fixture
def status(commune):
    """A cell whose three indicators are counted from the villages."""
    enrolment = make_enrolment(commune=commune)
    for code, kind, source in (
        ("20.1", "number", "model_villages"),
        ("20.2", "number", "model_gardens"),
        ("20.3", "percent", "villages_begun"),
    ):
        Indicator.objects.create(
            criterion=cell(enrolment).criterion, code=code, text=code, kind=kind, comparator="ge",
            counted_from=source, counted_in="thôn" if kind == "percent" else "",
        )  # fmt: skip
    return cell(enrolment)


def proposed(status, on=TODAY):
    found = proposal.proposal(status, measures_of(status), Moment(on))
    return found and [
        (one.given.number, one.given.numerator, one.given.denominator, one.is_reached)
        for one in found.values
    ]


def test_the_villages_propose_values_and_a_person_takes_them_over(commune, by, status):
    assert proposed(status) is None
    villages = [make_village(commune, f"Thôn {n}") for n in range(3)]
    actions.set_target(
        commune.area, from_on=day("2018-01-01"), villages=1, gardens=1, share=66, source="QĐ",
        by=by,
    )  # fmt: skip
    actions.take_step(villages[0], "met", taken_on=day("2020-08-01"), document="XN", by=by)
    actions.take_step(villages[1], "registered", taken_on=day("2020-09-01"), document="", by=by)

    assert proposed(status, day("2020-07-31"))[0][0] == 0
    assert proposed(status, day("2020-08-31")) == [
        (1, None, None, True), (0, None, None, False), (None, 1, 3, False),
    ]  # fmt: skip
    assert proposed(status)[2] == (None, 2, 3, True)
    assert not Claim.objects.exists()

    found = proposal.proposal(status, measures_of(status), Moment(TODAY))
    proposal.take_over(status, found, as_draft=True, by=by)
    claim = Claim.objects.get()
    assert claim.is_draft
    assert not claim.result
    drafts = {one.indicator.code: one for one in claim.values.select_related("indicator")}
    assert (drafts["20.1"].number, drafts["20.3"].denominator) == (1, 3)
    assert "15/09/2020" in drafts["20.1"].source
    again = proposal.proposal(status, measures_of(status), Moment(TODAY), drafts.values())
    assert not again.is_new

    proposal.take_over(status, found, as_draft=False, by=by)
    assert Measurement.objects.count() == 3
    found = proposal.proposal(status, measures_of(status), Moment(TODAY))
    assert not found.is_new
    assert not status.assessments.exists()
