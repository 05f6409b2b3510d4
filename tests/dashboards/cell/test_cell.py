"""One cell: what every level said of it, and who may write."""

import datetime as dt

import pytest
import time_machine
from django.utils.translation import gettext as _

from accounts.models import Person, Role
from criteria.assessments import actions as assessment_actions
from criteria.models import Level, Result
from criteria.standards.responsible_agencies import responsibilities
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_user,
)
from tests.pages import as_person, demo_cell, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def leader(demo):
    return as_person("lanhdao")


def ask(client, slug="ky-lac", number=8, **query):
    return read(client, f"/communes/{slug}/criteria/{number}/", **query)


def result(page):
    return page.one("div", data_criterion=True)["data-result"]


def levels(page):
    """What the result now, the commune and the province say, in words."""
    return [e.text for e in page.find("p", class_="big")]


def history(page):
    return [e.text for e in page.find("li", inside=page.one("section", id="history"))]


def test_what_was_found_with_its_day_and_basis(leader):
    page = ask(leader)

    assert result(page) == "not_met"
    now = page.one("div", class_="now").text
    assert "08/09/2020" in now
    assert "Thường trực Huyện ủy" in now
    assert len(history(page)) == 1
    assert "17:00 08/09/2020" in history(page)[0]


def test_why_there_is_no_evidence_stands_beside_the_basis(leader):
    record("ky-lac", 8, Result.MET, TODAY, no_evidence_reason="Hồ sơ lưu tại xã")
    why = "Lý do chưa có minh chứng: Hồ sơ lưu tại xã"

    page = ask(leader)

    assert why in page.one("div", class_="now").text
    assert why in history(page)[0]
    timeline = read(leader, "/communes/ky-lac/criteria/8/history/")
    assert why in timeline.find("li", data_kind="assessment")[0].text
    commune = read(leader, "/communes/ky-lac/")
    assert "Chưa kèm minh chứng, có nêu lý do: 3, 4, 5, 7, 8," in commune.one("caption").text
    sitting = "Lý do chưa có minh chứng: Suy từ báo cáo của xã"
    assert sum(sitting in entry.text for entry in commune.find("li")) == 1


def test_what_each_level_said_stands_side_by_side(leader):
    record("ky-lac", 8, Result.MET, TODAY, by="kylac", level=Level.COMMUNE)
    record("ky-lac", 8, Result.NEARLY, dt.date(2020, 9, 10), by="dieuphoi", level=Level.PROVINCE)

    page = ask(leader)

    assert result(page) == "nearly"
    assert str(_("Nearly met")) in levels(page)[0]
    assert str(_("Met")) in levels(page)[1]
    assert str(_("Nearly met")) in levels(page)[2]
    assert not page.problems


def test_a_later_finding_stands_over_the_province_s_and_both_are_shown(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10), by="dieuphoi", level=Level.PROVINCE)
    record("ky-lac", 8, Result.NEARLY, dt.date(2020, 9, 12))

    page = ask(leader)

    assert result(page) == "nearly"
    assert any("10/09/2020" in problem for problem in page.problems)
    assert result(ask(leader, as_of="2020-09-11")) == "met"


def test_on_the_same_day_the_province_s_word_counts(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10), by="dieuphoi", level=Level.PROVINCE)
    record("ky-lac", 8, Result.NEARLY, dt.date(2020, 9, 10))

    assert result(ask(leader)) == "met"


def test_days_and_what_was_known(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))

    assert result(ask(leader)) == "met"
    assert result(ask(leader, as_of="2020-09-09")) == "not_met"
    assert result(ask(leader, as_of="2020-09-10")) == "met"
    assert result(ask(leader, as_of="2020-09-12", known="2020-09-12")) == "not_met"
    assert len(history(ask(leader, as_of="2020-09-09"))) == 1
    assert result(ask(leader, as_of="2016-12-01", known="2016-12-01", compare="2016-12-01"))
    assert result(ask(leader, as_of="1900-01-01")) == "not_assessed"


def test_a_correction_leaves_the_wrong_entry_in_sight(leader):
    wrong = record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    assessment_actions.correct(
        wrong,
        finding(Result.NEARLY, dt.date(2020, 9, 10)),
        reason="Nhầm dòng",
        by=wrong.recorded_by,
    )

    page = ask(leader)

    assert result(page) == "nearly"
    assert len(history(page)) == 3
    assert len(page.find("span", class_="gone")) == 1


