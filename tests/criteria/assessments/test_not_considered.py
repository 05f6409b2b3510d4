"""What the province's council did not consider: a result of its own, which it alone records."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from communes.models import Area
from criteria.assessments import actions
from criteria.assessments.recognition import recognise
from criteria.models import Assessment, Claim, Level, Recognition, Result
from criteria.progress.board import board
from criteria.progress.moment import Moment
from dashboards.overview.focus import FocusRow
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 9, 8)
URL = "/communes/ky-lac/criteria/1/assess/"
PASSED = finding(Result.NOT_CONSIDERED, DAY, level=Level.PROVINCE, basis_text="Biên bản 12/BB-HĐTĐ")
ONLY_THE_PROVINCE = "Only who appraises for the province records this."


@pytest.fixture
def enrolment():
    return make_enrolment()


def signed_in(client, role, **place):
    client.force_login(make_user(role=role, **place))


def typed(**changes):
    values = {
        "result": "not_considered",
        "assessed_on": "08/09/2020",
        "level": "3",
        "basis": "document",
        "basis_text": "Biên bản thẩm định",
        "decided_by": "Hội đồng thẩm định tỉnh",
        "document_number": "12/BB-HĐTĐ",
        "version": "0",
    }
    return values | changes


def offered(client, url):
    page = Page(client.get(url))
    return {one["value"] for one in page.find("input", name="result")}


def decided(enrolment, **values):
    values = {"title": "Xã", "decision_number": "1/QĐ", "decided_on": DAY} | values
    return recognise(Recognition(enrolment=enrolment, **values), by=make_user())


def test_it_applies_is_not_met_and_judges_nothing(enrolment):
    actions.assess(cell(enrolment, 1), finding(Result.MET, DAY), by=make_user())
    actions.assess(cell(enrolment, 1), PASSED, by=make_user())
    actions.assess(cell(enrolment, 2), finding(Result.MET, DAY), by=make_user())

    standing = enrolment.standings.get()

    assert cell(enrolment, 1).result == Result.NOT_CONSIDERED
    assert (standing.results, standing.met_count, standing.applicable_count) == ("cm.", 1, 3)


def test_the_coordinator_records_it_for_the_province_alone(client, enrolment):
    signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)
    make_agency()
    assert "not_considered" in offered(client, URL)

    refused = client.post(URL, typed(level="2"))
    assert refused.context["form"].errors["result"] == [_(ONLY_THE_PROVINCE)]
    assert 'value="not_considered"' in refused.content.decode()
    assert not Assessment.objects.exists()

    assert client.post(URL, typed()).status_code == 302
    assert Assessment.objects.get().result == Result.NOT_CONSIDERED


def test_who_cannot_speak_for_the_province_is_not_offered_it(client, enrolment):
    signed_in(client, Role.LEADER, area=enrolment.commune.area)

    assert "not_considered" not in offered(client, URL)
    refused = client.post(URL, typed(level=""))
    assert list(refused.context["form"].errors) == ["result"]


def test_of_a_province_without_districts_its_leader_records_it(client):
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    make_enrolment(commune=make_commune(area=province))
    signed_in(client, Role.LEADER, area=province)

    assert client.post(URL, typed()).status_code == 302
    assert Assessment.objects.get().level == Level.PROVINCE


def test_no_commune_says_it_of_itself_or_claims_it(client, enrolment):
    signed_in(client, Role.COMMUNE_LEADER, commune=enrolment.commune)

    for url in ("/communes/ky-lac/criteria/1/own-view/", "/communes/ky-lac/criteria/1/claim/"):
        assert "met" in offered(client, url)
        assert "not_considered" not in offered(client, url)
    own = replace(PASSED, level=Level.COMMUNE, basis="self")
    with pytest.raises(ValidationError):
        actions.assess(cell(enrolment), own, by=make_user())
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            status=cell(enrolment),
            result=Result.NOT_CONSIDERED,
            drafted_at=clock.now(),
            drafted_by=make_user(),
        )


def test_many_at_once_are_refused_by_row(client, enrolment):
    signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)
    prefix = f"c{cell(enrolment).pk}"
    row = {f"{prefix}-result": "not_considered", f"{prefix}-version": "0"}
    agency = make_agency()

    page = client.post(
        "/communes/ky-lac/assess/", {**typed(level="2", on_behalf_of=agency.pk), **row}
    )

    (form,) = [one for one in page.context["form"].forms if one.prefix == prefix]
    assert form.errors["result"] == [_(ONLY_THE_PROVINCE)]


def test_it_refuses_a_recognition_in_a_sentence_of_its_own(enrolment):
    Area.objects.update(nearly_counts=True)
    actions.assess(cell(enrolment, 2), PASSED, by=make_user())
    failed = finding(Result.NOT_MET, DAY, level=Level.PROVINCE)
    actions.assess(cell(enrolment, 3), failed, by=make_user())

    with pytest.raises(ValidationError) as refused:
        decided(enrolment)

    assert refused.value.message_dict == {
        "decided_on": [
            _("The province found these criteria not met: %(numbers)s.") % {"numbers": "3"},
            _("The province did not consider these criteria: %(numbers)s.") % {"numbers": "2"},
        ]
    }


def test_a_decision_of_nearly_met_passes_over_it(enrolment):
    actions.assess(cell(enrolment, 2), PASSED, by=make_user())
    decided(enrolment, kind="nearly")

    assert cell(enrolment, 2).result == Result.NOT_CONSIDERED


def test_pages_show_it_by_its_letter_and_count_it_among_nothing(client, enrolment):
    signed_in(client, Role.LEADER, area=enrolment.commune.area)
    actions.assess(cell(enrolment, 1), PASSED, by=make_user())
    actions.assess(cell(enrolment, 2), finding(Result.NOT_MET, DAY), by=make_user())

    overview = client.get("/").content.decode()
    criterion = client.get("/criteria/1/")
    commune = client.get("/communes/ky-lac/").content.decode()

    assert 'data-result="not_considered"' in overview
    assert ">KX<" in overview
    assert "Không xem xét, đánh giá" in overview
    assert (criterion.context["met"], criterion.context["judged"]) == (0, 0)
    assert "0/3" in commune
    assert "r-passed" in commune


def test_it_is_still_to_be_met_wherever_that_is_told(client, enrolment):
    signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)
    actions.assess(cell(enrolment, 1), PASSED, by=make_user())
    for number in (2, 3):
        given = finding(Result.MET, DAY, no_evidence_reason="Hồ sơ lưu tại xã")
        actions.assess(cell(enrolment, number), given, by=make_user())

    overview = client.get("/")
    commune = client.get("/communes/ky-lac/")

    made = board({enrolment.commune.area_id}, Moment(clock.today()))
    assert [one.number for one in made.missing(made.rows[0])] == [1]
    assert [one.number for one in FocusRow.of(made, made.rows[0]).not_met] == [1]
    assert overview.context["totals"].open_count == 1
    assert commune.context["open_count"] == 1


def test_the_comparison_shows_that_it_was_met_before(client, enrolment):
    signed_in(client, Role.LEADER, area=enrolment.commune.area)
    before = finding(Result.MET, dt.date(2020, 9, 1), level=Level.PROVINCE)
    actions.assess(cell(enrolment, 1), before, by=make_user())
    actions.assess(cell(enrolment, 2), before, by=make_user())
    actions.assess(cell(enrolment, 1), PASSED, by=make_user())

    page = client.get("/?compare=2020-09-01").content.decode()

    assert "▼1" in page
