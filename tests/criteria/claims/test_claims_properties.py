"""Rules 5 to 10 over lives of a claim that nobody would think of."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.assessments import bulk as assessment_bulk
from criteria.claims import actions as claim_actions
from criteria.claims import decisions
from criteria.claims.actions import Draft
from criteria.claims.decisions import Word
from criteria.measurements import actions as measurement_actions
from criteria.measurements import evaluation
from criteria.measurements import queries as measurement_queries
from criteria.measurements.actions import Given
from criteria.models import (
    Assessment,
    Claim,
    ClaimDecision,
    Indicator,
    Level,
    Measurement,
    Responsibility,
    Result,
    Threshold,
)
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from tests.criteria.progress.pictures import DAYS, picture
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)

TODAY = dt.date(2020, 9, 15)
VERDICTS = ["met", "nearly", "not_met"]

shares = st.integers(0, 100)
people = st.sampled_from(["staff", "head", "officer", "inspector", "leader"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("draft"), people, shares, st.sampled_from(["", *VERDICTS])),
        st.tuples(st.just("send"), people, shares, st.sampled_from(VERDICTS)),
        st.tuples(st.just("withdraw"), people),
        st.tuples(st.just("speak"), people, st.sampled_from([0, 1]), st.sampled_from(VERDICTS)),
        st.tuples(st.just("return"), people, st.sampled_from([0, 1])),
        st.tuples(st.just("decide"), people, st.sampled_from(VERDICTS)),
        st.tuples(st.just("measure"), people, shares, st.sampled_from(DAYS)),
        st.tuples(st.just("correct"), people, st.integers(0, 9), shares | st.none()),
        st.tuples(st.just("assess"), people, st.sampled_from(VERDICTS), st.sampled_from(DAYS)),
        st.tuples(st.just("bulk"), people, st.sampled_from(VERDICTS), st.sampled_from(DAYS)),
    ),
    min_size=1,
    max_size=12,
)


class World:
    """A commune with one criterion of two indicators, one agency answering for each."""

    def __init__(self):
        area = make_area()
        criteria_set = make_set(size=1)
        criterion = criteria_set.criteria.get()
        self.indicators = [
            Indicator.objects.create(
                criterion=criterion,
                code=f"1.{n}",
                text=f"Tỷ lệ {n}",
                kind="percent",
                comparator="ge",
            )
            for n in (1, 2)
        ]
        self.agencies = [make_agency(key=f"phong-{n}", name=f"Phòng {n}") for n in (1, 2)]
        for indicator, agency in zip(self.indicators, self.agencies, strict=True):
            Threshold.objects.create(indicator=indicator, value=80, text="≥80%")
            Responsibility.objects.create(agency=agency, criterion=criterion, indicator=indicator)
        commune = make_commune(area=area)
        self.enrolment = make_enrolment(commune=commune, criteria_set=criteria_set)
        self.people = {
            "staff": make_user(role=Role.COMMUNE_STAFF, commune=commune),
            "head": make_user(role=Role.COMMUNE_LEADER, commune=commune),
            "officer": make_user(role=Role.AGENCY_OFFICER, agency=self.agencies[0]),
            "inspector": make_user(role=Role.INSPECTOR, area=area),
            "leader": make_user(role=Role.LEADER, area=area),
        }

    @property
    def status(self):
        return cell(self.enrolment)

    @property
    def latest(self):
        return Claim.objects.order_by("-pk").first()

    def draft(self, share, result):
        value = Given(measured_on=TODAY, numerator=Decimal(share), denominator=Decimal(100))
        return Draft(
            given=dict.fromkeys(self.indicators, value),
            result=result,
            explanation="Giải trình",
            no_evidence_reason="Hồ sơ lưu tại xã",
        )

    def take(self, step):
        """Do it; whether it was done, and the first past day that it may change."""
        verb, who, *what = step
        try:
            with transaction.atomic():
                return True, getattr(self, f"do_{verb}")(self.people[who], *what)
        except (ValidationError, Conflict, assessment_bulk.BulkRefused):
            return False, None

    def do_draft(self, by, share, result):
        claim_actions.save_draft(self.status, self.draft(share, result), by=by)

    def do_send(self, by, share, result):
        claim_actions.send(self.status, self.draft(share, result), by=by)
        return TODAY

    def do_withdraw(self, by):
        claim_actions.withdraw(self._claim(), by=by)

    def do_speak(self, by, which, verdict):
        words = [Word(verdict, "Lý do", self.indicators[which])]
        decisions.speak(self._claim(), words, agency=self.agencies[which], by=by)
        return TODAY

    def do_return(self, by, which):
        decisions.send_back(
            self._claim(), reason="Bổ sung", add_by=TODAY, by=by, agency=self.agencies[which]
        )

    def do_decide(self, by, verdict):
        decisions.decide(self._claim(), verdict, reason="Kết luận", by=by)
        return TODAY

    def do_measure(self, by, share, day):
        value = Given(measured_on=day, number=Decimal(share))
        measurement_actions.measure(
            self.enrolment, self.indicators[0], value, level=Level.DISTRICT, by=by
        )

    def do_correct(self, by, which, share):
        written = list(Measurement.objects.order_by("pk"))
        if not written:
            raise ValidationError("nothing to correct")
        wrong = written[which % len(written)]
        given = share is not None and Given(measured_on=wrong.measured_on, number=Decimal(share))
        measurement_actions.correct(wrong, given or None, reason="Nhập nhầm", by=by)

    def do_assess(self, by, result, day):
        assessment_actions.assess(self.status, finding(result, day), by=by)
        return day

    def do_bulk(self, by, result, day):
        wanted = assessment_bulk.Wanted(self.status, finding(result, day), self.status.version)
        assessment_bulk.rehearse([wanted], by=by)
        assessment_bulk.assess_all([wanted], by=by)
        return day

    def _claim(self):
        if self.latest is None:
            raise ValidationError("no claim")
        return self.latest


def rows(*models):
    return {(model, row["id"]): row for model in models for row in model.objects.values()}


def kept():
    return rows(Assessment, Measurement, ClaimDecision)


def check(world, done, first, before, shown):
    """The invariants after one step."""
    now = kept()
    assert before.items() <= now.items()  # rule 5
    if not done:
        assert now == before
    assert assessment_actions.rebuild(world.enrolment) == 0  # rule 7
    seen = picture(world.enrolment)
    for day in DAYS:
        assert seen[day] == shown[day] or (first and first <= day)  # rule 6
    assert Claim.objects.open().count() <= 1  # rule 9
    for claim in Claim.objects.prefetch_related("decisions"):
        check_claim(world, claim)
    check_proposal(world)
    return now, seen


def check_claim(world, claim):
    writers = {claim.drafted_by_id, claim.submitted_by_id}
    words = list(claim.decisions.all())
    assert not writers & {word.by_id for word in words}
    if claim.is_draft:
        assert not words
    if claim.state == Claim.State.RETURNED:
        assert [word.verdict for word in words].count("returned") == 1
        assert claim.outcome_id is None
    if claim.state != Claim.State.DECIDED:
        assert claim.outcome_id is None
        return
    by_leader = [word for word in words if word.agency_id is None]
    latest = {word.agency_id: word.verdict for word in words}
    expected = by_leader[0].verdict if by_leader else max(latest.values(), key=VERDICTS.index)
    assert claim.outcome.result == expected
    assert by_leader or set(latest) == {agency.pk for agency in world.agencies}
    assert (claim.outcome.level, claim.outcome.assessed_on) == (Level.DISTRICT, TODAY)
    assert claim.outcome.no_evidence_reason  # rule 10


def check_proposal(world):
    """Rule 8: the latest value of each indicator that was neither corrected nor voided."""
    history = list(Measurement.objects.order_by("measured_on", "level", "pk"))
    corrected = {value.corrects_id for value in history}
    counting = {v.indicator_id: v for v in history if v.pk not in corrected and not v.voids}
    leaves = [
        evaluation.Leaf(
            None
            if (value := counting.get(indicator.pk)) is None
            else ("met" if value.amount >= 80 else "not_met")
        )
        for indicator in world.indicators
    ]
    found = measurement_queries.proposed(measurement_queries.measures_of(world.status))
    assert found == evaluation.proposal(leaves)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=steps)
def test_whatever_happens_to_a_claim_the_rules_hold(life):
    with transaction.atomic():
        world = World()
        before, shown = kept(), picture(world.enrolment)
        for step in life:
            done, first = world.take(step)
            before, shown = check(world, done, first, before, shown)
        call_command("check_progress", verbosity=0)
        assert world.status.result in Result.values
        assert clock.today() == TODAY
        transaction.set_rollback(True)