def test_what_is_no_day_is_said_and_today_is_shown(leader):
    for day in ("2020-09-16", "xx"):
        page = ask(leader, as_of=day)
        assert len(page.problems) == 1
        assert page.find("section", id="assess")
    redirect = leader.get("/communes/ky-lac/criteria/8/?as_of=08/09/2020")
    assert redirect.url == "/communes/ky-lac/criteria/8/?as_of=2020-09-08"


def test_the_path_leads_to_the_neighbours(leader):
    assert "/communes/ky-lac/criteria/7/" in ask(leader).links
    assert "/communes/ky-lac/criteria/9/" in ask(leader).links
    assert "/communes/ky-lac/criteria/0/" not in ask(leader, number=1).links
    assert "/communes/ky-lac/criteria/21/" not in ask(leader, number=20).links


def test_every_criterion_of_every_kind_of_commune_opens(leader):
    for slug in ("ky-lac", "ky-son", "ky-xuan"):
        for number in range(1, 21):
            ask(leader, slug, number)


@pytest.mark.parametrize(
    ("username", "number", "sections"),
    [
        ("lanhdao", 8, {"assess"}),
        ("dieuphoi", 8, {"record"}),
        ("kylac", 8, {"claim"}),
        ("lamhop", 8, set()),
        ("canbo-kylac", 8, {"claim"}),
        ("quansat", 8, set()),
        ("thanhtra", 8, set()),
        ("doan-1447", 8, set()),
        ("quantri", 8, set()),
    ],
)
def test_forms_are_shown_to_those_who_may_use_them(demo, username, number, sections):
    page = ask(as_person(username), number=number)

    forms = ("assess", "record", "claim", "word")
    shown = {name for name in forms if page.find("section", id=name)}

    assert shown == sections
    past = ask(as_person(username), number=number, as_of="2020-09-08")
    assert not [name for name in forms if past.find("section", id=name)]
    assert (
        not past.find("form", method="post", action=True)[1:]
        or len([f for f in past.find("form", method="post") if "/criteria/" in f["action"]]) == 0
    )


def test_an_officer_assesses_only_where_the_agency_answers_alone(demo):
    """What the page offers is what the form's own address allows."""
    for username in ("phong-tnmt", "phong-ktht", "phong-yte", "bhxh"):
        client = as_person(username)
        for number in range(1, 21):
            address = f"/communes/ky-lac/criteria/{number}/"
            allowed = client.get(f"{address}assess/").status_code == 200
            assert bool(read(client, address).find("section", id="assess")) == allowed


