"""A page that was drawn for one person and kept is, for each other, what they would be drawn."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from criteria.assessments import actions as assessment_actions
from criteria.models import Basis, Result
from meetings.minutes import actions as minutes
from meetings.minutes.actions import EntryText
from meetings.models import WorkingSession
from nrm_tracker import reading, revision
from tests.factories import cell, finding
from tests.test_walk import LINES, TODAY, browser, path_of, world  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
ROLES = ["lead", "coor", "head", "offi", "insp"]
PAST = "?as_of=2020-09-13"


@pytest.fixture(autouse=True)
def keep_pages(settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}
    settings.CACHES = {**settings.CACHES, "pages": memory}
    yield
    caches["pages"].clear()


def addresses(world):  # noqa: F811
    """Each page once: of the own area, found."""
    asked = [line for line in LINES if line.method == "GET" and line.expected["lead"] == "200"]
    return sorted({path_of(line, world) for line in asked if "near." not in line.address})


def shown(world, role, path):  # noqa: F811
    response = browser(world, role).get(path)
    return response.status_code, TOKEN.sub("", response.content.decode())


def is_kept(path, world):  # noqa: F811
    """Whether the page is one of those that are kept."""
    response = browser(world, "lead").get(path)
    if response.streaming:
        response.getvalue()
    return response.status_code == 200 and "ETag" in response.headers


@pytest.fixture(scope="module")
def kept(world, django_db_blocker):  # noqa: F811
    with django_db_blocker.unblock():
        found = [path for path in addresses(world) if is_kept(path, world)]
    assert len(found) > 20
    return found


def test_a_page_drawn_for_another_is_what_each_would_be_drawn(world, kept):  # noqa: F811
    own = {}
    for path in kept:
        for role in ROLES:
            caches["pages"].clear()
            own[path, role] = shown(world, role, path)
    caches["pages"].clear()
    # What was drawn for one is there for the next.
    for path in kept:
        for role in (*ROLES, ROLES[0]):
            assert shown(world, role, path) == own[path, role], (path, role)


def assess_today(world):  # noqa: F811
    found = finding(Result.NOT_MET, TODAY, basis=Basis.VERIFICATION, reason="Chưa đạt")
    return assessment_actions.assess(cell(world.own.enrolment), found, by=world.users["coor"])


def assess_yesterday(world):  # noqa: F811
    found = finding(Result.NOT_MET, TODAY - dt.timedelta(days=1), reason="Chưa đạt")
    return assessment_actions.assess(cell(world.own.enrolment), found, by=world.users["coor"])


def write_minutes(world):  # noqa: F811
    session = WorkingSession.objects.get(pk=world.own.session)
    said = EntryText(kind="opinion", text="Câu vừa ghi vào biên bản")
    return minutes.write(session, uuid4(), said, version=0, by=world.users["coor"])


def move_in_minutes(world):  # noqa: F811
    write_minutes(world)
    minutes.move(write_minutes(world), up=True)


def delete_from_minutes(world):  # noqa: F811
    minutes.delete(write_minutes(world), version=1)


WRITES = [assess_today, assess_yesterday, move_in_minutes, delete_from_minutes]


@pytest.mark.parametrize("write", WRITES)
def test_after_a_write_no_page_is_stale(world, kept, write):  # noqa: F811
    paths = [*kept, *(path + PAST for path in kept if "?" not in path)]
    for path in paths:
        shown(world, "lead", path)

    write(world)

    found = {path: shown(world, "lead", path) for path in paths}
    for path in paths:
        caches["pages"].clear()
        assert found[path] == shown(world, "lead", path), path


@pytest.mark.parametrize("write", WRITES)
def test_what_is_counted_apart_writes_no_other_table(world, write):  # noqa: F811
    before = revision.Counted().of([world.own.commune.area_id])
    with CaptureQueriesContext(connection) as asked:
        write(world)

    after = revision.Counted().of([world.own.commune.area_id])
    counted = {part for part, number in after.items() if number > before[part]}
    written = {
        found[1]
        for query in asked.captured_queries
        if (found := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query["sql"]))
    }
    apart = dict(reading.counted_apart())
    assert counted
    if "number" not in counted:
        assert {apart[table] for table in written - {"nrm_tracker_revision"}} == counted
