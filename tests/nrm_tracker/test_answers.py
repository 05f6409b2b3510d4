"""A kept page is known by what the database answers: who asks the same again need not draw."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Notice, Role, User
from criteria.assessments import actions as assessment_actions
from nrm_tracker import clock, page_cache, reading, revision
from nrm_tracker.answers import DatabaseAnswers
from nrm_tracker.parts import RESULTS
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.nrm_tracker.test_page_cache import keep_pages  # noqa: F401 a fixture
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return make_enrolment(commune=make_commune(), criteria_set=make_set())


@pytest.fixture
def drawn(monkeypatch):
    """The addresses that were drawn, in their order."""
    found, draw = [], page_cache._drawn

    def noted(asked, view):
        found.append(asked.request.get_full_path())
        return draw(asked, view)

    monkeypatch.setattr(page_cache, "_drawn", noted)
    return found


def signed_in(role, **place):
    client = Client()
    client.force_login(make_user(role=role, **place))
    return client


def asked_by(rows):
    """What was answered to these rows, as a drawing asks them."""
    answers = DatabaseAnswers()
    with reading.WhatWasRead(answers).queries():
        found = list(rows)
    return found, answers


def test_a_write_that_a_page_does_not_show_leaves_it_as_it_is(enrolment, drawn):
    client = signed_in(Role.LEADER, area=enrolment.commune.area)
    first = client.get("/communes/")

    revision.bump(enrolment.commune.area_id, part=RESULTS)
    again = client.get("/communes/", headers={"If-None-Match": first["ETag"]})
    another = signed_in(Role.LEADER, area=enrolment.commune.area).get("/communes/")

    assert (again.status_code, another.status_code) == (304, 200)
    assert drawn == ["/communes/"]


def test_what_it_shows_is_drawn_anew(enrolment, drawn):
    client = signed_in(Role.LEADER, area=enrolment.commune.area)
    first = client.get("/")

    assessment_actions.assess(cell(enrolment), finding(), by=make_user())
    again = client.get("/", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert read(client, "/").results("ky-lac")[1] == "met"
    assert drawn == ["/", "/"]


def test_what_concerns_all_is_never_confirmed(enrolment, drawn):
    """A name of the frame may have changed, which the page's own queries do not tell."""
    client = signed_in(Role.LEADER, area=enrolment.commune.area)
    client.get("/communes/")

    revision.bump()
    client.get("/communes/")

    assert drawn == ["/communes/"] * 2


def test_a_page_of_long_ago_is_drawn_anew(enrolment, drawn, monkeypatch):
    """It may tell the time, which no answer of the database does."""
    client = signed_in(Role.LEADER, area=enrolment.commune.area)
    client.get("/communes/")
    later = clock.machine_now() + page_cache.CONFIRMED

    monkeypatch.setattr(page_cache.clock, "machine_now", lambda: later)
    client.get("/communes/")
    assert drawn == ["/communes/"]
    revision.bump(enrolment.commune.area_id, part=RESULTS)
    client.get("/communes/")

    assert drawn == ["/communes/"] * 2


def test_a_page_is_drawn_once_for_all_of_a_role(enrolment, drawn):
    area = enrolment.commune.area
    communes = [enrolment.commune, make_commune(name="Lâm Hợp", slug="lam-hop", code="2")]
    readers = [signed_in(Role.COMMUNE_LEADER, commune=commune) for commune in communes]
    officer = signed_in(Role.AGENCY_OFFICER, agency=make_agency(name="Phòng Y tế", area=area))

    for reader in (*readers, officer):
        assert reader.get("/rounds/").status_code == 200

    # What helps an officer is another page.
    assert len(drawn) == 2


def test_answers_are_compared_by_all_that_they_say():
    user = make_user()
    notice = Notice.objects.create(user=user, text="một", address="/", at=clock.now())
    notices = Notice.objects.order_by("pk").values_list("text", "at")
    found, answers = asked_by(notices)
    assert found == [("một", notice.at)]
    packed = answers.packed()

    assert DatabaseAnswers().are_as_then(packed)
    Notice.objects.update(at=notice.at + dt.timedelta(microseconds=1))
    assert not DatabaseAnswers().are_as_then(packed)
    Notice.objects.update(at=notice.at)
    assert DatabaseAnswers().are_as_then(packed)
    Notice.objects.create(user=user, text="hai", address="/", at=notice.at)
    assert not DatabaseAnswers().are_as_then(packed)


def test_what_was_just_answered_is_not_asked_again():
    make_user(username="an")
    users = User.objects.order_by("username").values_list("username", flat=True)
    packed = asked_by(users)[1].packed()
    make_user(username="binh")
    answers = DatabaseAnswers()
    assert not answers.are_as_then(packed)
    asked = []

    def note(execute, *args):
        asked.append(args[0])
        return execute(*args)

    with reading.WhatWasRead(answers).queries(), connection.execute_wrapper(note):
        assert {"an", "binh"} <= set(users.all())
        assert asked == []
        assert users.filter(username="an").first() == "an"

    assert len(asked) == 1


def test_what_writes_is_not_known_by_answers():
    user = make_user()
    answers = DatabaseAnswers()
    with reading.WhatWasRead(answers).queries():
        Notice.objects.create(user=user, text="một", address="/", at=clock.now())

    assert not answers.packed()
    assert not DatabaseAnswers().are_as_then(b"")
