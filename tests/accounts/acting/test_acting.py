"""Who acts in another's place: the role alone, for its time, and both names under each entry."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.access import access_of, acting_as
from accounts.acting import actions
from accounts.models import Ability, Acting, Membership, Role, User
from accounts.names import signature, who_is, who_was
from accounts.notifications.notices import holders
from criteria import permissions
from criteria.assessments.actions import assess
from criteria.models import Assessment
from nrm_tracker import clock
from tests.factories import (
    OPENED,
    cell,
    finding,
    make_administrator,
    make_area,
    make_commune,
    make_enrolment,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
LATER = TODAY + dt.timedelta(days=10)


def person(name, **role):
    user = make_user(**role)
    user.full_name, user.position = name, "Chuyên viên"
    user.save()
    return user


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def leader(area):
    return person("Nguyễn Văn A", role=Role.LEADER, area=area)


@pytest.fixture
def deputy(area):
    return person("Trần Thị B", role=Role.COORDINATOR, area=area)


@pytest.fixture
def keeper(area):
    return person("Lê Văn C", role=Role.COORDINATOR, area=area)


def let_act(absent, user, by, *, from_on=TODAY, until_on=LATER, reason="Nghỉ phép"):
    post = absent.memberships.get()
    given = {"from_on": from_on, "until_on": until_on, "reason": reason, "by": by}
    return actions.let_act(post, user, **given)


def access(user):
    return access_of(user, clock.today())


def at(day, hour=9):
    return clock.standing_at(clock.at(day, hour))


# The role


def test_who_acts_has_the_role_alone_and_it_ends_by_itself(area, leader, deputy, keeper):
    let_act(leader, deputy, keeper)

    assert access(deputy).leads == {area.pk}
    assert access(deputy).coordinates == frozenset()
    assert access(deputy).role_line == "Lãnh đạo huyện, Huyện Kỳ Anh (thay Nguyễn Văn A)"
    assert access(leader).leads == {area.pk}
    with at(LATER):
        assert access(deputy).leads == {area.pk}
    with at(LATER + dt.timedelta(days=1), 0):
        assert access(deputy).leads == frozenset()
        assert access(deputy).coordinates == {area.pk}


def test_what_begins_later_has_not_begun(area, leader, deputy, keeper):
    let_act(leader, deputy, keeper, from_on=TODAY + dt.timedelta(days=1))

    assert access(deputy).leads == frozenset()
    with at(TODAY + dt.timedelta(days=1), 0):
        assert access(deputy).leads == {area.pk}


def test_it_ends_where_the_role_of_the_other_ends(area, leader, deputy, keeper):
    let_act(leader, deputy, keeper)
    leader.memberships.update(until_on=TODAY)

    with at(TODAY + dt.timedelta(days=1)):
        assert access(deputy).leads == frozenset()


def test_a_form_says_as_whom_one_writes(area, leader, deputy, keeper):
    let_act(leader, deputy, keeper)

    said = acting_as(access(deputy), Ability.DECIDE, (Role.LEADER, (area.pk,)))
    assert said == "Lãnh đạo huyện, Huyện Kỳ Anh (thay Nguyễn Văn A)"


def test_who_acts_is_told_what_the_other_is_told(area, leader, deputy, keeper):
    let_act(leader, deputy, keeper)

    assert set(holders(Role.LEADER, area=area)) == {leader, deputy}


# The names


def test_each_entry_of_that_time_names_both(area, leader, deputy, keeper):
    status = cell(make_enrolment(commune=make_commune(area=area)), 1)
    assess(status, finding(), by=deputy)
    with at(TODAY, 23):
        let_act(leader, deputy, keeper)
    deputy.refresh_from_db()
    with at(TODAY + dt.timedelta(days=1)):
        assert signature(deputy) == "Trần Thị B (thay Nguyễn Văn A), Chuyên viên"
        assess(cell(status.enrolment, 2), finding(), by=deputy)
    with at(LATER + dt.timedelta(days=1)):
        assess(cell(status.enrolment, 3), finding(), by=deputy)

    rows = Assessment.objects.order_by("pk").values_list(who_is("recorded_by"), "recorded_at")
    assert [who_was(*row) for row in rows] == [
        "Trần Thị B, Chuyên viên",
        "Trần Thị B (thay Nguyễn Văn A), Chuyên viên",
        "Trần Thị B, Chuyên viên",
    ]
    entries = Assessment.objects.order_by("pk").select_related("recorded_by")
    assert [str(one.recorded_by.named_on(one.recorded_at)) for one in entries] == [
        "Trần Thị B",
        "Trần Thị B (thay Nguyễn Văn A)",
        "Trần Thị B",
    ]
    assert {one.recorded_by_id for one in entries} == {deputy.pk}


def test_of_a_day_alone_the_days_of_it_are_known(leader, deputy, keeper):
    let_act(leader, deputy, keeper)
    deputy.refresh_from_db()

    assert str(deputy.named_on(LATER)) == "Trần Thị B (thay Nguyễn Văn A)"
    assert str(deputy.named_on(LATER + dt.timedelta(days=1))) == "Trần Thị B"
    assert str(deputy.named_on(None)) == "Trần Thị B"


def test_the_history_of_a_cell_names_both(client, area, leader, deputy, keeper):
    status = cell(make_enrolment(commune=make_commune(area=area)), 1)
    let_act(leader, deputy, keeper)
    assess(status, finding(), by=deputy)
    client.force_login(leader)

    page = client.get("/communes/ky-lac/criteria/1/history/").content.decode()
    assert "Trần Thị B (thay Nguyễn Văn A)" in page


def test_nobody_decides_on_what_they_drafted_by_acting_either(area, deputy, keeper):
    """The rules of a person stay the person's: what was drafted is known by the account."""
    commune = make_commune(area=area)
    head = person("Chủ tịch", role=Role.COMMUNE_LEADER, commune=commune)
    staff = person("Cán bộ", role=Role.COMMUNE_STAFF, commune=commune)
    let_act(head, staff, keeper)

    assert permissions.may_submit(access(staff), commune.pk)


