"""Drawn pages are kept until the next write in their areas, and never shown to anybody else."""

import datetime as dt
import io
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from accounts.notifications.notices import tell
from communes.models import Agency, Area, Commune
from criteria.assessments import actions as assessment_actions
from criteria.models import LevelName, Standing
from meetings.tasks import actions as task_actions
from nrm_tracker import clock, revision
from nrm_tracker.models import Revision
from nrm_tracker.parts import PARTS
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
from tests.pages import read, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keep_pages(settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}
    settings.CACHES = {**settings.CACHES, "pages": memory}
    yield
    caches["pages"].clear()


@pytest.fixture
def enrolment():
    return make_enrolment(commune=make_commune(), criteria_set=make_set())


@pytest.fixture
def elsewhere(enrolment):
    """A run at the same set in another district."""
    there = make_area(code="446", name="Cẩm Xuyên")
    commune = make_commune(name="Cẩm Lạc", slug="cam-lac", code="1", area=there)
    return make_enrolment(commune=commune, criteria_set=enrolment.criteria_set)


def as_leader(client, area):
    client.force_login(make_user(role=Role.LEADER, area=area))
    return client


def leader_of(area):
    return as_leader(Client(), area)


def is_drawn(client, address="/", by="(criteria|meetings)_"):
    """Whether the page was asked of the database, and not taken from what was kept; how many things
    wait for the person is a query of the frame."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    found = [query["sql"] for query in asked.captured_queries]
    return any(re.search(by, sql) and 'FROM "accounts_user"' not in sql for sql in found)


def assess(enrolment):
    return assessment_actions.assess(cell(enrolment), finding(), by=make_user())


def sent(status, **changed):
    """What the form of an assessment sends."""
    return {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "basis": "verification",
        "assessed_on": "08/09/2020",
        "version": status.version,
        **changed,
    }


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/communes/",
        "/criteria/",
        "/criteria/1/",
        "/difficulties/",
        "/rounds/",
        "/review/",
        "/checks/",
        "/tasks/",
    ],
)
def test_a_page_is_drawn_once(client, enrolment, address):
    as_leader(client, enrolment.commune.area)

    assert is_drawn(client, address)
    assert not is_drawn(client, address)


def test_the_queue_is_drawn_once(client, enrolment):
    as_leader(client, enrolment.commune.area)

    assert [is_drawn(client, "/me/", '"accounts_notice"."text"') for _ in range(2)] == [True, False]


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
    client.post(reverse("assess", args=["ky-lac", 1]), sent(cell(enrolment)))

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
    assert not read(client, "/").results("ky-lac")

    client.post(reverse("assess", args=["ky-lac", 1]), sent(cell(enrolment)))

    assert cell(enrolment).result == "met"
    assert read(client, "/").results("ky-lac")[1] == "met"


def test_what_is_written_past_the_requests_is_seen_at_once(client, enrolment):
    as_leader(client, enrolment.commune.area)
    read(client, "/")

    assess(enrolment)

    assert read(client, "/").results("ky-lac")[1] == "met"


def test_what_is_written_past_the_actions_is_seen_once_counted(client, enrolment):
    as_leader(client, enrolment.commune.area)
    before = client.get("/communes/").content.decode()
    Commune.objects.update(name="Kỳ Lạc Mới")
    assert "Kỳ Lạc Mới" not in before + client.get("/communes/").content.decode()

    revision.bump()

    assert "Kỳ Lạc Mới" in client.get("/communes/").content.decode()


def test_a_write_elsewhere_leaves_the_pages_of_an_area_as_they_are(enrolment, elsewhere):
    here, there = leader_of(enrolment.commune.area), leader_of(elsewhere.commune.area)
    assert [is_drawn(here), is_drawn(there)] == [True, True]

    assess(elsewhere)

    assert [is_drawn(here), is_drawn(there)] == [False, True]


def test_a_write_in_a_district_makes_the_pages_of_its_province_stale(enrolment, elsewhere):
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    Area.objects.filter(pk=enrolment.commune.area_id).update(parent=province)
    above = leader_of(province)
    assert [is_drawn(above), is_drawn(above)] == [True, False]

    assess(elsewhere)
    assert not is_drawn(above)
    assess(enrolment)

    assert is_drawn(above)
    assert read(above, "/").results("ky-lac")[1] == "met"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("assess", {"result": ""}),
        ("assess", {"assessed_on": "16/09/2020"}),
        ("accounts:password-change", {"old_password": "sai"}),
    ],
)
def test_what_was_sent_and_not_written_leaves_pages_as_they_are(client, enrolment, name, data):
    as_leader(client, enrolment.commune.area)
    assert is_drawn(client)

    address = reverse(name, args=["ky-lac", 1] if name == "assess" else [])
    assert client.post(address, sent(cell(enrolment), **data)).status_code == 200

    assert cell(enrolment).version == 0
    assert not is_drawn(client)


def test_what_waits_is_counted_anew_on_a_kept_page(client, enrolment):
    office = make_user(role=Role.COORDINATOR, area=enrolment.commune.area)
    head = make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)
    client.force_login(head)

    def counted():
        return {element.text[0] for element in read(client, "/help/").find(class_="count")} or {"0"}

    def is_counted():
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/communes/").status_code == 200
        return any('FROM "accounts_user" WHERE' in q["sql"] and "COUNT(" in q["sql"] for q in asked)

    assert counted() == {"0"}
    first = client.get("/communes/").headers["ETag"]
    task = make_task(commune=enrolment.commune, due_on=clock.today(), by=office)
    assert counted() == {"1"}
    again = client.get("/communes/", headers={"If-None-Match": first})
    assert 'class="count">1<' in again.text
    assert not is_counted()

    task_actions.report_done(task, note="Xong", by=head)

    assert counted() == {"0"}


def test_as_many_notices_as_before_are_others(client, enrolment):
    """Somebody may be told of an area whose writes their pages do not show any more."""
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)
    tell([leader], "Xã đề nghị thẩm tra.", "/")
    first = client.get("/me/")
    assert "Xã đề nghị thẩm tra." in first.text
    client.post(reverse("accounts:notices-read"))
    client.get("/me/")

    tell([leader], "Có ý kiến mới.", "/")
    again = client.get("/me/", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert "Có ý kiến mới." in again.text


def test_the_administration_makes_all_pages_stale(enrolment, elsewhere):
    readers = [leader_of(run.commune.area) for run in (enrolment, elsewhere)]
    for reader in readers:
        read(reader, "/")
    administrator = Client()
    administrator.force_login(make_user(staff=True))
    User.objects.filter(is_staff=True).update(is_superuser=True)

    answer = administrator.post(
        reverse("admin:criteria_levelname_add"),
        {"level": 2, "name": "Huyện đánh giá", "checked": "unread"},
    )

    assert answer.status_code == 302
    assert LevelName.objects.get().name == "Huyện đánh giá"
    assert [is_drawn(reader) for reader in readers] == [True, True]


ANYWHERE = [
    "/",
    "/admin/",
    "/admin/criteria/levelname/add/",
    "/accounts/login/",
    "/accounts/notices/read/",
    "/communes/ky-lac/criteria/1/assess/",
    "/healthz",
    "/nowhere/",
]


@pytest.mark.parametrize("address", ANYWHERE)
@pytest.mark.parametrize("role", [None, Role.OBSERVER])
def test_who_may_write_nothing_makes_no_page_stale(enrolment, address, role):
    before = list(Revision.objects.order_by("pk").values_list("pk", "number"))
    sender = Client()
    if role:
        sender.force_login(make_user(role=role, area=enrolment.commune.area))

    sender.post(address, {"level": 2, "name": "x", **sent(cell(enrolment))})

    assert list(Revision.objects.order_by("pk").values_list("pk", "number")) == before
    assert cell(enrolment).version == LevelName.objects.count() == 0


@pytest.fixture
def lost(monkeypatch):
    """Nothing can be counted any more: as if the server ended right before it."""

    def end(*area_ids, part=""):
        raise OSError("ended")

    monkeypatch.setattr(revision, "bump", end)


def test_what_is_not_counted_is_not_written(enrolment, lost):
    with pytest.raises(OSError, match="ended"):
        assess(enrolment)
    administrator = Client()
    administrator.force_login(make_user(staff=True))
    User.objects.filter(is_staff=True).update(is_superuser=True)
    with pytest.raises(OSError, match="ended"):
        administrator.post(reverse("admin:criteria_levelname_add"), {"level": 2, "name": "x"})
    with pytest.raises(OSError, match="ended"):
        call_command("load_reference", stdout=io.StringIO())

    assert cell(enrolment).version == LevelName.objects.count() == Agency.objects.count() == 0


def test_figures_that_were_mended_count_in_their_area_alone(enrolment, elsewhere):
    readers = [leader_of(run.commune.area) for run in (enrolment, elsewhere)]
    assess(enrolment)
    for reader in readers:
        read(reader, "/")
    Standing.objects.update(met_count=7)

    with pytest.raises(CommandError):
        call_command("check_progress", stdout=io.StringIO())

    assert [is_drawn(reader) for reader in readers] == [True, False]


def test_each_day_and_each_language_has_its_own_page(client, enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)
    assessment_actions.assess(cell(enrolment), finding(on=dt.date(2020, 9, 8)), by=leader)

    assert read(client, "/").results("ky-lac")[1] == "met"
    assert not read(client, "/", as_of="2020-09-07").results("ky-lac")
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


def test_a_page_is_drawn_once_for_all_who_see_the_same_and_its_tag_is_each_sign_in_s(enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    clients = [Client(), Client(), leader_of(enrolment.commune.area)]
    for client in clients[:2]:
        client.force_login(leader)

    assert [is_drawn(client) for client in clients] == [True, False, False]
    tags = [client.get("/").headers["ETag"] for client in clients]
    assert len(set(tags)) == 3
    others = {"If-None-Match": tags[1]}
    assert [client.get("/", headers=others).status_code for client in clients] == [200, 304, 200]


def test_a_sign_in_makes_no_page_stale_and_a_recording_does(client, enrolment):
    area = enrolment.commune.area
    user = make_user(username="nguoi-vao", role=Role.LEADER, area=area)
    before = written(area.pk)

    client.post("/accounts/login/", {"username": user.username, "password": "mat-khau-thu"})
    assert written(area.pk) == before

    client.post(reverse("assess", args=["ky-lac", 1]), sent(cell(enrolment)))
    assert written(area.pk) > before


def test_what_a_person_reaches_is_kept_until_accounts_change(client, enrolment):
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    client.force_login(leader)

    def reads_memberships():
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        return any("accounts_membership" in query["sql"] for query in asked.captured_queries)

    assert [reads_memberships() for _ in range(2)] == [True, False]
    revision.bump()
    assert reads_memberships()
    User.objects.filter(pk=leader.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_shared_cache_that_is_away_is_done_without():
    asked = (
        "import django; django.setup(); from django.core.cache import caches;"
        "print(caches['pages'].get('a page'))"
    )
    away = {"CACHE_URL": "redis://127.0.0.1:9/0", "DJANGO_SETTINGS_MODULE": "nrm_tracker.settings"}
    run = [sys.executable, "-c", asked]
    said = subprocess.run(  # noqa: S603 this very interpreter
        run, env=os.environ | away, capture_output=True, text=True, check=False
    )
    assert said.stdout == "None\n", said.stderr


def test_the_numbers_of_areas_are_added_to_what_concerns_all(enrolment, elsewhere):
    assess(enrolment)
    areas = [enrolment.commune.area_id, elsewhere.commune.area_id]

    for some in ([], areas[:1], areas):
        rows = list(Revision.objects.filter(pk__in=[revision.EVERYWHERE, *some]))
        added = {part: sum(getattr(row, part) for row in rows) for part in PARTS}
        assert revision.Counted().of(some) == added
