import datetime as dt
import unicodedata
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from communes.models import WorkingGroup
from criteria.assessments import actions as assessment_actions
from criteria.models import Assessment, Basis, Level, LevelName, Responsibility, Result
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

pytestmark = pytest.mark.django_db
URL = "/communes/ky-lac/criteria/1/assess/"
OWN_VIEW = "/communes/ky-lac/criteria/1/own-view/"
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def area(enrolment):
    return enrolment.commune.area


@pytest.fixture
def leader(client, area):
    return signed_in(client, Role.LEADER, area=area)


@pytest.fixture
def coordinator(client, area):
    return signed_in(client, Role.COORDINATOR, area=area)


@pytest.fixture
def head(client, enrolment):
    return signed_in(client, Role.COMMUNE_LEADER, commune=enrolment.commune)


def signed_in(client, role=None, **place):
    user = make_user(role=role, **place)
    client.force_login(user)
    return user


def typed(**changes):
    values = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "percent": "",
        "reason": "",
        "basis": "verification",
        "basis_text": "",
        "decided_by": "",
        "version": "0",
    }
    return values | changes


def errors(response):
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def elsewhere():
    area = make_area(code="446", name="Cẩm Xuyên")
    return area, make_commune(area=area, name="Cẩm Mỹ", slug="cam-my", code="18800")


# What is written


def test_a_leader_records_a_result(client, enrolment, leader):
    data = typed(percent="91,5%", reason="Đã thẩm tra", decided_by="Trần Đình Gia")

    response = client.post(URL, data)

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/criteria/1/")
    entry = Assessment.objects.get()
    assert entry.status == cell(enrolment)
    assert (entry.level, entry.result, entry.basis) == (Level.DISTRICT, "met", "verification")
    assert (entry.assessed_on, entry.percent) == (TODAY, Decimal("91.5"))
    assert (entry.recorded_by, entry.reason) == (leader, "Đã thẩm tra")
    assert entry.decided_by == "Trần Đình Gia"
    assert cell(enrolment).result == Result.MET


def test_what_was_recorded_is_said(client, enrolment, leader):
    client.post(URL, typed())

    said = [str(message) for message in client.get(URL).context["messages"]]

    assert len(said) == 1
    assert "Kỳ Lạc" in said[0]
    assert str(Result.MET.label) in said[0]


def past_days_said(days, communes):
    told = _("Past days changed: %(days)s; communes with other figures: %(count)s.")
    return told % {"days": days, "count": communes}


def test_a_backdated_entry_names_the_past_days_that_changed(client, enrolment, leader):
    for day in (1, 8, 15):
        found = finding(on=dt.date(2020, 9, day))
        assessment_actions.assess(cell(enrolment, 2), found, by=leader)

    client.post(URL, typed(assessed_on="02/09/2020"))

    # From its own day on; today is not past.
    (said,) = client.get(URL).context["messages"]
    assert str(said).endswith(past_days_said("02/09/2020 – 14/09/2020", 1))


def test_past_days_that_rest_on_another_basis_have_the_same_figures(client, enrolment, leader):
    met = finding(on=dt.date(2020, 9, 8), no_evidence_reason="Lưu tại xã")
    assessment_actions.assess(cell(enrolment), met, by=leader)
    assessment_actions.assess(cell(enrolment, 2), finding(on=dt.date(2020, 9, 14)), by=leader)

    client.post(
        URL,
        typed(assessed_on="13/09/2020", basis="document", basis_text="Báo cáo 12", version="1"),
    )

    (said,) = client.get(URL).context["messages"]
    assert str(said).endswith(past_days_said("13/09/2020", 0))


def test_an_entry_of_today_changes_no_past_day(client, enrolment, leader):
    assessment_actions.assess(cell(enrolment, 2), finding(on=dt.date(2020, 9, 8)), by=leader)

    client.post(URL, typed())

    (said,) = client.get(URL).context["messages"]
    assert str(said).count(":") == 1


@pytest.mark.parametrize("text", ["05/06/2020", "5/6/2020", "2020-06-05", "5.6.2020", "5-6-2020"])
def test_the_fifth_of_june_however_it_is_typed(client, enrolment, leader, text):
    client.post(URL, typed(assessed_on=text))

    assert Assessment.objects.get().assessed_on == dt.date(2020, 6, 5)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("text", "number"), [("7,5", "7.5"), ("7.5", "7.5"), ("0", "0"), ("100 %", "100"), ("", None)]
)
def test_a_percentage_with_comma_or_point(client, enrolment, leader, text, number, language):
    client.cookies["django_language"] = language

    client.post(URL, typed(percent=text))

    assert Assessment.objects.get().percent == (Decimal(number) if number else None)