# What is refused


def refused(field, text, *args, **kwargs):
    with pytest.raises(ValidationError) as told:
        let_act(*args, **kwargs)
    (said,) = told.value.message_dict[field]
    assert text in said
    assert not Acting.objects.exclude(reason="trước").exists()


def test_nobody_acts_for_themselves(leader, keeper):
    refused("user", "Không tự làm thay chính mình", leader, leader, keeper)


def test_nobody_gives_themselves_the_role_of_another(leader, keeper):
    refused("user", "Không tự nhận", leader, keeper, keeper)


def test_never_for_an_administrator_nor_as_one(area, leader, deputy, keeper):
    administrator = make_administrator(role=Role.LEADER, area=area)

    refused("user", "quản trị", administrator, deputy, keeper)
    refused("user", "quản trị", leader, administrator, keeper)


def test_no_two_at_once(area, leader, deputy, keeper):
    let_act(leader, deputy, keeper, reason="trước")
    other = person("Người khác", role=Role.OBSERVER, area=area)

    second = {"from_on": LATER, "until_on": LATER + dt.timedelta(days=3)}
    refused("post", "Trần Thị B (thay Nguyễn Văn A)", leader, other, keeper, **second)
    refused("user", "Trần Thị B (thay Nguyễn Văn A)", keeper, deputy, leader, **second)
    after = {"from_on": LATER + dt.timedelta(days=1), "until_on": LATER + dt.timedelta(days=3)}
    assert let_act(leader, other, keeper, **after)


def test_no_day_gone_by_and_no_end_before_the_begin(leader, deputy, keeper):
    yesterday = TODAY - dt.timedelta(days=1)

    refused("from_on", "từ hôm nay", leader, deputy, keeper, from_on=yesterday)
    refused("until_on", "không được trước", leader, deputy, keeper, until_on=yesterday)


def test_not_longer_than_the_role(leader, deputy, keeper):
    leader.memberships.update(until_on=TODAY)

    refused("post", "hết hạn", leader, deputy, keeper)


def test_nobody_stands_in_for_who_only_looks_on(area, deputy, keeper):
    refused("post", "chỉ xem", person("X", role=Role.OBSERVER, area=area), deputy, keeper)


