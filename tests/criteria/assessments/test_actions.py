import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from criteria.assessments import actions as assessment_actions
from criteria.assessments.recognition import recognise, revoke
from criteria.models import Assessment, Level, Recognition, Result, append_only
from meetings.models.append_only import TABLES as MEETINGS_TABLES
from nrm_tracker.forms import Conflict
from tests.factories import cell, finding, make_enrolment, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 9, 8)
LATER = dt.date(2020, 9, 15)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def user():
    return make_user()


def rows(enrolment):
    return [(s.on_day, s.results) for s in enrolment.standings.order_by("on_day")]


def test_an_assessment_makes_the_headline_and_the_standing(enrolment, user):
    entry = assessment_actions.assess(cell(enrolment, 2), finding(on=DAY), by=user)

    assert rows(enrolment) == [(DAY, ".m.")]
    assert cell(enrolment, 2).assessment == entry
    assert cell(enrolment, 2).version == 1


def test_the_commune_s_own_view_stays_beside_the_headline(enrolment, user):
    assessment_actions.assess(cell(enrolment), finding(level=Level.COMMUNE), by=user)

    assert rows(enrolment) == []
    assert cell(enrolment).result == Result.NOT_ASSESSED
    assert cell(enrolment).version == 1


def test_a_backdated_entry_changes_the_days_from_its_own_on(enrolment, user):
    assessment_actions.assess(cell(enrolment, 1), finding(on=LATER), by=user)

    assessment_actions.assess(cell(enrolment, 2), finding(Result.NOT_MET, DAY), by=user)

    assert rows(enrolment) == [(DAY, ".x."), (LATER, "mx.")]


def test_the_later_level_wins_on_one_day_and_a_later_day_over_any_level(enrolment, user):
    assessment_actions.assess(
        cell(enrolment), finding(Result.NOT_MET, DAY, level=Level.PROVINCE), by=user
    )
    assessment_actions.assess(cell(enrolment), finding(Result.MET, DAY), by=user)
    assert rows(enrolment) == [(DAY, "x..")]

    assessment_actions.assess(cell(enrolment), finding(Result.MET, LATER), by=user)

    assert rows(enrolment) == [(DAY, "x.."), (LATER, "m..")]


def test_a_correction_replaces_and_keeps_the_old_row(enrolment, user):
    wrong = assessment_actions.assess(cell(enrolment), finding(Result.MET, DAY), by=user)

    assessment_actions.correct(wrong, finding(Result.NOT_MET, LATER), reason="Nhập nhầm.", by=user)

    assert rows(enrolment) == [(LATER, "x..")]
    assert Assessment.objects.count() == 2


def test_voiding_takes_the_entry_away(enrolment, user):
    wrong = assessment_actions.assess(cell(enrolment), finding(), by=user)

    assessment_actions.correct(wrong, None, reason="Nhầm xã.", by=user)

    assert rows(enrolment) == []
    assert cell(enrolment).result == Result.NOT_ASSESSED


def test_a_corrected_row_is_not_corrected_again(enrolment, user):
    wrong = assessment_actions.assess(cell(enrolment), finding(), by=user)
    assessment_actions.correct(wrong, finding(Result.NEARLY), reason="Nhầm.", by=user)

    with pytest.raises(ValidationError, match="đã được đính chính"):
        assessment_actions.correct(wrong, finding(Result.NOT_MET), reason="Nhầm.", by=user)


def test_the_second_writer_is_told(enrolment, user):
    first = assessment_actions.assess(cell(enrolment), finding(), by=user, version=0)

    with pytest.raises(Conflict) as told:
        assessment_actions.assess(cell(enrolment), finding(Result.NOT_MET), by=user, version=0)

    assert told.value.current == first
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("day", [dt.date(2016, 11, 30), dt.date(2020, 9, 16)])
def test_a_day_before_the_enrolment_or_after_today_is_refused(enrolment, user, day):
    with pytest.raises(ValidationError) as refused:
        assessment_actions.assess(cell(enrolment), finding(on=day), by=user)

    assert list(refused.value.message_dict) == ["assessed_on"]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_rewrite_history(enrolment, user, verb):
    assessment_actions.assess(cell(enrolment), finding(), by=user)
    statement = {
        "update": "UPDATE criteria_assessment SET reason = 'x'",
        "delete": "DELETE FROM criteria_assessment",
    }

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement[verb])


def test_the_guards_stand_in_the_migrated_schema():
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}

    guarded = append_only.TABLES + MEETINGS_TABLES
    assert found >= {name for table in guarded for name in append_only.names(table)}


def recognition(enrolment, day=DAY, **kwargs):
    return Recognition(enrolment=enrolment, title="Xã đạt chuẩn", decided_on=day, **kwargs)


def test_recognition_writes_the_province_s_word_where_there_is_none(enrolment, user):
    assessment_actions.assess(cell(enrolment, 1), finding(Result.NOT_APPLICABLE, DAY), by=user)
    assessment_actions.assess(
        cell(enrolment, 2), finding(Result.MET, DAY, level=Level.PROVINCE), by=user
    )

    recognise(recognition(enrolment, decision_number="218/QĐ-UBND"), by=user)

    assert rows(enrolment) == [(DAY, "amm")]
    written = Assessment.objects.filter(basis="decision")
    assert [(a.status.criterion.number, a.level) for a in written] == [(3, Level.PROVINCE)]


def test_recognition_is_refused_against_the_province_s_own_word(enrolment, user):
    assessment_actions.assess(
        cell(enrolment, 2), finding(Result.NOT_MET, DAY, level=Level.PROVINCE), by=user
    )

    with pytest.raises(ValidationError) as refused:
        recognise(recognition(enrolment), by=user)

    assert list(refused.value.message_dict) == ["decided_on"]
    assert not Recognition.objects.exists()


def test_recognition_by_year_counts_from_its_last_day(enrolment, user):
    with pytest.raises(ValidationError):
        recognise(recognition(enrolment, precision="year"), by=user)

    recognise(recognition(enrolment, dt.date(2017, 12, 31), precision="year"), by=user)

    assert rows(enrolment) == [(dt.date(2017, 12, 31), "mmm")]


def test_revoking_changes_no_assessment(enrolment, user):
    granted = recognise(recognition(enrolment), by=user)
    before = rows(enrolment)

    with pytest.raises(ValidationError):
        revoke(granted, on=DAY - dt.timedelta(days=1), decision="9/QĐ-UBND")
    revoke(granted, on=LATER, decision="9/QĐ-UBND")

    assert rows(enrolment) == before
    assert Recognition.objects.in_force_on(DAY).exists()
    assert not Recognition.objects.in_force_on(LATER).exists()
