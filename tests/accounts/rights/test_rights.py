"""Who may do what: the table as it is by default, what changes it, and what no change passes."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from accounts import abilities
from accounts.access import access_of
from accounts.models import Ability, Membership, Right, Role
from accounts.rights import matrix
from accounts.rights.actions import change
from criteria import permissions
from nrm_tracker import clock
from tests.factories import (
    OPENED,
    cell,
    make_administrator,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_session,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db
READERS = (Role.OBSERVER, Role.INSPECTOR)


def give(ability, role, by=None):
    return change(ability, role, is_given=True, reason="CV 12", by=by or make_administrator())


def take(ability, role, by=None):
    return change(ability, role, is_given=False, reason="CV 12", by=by or make_administrator())


def reached(user):
    return access_of(user, clock.today())


# The rules


def test_each_ability_has_a_rule_and_a_line_of_the_table():
    listed = [ability for listed in abilities.GROUPS.values() for ability in listed]

    assert sorted(listed) == sorted(Ability) == sorted(abilities.RULES)


def test_the_defaults_are_those_of_the_design():
    """The marks of each line, in the order of the columns."""
    columns = matrix.ROLES
    marks = {
        ability: "".join("x" if role in rule.default else "." for role in columns)
        for ability, rule in abilities.RULES.items()
    }

    assert marks == {
        "read": "xxxxxxxx",
        "draft": "..xx....",
        "submit": "...x....",
        "own_view": "...x....",
        "evidence": "..xx...x",
        "personal": ".xxx.x.x",
        "difficulty": "..xx...x",
        "answer": "..xx.xxx",
        "comment": "..xxxxxx",
        "charge": "...x..xx",
        "decide": ".....xxx",
        "assess": ".....xxx",
        "measure": ".......x",
        "provincial": ".......x",
        "recognise": ".......x",
        "rounds": ".......x",
        "convene": "......xx",
        "assign": "......xx",
        "confirm": "......xx",
        "report": "..xxxx..",
        "visit": "....xxxx",
        "plan": "..xx...x",
        "approve_plan": "......xx",
        "enrol": ".......x",
        "import": ".......x",
        "accounts": ".......x",
        "reference": "........",
        "rights": "........",
    }


def test_no_row_gives_what_is_fixed():
    """Whatever stands in the database."""
    rows = [
        Right(ability=ability, role=role, is_given=role not in rule.default)
        for ability, rule in abilities.RULES.items()
        for role in Role
        if role not in rule.open_to
    ]
    Right.objects.bulk_create(rows)

    changed = abilities.changed()
    for ability, rule in abilities.RULES.items():
        for role in Role:
            if rule.needs is None:
                assert abilities.belongs(ability, role, changed) == (role in rule.default)


def test_who_only_looks_on_is_given_nothing_to_write():
    open_to = {ability for ability, rule in abilities.RULES.items() if rule.open_to & {*READERS}}

    assert open_to == {Ability.PERSONAL}
    assert Role.OBSERVER not in abilities.RULES[Ability.PERSONAL].open_to


@pytest.mark.parametrize("ability", [Ability.SUBMIT, Ability.REFERENCE, Ability.RIGHTS])
@pytest.mark.parametrize("role", Role)
def test_what_is_not_given_at_all(ability, role):
    with pytest.raises(ValidationError, match="cố định"):
        change(ability, role, is_given=role != Role.COMMUNE_LEADER, reason="x", by=make_user())


def test_results_of_the_province_are_the_coordinators_and_may_be_the_leaders():
    rule = abilities.RULES[Ability.PROVINCIAL]

    assert rule.open_to == {Role.COORDINATOR, Role.LEADER}


# The change


def test_a_right_given_counts_at_once_and_stands_in_the_log():
    enrolment = make_enrolment()
    leader = make_user(role=Role.LEADER, area=enrolment.commune.area)
    assert not permissions.may_recognise(reached(leader), enrolment.commune.area_id)

    by = make_administrator()
    give(Ability.RECOGNISE, Role.LEADER, by=by)

    assert permissions.may_recognise(reached(leader), enrolment.commune.area_id)
    (entry,) = LogEntry.objects.all()
    assert entry.user == by
    assert str(entry.object_repr) == f"{Role.LEADER.label}: {Ability.RECOGNISE.label}"
    assert entry.get_change_message() == "Được phép: Không → Có. Lý do: CV 12"


def test_what_is_given_and_taken_again_is_as_by_default():
    give(Ability.MEASURE, Role.LEADER)
    take(Ability.MEASURE, Role.LEADER)

    assert abilities.changed() == frozenset()
    assert Right.objects.count() == 1
    assert LogEntry.objects.count() == 2


def test_who_comes_second_is_told():
    give(Ability.MEASURE, Role.LEADER)

    with pytest.raises(ValidationError, match="đã như vậy"):
        give(Ability.MEASURE, Role.LEADER)


def test_what_stands_on_another_right_needs_it():
    take(Ability.ASSESS, Role.LEADER)
    with pytest.raises(ValidationError, match="Cấp quyền “Ghi kết quả"):
        give(Ability.PROVINCIAL, Role.LEADER)
    with pytest.raises(ValidationError, match="Thu quyền “Ghi kết quả thẩm định cấp tỉnh”"):
        take(Ability.ASSESS, Role.COORDINATOR)


def test_somebody_is_left_who_can_do_it():
    take(Ability.CONVENE, Role.LEADER)
    with pytest.raises(ValidationError, match="Không còn ai"):
        take(Ability.CONVENE, Role.COORDINATOR)
    # Administrators keep accounts in any case.
    assert not take(Ability.ACCOUNTS, Role.COORDINATOR).is_given


def test_the_administrators_own_right_stays():
    take(Ability.ACCOUNTS, Role.COORDINATOR)
    area = make_area()
    coordinator = make_user(role=Role.COORDINATOR, area=area)

    assert not reached(coordinator).manages
    assert reached(make_administrator()).manages == {area.pk}


# The pages


def test_everybody_reads_the_table(client):
    client.force_login(make_user(role=Role.OBSERVER, area=make_area()))

    page = client.get("/accounts/rights/").content.decode()

    assert "Ai được làm gì" in page
    assert "/accounts/rights/decide/" not in page


def test_an_administrator_changes_it_with_a_reason(client):
    client.force_login(make_administrator())
    assert "/accounts/rights/decide/leader/" in client.get("/accounts/rights/").content.decode()

    address = "/accounts/rights/recognise/leader/"
    without = client.post(address, {"is_given": "yes", "reason": ""})
    assert without.status_code == 200
    assert "is-invalid" in without.content.decode()
    assert client.post(address, {"is_given": "yes", "reason": "QĐ 5"}).status_code == 302

    page = client.get("/accounts/rights/").content.decode()
    marked = re.search(r'data-right="recognise".*?</tr>', page, re.DOTALL).group()
    assert re.search(r'data-role="leader" class="rg-other"', marked)
    assert "Không → Có. Lý do: QĐ 5" in page


def test_what_is_refused_is_said_beside_the_form(client):
    client.force_login(make_administrator())
    take(Ability.CONVENE, Role.LEADER)

    sent = {"is_given": "no", "reason": "Thử"}
    page = client.post("/accounts/rights/convene/coordinator/", sent).content.decode()

    assert "Không còn ai" in page
    assert "Thử</textarea>" in page


@pytest.mark.parametrize("path", ["submit/leader", "draft/commune_leader", "nothing/leader"])
def test_what_is_fixed_has_no_page(client, path):
    client.force_login(make_administrator())

    assert client.get(f"/accounts/rights/{path}/").status_code == 404


def test_nobody_else_changes_it(client):
    client.force_login(make_user(role=Role.COORDINATOR, area=make_area()))
    address = "/accounts/rights/recognise/leader/"

    assert client.get(address).status_code == 403
    assert client.post(address, {"is_given": "yes", "reason": "x"}).status_code == 403


# Buttons and walls follow


def test_the_page_of_a_cell_and_its_wall_follow(client):
    """A kept page too: it is drawn anew for everybody."""
    status = cell(make_enrolment(), 1)
    commune = status.enrolment.commune
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))
    page, wall = (
        f"{commune.get_absolute_url()}criteria/1/",
        f"{commune.get_absolute_url()}criteria/1",
    )
    assert "/measure/" in client.get(page).content.decode()
    assert client.get(f"{wall}/measure/").status_code == 200

    give(Ability.MEASURE, Role.LEADER)
    take(Ability.MEASURE, Role.COORDINATOR)

    assert "/measure/" not in client.get(page).content.decode()
    assert client.get(f"{wall}/measure/").status_code == 403


def test_a_leader_who_was_given_it_is_offered_the_recognition(client):
    commune = make_enrolment().commune
    client.force_login(make_user(role=Role.LEADER, area=commune.area))
    address = f"{commune.get_absolute_url()}recognition/"
    assert client.get(address).status_code == 403
    assert address not in client.get(commune.get_absolute_url()).content.decode()

    give(Ability.RECOGNISE, Role.LEADER)

    assert client.get(address).status_code == 200
    assert address in client.get(commune.get_absolute_url()).content.decode()


def test_an_agency_that_no_longer_decides_has_nothing_to_verify(client):
    status = cell(make_enrolment(), 1)
    agency = make_agency(criteria=[status.criterion])
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agency)
    assert permissions.may_decide(
        reached(officer), status.enrolment.commune, agency.responsibilities.all()
    )

    take(Ability.DECIDE, Role.AGENCY_OFFICER)

    assert not permissions.may_decide(
        reached(officer), status.enrolment.commune, agency.responsibilities.all()
    )
    client.force_login(officer)
    assert "Thẩm tra" not in client.get("/me/").content.decode().split("</nav>")[-1]


def test_tasks_are_assigned_by_whom_it_was_left_to(client):
    commune = make_commune()
    leader = make_user(role=Role.LEADER, area=commune.area)
    task = make_task(area=commune.area, lead_commune=commune)
    client.force_login(leader)
    assert client.get("/tasks/new/").status_code == 200

    take(Ability.ASSIGN, Role.LEADER)

    assert client.get("/tasks/new/").status_code == 403
    assert "/tasks/new/" not in client.get("/tasks/").content.decode()
    assert client.get(f"/tasks/{task.pk}/").status_code == 200


def test_they_are_read_with_the_roles(django_assert_num_queries):
    """No query more than without them: what is written last, and the roles."""
    give(Ability.MEASURE, Role.LEADER)
    user = make_user(role=Role.LEADER, area=make_area())

    with django_assert_num_queries(2):
        access = reached(user)

    assert access.areas_for(Ability.MEASURE) == access.areas


def test_each_role_has_its_own_rights():
    """Of somebody with two roles: what one was given is not the other's."""
    near, far = make_area(), make_area(code="446", name="Cẩm Xuyên")
    user = make_user(role=Role.LEADER, area=near)
    Membership.objects.create(user=user, role=Role.COORDINATOR, area=far, from_on=OPENED)
    give(Ability.MEASURE, Role.LEADER)
    take(Ability.MEASURE, Role.COORDINATOR)
    take(Ability.ASSIGN, Role.LEADER)

    access = reached(user)

    assert access.areas_for(Ability.MEASURE) == {near.pk}
    assert access.areas_for(Ability.ASSIGN) == {far.pk}
    assert abilities.changed() == {
        ("measure", "leader"),
        ("measure", "coordinator"),
        ("assign", "leader"),
    }


def test_a_form_names_the_role_by_which_it_may(client):
    """Of a leader who is the coordinator too, once deciding was taken from leaders."""
    commune = make_commune()
    user = make_user(role=Role.LEADER, area=commune.area)
    coordinates = {"role": Role.COORDINATOR, "area": commune.area, "from_on": OPENED}
    Membership.objects.create(user=user, **coordinates)
    assert permissions.speaks_as(reached(user), commune, ()) == "Lãnh đạo huyện, Huyện Kỳ Anh"

    take(Ability.DECIDE, Role.LEADER)

    said = permissions.speaks_as(reached(user), commune, ())
    assert said == "Văn phòng điều phối nông thôn mới, Huyện Kỳ Anh"


def test_who_may_convene_but_not_assess_records_no_result_of_a_session(client):
    session = make_session(communes=[make_enrolment().commune])
    client.force_login(make_user(role=Role.LEADER, area=session.area))
    address = f"/sessions/{session.pk}/assess/ky-lac/1/"
    assert client.get(address).status_code == 200

    take(Ability.ASSESS, Role.LEADER)

    assert client.get(address).status_code == 403
