"""Communes are enrolled in sets, their targets set and moved, their runs closed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.models import Role
from communes.models import Commune
from criteria.assessments import actions as assessment_actions
from criteria.enrolments import actions
from criteria.enrolments.actions import Target
from criteria.models import Claim, CriterionStatus, Enrolment, Level, Result, TargetChange
from criteria.progress.board import add_targets, board
from criteria.progress.moment import Moment
from nrm_tracker import clock, revision
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
OPENED = "01/01/2020"


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def communes(area):
    return [
        make_commune(area=area, name="Kỳ Lạc", slug="ky-lac", code="1"),
        make_commune(area=area, name="Lâm Hợp", slug="lam-hop", code="2"),
    ]


@pytest.fixture
def criteria_set():
    return make_set(size=3, valid_from=dt.date(2016, 1, 1))


@pytest.fixture
def office(area):
    return make_user(role=Role.COORDINATOR, area=area)


@pytest.fixture
def client_of_office(client, office):
    client.force_login(office)
    return client


def enrolled(client, **data):
    given = {"opened_on": OPENED, "communes": ["ky-lac", "lam-hop"]}
    return client.post("/enrolments/new/", given | data)


def find_met(run, by, on=dt.date(2020, 9, 8)):
    assessment_actions.assess(cell(run), finding(Result.MET, on), by=by)


# Enrolling


def test_many_communes_are_enrolled_at_once(client_of_office, communes, criteria_set, office):
    answer = enrolled(client_of_office, target_on="31/12/2020", target_count="2")

    assert answer.status_code == 302
    runs = Enrolment.objects.order_by("commune__code")
    assert [(run.commune, run.criteria_set) for run in runs] == [
        (commune, criteria_set) for commune in communes
    ]
    assert {(run.opened_on, run.target_on, run.target_count) for run in runs} == {
        (dt.date(2020, 1, 1), dt.date(2020, 12, 31), 2)
    }
    assert {run.opened_by for run in runs} == {office}
    assert CriterionStatus.objects.filter(result=Result.NOT_ASSESSED).count() == 6


def test_the_form_offers_only_communes_that_are_not_in_the_set(
    client_of_office, communes, criteria_set
):
    make_enrolment(commune=communes[0], criteria_set=criteria_set)

    form = client_of_office.get("/enrolments/new/").context["form"]

    assert [slug for slug, _name in form.fields["communes"].choices] == ["lam-hop"]


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"opened_on": "01/01/2015"}, "opened_on", "chỉ có hiệu lực từ ngày 01/01/2016"),
        ({"opened_on": "hôm qua"}, "opened_on", "Ghi ngày/tháng/năm"),
        ({"target_on": "31/12/2019"}, "target_on", "không được trước ngày đăng ký (01/01/2020)"),
        ({"target_count": "2"}, "target_on", "Đến ngày nào"),
        ({"target_on": "31/12/2020", "target_count": "4"}, "target_count", "từ 1 đến 3"),
        ({"target_on": "31/12/2020", "target_count": "0"}, "target_count", "1"),
        ({"communes": []}, "communes", "Chưa chọn xã nào"),
        ({"communes": ["ky-anh"]}, "communes", "Không phải xã"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client_of_office, communes, criteria_set, data, field, said
):
    answer = enrolled(client_of_office, **data)

    assert answer.status_code == 200
    assert said in str(answer.context["form"].errors[field])
    assert not Enrolment.objects.exists()


def test_each_commune_that_cannot_be_enrolled_is_named(client_of_office, communes, criteria_set):
    young, old = communes
    young.established_on = dt.date(2020, 2, 1)
    young.save()
    old.dissolved_on = dt.date(2020, 12, 1)
    old.save()

    errors = enrolled(client_of_office).context["form"].errors

    assert "Kỳ Lạc chỉ được thành lập từ ngày 01/02/2020" in str(errors["communes"])
    assert not Enrolment.objects.exists()


def test_a_commune_that_ended_is_told(communes, criteria_set, office):
    communes[1].dissolved_on = dt.date(2020, 9, 1)

    with pytest.raises(ValidationError, match="Lâm Hợp đã giải thể ngày 01/09/2020"):
        actions.enrol_many(communes, criteria_set, opened_on=dt.date(2020, 9, 10), by=office)


def test_no_commune_is_enrolled_on_a_day_to_come(client_of_office, communes, criteria_set):
    answer = enrolled(client_of_office, opened_on="01/03/2028")

    assert "15/09/2020" in str(answer.context["form"].errors["opened_on"])


def test_a_set_with_a_gap_in_its_numbers_is_not_begun(client_of_office, communes, criteria_set):
    criteria_set.criteria.filter(number=2).delete()

    assert "liên tục" in str(enrolled(client_of_office).context["form"].non_field_errors())
    assert not Enrolment.objects.exists()


def test_who_enrols_what_another_enrolled_meanwhile_is_told_by_name(
    client_of_office, communes, criteria_set
):
    make_enrolment(commune=communes[0], criteria_set=criteria_set)

    form = enrolled(client_of_office).context["form"]

    assert "Kỳ Lạc đã đăng ký bộ tiêu chí này" in str(form.errors["communes"])
    assert form["communes"].value() == ["ky-lac", "lam-hop"]


def test_everything_that_is_wrong_is_said_at_once(client_of_office, communes, criteria_set):
    communes[0].established_on = dt.date(2016, 2, 1)
    communes[0].save()

    errors = (
        enrolled(client_of_office, opened_on="01/01/2015", target_on="01/01/2014", target_count="9")
        .context["form"]
        .errors
    )

    assert set(errors) == {"communes", "opened_on", "target_on", "target_count"}


def test_a_commune_enrolled_meanwhile_is_told(communes, criteria_set, office):
    make_enrolment(commune=communes[0], criteria_set=criteria_set)

    with pytest.raises(ValidationError, match="Kỳ Lạc"):
        actions.enrol_many(communes, criteria_set, opened_on=dt.date(2020, 1, 1), by=office)
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("role", [Role.LEADER, Role.OBSERVER])
def test_only_who_keeps_the_area_enrols(client, area, communes, criteria_set, role):
    client.force_login(make_user(role=role, area=area))

    assert client.get("/enrolments/new/").status_code == 403
    assert "/enrolments/new/" not in client.get("/enrolments/").content.decode()


def test_a_coordinator_enrols_no_commune_of_another_area(client_of_office, criteria_set):
    other = make_area(code="999", name="Huyện khác")
    make_commune(area=other, slug="xa-khac", code="9")

    answer = client_of_office.post(
        f"/enrolments/new/?area={other.pk}", {"opened_on": OPENED, "communes": ["xa-khac"]}
    )

    assert answer.status_code in (200, 404)
    assert not Enrolment.objects.exists()


def test_who_keeps_a_province_enrols_in_its_districts(client):
    later = make_area(code="42", name="An Tỉnh", kind="province")
    make_commune(area=later, slug="xa-moi", code="9", established_on=dt.date(2025, 7, 1))
    today = make_area(code="447", name="Kỳ Anh", parent=later)
    make_commune(area=today)
    client.force_login(make_user(role=Role.COORDINATOR, area=later))
    make_set()

    offered = client.get("/enrolments/new/").context["offer"]
    assert offered.communes == [Commune.objects.get(area=today)]
    empty_district = make_area(code="448", name="Huyện mới", parent=later)
    revision.bump()
    empty = client.get(f"/enrolments/new/?area={empty_district.pk}").content.decode()
    assert "Địa bàn này chưa có xã nào." in empty
    assert "Chọn địa bàn khác ở đầu trang." in empty


# Targets


@pytest.fixture
def run(communes, criteria_set):
    return make_enrolment(
        commune=communes[0], criteria_set=criteria_set, target_on=dt.date(2020, 6, 30)
    )


def moved(client, run, **data):
    given = {
        "target_on": "31/12/2020",
        "target_count": "",
        "reason": "Bão lũ",
        "seen": "2020-06-30/",
    }
    return client.post(f"/enrolments/{run.pk}/target/", given | data)


def test_a_target_is_moved_with_its_reason_and_stays_in_the_history(client_of_office, run, office):
    assert moved(client_of_office, run).status_code == 302

    run.refresh_from_db()
    assert run.target_on == dt.date(2020, 12, 31)
    change = TargetChange.objects.get()
    assert (change.from_on, change.to_on, change.reason, change.by) == (
        dt.date(2020, 6, 30), dt.date(2020, 12, 31), "Bão lũ", office,
    )  # fmt: skip
    said = read(client_of_office, f"/enrolments/{run.pk}/").html
    assert "30/06/2020" in said
    assert "Bão lũ" in said


def test_a_target_of_a_past_day_is_what_it_was_then(run, area, office):
    actions.move_target(
        run, Target(dt.date(2020, 12, 31)), seen="2020-06-30/", reason="Bão lũ", by=office
    )

    yesterday, today = (
        board({area.pk}, Moment(day)) for day in (TODAY - dt.timedelta(days=1), TODAY)
    )
    for made in (yesterday, today):
        add_targets(made)

    assert [row.target_on for row in yesterday.rows] == [dt.date(2020, 6, 30)]
    assert [row.target_on for row in today.rows] == [dt.date(2020, 12, 31)]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"target_on": "31/12/2015"}, "target_on"),
        ({"target_on": "30/06/2020"}, "target_on"),
        ({"target_count": "17"}, "target_count"),
        ({"target_on": "", "target_count": "2"}, "target_on"),
    ],
)
def test_a_target_that_cannot_be_is_refused(client_of_office, run, data, field):
    answer = moved(client_of_office, run, **data)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not TargetChange.objects.exists()


def test_who_moves_a_target_that_was_moved_meanwhile_is_told(client_of_office, run, office):
    actions.move_target(
        run, Target(dt.date(2020, 10, 31)), seen="2020-06-30/", reason="Hạn mới", by=office
    )

    answer = moved(client_of_office, run)

    assert answer.status_code == 409
    assert "31/10/2020" in answer.content.decode()
    again = moved(client_of_office, run, seen="2020-10-31/")
    assert again.status_code == 302


def test_the_history_of_a_target_cannot_be_rewritten(run, office):
    actions.move_target(
        run, Target(dt.date(2020, 12, 31)), seen="2020-06-30/", reason="Bão lũ", by=office
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        TargetChange.objects.update(reason="Khác")


def test_a_target_missed_stays_on_the_overview_and_comes_first(client, area, communes, run):
    later = make_enrolment(
        commune=communes[1], criteria_set=run.criteria_set, target_on=dt.date(2020, 12, 31)
    )
    leader = make_user(role=Role.LEADER, area=area)
    for one in (run, later):
        find_met(one, leader)
    client.force_login(leader)

    answer = client.get("/")

    assert [one.row.slug for one in answer.context["focus"].rows] == ["ky-lac", "lam-hop"]
    assert answer.context["focus"].overdue == 1
    assert "Quá hạn mục tiêu 77 ngày" in answer.content.decode()


def test_a_commune_that_has_as_many_as_its_target_asks_for_is_there(client, area, communes, run):
    Enrolment.objects.filter(pk=run.pk).update(target_count=1)
    leader = make_user(role=Role.LEADER, area=area)
    find_met(run, leader)
    client.force_login(leader)

    assert client.get("/").context["focus"].rows == []


def test_what_is_left_is_counted_to_the_target(area, run):
    Enrolment.objects.filter(pk=run.pk).update(target_count=2)
    find_met(run, make_user(role=Role.LEADER, area=area))

    (row,) = board({area.pk}, Moment(TODAY)).rows

    assert (row.goal, row.left, row.is_there) == (2, 1, False)


# Closing


def closed(client, run, **data):
    given = {"closed_on": "15/09/2020", "reason": "Chuyển sang bộ tiêu chí mới"}
    return client.post(f"/enrolments/{run.pk}/close/", given | data)


def test_a_run_is_closed_with_its_reason(client_of_office, area, run, office):
    assert closed(client_of_office, run).status_code == 302

    run.refresh_from_db()
    assert (run.closed_on, run.closed_by) == (TODAY, office)
    assert "Chuyển sang bộ tiêu chí mới" in read(client_of_office, f"/enrolments/{run.pk}/").html
    assert board({area.pk}, Moment(TODAY)).rows == []
    assert len(board({area.pk}, Moment(dt.date(2020, 9, 14))).rows) == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"closed_on": "16/09/2020"}, "closed_on"),
        ({"closed_on": "31/12/2009"}, "closed_on"),
        ({"closed_on": "08/09/2020"}, "closed_on"),
    ],
)
def test_a_run_is_not_closed_before_what_was_recorded(client_of_office, area, run, data, field):
    find_met(run, make_user(role=Role.LEADER, area=area))

    answer = closed(client_of_office, run, **data)

    assert field in answer.context["form"].errors
    run.refresh_from_db()
    assert run.closed_on is None


def test_what_the_commune_says_of_itself_counts_too(client_of_office, area, run):
    leader = make_user(role=Role.LEADER, area=area)
    find_met(run, leader)
    own = finding(Result.MET, dt.date(2020, 9, 12), level=Level.COMMUNE)
    assessment_actions.assess(cell(run), own, by=leader)

    answer = closed(client_of_office, run, closed_on="10/09/2020")

    assert "12/09/2020" in str(answer.context["form"].errors["closed_on"])


def test_a_run_with_a_claim_that_waits_is_not_closed(client_of_office, run, office):
    Claim.objects.create(
        status=cell(run, 2),
        state=Claim.State.SUBMITTED,
        result=Result.MET,
        drafted_by=office,
        drafted_at=clock.now(),
        submitted_by=office,
        submitted_at=clock.now(),
    )

    answer = closed(client_of_office, run)

    assert "tiêu chí 2" in str(answer.context["form"].non_field_errors())


def test_the_page_of_a_closed_run_says_so_and_offers_nothing(client_of_office, run):
    closed(client_of_office, run)

    page = read(client_of_office, f"/communes/ky-lac/?set={run.criteria_set.code}").html
    at_cell = client_of_office.get(f"/communes/ky-lac/criteria/1/?set={run.criteria_set.code}")

    assert "kết thúc ngày 15/09/2020" in page
    assert "/communes/ky-lac/assess/" not in page
    assert "/communes/ky-lac/recognition/" not in page
    assert at_cell.context["actions"].is_idle


def test_a_closed_run_is_not_closed_again(client_of_office, run):
    closed(client_of_office, run)

    assert "15/09/2020" in str(closed(client_of_office, run).context["form"].non_field_errors())


@pytest.mark.parametrize("verb", ["target", "close"])
def test_others_change_nothing(client, area, run, verb):
    client.force_login(make_user(role=Role.LEADER, area=area))

    assert client.get(f"/enrolments/{run.pk}/{verb}/").status_code == 403
    assert client.post(f"/enrolments/{run.pk}/{verb}/").status_code == 403


def test_of_another_area_nothing_is_there(client, run):
    other = make_area(code="999", name="Huyện khác")
    client.force_login(make_user(role=Role.COORDINATOR, area=other))

    for page in ("", "target/", "close/"):
        assert client.get(f"/enrolments/{run.pk}/{page}").status_code == 404