# The end, the log


def test_it_is_ended_early_and_what_was_done_stays(area, leader, deputy, keeper):
    with at(TODAY, 8):
        acting = let_act(leader, deputy, keeper)
    with at(TODAY, 10):
        actions.end(acting, by=keeper)
        deputy.refresh_from_db()
        assert access(deputy).coordinates == {area.pk}
        assert str(deputy.named_on(clock.at(TODAY, 9))) == "Trần Thị B (thay Nguyễn Văn A)"
        assert str(deputy.named_on(clock.at(TODAY, 11))) == "Trần Thị B"
        with pytest.raises(ValidationError, match="đã kết thúc"):
            actions.end(acting, by=keeper)


def test_what_had_not_begun_leaves_no_name(leader, deputy, keeper):
    actions.end(let_act(leader, deputy, keeper, from_on=LATER), by=keeper)

    deputy.refresh_from_db()
    assert deputy.acted_for == ""


def test_both_accounts_have_it_in_the_log(leader, deputy, keeper):
    let_act(leader, deputy, keeper)

    entries = LogEntry.objects.all()
    assert {entry.object_id for entry in entries} == {str(leader.pk), str(deputy.pk)}
    assert {entry.user for entry in entries} == {keeper}
    assert "Trần Thị B (thay Nguyễn Văn A)" in entries[0].get_change_message()
    assert "Lý do: Nghỉ phép" in entries[0].get_change_message()


def test_the_log_of_the_administration_names_both(client, leader, deputy, keeper):
    let_act(leader, deputy, keeper)
    deputy.refresh_from_db()
    LogEntry.objects.log_actions(deputy.pk, [leader], 2, "Đổi", single_object=True)
    LogEntry.objects.update(action_time=clock.now())
    client.force_login(make_administrator())

    page = client.get("/admin/admin/logentry/").content.decode()
    assert "Trần Thị B (thay Nguyễn Văn A), Chuyên viên" in page


# The pages


def test_a_coordinator_records_it_on_the_page_of_the_account(leader, deputy, keeper):
    client = Client()
    client.force_login(keeper)
    address = f"/accounts/area/{leader.pk}/acting/new/"
    form = client.get(address).content.decode()
    assert "Trần Thị B, Chuyên viên" in form
    assert f'<option value="{keeper.pk}"' not in form

    sent = {"post": leader.memberships.get().pk, "user": deputy.pk, "from_on": "15/09/2020"}
    wrong = client.post(address, sent | {"until_on": "14/09/2020", "reason": "Nghỉ phép"})
    assert "không được trước" in wrong.content.decode()
    sent |= {"until_on": "25/09/2020", "reason": "Nghỉ phép"}
    assert client.post(address, sent).status_code == 302

    page = client.get(f"/accounts/area/{leader.pk}/").content.decode()
    assert "Trần Thị B (thay Nguyễn Văn A)" in page
    acting = Acting.objects.get()
    assert client.post(f"/accounts/acting/{acting.pk}/end/").status_code == 302
    assert access(User.objects.get(pk=deputy.pk)).leads == frozenset()


def test_who_works_elsewhere_too_is_not_offered(area, leader, deputy, keeper):
    far = make_area(code="446", name="Cẩm Xuyên")
    Membership.objects.create(user=deputy, role=Role.LEADER, area=far, from_on=OPENED)
    client = Client()
    client.force_login(keeper)

    form = client.get(f"/accounts/area/{leader.pk}/acting/new/").content.decode()
    assert f'<option value="{deputy.pk}"' not in form


def test_buttons_follow(area, leader, keeper):
    """An officer who acts for the coordinator is offered what the coordinator is."""
    commune = make_enrolment(commune=make_commune(area=area)).commune
    officer = person("Phó", role=Role.OBSERVER, area=area)
    client = Client()
    client.force_login(officer)
    assert client.get("/communes/ky-lac/recognition/").status_code == 403

    let_act(keeper, officer, leader)

    assert client.get("/communes/ky-lac/recognition/").status_code == 200
    assert "/recognition/" in client.get(commune.get_absolute_url()).content.decode()
