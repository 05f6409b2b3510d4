"""Drawn pages are kept until the next write, and never shown to whom they are not meant for."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from criteria.assessments import actions as assessment_actions
from nrm_tracker import revision
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_task,
    make_user,
)
from tests.pages import read

TEMPLATES = settings.BASE_DIR / "templates"
# What a kept page shares with everybody who reaches the same areas (`nrm_tracker.page_cache`).
NOT_SHARED = re.compile(r"{[{%][^}]*\b(user|perms|csrf_token|messages|frame|request\.user)\b")
SHARED = ["_parts", "home", "communes", "criteria", "criterion", "_matrix", "_map", "_line_chart"]
SHARED += [
    "_agenda",
    "difficulties",
    "review",
    "checks",
    "_sieve",
    "_day_line",
    "_others",
    "_sorts",
    "_source",
    "_when_notes",
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keep_pages(settings):
    names = ("pages", "frames", "access")
    memory = {name: {"BACKEND": settings.LOCAL_MEMORY, "LOCATION": name} for name in names}
    settings.CACHES = {**settings.CACHES, **memory}
    yield
    for name in names:
        caches[name].clear()


@pytest.fixture
def enrolment():
    return make_enrolment(commune=make_commune(), criteria_set=make_set())


def as_leader(client, area):
    client.force_login(make_user(role=Role.LEADER, area=area))
    return client


def asked(client, address, count):
    with count(30) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured if "criteria_" in query["sql"]]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/communes/",
        "/criteria/",
        "/criteria/1/",
        "/me/",
        "/difficulties/",
        "/rounds/",
        "/tasks/",
    ],
)
def test_a_page_is_drawn_once(client, enrolment, address, django_assert_max_num_queries):
    as_leader(client, enrolment.commune.area)

    assert asked(client, address, django_assert_max_num_queries)
    assert not asked(client, address, django_assert_max_num_queries)


def test_a_kept_page_reads_as_it_was_drawn_but_for_its_tokens(client, enrolment):
    as_leader(client, enrolment.commune.area)

    drawn, kept = (client.get("/").content.decode() for _ in range(2))

    tokens = [re.findall(r'value="(\w{64})"', page) for page in (drawn, kept)]
    assert len(tokens[0]) == len(tokens[1]) > 1
    assert not set(tokens[0]) & set(tokens[1])
    assert re.sub(r'value="\w{64}"', "", kept) == re.sub(r'value="\w{64}"', "", drawn)


def test_the_forms_of_a_kept_page_are_taken(enrolment):
    client = as_leader(Client(enforce_csrf_checks=True), enrolment.commune.area)
    client.get("/")
    token = re.findall(r'value="(\w{64})"', client.get("/").content.decode())[-1]

    answer = client.post("/i18n/setlang/", {"language": "en", "csrfmiddlewaretoken": token})

    assert answer.status_code == 302


def test_a_form_inside_a_kept_page_is_taken_too(enrolment):
    """The list of tasks holds one; each answer carries a token of its own."""
    client = as_leader(Client(enforce_csrf_checks=True), enrolment.commune.area)
    task = make_task(commune=enrolment.commune)
    pages = [client.get("/tasks/").content.decode() for _ in range(2)]
    form = [
        re.search(r'action="/tasks/bulk/".*?value="(\w{64})"', page, re.DOTALL) for page in pages
    ]
    tokens = [found[1] for found in form]
    assert tokens[0] != tokens[1]

    data = {"tasks": task.pk, "deed": "cancel", "note": "Trùng"}
    assert client.post("/tasks/bulk/", data).status_code == 403
    answer = client.post("/tasks/bulk/", data | {"csrfmiddlewaretoken": tokens[1]})

    assert answer.status_code == 200


def test_a_message_is_shown_once(client, enrolment):
    as_leader(client, enrolment.commune.area)
    read(client, "/communes/")
    client.post(
        reverse("assess", args=["ky-lac", 1]),
        {
            "result": "met",
            "no_evidence_reason": "Hồ sơ lưu tại xã",
            "basis": "verification",
            "assessed_on": "08/09/2020",
            "version": 0,
        },
    )

    told = ["msg-ok" in client.get("/communes/").content.decode() for _ in range(3)]

    assert told == [True, False, False]


def test_a_person_who_reaches_nothing_more_sees_nothing_more(client, enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)
    assert read(client, "/").slugs == ["ky-lac"]

    leader.memberships.update(until_on=dt.date(2020, 9, 14))
    revision.bump()

    assert read(client, "/").slugs == []


def test_a_write_is_seen_at_once(client, enrolment):
    as_leader(client, enrolment.commune.area)
    assert read(client, "/").results("ky-lac")[1] == "not_assessed"

    client.post(
        reverse("assess", args=["ky-lac", 1]),
        {
            "result": "met",
            "no_evidence_reason": "Hồ sơ lưu tại xã",
            "basis": "verification",
            "assessed_on": "08/09/2020",
            "version": cell(enrolment).version,
        },
    )

    assert cell(enrolment).result == "met"
    assert read(client, "/").results("ky-lac")[1] == "met"


def test_what_is_written_past_the_requests_is_seen_once_counted(client, enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)
    read(client, "/")

    assessment_actions.assess(cell(enrolment), finding(on=dt.date(2020, 9, 8)), by=leader)
    revision.bump()

    assert read(client, "/").results("ky-lac")[1] == "met"


def test_each_day_and_each_language_has_its_own_page(client, enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)
    assessment_actions.assess(cell(enrolment), finding(on=dt.date(2020, 9, 8)), by=leader)

    assert read(client, "/").results("ky-lac")[1] == "met"
    assert read(client, "/", as_of="2020-09-07").results("ky-lac")[1] == "not_assessed"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Weakest criteria" in client.get("/").content.decode()


def test_people_of_other_areas_do_not_share_a_page(client, enrolment):
    make_commune(name="Cẩm Lạc", slug="cam-lac", code="1", area=make_area(code="446", name="Cẩm"))
    for code, slugs in (("447", ["ky-lac"]), ("446", [])):
        as_leader(client, make_area(code=code))
        assert read(client, "/").slugs == slugs


def test_the_frame_is_each_person_s_own(client, enrolment):
    for _ in range(2):
        leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
        client.force_login(leader)
        assert leader.full_name in client.get("/").content.decode()


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_page_names_nobody(name):
    assert not NOT_SHARED.search((TEMPLATES / f"dashboards/{name}.html").read_text())


def test_a_sign_in_makes_no_page_stale_and_a_recording_does(client, settings):
    user = make_user(username="nguoi-vao")
    before = revision.current()

    client.post("/accounts/login/", {"username": user.username, "password": "mat-khau-thu"})
    assert revision.current() == before

    client.post("/accounts/password/", {"old_password": "sai"})
    assert revision.current() == before + 1


def test_what_a_person_reaches_is_read_again_after_each_write(client, enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)

    def reads_memberships():
        with CaptureQueriesContext(connection) as asked:
            client.get("/communes/ky-lac/")
        return any("accounts_membership" in query["sql"] for query in asked.captured_queries)

    assert [reads_memberships() for _ in range(2)] == [True, False]
    revision.bump()
    assert reads_memberships()
    User.objects.filter(pk=leader.pk).update(is_active=False)
    assert client.get("/communes/ky-lac/").status_code == 302