def test_text_is_stored_composed(client, enrolment, leader):
    client.post(URL, typed(decided_by=unicodedata.normalize("NFD", "Trần Đình Gia")))

    assert Assessment.objects.get().decided_by == "Trần Đình Gia"


def test_a_coordinator_records_on_behalf_of_an_agency(client, enrolment, coordinator):
    agency = make_agency()
    LevelName.objects.create(level=Level.DISTRICT, name="Huyện thẩm tra")
    data = typed(level="2", on_behalf_of=agency.pk, document_number="15/BC-VHTT")

    page = client.get(URL).content.decode()
    client.post(URL, data)

    assert "Huyện thẩm tra" in page
    entry = Assessment.objects.get()
    assert (entry.level, entry.on_behalf_of) == (Level.DISTRICT, agency)
    assert entry.document_number == "15/BC-VHTT"


def test_a_coordinator_records_a_provincial_result(client, enrolment, coordinator):
    data = typed(level="3", decided_by="Đoàn thẩm định tỉnh", document_number="9/BC")

    client.post(URL, data)

    entry = Assessment.objects.get()
    assert (entry.level, entry.decided_by, entry.on_behalf_of) == (3, "Đoàn thẩm định tỉnh", None)


def test_the_agency_that_answers_alone_records(client, enrolment):
    agency = make_agency(criteria=[cell(enrolment).criterion])
    signed_in(client, Role.AGENCY_OFFICER, agency=agency)

    assert client.post(URL, typed()).status_code == 302
    assert Assessment.objects.get().level == Level.DISTRICT


def test_the_commune_s_leader_states_its_own_view(client, enrolment, head):
    data = {"result": "nearly", "assessed_on": "15/09/2020", "version": "0", "percent": "80"}

    response = client.post(OWN_VIEW, data)

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/criteria/1/")
    entry = Assessment.objects.get()
    assert (entry.level, entry.basis, entry.result) == (Level.COMMUNE, Basis.SELF, "nearly")
    assert cell(enrolment).result == Result.NOT_ASSESSED


def test_another_set_is_named_in_the_address(client, enrolment, leader):
    advanced = make_set(code="nang-cao", tier="advanced")
    other = make_enrolment(commune=enrolment.commune, criteria_set=advanced)

    response = client.post(f"{URL}?set=nang-cao", typed())

    assert response.url == "/communes/ky-lac/criteria/1/?set=nang-cao"
    assert Assessment.objects.get().status.enrolment == other


def test_the_newest_open_basic_set_is_the_usual_one(client, enrolment, leader):
    newer = make_set(code="moi", valid_from=dt.date(2019, 1, 1))
    other = make_enrolment(commune=enrolment.commune, criteria_set=newer)

    client.post(URL, typed())

    assert Assessment.objects.get().status.enrolment == other


# Bad input: nothing is written, and nothing typed is lost


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"result": ""}, "result"),
        ({"result": "superb"}, "result"),
        ({"result": "not_assessed"}, "result"),
        ({"result": "met\x00"}, "result"),
        ({"result": "not_applicable"}, "reason"),
        ({"assessed_on": ""}, "assessed_on"),
        ({"assessed_on": "hôm qua"}, "assessed_on"),
        ({"assessed_on": "31/02/2020"}, "assessed_on"),
        ({"assessed_on": "16/09/2020"}, "assessed_on"),
        ({"assessed_on": "31/12/9999"}, "assessed_on"),
        ({"assessed_on": "01/01/0001"}, "assessed_on"),
        ({"assessed_on": "30/11/2016"}, "assessed_on"),
        ({"percent": "120"}, "percent"),
        ({"percent": "-1"}, "percent"),
        ({"percent": "abc"}, "percent"),
        ({"percent": "1_0"}, "percent"),
        ({"percent": "0e9"}, "percent"),
        ({"percent": "NaN"}, "percent"),
        ({"percent": "1e999999"}, "percent"),
        ({"percent": "7,5,5"}, "percent"),
        ({"percent": "7,555"}, "percent"),
        ({"percent": "7\x00"}, "percent"),
        ({"basis": "self"}, "basis"),
        ({"basis": "rumour"}, "basis"),
        ({"basis": "session"}, "basis_text"),
        ({"basis": "decision", "basis_text": "  "}, "basis_text"),
        ({"basis": "document"}, "basis_text"),
        ({"basis_text": "đ" * 501}, "basis_text"),
        ({"decided_by": "đ" * 301}, "decided_by"),
        ({"reason": "đ" * 2001}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"version": ""}, "__all__"),
        ({"version": "-1"}, "__all__"),
        ({"version": "mới"}, "__all__"),
    ],
)
def test_bad_input_is_told_beside_the_field(client, enrolment, leader, changes, field):
    response = client.post(URL, typed(**changes))

    assert list(errors(response)) == [field]
    assert not Assessment.objects.exists()


