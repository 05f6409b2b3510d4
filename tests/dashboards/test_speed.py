"""A page asks the database the same number of times however many communes it shows."""

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Role
from tests import filler
from tests.factories import make_agency, make_set, make_user
from tests.pages import kept_for_the_module

MOST = 20
BRIEF = filler.History(days=3, cells=1)
DAYS = "as_of=2019-06-30&compare=2017-06-30"
# Since then every commune changed, in the smallest area too.
SINCE = "as_of=2019-06-30&compare=2010-06-30"
PAGES = [
    "/",
    f"/?{SINCE}",
    "/?rows=all",
    f"/?{SINCE}&known=2020-01-01",
    "/communes/",
    f"/communes/?{DAYS}",
    "/communes/{slug}/",
    f"/communes/{{slug}}/?{DAYS}",
    "/communes/{slug}/criteria/2/",
    f"/communes/{{slug}}/criteria/2/?{DAYS}",
    "/criteria/",
    f"/criteria/?{DAYS}",
    "/criteria/2/",
    f"/criteria/2/?{DAYS}",
    "/me/",
    "/search/?q=ky",
    "/communes/{slug}/history/",
    "/communes/{slug}/criteria/2/history/",
    "/communes/{slug}/dossier/",
    "/criteria/2/history/",
    "/difficulties/",
    "/rounds/",
    "/review/",
    "/checks/",
    "/sessions/",
    "/sessions/{session}/",
    "/sessions/{session}/briefing/{slug}/",
    "/sessions/{session}/screen/",
    "/sessions/{session}/screen/?commune=",
    "/sessions/{session}/present/",
    "/sessions/{session}/present/?commune=",
    "/sessions/{session}/minutes/",
    "/tasks/",
    "/tasks/?state=all",
    f"/tasks/?{DAYS}",
    "/tasks/{task}/",
    "/visits/",
    f"/visits/?{DAYS}",
    "/plans/",
    "/plans/{slug}/",
    "/working-days/",
    "/villages/",
    "/villages/targets/",
    "/villages/{slug}/",
    "/resources/",
    "/resources/{slug}/",
]


@pytest.fixture(scope="module")
def areas(django_db_setup, django_db_blocker):
    """By the number of its communes: an area's leader, and what addresses name."""
    with kept_for_the_module(django_db_blocker):
        criteria_set = make_set(size=5)
        made = {}
        for size in (1, 300):
            area = filler.make_district(f"D{size}", f"Huyện {size}")
            leader = make_user(role=Role.LEADER, area=area)
            communes = filler.fill(area, size, criteria_set, by=leader, history=BRIEF)
            session = filler.hold_session(
                area, communes[:2], by=leader, entries=min(size, 100), tasks=min(size, 60)
            )
            # Tasks of each kind of day in the smallest area too.
            tasks = filler.assign(area, communes, max(size, 3), by=leader)
            filler.visit(communes, make_agency(key=f"phong-{size}", area=area), by=leader)
            made[size] = (
                leader,
                {
                    "slug": communes[0].slug,
                    "session": session.pk,
                    "task": tasks[0].pk,
                },
            )
        # As autovacuum does within the minute: without statistics PostgreSQL plans blindly.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield made


def queries(areas, size, address, count):
    leader, names = areas[size]
    client = Client()
    client.force_login(leader, "django.contrib.auth.backends.ModelBackend")
    address = address.format(**names)
    # The first answer also notes that the device was seen.
    assert client.get(address).status_code == 200
    with count as captured:
        client.get(address)
    return len(captured)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_queries_do_not_grow_with_the_area(areas, address, django_assert_max_num_queries):
    few, many = (
        queries(areas, size, address, django_assert_max_num_queries(MOST)) for size in (1, 300)
    )

    assert few == many
