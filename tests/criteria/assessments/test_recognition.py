import datetime as dt

import pytest

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.assessments.recognition import recognise, revoke
from criteria.models import Assessment, Level, Recognition, Result
from tests.factories import cell, finding, make_area, make_enrolment, make_user

pytestmark = pytest.mark.django_db
URL = "/communes/ky-lac/recognition/"
DAY = dt.date(2020, 9, 8)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def coordinator(client, enrolment):
    user = make_user(role=Role.COORDINATOR, area=enrolment.commune.area)
    client.force_login(user)
    return user


@pytest.fixture
def recognition(enrolment):
    granted = Recognition(
        enrolment=enrolment, title="Xã đạt chuẩn", decision_number="218/QĐ-UBND", decided_on=DAY
    )
    return recognise(granted, by=make_user())


def typed(**changes):
    values = {
        "title": "Xã đạt chuẩn nông thôn mới",
        "decision_number": "218/QĐ-UBND",
        "decided_on": "08/09/2020",
        "year": "",
        "source": "Báo Hà Tĩnh",
        "checked": "unread",
    }
    return values | changes


def revoking(**changes):
    return {"revoked_on": "15/09/2020", "revoking_decision": "5/QĐ-UBND"} | changes


def url_of(recognition):
    return f"/recognitions/{recognition.pk}/revoke/"


def errors(response):
    assert response.status_code == 200
    return list(response.context["form"].errors)


def test_a_recognition_is_recorded_with_the_province_s_word(client, enrolment, coordinator):
    response = client.post(URL, typed(checked="law"))

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/")
    granted = Recognition.objects.get()
    assert (granted.enrolment, granted.decided_on, granted.precision) == (enrolment, DAY, "day")
    assert (granted.source, granted.checked) == ("Báo Hà Tĩnh", "law")
    assert granted.recorded_by == coordinator
    entries = Assessment.objects.values_list("level", "result")
    assert list(entries) == [(Level.PROVINCE, Result.MET)] * 3


def test_the_past_day_that_it_changes_is_counted(client, enrolment, coordinator):
    client.post(URL, typed())

    (said,) = client.get(URL).context["messages"]
    assert "Kỳ Lạc" in str(said)
    assert str(said).rstrip(".").endswith(": 1")


def test_known_only_by_year_it_counts_from_the_year_s_end(client, enrolment, coordinator):
    client.post(URL, typed(decided_on="", year="2019"))

    granted = Recognition.objects.get()
    assert (granted.decided_on, granted.precision) == (dt.date(2019, 12, 31), "year")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decided_on": ""}, "decided_on"),
        ({"year": "2019"}, "year"),
        ({"decided_on": "", "year": "2020"}, "year"),
        ({"decided_on": "", "year": "2015"}, "year"),
        ({"decided_on": "", "year": "0"}, "year"),
        ({"decided_on": "", "year": "10000"}, "year"),
        ({"decided_on": "", "year": "năm ngoái"}, "year"),
        ({"decided_on": "16/09/2020"}, "decided_on"),
        ({"decided_on": "30/11/2016"}, "decided_on"),
        ({"decided_on": "x"}, "decided_on"),
        ({"title": ""}, "title"),
        ({"title": "đ" * 301}, "title"),
        ({"decision_number": "1" * 101}, "decision_number"),
        ({"source": "\x00"}, "source"),
    ],
)
def test_bad_input_is_told_beside_the_field(client, enrolment, coordinator, changes, field):
    response = client.post(URL, typed(**changes))

    assert errors(response) == [field]
    assert not Recognition.objects.exists()
    assert not Assessment.objects.exists()


def test_a_provincial_result_other_than_met_refuses_it(client, enrolment, coordinator):
    found = finding(Result.NOT_MET, DAY, level=Level.PROVINCE)
    assessment_actions.assess(cell(enrolment, 2), found, by=make_user())

    response = client.post(URL, typed())

    assert errors(response) == ["decided_on"]
    assert "2" in response.context["form"].errors["decided_on"][0]
    assert not Recognition.objects.exists()


def test_a_commune_recognised_already_is_not_recognised_again(client, coordinator, recognition):
    page = client.get(URL).content.decode()
    assert url_of(recognition) in page
    assert 'name="title"' not in page

    response = client.post(URL, typed(title="Lần hai"))
    assert errors(response) == ["__all__"]
    assert 'value="Lần hai"' in response.content.decode()
    assert Recognition.objects.count() == 1


def test_a_recognition_is_revoked_and_no_result_changes(client, coordinator, recognition):
    response = client.post(url_of(recognition), revoking())

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/")
    recognition.refresh_from_db()
    assert recognition.revoked_on == dt.date(2020, 9, 15)
    assert recognition.revoking_decision == "5/QĐ-UBND"
    assert Assessment.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"revoked_on": ""}, "revoked_on"),
        ({"revoked_on": "16/09/2020"}, "revoked_on"),
        ({"revoked_on": "07/09/2020"}, "revoked_on"),
        ({"revoking_decision": " "}, "revoking_decision"),
        ({"revoking_decision": "1" * 101}, "revoking_decision"),
    ],
)
def test_a_bad_revocation_is_told_beside_the_field(
    client, coordinator, recognition, changes, field
):
    assert errors(client.post(url_of(recognition), revoking(**changes))) == [field]
    recognition.refresh_from_db()
    assert recognition.revoked_on is None


def test_what_was_revoked_is_not_revoked_again(client, coordinator, recognition):
    revoke(recognition, on=dt.date(2020, 9, 10), decision="4/QĐ-UBND")

    page = client.get(url_of(recognition)).content.decode()
    assert "4/QĐ-UBND" in page
    assert 'name="revoked_on"' not in page
    assert errors(client.post(url_of(recognition), revoking())) == ["__all__"]


@pytest.mark.parametrize("role", [Role.LEADER, Role.OBSERVER, Role.INSPECTOR])
def test_only_the_coordinator_may(client, enrolment, recognition, role):
    client.force_login(make_user(role=role, area=enrolment.commune.area))

    for url, data in ((URL, typed()), (url_of(recognition), revoking())):
        assert client.get(url).status_code == 403
        assert client.post(url, data).status_code == 403


def test_not_even_the_commune_s_leader_or_the_administrator(client, enrolment, recognition):
    head = make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)
    for user in (head, make_user(staff=True)):
        client.force_login(user)
        assert client.get(URL).status_code == 403
        assert client.get(url_of(recognition)).status_code == 403


def test_outside_one_s_reach_nothing_is_there(client, recognition):
    elsewhere = make_area(code="446", name="Cẩm Xuyên")
    client.force_login(make_user(role=Role.COORDINATOR, area=elsewhere))

    for url, data in ((URL, typed()), (url_of(recognition), revoking())):
        assert client.get(url).status_code == 404
        assert client.post(url, data).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client, recognition):
    for url in (URL, url_of(recognition)):
        assert "login" in client.get(url).url
        assert "login" in client.post(url).url


@pytest.mark.parametrize(
    "url", ["/communes/khong-co/recognition/", f"{URL}?set=x", f"/recognitions/{10**30}/revoke/"]
)
def test_what_is_not_there_is_not_found(client, enrolment, coordinator, url):
    assert client.get(url).status_code == 404


def test_other_methods_are_refused(client, coordinator, recognition):
    assert client.put(URL).status_code == 405
    assert client.delete(url_of(recognition)).status_code == 405
