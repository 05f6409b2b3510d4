"""Rules 3, 5 and 7 over histories that nobody would think of."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.assessments import actions as assessment_actions
from criteria.models import Assessment, Basis, Level
from criteria.models.history import ASSESSABLE, SAYABLE
from criteria.progress import scoring, standings
from criteria.progress.assessment_log import entries_of
from nrm_tracker import clock
from tests.criteria.progress.pictures import DAYS, picture
from tests.factories import cell, finding, make_enrolment, make_set, make_user

NUMBERS = [1, 2]

days = st.sampled_from(DAYS)
found = st.builds(
    finding,
    result=st.sampled_from(SAYABLE),
    on=days,
    level=st.sampled_from(Level),
)
assessing = st.tuples(st.just("assess"), st.sampled_from(NUMBERS), found)
correcting = st.tuples(st.just("correct"), st.integers(0, 20), found | st.none())
histories = st.lists(assessing | correcting, min_size=1, max_size=7)


def apply(step, enrolment, user):
    """The first day that the step may change; none where it is refused."""
    verb, which, what = step
    if verb == "assess":
        assessment_actions.assess(cell(enrolment, which), what, by=user)
        return what.assessed_on
    written = list(Assessment.objects.order_by("pk"))
    if not written:
        return None
    wrong = written[which % len(written)]
    try:
        assessment_actions.correct(wrong, what, reason="Nhập nhầm.", by=user)
    except ValidationError:
        return None
    return min(wrong.assessed_on, what.assessed_on) if what else wrong.assessed_on


def cell_on(history, number, day):
    """Rule 3, read as it is written."""
    corrected = {entry.corrects_id for entry in history}
    counting = [
        entry
        for entry in history
        if entry.number == number
        and entry.assessed_on <= day
        and entry.level > Level.COMMUNE
        and entry.pk not in corrected
        and not entry.voids
    ]
    latest = max(counting, key=lambda e: (e.assessed_on, e.level, e.pk), default=None)
    return scoring.LETTERS[latest.result] if latest else scoring.NOT_ASSESSED


def row_on(history, day):
    return "".join(cell_on(history, number, day) for number in NUMBERS)


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=histories)
def test_whatever_is_recorded_the_past_stays_and_the_stored_figures_are_right(steps):
    with transaction.atomic():
        enrolment, user = make_enrolment(criteria_set=make_set(size=2)), make_user()
        rows, shown = {}, picture(enrolment)
        for step in steps:
            first = apply(step, enrolment, user)

            now = {row["id"]: row for row in Assessment.objects.values()}
            assert rows.items() <= now.items()
            assert len(now) == len(rows) + (first is not None)
            assert assessment_actions.rebuild(enrolment) == 0
            seen, history = (
                picture(enrolment),
                entries_of([enrolment.pk])[enrolment.pk],
            )
            for day in DAYS:
                assert seen[day] == shown[day] or (first and first <= day)
                assert (seen[day] or [".."])[0] == row_on(history, day)
            rows, shown = now, seen
        call_command("check_progress", verbosity=0)
        transaction.set_rollback(True)


@st.composite
def entries(draw):
    """A history as plain values: each correction names an earlier entry of the same cell."""
    made = []
    for pk in range(1, draw(st.integers(1, 10)) + 1):
        entry = standings.AssessmentEntry(
            pk=pk,
            number=draw(st.sampled_from(NUMBERS)),
            level=draw(st.sampled_from([int(level) for level in Level])),
            result=draw(st.sampled_from(ASSESSABLE)),
            assessed_on=draw(days),
            recorded_at=clock.at(draw(days), 9),
            basis=Basis.VERIFICATION,
            basis_text="",
        )
        open_ones = [e for e in made if e.pk not in {m.corrects_id for m in made} and not e.voids]
        if open_ones and draw(st.booleans()):
            wrong = draw(st.sampled_from(open_ones))
            entry = entry._replace(
                number=wrong.number, corrects_id=wrong.pk, voids=draw(st.booleans())
            )
        made.append(entry)
    return made


@settings(max_examples=200)
@given(history=entries())
def test_the_row_of_any_day_is_what_rule_3_says_of_each_cell(history):
    made = standings.rows(history, NUMBERS)

    for day in DAYS:
        row = [row.results for row in made if row.on_day <= day][-1:] or [".."]
        assert row == [row_on(history, day)]


@settings(max_examples=100)
@given(history=entries(), data=st.data())
def test_rows_do_not_depend_on_the_order_in_which_history_is_read(history, data):
    shuffled = data.draw(st.permutations(history))

    assert standings.rows(shuffled, NUMBERS) == standings.rows(history, NUMBERS)