def test_a_percentage_out_of_range_is_repeated(client, enrolment, leader):
    assert "120" in errors(client.post(URL, typed(percent="120")))["percent"][0]


def test_what_was_typed_comes_back(client, enrolment, leader):
    data = typed(percent="120", reason="<b>Chưa rõ</b>", decided_by="Ông Gia", basis="session")

    page = client.post(URL, data).content.decode()

    assert 'value="120"' in page
    assert "&lt;b&gt;Chưa rõ&lt;/b&gt;" in page
    assert 'value="Ông Gia"' in page
    assert '<option value="session" selected>' in page


def test_a_form_without_its_version_can_be_sent_again(client, enrolment, leader):
    data = typed()
    del data["version"]

    response = client.post(URL, data)

    assert list(errors(response)) == ["__all__"]
    data["version"] = response.context["form"]["version"].value()
    assert client.post(URL, data).status_code == 302


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, ["level", "on_behalf_of", "document_number"]),
        ({"level": "2"}, ["on_behalf_of", "document_number"]),
        ({"level": "3"}, ["decided_by", "document_number"]),
        ({"level": "1", "document_number": "1"}, ["level", "on_behalf_of"]),
        ({"level": "x", "document_number": "1"}, ["level", "on_behalf_of"]),
        ({"level": "2", "document_number": "1" * 101}, ["document_number", "on_behalf_of"]),
        ({"level": "2", "document_number": "1", "on_behalf_of": "0"}, ["on_behalf_of"]),
        ({"level": "2", "document_number": "1", "on_behalf_of": "9" * 30}, ["on_behalf_of"]),
        ({"level": "2", "document_number": "1", "on_behalf_of": "1\x00"}, ["on_behalf_of"]),
    ],
)
def test_a_coordinator_names_for_whom_and_by_which_document(
    client, enrolment, coordinator, changes, fields
):
    assert sorted(errors(client.post(URL, typed(**changes)))) == sorted(fields)
    assert not Assessment.objects.exists()


def test_an_agency_of_another_area_is_refused(client, enrolment, coordinator):
    foreign = make_agency(area=elsewhere()[0])
    data = typed(level="2", document_number="1", on_behalf_of=foreign.pk)

    assert list(errors(client.post(URL, data))) == ["on_behalf_of"]


def test_the_province_acts_for_no_agency(client, enrolment, coordinator):
    data = typed(level="3", document_number="1", decided_by="x", on_behalf_of=make_agency().pk)

    assert list(errors(client.post(URL, data))) == ["on_behalf_of"]


def test_a_leader_cannot_slip_in_a_provincial_result(client, enrolment, leader):
    client.post(URL, typed(level="3"))

    assert Assessment.objects.get().level == Level.DISTRICT


# Two writers


def test_the_second_of_two_writers_is_told_and_both_texts_are_kept(client, enrolment, leader):
    other = make_user()
    theirs = finding(Result.NOT_MET, TODAY, reason="Còn thiếu 2 km", percent=Decimal("7.5"))
    assessment_actions.assess(cell(enrolment), theirs, by=other)

    response = client.post(URL, typed(reason="Đã đủ"))

    assert response.status_code == 409
    page = response.content.decode()
    assert other.full_name in page
    assert "Còn thiếu 2 km" in page
    assert "7,5" in page
    assert page.count("Đã đủ") == 2
    assert Assessment.objects.count() == 1


def test_sending_again_after_a_conflict_is_a_decision(client, enrolment, leader):
    assessment_actions.assess(cell(enrolment), finding(Result.NOT_MET, TODAY), by=make_user())
    conflict = client.post(URL, typed()).context["form"]

    response = client.post(URL, typed(version=conflict["version"].value()))

    assert response.status_code == 302
    assert cell(enrolment).result == Result.MET
    assert Assessment.objects.count() == 2


def test_two_views_of_the_commune_meet_likewise(client, enrolment, head):
    assessment_actions.assess(cell(enrolment), finding(Result.NOT_MET, TODAY), by=make_user())
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "version": "0",
    }

    assert client.post(OWN_VIEW, data).status_code == 409


# Who, where, how


@pytest.mark.parametrize("url", [URL, OWN_VIEW])
def test_who_is_not_signed_in_is_sent_to_sign_in(client, enrolment, url):
    for answer in (client.get(url), client.post(url, typed())):
        assert answer.status_code == 302
        assert "login" in answer.url
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("url", [URL, OWN_VIEW])
def test_other_methods_are_refused(client, enrolment, leader, url):
    assert client.put(url).status_code == 405
    assert client.delete(url).status_code == 405


