"""A session is moved, called off, or deleted; a commune comes to it after the day."""

import datetime as dt

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from icalendar import Calendar

from accounts.models import Notice, Role
from meetings.models import SessionChange, WorkingSession
from meetings.sessions import calling_off
from nrm_tracker import clock
from tests.factories import (
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_task,
    make_user,
)
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
TO_COME = dt.date(2020, 9, 20)
WHY = "Trùng lịch họp Huyện ủy"


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def leader(client, commune):
    user = make_user(role=Role.LEADER, area=commune.area)
    client.force_login(user)
    return user


@pytest.fixture
def head(commune):
    return make_user(role=Role.COMMUNE_LEADER, commune=commune)


@pytest.fixture
def session(commune, leader):
    return make_session(
        communes=[commune], by=leader, on=TO_COME, starts_at=dt.time(7, 30), title="Làm việc"
    )


def at(session, deed):
    return f"/sessions/{session.pk}/{deed}/"


def typed(session, **changes):
    """The session as its form shows it."""
    values = {
        "version": session.version,
        "form": session.form,
        "title": session.title,
        "communes": [commune.pk for commune in session.communes.all()],
        "held_on": f"{session.held_on:%d/%m/%Y}",
        "starts_at": f"{session.starts_at:%H:%M}" if session.starts_at else "",
        "chairs": "Trần Văn Chủ",
    }
    return values | changes


def errors(response):
    return dict(response.context["form"].errors)


def notices(person):
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("text", flat=True))


def event(client, address):
    calendar = Calendar.from_ical(client.get(address).content)
    (found,) = calendar.walk("VEVENT")
    return calendar, found


# Moved


def test_a_session_is_moved_with_a_reason_and_its_communes_are_told(client, session, leader, head):
    client.post(at(session, "edit"), typed(session, held_on="22/09/2020", reason=WHY))

    session.refresh_from_db()
    assert session.held_on == dt.date(2020, 9, 22)
    (moved,) = session.changes.all()
    assert (moved.from_on, moved.from_at) == (TO_COME, dt.time(7, 30))
    assert (moved.to_on, moved.to_at) == (dt.date(2020, 9, 22), dt.time(7, 30))
    assert (moved.reason, moved.by, clock.local_day(moved.at)) == (
        WHY,
        leader,
        dt.date(2020, 9, 15),
    )
    (told,) = notices(head)
    assert told == _("Working session moved from %(old)s to %(new)s: %(title)s. %(reason)s") % {
        "old": "20/09/2020 07:30",
        "new": "22/09/2020 07:30",
        "title": "Làm việc",
        "reason": WHY,
    }
    section = read(client, f"/sessions/{session.pk}/").one("section", id="changes")
    assert WHY in section.text
    assert "20/09/2020" in section.text


def test_what_was_moved_names_both_days_and_who_moved_it_as_then(client, session, leader, settings):
    leader.full_name, leader.position = "Lê Thị Mai", "Chủ tịch"
    leader.rename(("Lê Thị Mai", "Phó Chủ tịch"), dt.date(2020, 9, 15))
    leader.save()
    settings.DEMO_DAY = "2020-09-14"
    client.post(at(session, "edit"), typed(session, held_on="30/09/2020", reason=WHY))
    settings.DEMO_DAY = "2020-09-15"
    client.post(at(session, "call-off"), {"reason": "Bão"})

    page = read(client, f"/sessions/{session.pk}/")

    moved, off = (page.one("li", data_change=change).text for change in ("moved", "called_off"))
    assert "Dời từ 20/09/2020, 07:30 sang 30/09/2020, 07:30" in moved
    assert moved.endswith("· Lê Thị Mai, Phó Chủ tịch")
    assert off.endswith("· Lê Thị Mai, Chủ tịch")


@pytest.mark.parametrize(
    ("changes", "is_moved"),
    [
        ({"held_on": "22/09/2020"}, True),
        ({"starts_at": "14:00"}, True),
        ({"starts_at": ""}, True),
        ({"title": "Tên khác"}, False),
        ({"ends_at": "11:00"}, False),
    ],
)
def test_another_day_or_hour_needs_a_reason(client, session, leader, head, changes, is_moved):
    response = client.post(at(session, "edit"), typed(session, **changes))

    if is_moved:
        assert list(errors(response)) == ["reason"]
        assert WorkingSession.objects.get().version == session.version
    assert response.status_code == (200 if is_moved else 302)
    assert not SessionChange.objects.exists()
    assert notices(head) == []


