import pytest
from django.core.management import CommandError, call_command

from criteria.assessments import actions as assessment_actions
from criteria.models import CriterionStatus, Result, Standing
from tests.factories import cell, finding, make_enrolment, make_user
from tests.pages import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    enrolment = make_enrolment()
    assessment_actions.assess(cell(enrolment, 2), finding(), by=make_user())
    return enrolment


def test_nothing_differs_after_recording(enrolment, capsys):
    number = written(enrolment.commune.area_id)

    call_command("check_progress")

    assert [int(word) for word in capsys.readouterr().out.split() if word.isdigit()] == [1, 0]
    assert written(enrolment.commune.area_id) == number


def test_a_tampered_standing_is_found_and_mended(enrolment):
    Standing.objects.update(results="mmm", met_count=3)
    number = written(enrolment.commune.area_id)

    with pytest.raises(CommandError) as error:
        call_command("check_progress")

    assert error.value.returncode == 1
    assert enrolment.standings.get().results == ".m."
    assert enrolment.standings.get().met_count == 1
    assert written(enrolment.commune.area_id) == number + 1
    call_command("check_progress")


def test_a_standing_and_a_headline_that_are_missing_or_too_many_are_mended(enrolment):
    standing = enrolment.standings.get()
    Standing.objects.update(on_day="2020-09-01")
    CriterionStatus.objects.filter(pk=cell(enrolment, 1).pk).update(result=Result.MET)

    with pytest.raises(CommandError, match="3"):
        call_command("check_progress")

    assert enrolment.standings.get().on_day == standing.on_day
    assert cell(enrolment, 1).result == Result.NOT_ASSESSED
