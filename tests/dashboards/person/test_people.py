"""What waits for me, and what a person is."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role, User
from criteria.models import Charge, Recognition, Result
from nrm_tracker import clock
from tests.factories import make_area, make_user
from tests.pages import as_person, demo_cell, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def test_who_has_no_role_is_told_so(client, db):
    client.force_login(make_user())

    assert read(client, "/me/").find("div", class_="empty")
    assert read(client, "/").slugs == []


def test_a_person(demo):
    person = Person.objects.get(full_name="Trần Đình Gia")
    person.phone = "0900 000 000"
    person.save()

    page = read(as_person("quansat"), f"/people/{person.pk}/")

    assert page.one("h1").text == "Trần Đình Gia"
    for said in (person.position, person.organisation, "Kỳ Anh"):
        assert said in page.one("main").text
    assert [link for link in page.links if link.startswith("tel:")]


def test_a_person_of_another_area_is_not_found(demo):
    far = Person.objects.create(full_name="Người Xa", area=make_area(code="990", name="Thử"))

    assert as_person("lanhdao").get(f"/people/{far.pk}/").status_code == 404
    assert as_person("quantri").get(f"/people/{far.pk}/").status_code == 200


def test_the_style_guide_shows_every_component_to_staff(demo):
    assert as_person("quantri").get("/styleguide/").status_code == 200


def test_a_role_that_ends_is_said_to_end(demo):
    assert "31/12/2021" in read(as_person("thanhtra"), "/me/").one("main").text


def test_a_second_role_adds_what_it_reaches(client, demo):
    user = make_user(role=Role.OBSERVER, area=make_area(code="990", name="Thử"))
    client.force_login(user)
    assert client.get("/communes/ky-lac/").status_code == 404

    user.memberships.create(role=Role.OBSERVER, area=make_area(), from_on="2020-09-15")

    assert client.get("/communes/ky-lac/").status_code == 200


# What a person is in charge of

TODAY = dt.date(2020, 9, 15)


def put_in_charge(person, number=8, slug="ky-lac", *, on=dt.date(2020, 1, 1), **kwargs):
    status = demo_cell(slug, number or 1)
    return Charge.objects.create(
        person=person,
        commune=status.enrolment.commune,
        criterion=status.criterion if number else None,
        from_on=on,
        recorded_at=clock.at(on, 9),
        recorded_by=User.objects.get(username="dieuphoi"),
        **kwargs,
    )


@pytest.fixture
def tam(demo):
    return Person.objects.create(full_name="Lê Văn Tám", area=make_area())


def charges(page, section="charge"):
    rows = page.find("tr", inside=page.one("section", id=section))
    return [row.text for row in rows if page.find("th", inside=row, scope="row")]


def late(page):
    return [e.text for e in page.find("span", class_="st st-late")]


def test_a_person_s_charges_stand_with_result_and_due_day_the_first_due_on_top(tam):
    put_in_charge(tam, 8, due_on=dt.date(2020, 12, 31))
    put_in_charge(tam, 10, due_on=dt.date(2020, 9, 5))
    put_in_charge(tam, 3, due_on=dt.date(2020, 9, 1))
    put_in_charge(tam, None)

    page = read(as_person("quansat"), f"/people/{tam.pk}/")

    ten, head = charges(page)[1], charges(page)[-1]
    assert [row.split()[2] for row in charges(page)[:3]] == ["3", "10", "8"]
    assert str(Result.NOT_MET.label) in ten
    assert "05/09/2020" in ten
    assert "Kỳ Lạc" in head
    # Criterion 3 is met, so that its day may pass.
    assert len(late(page)) == 1
    assert late(page)[0] in ten
    assert "10" in late(page)[0]


def test_what_a_person_was_in_charge_of_before(tam):
    put_in_charge(tam, 8, until_on=dt.date(2020, 9, 1), due_on=dt.date(2020, 8, 1))
    put_in_charge(tam, 10, on=dt.date(2020, 9, 10))

    page = read(as_person("quansat"), f"/people/{tam.pk}/")

    assert len(charges(page)) == len(charges(page, "past")) == 1
    assert "01/09/2020" in charges(page, "past")[0]
    assert not late(page)
    then = read(as_person("quansat"), f"/people/{tam.pk}/", as_of="2020-08-31")
    assert len(charges(then)) == 1
    assert late(then)
    assert not then.find("section", id="past")


def test_results_and_charges_as_known_on_a_day(tam):
    put_in_charge(tam, 8, due_on=dt.date(2020, 9, 11))
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    address = f"/people/{tam.pk}/"
    reader = as_person("quansat")

    assert str(Result.MET.label) in charges(read(reader, address))[0]
    assert not late(read(reader, address))
    known = read(reader, address, known="2020-09-12")
    assert str(Result.NOT_MET.label) in charges(known)[0]
    assert late(known)
    assert read(reader, address, as_of="2019-12-31").find("div", class_="empty")


def test_a_head_is_late_until_the_commune_is_recognised(tam):
    put_in_charge(tam, None, due_on=dt.date(2020, 9, 1))
    address = f"/people/{tam.pk}/"
    assert late(read(as_person("quansat"), address))

    Recognition.objects.create(
        enrolment=demo_cell("ky-lac", 1).enrolment,
        title="Xã đạt chuẩn",
        decided_on=dt.date(2020, 9, 14),
        recorded_by=User.objects.get(username="dieuphoi"),
        recorded_at=clock.now(),
    )

    assert not late(read(as_person("quansat"), address))


def test_who_is_in_charge_of_nothing_is_told_so(tam):
    page = read(as_person("quansat"), f"/people/{tam.pk}/")

    assert page.find("div", class_="empty")
    assert not page.find("section", id="history")


def test_who_has_an_account_has_a_history(tam):
    tam.user = make_user(username="tam", role=Role.LEADER, area=make_area())
    tam.save()
    record("ky-lac", 8, Result.MET, TODAY, by="tam")
    record("ky-lac", 8, Result.MET, TODAY, by="dieuphoi")
    put_in_charge(tam, 10)

    page = read(as_person("quansat"), f"/people/{tam.pk}/")

    kinds = [event["data-kind"] for event in page.find("li", data_kind=True)]
    assert kinds == ["assessment", "charge"]
    only = read(as_person("quansat"), f"/people/{tam.pk}/", kinds="charge")
    assert len(only.find("li", data_kind=True)) == 1


def test_a_person_s_history_elsewhere_is_not_told(client, tam):
    far = make_area(code="990", name="Thử")
    tam.user = make_user(username="tam", role=Role.LEADER, area=make_area())
    tam.area = far
    tam.save()
    record("ky-lac", 8, Result.MET, TODAY, by="tam")
    put_in_charge(tam, 8)
    client.force_login(make_user(role=Role.OBSERVER, area=far))

    page = read(client, f"/people/{tam.pk}/")

    assert not page.find("li", data_kind=True)
    assert "Kỳ Lạc" not in page.one("main").text


def test_many_charges_and_entries_ask_no_more_than_few(tam):
    tam.user = make_user(username="tam", role=Role.LEADER, area=make_area())
    tam.save()
    client = as_person("quansat")

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/people/{tam.pk}/").status_code == 200
        return len(asked)

    put_in_charge(tam, 8)
    record("ky-lac", 8, Result.MET, TODAY, by="tam")
    few = count()
    for number in range(1, 21):
        put_in_charge(tam, number, "lam-hop")
        record("lam-hop", number, Result.MET, TODAY, by="tam")

    assert count() == few <= 20