def test_an_hour_that_was_not_known_moves_nothing(client, commune, leader):
    session = make_session(communes=[commune], by=leader, on=TO_COME)

    assert client.post(at(session, "edit"), typed(session, starts_at="7:30")).status_code == 302
    assert not SessionChange.objects.exists()


def test_the_day_of_one_that_was_held_is_set_right_without_a_reason(client, commune, leader):
    session = make_session(communes=[commune], by=leader, state="held")
    page = read(client, at(session, "edit"))
    assert page.find("textarea", name="reason") == []

    client.post(at(session, "edit"), typed(session, held_on="07/09/2020"))

    session.refresh_from_db()
    assert session.held_on == dt.date(2020, 9, 7)
    assert not session.changes.exists()


def test_that_it_was_moved_is_never_rewritten(client, session, leader):
    client.post(at(session, "edit"), typed(session, held_on="22/09/2020", reason=WHY))

    for rewrite in (
        lambda: SessionChange.objects.update(reason="Khác"),
        lambda: SessionChange.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rewrite()


def test_a_calendar_takes_the_new_day_for_a_newer_word(client, session, leader):
    _calendar, before = event(client, f"/sessions/{session.pk}.ics")
    client.post(at(session, "edit"), typed(session, held_on="22/09/2020", reason=WHY))

    calendar, after = event(client, f"/sessions/{session.pk}.ics")

    assert (calendar["METHOD"], after["STATUS"]) == ("PUBLISH", "CONFIRMED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART").date() == dt.date(2020, 9, 22)
    assert after["ORGANIZER"].lower().startswith("mailto:")


# Called off


def test_a_session_is_called_off_and_stays(client, session, leader, head):
    response = client.post(at(session, "call-off"), {"reason": WHY})

    assert response["Location"] == f"/sessions/{session.pk}/"
    session.refresh_from_db()
    assert session.is_called_off
    change = session.changes.get()
    assert (change.from_on, change.to_on, change.reason, change.by) == (TO_COME, None, WHY, leader)
    assert WHY in notices(head)[0]
    page = read(client, f"/sessions/{session.pk}/")
    assert page.find("p", data_called_off=True)
    assert page.find("li", data_change="called_off")
    ahead = read(client, "/sessions/").one("section", id="ahead")
    assert _("Called off") in ahead.text
    commune = read(client, "/communes/ky-lac/").one("section", id="sessions")
    assert _("Called off") in commune.text
    assert "Làm việc" not in read(client, "/").html


def test_it_was_still_to_come_on_the_days_before(client, session, leader, settings):
    make_enrolment(commune=session.communes.get())
    settings.DEMO_DAY = "2020-09-17"
    client.post(at(session, "call-off"), {"reason": WHY})
    settings.DEMO_DAY = "2020-09-19"

    def is_shown(day):
        found = read(client, "/", as_of=day).find("li", data_session=str(session.pk))
        return bool(found)

    assert [is_shown(day) for day in ("2020-09-16", "2020-09-17", "2020-09-18")] == [
        True,
        False,
        False,
    ]


def test_a_calendar_takes_it_off(client, session, leader):
    _calendar, before = event(client, f"/sessions/{session.pk}.ics")
    calling_off.call_off(session, WHY, by=leader)

    calendar, after = event(client, f"/sessions/{session.pk}.ics")

    assert (calendar["METHOD"], after["STATUS"]) == ("CANCEL", "CANCELLED")
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_the_private_calendar_says_so_too(client, session, leader):
    client.post("/sessions/calendar/renew/")
    calling_off.call_off(session, WHY, by=leader)

    calendar, found = event(client, f"/sessions/calendar.ics?key={leader.calendar_address.secret}")

    assert (calendar["METHOD"], found["STATUS"]) == ("PUBLISH", "CANCELLED")


def test_nothing_more_is_done_with_it(client, commune, leader):
    session = make_session(communes=[commune], by=leader)
    entry = make_entry(session)
    task = make_task(commune=commune)
    calling_off.call_off(session, WHY, by=leader)
    session.refresh_from_db()

    deeds = {
        "hold": {},
        "publish": {"minutes_number": "1"},
        "call-off": {"reason": WHY},
        "delete": {},
        "edit": typed(session, title="Khác"),
        "files/new": {"kind": "report", "caption": "Báo cáo"},
        f"drop/{task.pk}": {"reason": "Đã giao lại"},
    }
    for deed, said in deeds.items():
        assert client.get(at(session, deed)).status_code == 409, deed
        assert client.post(at(session, deed), said).status_code == 409, deed
    assert client.get(at(session, "minutes"))["Location"] == f"/sessions/{session.pk}/"
    assert client.get(f"/entries/{entry.pk}/tasks/new/").status_code == 302
    session.refresh_from_db()
    assert (session.state, session.title) == ("called_off", "Làm việc với xã về nông thôn mới")
    page = read(client, f"/sessions/{session.pk}/")
    buttons = [link for link in page.links if link.startswith(f"/sessions/{session.pk}/")]
    assert not {at(session, deed) for deed in deeds} & set(buttons)


@pytest.mark.parametrize("state", ["held", "published"])
def test_what_took_place_is_not_called_off(client, commune, leader, state):
    session = make_session(communes=[commune], by=leader, state=state)

    assert client.post(at(session, "call-off"), {"reason": WHY}).status_code == 409
    assert client.post(at(session, "delete")).status_code == 409
    assert WorkingSession.objects.get().state == state


def test_it_needs_a_reason(client, session, leader):
    assert list(errors(client.post(at(session, "call-off"), {"reason": " "}))) == ["reason"]
    assert WorkingSession.objects.get().is_draft


# Deleted


def test_a_draft_is_deleted_by_who_convened_it_after_one_question(client, session, leader, head):
    assert Page(client.get(at(session, "delete"))).find("form", method="post")
    assert WorkingSession.objects.exists()

    response = client.post(at(session, "delete"))

    assert response["Location"] == "/sessions/"
    assert not WorkingSession.objects.exists()
    assert "20/09/2020" in notices(head)[0]
    logged = LogEntry.objects.get(action_flag=DELETION)
    assert (logged.user, "Làm việc" in logged.object_repr) == (leader, True)


def test_nobody_else_deletes_it(client, session, commune):
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))

    assert client.post(at(session, "delete")).status_code == 403
    assert at(session, "delete") not in read(client, f"/sessions/{session.pk}/").links
    assert WorkingSession.objects.exists()


