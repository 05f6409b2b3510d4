"""The working calendar of an area."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from plans.first_rows import calendar_days
from plans.forecasts import actions as forecasts
from plans.models import CalendarDay
from plans.working_days import actions, queries
from tests.factories import make_area, make_user
from tests.plans.plans import make_plan, make_run

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY = dt.date(2026, 1, 2), dt.date(2026, 1, 10)


def bring_first_rows():
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(CalendarDay(**row) for row in calendar_days())


def test_first_rows_say_where_they_are_from_and_what_is_expected():
    bring_first_rows()

    rows = {row.day: row for row in CalendarDay.objects.all()}
    assert len(rows) == len(calendar_days())
    assert all(row.source for row in rows.values())
    assert not any(row.order for row in rows.values())
    assert {row.day.year for row in rows.values() if row.is_expected} == {2027}
    assert rows[FRIDAY].swapped_with == SATURDAY
    calendar = queries.days_apart(make_area()).calendar([], dt.date(2025, 12, 1))
    assert not calendar.is_worked(FRIDAY)
    assert calendar.is_worked(SATURDAY)
    # From Wednesday: 31 December, then 5 January.
    assert calendar.after(dt.date(2025, 12, 31), 1) == dt.date(2026, 1, 5)
    assert calendar.working_days(dt.date(2026, 1, 1), dt.date(2026, 1, 11)) == 6


def test_the_own_area_goes_before_its_province_and_the_country():
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    area = make_area(parent=province)
    CalendarDay.objects.all().delete()
    CalendarDay.objects.create(day=dt.date(2020, 9, 3), kind="off", name="Nghỉ")
    CalendarDay.objects.create(area=province, day=dt.date(2020, 9, 4), kind="off", name="Nghỉ")
    actions.add(area, day=dt.date(2020, 9, 4), kind="worked", name="Làm", order="12/UBND")

    found = queries.days_apart(area)

    assert found.off == {dt.date(2020, 9, 3)}
    assert found.worked == {dt.date(2020, 9, 4)}
    assert queries.days_apart(province).off == {dt.date(2020, 9, 3), dt.date(2020, 9, 4)}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"order": ""}, "order"),
        ({"swapped_with": FRIDAY}, "swapped_with"),
        ({"swapped_with": dt.date(2026, 1, 17)}, "swapped_with"),
        ({"day": dt.date(2026, 1, 17)}, "day"),
    ],
)
def test_what_is_refused(given, field):
    area = make_area()
    actions.add(area, day=dt.date(2026, 1, 17), kind="worked", name="Làm", order="1/UBND")

    with pytest.raises(ValidationError) as refused:
        actions.add(area, **{"day": FRIDAY, "kind": "off", "name": "Nghỉ", "order": "2/TB"} | given)
    assert list(refused.value.error_dict) == [field]


def test_the_office_keeps_its_days_on_a_page(client):
    area = make_area()
    client.force_login(make_user(role=Role.COORDINATOR, area=area))
    typed = {"day": "02/01/2026", "kind": "off", "name": "Nghỉ", "swapped_with": "10/01/2026"}

    refused = client.post("/working-days/new/", typed)
    assert refused.status_code == 200
    assert "ghi văn bản quy định" in refused.content.decode()
    assert "02/01/2026" in refused.content.decode()
    made = client.post("/working-days/new/", {**typed, "order": "9441/TB-BNV"})
    assert made.url == "/working-days/"

    rows = CalendarDay.objects.filter(area=area)
    assert {row.day: row.kind for row in rows} == {FRIDAY: "off", SATURDAY: "worked"}
    page = client.get("/working-days/").content.decode()
    assert "9441/TB-BNV" in page
    client.post(f"/working-days/{rows[0].pk}/remove/")
    assert not CalendarDay.objects.filter(area=area).exists()


def test_a_changed_day_makes_forecasts_stale_until_they_are_reckoned(client):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    area, other = make_area(parent=province), make_area(code="99", name="Huyện khác")
    plan = make_plan(make_run("xa-92001", area=area), "1|A|10")
    far = make_plan(make_run("xa-92002", area=other), "1|A|10")
    assert plan.finish_on == dt.date(2020, 9, 28)

    row = actions.add(province, day=dt.date(2020, 9, 17), kind="off", name="Nghỉ bão", order="5/CĐ")
    plan.refresh_from_db()
    far.refresh_from_db()
    assert (plan.is_stale, far.is_stale) == (True, False)
    assert plan.finish_on == dt.date(2020, 9, 28)
    client.force_login(make_user(role=Role.LEADER, area=area))
    assert "tính lại vào sáng mai" in client.get("/plans/").content.decode()
    assert "29/09/2020" in client.get("/plans/xa-92001/").content.decode()

    assert forecasts.refresh_all() == 1
    plan.refresh_from_db()
    assert (plan.is_stale, plan.finish_on) == (False, dt.date(2020, 9, 29))
    actions.remove(row)
    plan.refresh_from_db()
    assert plan.is_stale


def test_others_only_read(client):
    client.force_login(make_user(role=Role.LEADER, area=make_area()))

    assert client.get("/working-days/").status_code == 200
    assert client.get("/working-days/new/").status_code == 403