@pytest.mark.parametrize(
    "role", [Role.LEADER, Role.COORDINATOR, Role.OBSERVER, Role.INSPECTOR, "administrator"]
)
def test_the_roles_of_the_area(client, enrolment, area, role):
    if role == "administrator":
        client.force_login(make_user(staff=True))
    else:
        signed_in(client, role, area=area)

    wanted = 200 if role in (Role.LEADER, Role.COORDINATOR) else 403
    assert client.get(URL).status_code == wanted
    assert client.post(URL, typed(result="")).status_code == wanted
    assert client.get(OWN_VIEW).status_code == 403
    assert client.post(OWN_VIEW, typed()).status_code == 403


@pytest.mark.parametrize("role", [Role.COMMUNE_LEADER, Role.COMMUNE_STAFF])
def test_the_roles_of_the_commune(client, enrolment, area, role):
    neighbour = make_commune(name="Lâm Hợp", slug="lam-hop", code="18841")
    make_enrolment(commune=neighbour, criteria_set=enrolment.criteria_set)
    signed_in(client, role, commune=enrolment.commune)

    wanted = 200 if role == Role.COMMUNE_LEADER else 403
    assert client.get(OWN_VIEW).status_code == wanted
    assert client.post(OWN_VIEW, typed(result="")).status_code == wanted
    assert client.get("/communes/lam-hop/criteria/1/own-view/").status_code == 403
    assert client.post(URL, typed()).status_code == 403


def test_an_agency_that_does_not_answer_alone_is_refused(client, enrolment):
    criterion = cell(enrolment).criterion
    agency = make_agency(criteria=[criterion])
    indicator = criterion.indicators.create(code="1.1", text="Đường xã", kind="boolean")
    second = make_agency(key="phong-yte", name="Phòng Y tế")
    Responsibility.objects.create(agency=second, criterion=criterion, indicator=indicator)
    signed_in(client, Role.AGENCY_OFFICER, agency=agency)

    assert client.get(URL).status_code == 403
    assert client.post(URL, typed()).status_code == 403


def test_an_agency_whose_time_is_over_does_not_count(client, enrolment):
    criterion = cell(enrolment).criterion
    agency = make_agency(criteria=[criterion])
    former = make_agency(key="phong-yte", name="Phòng Y tế")
    Responsibility.objects.create(agency=former, criterion=criterion, until_on=dt.date(2020, 9, 14))
    signed_in(client, Role.AGENCY_OFFICER, agency=agency)

    assert client.get(URL).status_code == 200


def test_a_working_group_only_reads(client, enrolment, area):
    group = WorkingGroup.objects.create(area=area, name="Đoàn 1", decision_number="1447-QĐ/HU")
    signed_in(client, Role.WORKING_GROUP_MEMBER, working_group=group)

    assert client.get(URL).status_code == 403
    assert client.get(OWN_VIEW).status_code == 403


@pytest.mark.parametrize(
    "role", [Role.LEADER, Role.COORDINATOR, Role.AGENCY_OFFICER, Role.COMMUNE_LEADER, None]
)
def test_nothing_outside_one_s_reach_is_there(client, enrolment, role):
    area, commune = elsewhere()
    places = {
        Role.LEADER: {"area": area},
        Role.COORDINATOR: {"area": area},
        Role.COMMUNE_LEADER: {"commune": commune},
    }
    if role == Role.AGENCY_OFFICER:
        places[role] = {"agency": make_agency(area=area, criteria=[cell(enrolment).criterion])}
    signed_in(client, role, **places.get(role, {}))

    for url in (URL, OWN_VIEW):
        assert client.get(url).status_code == 404
        assert client.post(url, typed()).status_code == 404
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "/communes/khong-co/criteria/1/assess/",
        "/communes/ky-lac/criteria/4/assess/",
        "/communes/ky-lac/criteria/0/assess/",
        "/communes/ky-lac/criteria/99999999999999999999/assess/",
        f"{URL}?set=khong-co",
    ],
)
def test_what_is_not_there_is_not_found(client, enrolment, leader, url):
    assert client.get(url).status_code == 404
    assert client.post(url, typed()).status_code == 404


def test_a_commune_without_a_set_has_no_form(client, area, leader):
    make_commune(name="Lâm Hợp", slug="lam-hop", code="18841")

    assert client.get("/communes/lam-hop/criteria/1/assess/").status_code == 404


def test_the_form_opens_with_today_and_the_person(client, enrolment, leader):
    page = client.get(reverse("assess", args=["ky-lac", 1])).content.decode()

    assert 'value="15/09/2020"' in page
    assert f'value="{leader.full_name}"' in page
    assert 'name="level"' not in page
    assert 'name="on_behalf_of"' not in page
