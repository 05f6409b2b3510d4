"""Sessions in calendar programs."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.models import Role
from meetings.models import CalendarAddress
from nrm_tracker import clock
from tests.factories import make_area, make_commune, make_session, make_user
from tests.pages import read

pytestmark = pytest.mark.django_db
FEED, RENEW = "/sessions/calendar.ics", "/sessions/calendar/renew/"
KEY = "mot-khoa-rieng"


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def person(client, commune):
    user = make_user(role=Role.COMMUNE_STAFF, commune=commune)
    client.force_login(user)
    return user


@pytest.fixture
def known(person):
    return CalendarAddress.objects.create(user=person, key=KEY, renewed_at=clock.now())


def events(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def fetched(secret=None):
    """As a calendar program does: without signing in."""
    secret = CalendarAddress.objects.get().secret if secret is None else secret
    return Client().get(FEED, {"key": secret})


def test_an_invitation_has_the_hours_in_local_time(client, person, commune):
    session = make_session(
        communes=[commune],
        title="Nghe; cho ý kiến, về nông thôn mới",
        starts_at=dt.time(7, 30),
        ends_at=dt.time(11),
        place="Hội trường",
    )

    response = client.get(f"/sessions/{session.pk}.ics")

    (event,) = events(response)
    assert event["SUMMARY"] == "Nghe; cho ý kiến, về nông thôn mới"
    assert event["LOCATION"] == "Hội trường"
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event.decoded("DTSTART").isoformat() == "2020-09-08T07:30:00+07:00"
    assert event.decoded("DTEND").isoformat() == "2020-09-08T11:00:00+07:00"
    assert event.decoded("DTSTAMP").tzinfo is not None
    assert event["URL"] == f"http://testserver/sessions/{session.pk}/"
    assert "Trần Văn Chủ" in event["DESCRIPTION"]
    assert b"BEGIN:VTIMEZONE" in response.content
    assert "no-store" in response["Cache-Control"]
    assert "attachment" in response["Content-Disposition"]


def test_a_session_without_an_hour_takes_the_whole_day(client, person, commune):
    session = make_session(communes=[commune])

    (event,) = events(client.get(f"/sessions/{session.pk}.ics"))

    assert event.decoded("DTSTART") == dt.date(2020, 9, 8)
    assert event.decoded("DTEND") == dt.date(2020, 9, 9)
    assert "LOCATION" not in event


@pytest.mark.parametrize("on", [dt.date.min, dt.date.max])
@pytest.mark.parametrize("starts_at", [None, dt.time(7, 30)])
def test_a_mistyped_year_takes_no_calendar_away(client, person, known, commune, on, starts_at):
    session = make_session(communes=[commune], on=on, starts_at=starts_at)

    assert len(events(client.get(f"/sessions/{session.pk}.ics"))) == 1
    assert len(events(fetched())) == (on == dt.date.max)


def test_the_same_session_keeps_its_name_for_programs(client, person, known, commune):
    session = make_session(communes=[commune])
    (before,) = events(client.get(f"/sessions/{session.pk}.ics"))
    type(session).objects.filter(pk=session.pk).update(held_on="2020-09-10", version=5)

    (after,) = events(fetched())

    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_an_invitation_elsewhere_does_not_exist(client, person):
    area = make_area(code="448", name="Can Lộc")
    other = make_session(communes=[make_commune(slug="xa-khac", code="1", area=area)])

    assert client.get(f"/sessions/{other.pk}.ics").status_code == 404
    assert client.post(f"/sessions/{other.pk}.ics").status_code == 405
    assert Client().get(f"/sessions/{other.pk}.ics").status_code == 302


def test_the_feed_has_the_last_year_and_what_comes_within_the_reach(person, known, commune):
    for title, on in (
        ("Sắp tới", dt.date(2020, 12, 1)),
        ("Vừa qua", dt.date(2020, 9, 8)),
        ("Đã lâu", dt.date(2019, 9, 1)),
    ):
        make_session(communes=[commune], title=title, on=on)
    area = make_area(code="448", name="Can Lộc")
    make_session(communes=[make_commune(slug="xa-khac", code="1", area=area)], title="Nơi khác")

    response = fetched()

    assert [str(event["SUMMARY"]) for event in events(response)] == ["Sắp tới", "Vừa qua"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("key", ["", "sai", KEY, f"{KEY}.{'0' * 16}", "x" * 500, "khóa"])
def test_an_unknown_key_finds_nothing(known, key):
    assert fetched(key).status_code == 404


def test_who_is_inactive_or_lost_the_reach_reads_nothing(person, known, commune):
    make_session(communes=[commune])
    person.memberships.update(until_on=dt.date(2020, 9, 1))
    assert events(fetched()) == []

    person.is_active = False
    person.save()
    assert fetched().status_code == 404


def test_another_password_ends_the_address(client, person, known):
    before = known.secret
    assert fetched(before).status_code == 200

    person.set_password("mat-khau-khac-han")
    person.save()

    assert fetched(before).status_code == 404
    assert fetched().status_code == 200


def test_the_feed_is_only_read(known):
    assert Client().post(f"{FEED}?key={known.secret}").status_code == 405
    assert Client().get(FEED).status_code == 404


def test_an_address_is_made_and_renewed(client, person):
    page = read(client, RENEW)
    assert not page.find("input", id="address")

    client.post(RENEW)
    first = CalendarAddress.objects.get(user=person).secret
    address = read(client, RENEW).one("input", id="address")["value"]
    assert address == f"http://testserver{FEED}?key={first}"
    assert len(first) >= 40

    client.post(RENEW)
    second = CalendarAddress.objects.get(user=person).secret
    assert second != first
    assert fetched(first).status_code == 404
    assert fetched(second).status_code == 200


def test_the_page_of_the_address_is_ones_own_and_not_kept(client, known):
    assert "no-store" in client.get(RENEW)["Cache-Control"]
    assert client.put(RENEW).status_code == 405
    assert Client().get(RENEW).status_code == 302

    client.force_login(make_user())
    assert KEY not in client.get(RENEW).content.decode()


def test_as_many_queries_for_300_sessions_as_for_one(known, commune):
    counts, secret = [], known.secret
    for number in (1, 300):
        for n in range(number):
            make_session(communes=[commune], title=f"Họp {n}", by=known.user)
        with CaptureQueriesContext(connection) as queries:
            fetched(secret)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6