def test_recording_says_so_and_names_the_past_days_that_changed(leader):
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "10/09/2020",
        "basis": "verification",
        "version": "1",
    }

    response = leader.post("/communes/ky-lac/criteria/8/assess/", data, follow=True)

    assert response.redirect_chain == [("/communes/ky-lac/criteria/8/", 302)]
    assert response.context["messages"]
    (said,) = [str(m) for m in response.context["messages"]]
    told = _("Past days changed: %(days)s; communes with other figures: %(count)s.")
    assert told % {"days": "10/09/2020 – 14/09/2020", "count": 1} in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"assessed_on": "16/09/2020"}, "assessed_on"),
        ({"assessed_on": "30/11/2016"}, "assessed_on"),
        ({"assessed_on": "hôm qua"}, "assessed_on"),
        ({"assessed_on": ""}, "assessed_on"),
        ({"result": ""}, "result"),
        ({"result": "not_assessed"}, "result"),
        ({"result": "not_applicable"}, "reason"),
        ({"percent": "101"}, "percent"),
        ({"percent": "nan"}, "percent"),
        ({"basis": "session"}, "basis_text"),
        ({"basis": "self"}, "basis"),
        ({"version": "x"}, "__all__"),
        ({"version": "9" * 30}, "__all__"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "\x00"}, "reason"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_the_field_and_kept(leader, changes, field):
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "basis": "verification",
        "version": "1",
        "decided_by": "Lời đã gõ",
    } | changes

    response = leader.post("/communes/ky-lac/criteria/8/assess/", data)

    assert response.status_code in (200, 409)
    if response.status_code == 200:
        assert field in response.context["form"].errors
    assert "Lời đã gõ" in response.text
    assert demo_cell("ky-lac", 8).assessments.count() == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        (
            {"assessed_on": "16/09/2020", "basis": "session", "percent": "101"},
            {"assessed_on", "basis_text", "no_evidence_reason", "percent"},
        ),
        ({"assessed_on": "16/09/2020"}, {"assessed_on", "no_evidence_reason"}),
        ({"assessed_on": "", "basis": ""}, {"assessed_on", "basis"}),
        ({"result": "", "assessed_on": "30/11/2016"}, {"result", "assessed_on"}),
        (
            {"result": "not_applicable", "assessed_on": "16/09/2020"},
            {"reason", "assessed_on"},
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(leader, changes, fields):
    sent = {"result": "met", "assessed_on": "15/09/2020", "basis": "verification", "version": "1"}

    response = leader.post("/communes/ky-lac/criteria/8/assess/", sent | changes)

    assert response.context["form"].errors.keys() == fields
    assert demo_cell("ky-lac", 8).assessments.count() == 1


def test_the_second_writer_is_told_and_both_texts_are_kept(leader):
    record("ky-lac", 8, Result.NEARLY, TODAY, by="dieuphoi", reason="Lời của người trước")
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "basis": "verification",
        "version": "1",
        "reason": "Lời của người sau",
    }

    response = leader.post("/communes/ky-lac/criteria/8/assess/", data)

    assert response.status_code == 409
    assert "Lời của người trước" in response.text
    assert "Lời của người sau" in response.text
    assert demo_cell("ky-lac", 8).assessments.count() == 2
    again = leader.post(
        "/communes/ky-lac/criteria/8/assess/",
        data | {"version": response.context["form"]["version"].value()},
    )
    assert again.status_code == 302
    assert demo_cell("ky-lac", 8).assessments.count() == 3


def test_21_entries_are_two_pages(client):
    area = make_area(code="990")
    run = make_enrolment(commune=make_commune(area=area, slug="thu", code="1", name="Thử"))
    by = make_user(role=Role.LEADER, area=area)
    for n in range(21):
        assessment_actions.assess(cell(run), finding(on=dt.date(2020, 8, 1 + n)), by=by)
    client.force_login(by)

    assert len(history(ask(client, "thu", 1))) > 20
    second = ask(client, "thu", 1, page="2")
    assert sum("01/08/2020" in line for line in history(second)) == 1


def test_what_is_personal_is_stored_in_no_browser(leader, demo):
    keeper = as_person("dieuphoi")
    person = Person.objects.first()
    answers = [
        leader.get("/communes/ky-lac/criteria/8/"),
        leader.get(f"/people/{person.pk}/"),
        leader.get("/accounts/devices/"),
        leader.get("/accounts/password/"),
        leader.get("/accounts/notices/"),
        keeper.get("/accounts/area/"),
        keeper.get("/accounts/area/new/"),
        as_person("quansat").get("/communes/ky-lac/criteria/8/"),
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_an_agency_of_another_area_answers_for_nothing_here(leader):
    status = demo_cell("ky-lac", 8)
    elsewhere = make_area(code="448", name="Can Lộc")
    make_agency(key="x", name="Phòng Ở Nơi Khác", area=elsewhere, criteria=[status.criterion])

    for address in (
        "/communes/ky-lac/criteria/8/",
        "/communes/ky-lac/",
        "/criteria/",
        "/criteria/8/",
    ):
        assert "Phòng Ở Nơi Khác" not in leader.get(address).text, address
    assert all(row.agency.area_id != elsewhere.pk for row in responsibilities(status))


def test_of_two_entries_of_a_day_the_later_stands_although_the_demo_began_it_anew(leader):
    with time_machine.travel("2026-11-30T16:59:30Z", tick=False):
        record("ky-lac", 8, Result.MET, TODAY)
    with time_machine.travel("2026-11-30T17:00:30Z", tick=False):
        later = record("ky-lac", 8, Result.NEARLY, TODAY)

    assert later.recorded_at < later.status.assessments.order_by("pk")[1].recorded_at
    assert result(ask(leader)) == "nearly"
    assert demo_cell("ky-lac", 8).assessment == later