def test_a_draft_of_which_something_is_on_record_stays(client, commune, leader):
    with_entry = make_session(communes=[commune], by=leader, on=TO_COME)
    make_entry(with_entry)
    moved = make_session(communes=[commune], by=leader, on=TO_COME)
    client.post(at(moved, "edit"), typed(moved, held_on="22/09/2020", reason=WHY))
    without = make_session(communes=[commune], by=leader)
    earlier = make_session(communes=[commune], on=dt.date(2020, 9, 1), state="held")
    task = make_task(commune=commune, entry=make_entry(earlier))
    client.post(at(without, f"drop/{task.pk}"), {"reason": "Đã giao lại"})

    for session in (with_entry, moved, without):
        response = client.post(at(session, "delete"))
        assert list(errors(response)) == ["__all__"]
    assert WorkingSession.objects.count() == 4
    assert not LogEntry.objects.exists()


# A commune comes after the day


def test_a_commune_that_comes_after_the_day_is_briefed_then(client, commune, leader):
    make_enrolment(commune=commune)
    session = make_session(communes=[commune], by=leader)
    client.post(at(session, "hold"))
    before = session.briefings.get()
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")
    session.refresh_from_db()

    client.post(at(session, "edit"), typed(session, communes=[commune.pk, other.pk]))

    assert session.briefings.get(commune=commune).frozen_at == before.frozen_at
    added = session.briefings.get(commune=other)
    assert added.content["commune"] == "Lâm Hợp"
    assert added.content["day_on"] == "2020-09-08"
    assert added.frozen_at > before.frozen_at
    assert client.get(f"/sessions/{session.pk}/briefing/lam-hop/").status_code == 200


def test_a_commune_that_comes_to_a_draft_is_not_briefed_yet(client, session, commune, leader):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")

    client.post(at(session, "edit"), typed(session, communes=[commune.pk, other.pk]))

    assert session.communes.count() == 2
    assert not session.briefings.exists()
