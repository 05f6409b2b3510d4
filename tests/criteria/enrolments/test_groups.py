"""The group of a commune is dated and rests on a decision; thresholds follow it by day."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Role
from communes.models import Commune
from criteria.enrolments import groups
from criteria.models import GroupDecision, Threshold
from criteria.standards.thresholds import fitting, place_of
from tests.factories import make_commune, make_enrolment, make_set, make_user

pytestmark = pytest.mark.django_db
URL = "/communes/ky-lac/group/"
TODAY = dt.date(2026, 9, 15)


@pytest.fixture(autouse=True)
def demo_day(settings):
    settings.DEMO_DAY = TODAY.isoformat()


def put_into(commune, group, from_on, **kwargs):
    values = {"decision_number": "5/QĐ-UBND", "decided_on": from_on, "decided_by": "UBND tỉnh"}
    decision = GroupDecision(commune=commune, group=group, from_on=from_on, **(values | kwargs))
    return groups.put_into(decision, by=make_user())


def typed(**changes):
    values = {
        "group": "2", "from_on": "01/03/2026", "decision_number": "12/QĐ-UBND",
        "decided_on": "20/02/2026", "decided_by": "UBND tỉnh Hà Tĩnh",
    }  # fmt: skip
    return values | changes


def test_the_group_of_a_day_and_its_threshold():
    commune = make_commune()
    put_into(commune, "2", dt.date(2026, 3, 1))
    put_into(commune, "3", dt.date(2026, 7, 1))
    put_into(commune, "1", dt.date(2026, 2, 16))
    commune.refresh_from_db()

    days = [dt.date(2026, 2, 15), dt.date(2026, 2, 16), dt.date(2026, 6, 30), dt.date(2026, 7, 1)]
    assert [commune.group_on(day) for day in days] == ["", "1", "2", "3"]
    known = [Threshold(value=n, commune_group=str(n)) for n in (1, 2, 3)]
    found = [fitting(known, place_of(commune), day) for day in days]
    assert [one.value if one else None for one in found] == [None, 1, 2, 3]


def test_the_later_entry_for_a_day_counts_and_both_stay():
    commune = make_commune(groups="1900-01-01 Khu vực II")
    put_into(commune, "2", dt.date(2026, 3, 1))
    commune.refresh_from_db()
    put_into(commune, "3", dt.date(2026, 3, 1))
    commune.refresh_from_db()

    assert commune.group_on(dt.date(2026, 3, 1)) == "3"
    assert commune.group_on(dt.date(2020, 3, 1)) == "Khu vực II"
    assert commune.group_decisions.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        commune.group_decisions.update(group="1")


def test_the_coordinator_records_it(client):
    enrolment = make_enrolment(criteria_set=make_set(thresholds_by="group"))
    client.force_login(make_user(role=Role.COORDINATOR, area=enrolment.commune.area))
    assert "Chưa có nhóm" in client.get("/communes/ky-lac/").content.decode()
    assert "đánh số ngược lại" in client.get(URL).content.decode()

    assert client.post(URL, typed()).status_code == 302

    row = GroupDecision.objects.get()
    assert (row.group, row.from_on, row.decided_by) == (
        "2", dt.date(2026, 3, 1), "UBND tỉnh Hà Tĩnh",
    )  # fmt: skip
    assert "12/QĐ-UBND" in client.get(URL).content.decode()
    assert "Nhóm 2 (các xã còn lại)" in client.get("/communes/ky-lac/").content.decode()
    before = client.get("/communes/ky-lac/", {"as_of": "2026-02-28"}).content.decode()
    assert "Chưa có nhóm" in before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"group": ""}, "group"),
        ({"group": "4"}, "group"),
        ({"decision_number": ""}, "decision_number"),
        ({"decided_on": "20/02/2027"}, "decided_on"),
        ({"from_on": "31/02/2026"}, "from_on"),
        ({"from_on": "01/01/1950"}, "from_on"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(client, changes, field):
    commune = make_commune(established_on=dt.date(1990, 1, 1))
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))

    answer = client.post(URL, typed(**changes))

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not GroupDecision.objects.exists()


def test_the_same_group_again_is_refused(client):
    commune = make_commune()
    put_into(commune, "2", dt.date(2026, 3, 1))
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))

    assert list(client.post(URL, typed()).context["form"].errors) == ["group"]
    assert Commune.objects.get().groups == "2026-03-01 2"
