"""Kinds of recognition, the year it is for, and whether nearly met counts (rule 12a)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from communes.models import Area
from criteria.assessments import actions
from criteria.assessments.recognition import recognise
from criteria.models import Level, Recognition, Result
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 9, 8)


@pytest.fixture
def province():
    return make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)


@pytest.fixture
def enrolment(province):
    return make_enrolment(commune=make_commune(area=make_area(parent=province)))


def decided(enrolment, **values):
    values = {"title": "Xã", "decision_number": "1/QĐ", "decided_on": DAY} | values
    return recognise(Recognition(enrolment=enrolment, **values), by=make_user())


def results(enrolment):
    return list(enrolment.statuses.values_list("result", flat=True))


def test_nearly_met_refuses_a_recognition_unless_the_province_counts_it(enrolment, province):
    found = finding(Result.NEARLY, DAY, level=Level.PROVINCE)
    actions.assess(cell(enrolment, 2), found, by=make_user())
    with pytest.raises(ValidationError):
        decided(enrolment)

    Area.objects.filter(pk=province.pk).update(nearly_counts=True)
    decided(enrolment)

    assert results(enrolment) == ["met", "nearly", "met"]


def test_a_decision_of_nearly_met_writes_no_result_and_a_full_one_may_follow(enrolment):
    decided(enrolment, kind="nearly")

    assert results(enrolment) == ["not_assessed"] * 3
    with pytest.raises(ValidationError):
        decided(enrolment, kind="nearly")
    decided(enrolment)
    assert results(enrolment) == ["met"] * 3


def test_the_page_says_the_kind_the_year_and_the_warning(client, province):
    criteria_set = make_set(size=3)
    criteria_set.criteria.filter(number=2).update(may_cost_recognition=True)
    commune = make_commune(area=make_area(parent=province))
    enrolment = make_enrolment(commune=commune, criteria_set=criteria_set)
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))
    typed = {
        "kind": "met", "title": "Xã đạt chuẩn", "decision_number": "218/QĐ-UBND",
        "decided_on": "08/09/2020", "for_year": "2019", "checked": "quoted",
    }  # fmt: skip
    assert client.post("/communes/ky-lac/recognition/", typed).status_code == 302
    page = client.get("/communes/ky-lac/").content.decode()
    assert "Cho năm 2019" in page
    assert 'data-status="recognised"' in page
    assert "có thể bị thu hồi" not in page

    on = dt.date(2020, 9, 10)
    actions.assess(cell(enrolment, 2), finding(Result.NOT_MET, on), by=make_user())

    page = client.get("/communes/ky-lac/").content.decode()
    assert 'data-status="lapsed"' in page
    assert "1/3" in page
    assert "có thể bị thu hồi" in page
