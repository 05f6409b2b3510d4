import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.area_accounts import actions, views
from accounts.area_accounts.forms import UserForm
from accounts.models import Membership, Role, User
from communes.models import Area
from nrm_tracker import clock, slots
from tests.factories import make_administrator, make_agency, make_area, make_commune, make_user
from tests.pages import Page, sign_in, written

LIST = reverse("accounts:area")
NEW = reverse("accounts:user-new")
FIRST = "mat-khau-dau-tien"


@pytest.fixture
def area(db):
    return make_area()


@pytest.fixture
def commune(area):
    return make_commune(area=area)


@pytest.fixture
def far(area):
    """A commune of another district."""
    return make_commune(
        area=make_area(code="436", name="Hương Khê"), name="Xa", slug="xa", code="18500"
    )


@pytest.fixture
def keeper(area):
    return make_user(username="dieuphoi", role=Role.COORDINATOR, area=area)


@pytest.fixture
def office(keeper):
    """The coordinator's browser."""
    client = Client()
    client.force_login(keeper)
    return client


@pytest.fixture
def member(commune):
    return make_user(username="canbo", role=Role.COMMUNE_STAFF, commune=commune)


@pytest.fixture
def stranger(far):
    return make_user(username="nguoi-la", role=Role.COMMUNE_STAFF, commune=far)


def at(name, *args):
    return reverse(f"accounts:{name}", args=args)


def new_person(place, **more):
    return {
        "username": "moi",
        "full_name": "Nguyễn Thị Mới",
        "position": "Công chức",
        "role": Role.COMMUNE_STAFF,
        "place": f"commune:{place.pk}",
        "from_on": "08/09/2020",
        **more,
    }


def test_the_list_shows_the_areas_accounts_only(office, keeper, member, stranger):
    users = office.get(LIST).context["page"].object_list

    assert set(users) == {keeper, member}


def test_the_list_is_searched_without_marks(office, member):
    member.full_name = "Đỗ Ký Lạc"
    member.save()

    assert list(office.get(LIST, {"q": "do lac"}).context["page"]) == [member]
    assert list(office.get(LIST, {"q": "khong-ai"}).context["page"]) == []


def test_the_list_costs_the_same_for_many(office, commune, member, django_assert_num_queries):
    with django_assert_num_queries(9):
        office.get(LIST)
    for _n in range(3):
        make_user(role=Role.COMMUNE_LEADER, commune=commune)

    with django_assert_num_queries(9):
        office.get(LIST)


@pytest.mark.parametrize("role", [r for r in Role if r != Role.COORDINATOR])
def test_other_roles_keep_no_accounts(client, commune, role):
    place = {
        Role.COMMUNE_LEADER: {"commune": commune},
        Role.COMMUNE_STAFF: {"commune": commune},
        Role.AGENCY_OFFICER: {"agency": make_agency()},
        Role.WORKING_GROUP_MEMBER: {
            "working_group": commune.area.working_groups.create(
                key="doan", name="Đoàn", decision_number="1447"
            )
        },
    }.get(role, {"area": commune.area})
    client.force_login(make_user(role=role, **place))

    assert client.get(LIST).status_code == 403
    assert client.post(NEW, new_person(commune)).status_code == 403


def test_the_page_needs_sign_in(db, client):
    assert client.get(LIST).status_code == 302


def test_an_administrator_keeps_every_area(client, keeper, member, stranger):
    administrator = make_administrator()
    client.force_login(administrator)

    listed = set()
    for area in Area.objects.all():
        listed |= set(client.get(f"{LIST}?area={area.pk}").context["page"])

    assert listed == {keeper, member, stranger}
    assert client.post(at("user-lock", stranger.pk)).status_code == 302


def test_a_person_is_created_with_a_role(office, keeper, commune):
    response = office.post(NEW, new_person(commune, first_password=FIRST))

    assert response.status_code == 200
    assert FIRST in response.text
    assert "no-store" in response["Cache-Control"]
    user = User.objects.get(username="moi")
    assert user.must_change_password
    assert user.check_password(FIRST)
    role = user.memberships.get()
    assert (role.role, role.place, role.from_on) == (
        Role.COMMUNE_STAFF,
        commune,
        dt.date(2020, 9, 8),
    )
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (keeper, str(user.pk))
    assert FIRST not in entry.change_message


def test_a_first_password_is_made_up(office, commune):
    response = office.post(NEW, new_person(commune))

    password = response.context["password"]
    assert len(password) == 14
    assert User.objects.get(username="moi").check_password(password)
    assert password not in office.get(at("user", User.objects.get(username="moi").pk)).text


@pytest.mark.parametrize(
    ("wrong", "form", "field"),
    [
        ({"username": "DieuPhoi"}, "form", "username"),
        ({"username": "hai từ"}, "form", "username"),
        ({"full_name": ""}, "form", "full_name"),
        ({"email": "khong-phai"}, "form", "email"),
        ({"first_password": "ngan"}, "password_form", "first_password"),
        ({"username": "nguyenvanmoi", "first_password": "nguyenvanmoi"}, "password_form", None),
        ({"role": ""}, "role_form", "role"),
        ({"role": Role.LEADER}, "role_form", "place"),
        ({"place": ""}, "role_form", "place"),
        ({"place": "commune:999999"}, "role_form", "place"),
        ({"from_on": "31/02/2020"}, "role_form", "from_on"),
        ({"until_on": "01/09/2020"}, "role_form", "until_on"),
    ],
)
def test_a_wrong_person_is_refused_beside_the_field(office, commune, wrong, form, field):
    typed = {**new_person(commune, phone="0393 865 111"), **wrong}

    response = office.post(NEW, typed)

    assert response.status_code == 200
    bound = response.context[form]
    assert list(bound.errors) == [field or "first_password"]
    assert response.text.count("invalid-feedback") == 1
    assert 'value="0393 865 111"' in response.text
    assert not User.objects.filter(full_name="Nguyễn Thị Mới").exists()


def test_a_role_outside_the_area_is_refused(office, commune, far):
    response = office.post(NEW, new_person(far))

    assert list(response.context["role_form"].errors) == ["place"]


def test_an_inspector_needs_a_last_day(office, area, member):
    typed = {"role": Role.INSPECTOR, "place": f"area:{area.pk}", "from_on": "08/09/2020"}
    response = office.post(at("membership-new", member.pk), typed)

    assert list(response.context["form"].errors) == ["until_on"]
    assert office.post(
        at("membership-new", member.pk), typed | {"until_on": "30/09/2020"}
    ).url == at("user", member.pk)
    assert member.memberships.count() == 2


def test_the_same_role_twice_in_a_time_is_refused(office, commune, member):
    typed = {"role": Role.COMMUNE_STAFF, "place": f"commune:{commune.pk}", "from_on": "08/09/2020"}

    response = office.post(at("membership-new", member.pk), typed)

    assert list(response.context["form"].errors) == ["from_on"]
    assert member.memberships.count() == 1


def test_a_role_ends_and_is_given_again(office, commune, member):
    role = member.memberships.get()

    response = office.post(at("membership-end", role.pk), {"until_on": "10/09/2020"})

    assert response.url == at("user", member.pk)
    role.refresh_from_db()
    assert role.until_on == dt.date(2020, 9, 10)
    assert office.post(at("membership-end", role.pk)).status_code == 404
    typed = {"role": role.role, "place": f"commune:{commune.pk}", "from_on": "11/09/2020"}
    assert office.post(at("membership-new", member.pk), typed).status_code == 302


def test_a_role_does_not_end_before_it_began(office, member):
    role = member.memberships.get()

    response = office.post(at("membership-end", role.pk), {"until_on": "01/01/2001"})

    assert list(response.context["form"].errors) == ["until_on"]
    assert 'value="01/01/2001"' in response.text
    role.refresh_from_db()
    assert role.until_on is None


def test_a_person_is_edited(office, member):
    typed = {"full_name": "Trần Văn Sửa", "phone": "0912", "name_change": "spelling"}

    assert office.post(at("user-edit", member.pk), typed).url == at("user", member.pk)

    member.refresh_from_db()
    assert (member.full_name, member.phone) == ("Trần Văn Sửa", "0912")
    assert LogEntry.objects.get().user.username == "dieuphoi"


def named(**changes):
    return {"full_name": "Lê Thị Mai", "position": "Phó Chủ tịch", **changes}


@pytest.fixture
def vice(member):
    member.full_name, member.position = named().values()
    member.save()
    return member


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": "Lê Thị Mây"}, "name_change"),
        ({"position": "Chủ tịch"}, "name_change"),
        ({"full_name": "Ngô Văn Tư", "name_change": "another"}, "name_change"),
        ({"position": "Chủ tịch", "name_change": "renamed"}, "renamed_on"),
        (
            {"position": "Chủ tịch", "name_change": "renamed", "renamed_on": "16/09/2020"},
            "renamed_on",
        ),
        (
            {"position": "Chủ tịch", "name_change": "renamed", "renamed_on": "31/09/2020"},
            "renamed_on",
        ),
        ({"position": "Chủ tịch", "name_change": "Ω"}, "name_change"),
    ],
)
def test_a_name_does_not_change_without_a_reason(office, vice, changes, field):
    typed = named(**changes)

    response = office.post(at("user-edit", vice.pk), typed)

    assert list(response.context["form"].errors) == [field]
    assert f'value="{typed["full_name"]}"' in response.text
    assert f'value="{typed["position"]}"' in response.text
    vice.refresh_from_db()
    assert (vice.names, vice.earlier_names) == (tuple(named().values()), "")


def test_a_successor_gets_an_account_of_their_own(office, vice):
    typed = named(full_name="Ngô Văn Tư", name_change="another")

    response = office.post(at("user-edit", vice.pk), typed)

    assert {NEW, at("user", vice.pk)} <= set(Page(response).links)


def test_a_misspelt_name_is_put_right_on_every_day(office, vice):
    edit = at("user-edit", vice.pk)
    day = {"name_change": "renamed", "renamed_on": "10/09/2020"}
    office.post(edit, named(position="Chủ tịch", **day))

    office.post(edit, named(full_name="Lê Thị Mây", position="Chủ tịch", name_change="spelling"))

    vice.refresh_from_db()
    assert vice.names == ("Lê Thị Mây", "Chủ tịch")
    assert vice.named_on(dt.date(2020, 9, 9)).names == ("Lê Thị Mây", "Phó Chủ tịch")


def test_a_new_position_begins_on_its_day(office, vice):
    typed = named(position="Chủ tịch", name_change="renamed", renamed_on="10/09/2020")

    assert office.post(at("user-edit", vice.pk), typed).status_code == 302

    vice.refresh_from_db()
    days = [dt.date(2020, 9, 9), dt.date(2020, 9, 10), dt.date(2020, 9, 15)]
    assert [vice.named_on(day).position for day in days] == ["Phó Chủ tịch", "Chủ tịch", "Chủ tịch"]
    again = named(position="Bí thư", name_change="renamed", renamed_on="10/09/2020")
    refused = office.post(at("user-edit", vice.pk), again)
    assert list(refused.context["form"].errors) == ["renamed_on"]


@pytest.fixture
def mistaken(office, vice):
    """Who became head on 10/09/2020, which was entered as of 2002."""
    day = {"name_change": "renamed", "renamed_on": "10/09/2002"}
    office.post(at("user-edit", vice.pk), named(position="Chủ tịch", **day))
    LogEntry.objects.all().delete()
    vice.refresh_from_db()
    return vice


def positions(user):
    user.refresh_from_db()
    days = [dt.date(2002, 9, 9), dt.date(2002, 9, 10), dt.date(2020, 9, 9), dt.date(2020, 9, 10)]
    return [user.named_on(day).position for day in days]


def test_a_form_shows_how_somebody_was_called_before(office, mistaken):
    page = Page(office.get(at("user-edit", mistaken.pk)))

    told = "10/09/2002: Lê Thị Mai, Phó Chủ tịch → Lê Thị Mai, Chủ tịch"
    assert told in page.one("form", class_="sec user-form").text


def test_who_was_never_renamed_has_nothing_to_take_back(office, vice):
    response = office.post(at("user-edit", vice.pk), named(name_change="taken_back"))

    assert list(response.context["form"].errors) == ["name_change"]


def test_the_day_of_the_last_change_is_put_right(office, mistaken):
    day = {"name_change": "redated", "renamed_on": "10/09/2020"}

    response = office.post(at("user-edit", mistaken.pk), named(position="Chủ tịch", **day))

    assert response.url == at("user", mistaken.pk)
    assert positions(mistaken) == [*["Phó Chủ tịch"] * 3, "Chủ tịch"]
    assert "10/09/2002 → 10/09/2020" in LogEntry.objects.get().change_message


def test_a_wrong_change_is_taken_back(office, mistaken):
    typed = named(position="Chủ tịch", name_change="taken_back", phone="0912")

    assert office.post(at("user-edit", mistaken.pk), typed).url == at("user", mistaken.pk)

    assert positions(mistaken) == ["Phó Chủ tịch"] * 4
    assert (mistaken.earlier_names, mistaken.phone) == ("", "0912")
    said = LogEntry.objects.get().change_message
    assert "Chủ tịch → Phó Chủ tịch" in said
    assert "10/09/2002 → –" in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_change": "redated"}, "renamed_on"),
        ({"name_change": "redated", "renamed_on": "16/09/2020"}, "renamed_on"),
        ({"name_change": "redated", "renamed_on": "Ω"}, "renamed_on"),
        ({"name_change": "taken_back", "renamed_on": "10/09/2020"}, "renamed_on"),
        ({"name_change": "taken_back", "position": "Bí thư"}, "name_change"),
        ({"name_change": "redated", "renamed_on": "10/09/2020", "position": "Ω"}, "name_change"),
    ],
)
def test_what_puts_a_change_right_is_clear(office, mistaken, changes, field):
    before = mistaken.naming
    typed = named(**{"position": "Chủ tịch", **changes})

    response = office.post(at("user-edit", mistaken.pk), typed)

    assert list(response.context["form"].errors) == [field]
    assert f'value="{typed["position"]}"' in response.text
    mistaken.refresh_from_db()
    assert mistaken.naming == before


def test_of_two_who_rename_at_once_the_second_is_told(office, vice, monkeypatch):
    """The other one writes after the row was read, before it is saved."""

    class SecondForm(UserForm):
        def submit(self, action):
            other = User.objects.get(pk=vice.pk)
            other.position = "Chủ tịch"
            other.rename(("Lê Thị Mai", "Phó Chủ tịch"), dt.date(2020, 9, 10))
            other.save()
            return super().submit(action)

    monkeypatch.setattr(views, "UserForm", SecondForm)
    day = {"name_change": "renamed", "renamed_on": "12/09/2020"}

    response = office.post(at("user-edit", vice.pk), named(position="Bí thư", **day))

    assert response.status_code == 409
    assert "hiện nay là: Lê Thị Mai, Chủ tịch" in response.text
    assert 'value="Bí thư"' in response.text
    assert "10/09/2020: Lê Thị Mai, Phó Chủ tịch → Lê Thị Mai, Chủ tịch" in response.text
    vice.refresh_from_db()
    assert vice.position == "Chủ tịch"

    monkeypatch.setattr(views, "UserForm", UserForm)
    office.post(at("user-edit", vice.pk), named(position="Bí thư", **day))
    vice.refresh_from_db()
    days = [dt.date(2020, 9, 9), dt.date(2020, 9, 11), dt.date(2020, 9, 12)]
    assert [vice.named_on(day).position for day in days] == ["Phó Chủ tịch", "Chủ tịch", "Bí thư"]


def test_an_edit_leaves_alone_what_it_does_not_say(office, member):
    """A password that was given meanwhile stays."""
    old = User.objects.get(pk=member.pk)
    member.set_password("another-password")
    member.save()
    old.phone = "0912"

    actions.change(old, seen=old.naming, changed=["0912"], by=User.objects.get(username="dieuphoi"))

    member.refresh_from_db()
    assert member.phone == "0912"
    assert member.check_password("another-password")


def test_a_locked_person_is_out_at_once(office, member):
    theirs = Client()
    sign_in(theirs, member)

    office.post(at("user-lock", member.pk))

    member.refresh_from_db()
    assert not member.is_active
    assert theirs.get(reverse("accounts:devices")).status_code == 302
    office.post(at("user-unlock", member.pk))
    member.refresh_from_db()
    assert member.is_active


def test_a_new_first_password_ends_the_persons_sessions(office, member):
    theirs = Client()
    sign_in(theirs, member)

    response = office.post(at("user-password", member.pk), {"first_password": FIRST})

    assert FIRST in response.text
    assert theirs.get(reverse("accounts:devices")).status_code == 302
    assert sign_in(theirs, member, FIRST).status_code == 302
    assert theirs.get(LIST).url == reverse("accounts:password-change")


def test_unlocking_forgets_wrong_passwords(office, member, settings):
    settings.AXES_ENABLED = True
    theirs = Client()
    for _attempt in range(5):
        sign_in(theirs, member, "sai-mat-khau")
    assert sign_in(theirs, member).status_code == 429
    assert "127.0.0.1: 5" in office.get(at("user", member.pk)).text

    office.post(at("user-unlock", member.pk))

    assert sign_in(theirs, member).status_code == 302


def test_unlocking_opens_the_address_that_tried_many_names(office, member, settings):
    settings.AXES_ENABLED, settings.ADDRESS_FAILURE_LIMIT = True, 3
    theirs = Client()
    for user in (member, make_user(), make_user()):
        sign_in(theirs, user, "sai-mat-khau")
    assert sign_in(theirs, member).status_code == 429

    office.post(at("user-unlock", member.pk))

    assert sign_in(theirs, member).status_code == 302


CHANGES = ["user-edit", "user-password", "user-lock", "user-unlock", "membership-new"]


@pytest.mark.parametrize("name", CHANGES)
def test_an_account_of_elsewhere_does_not_exist(office, stranger, name):
    assert office.post(at(name, stranger.pk)).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
def test_an_administrator_does_not_exist_for_a_coordinator(office, area, name):
    staff = make_user(staff=True, role=Role.LEADER, area=area)

    assert office.post(at(name, staff.pk)).status_code == 404


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "membership-new"])
def test_an_account_that_reaches_elsewhere_is_not_taken_over(office, far, member, name):
    Membership.objects.create(
        user=member, role=Role.COMMUNE_LEADER, commune=far, from_on=clock.today()
    )

    assert office.post(at(name, member.pk)).status_code == 403
    assert at(name, member.pk) not in office.get(at("user", member.pk)).text


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "user-edit"])
def test_nobody_changes_their_own_lock_or_roles(office, keeper, name):
    assert office.post(at(name, keeper.pk)).status_code == 403
    assert at(name, keeper.pk) not in office.get(at("user", keeper.pk)).text


def test_nobody_ends_their_own_role(office, keeper):
    assert office.post(at("membership-end", keeper.memberships.get().pk)).status_code == 403


def test_a_role_elsewhere_does_not_exist(office, stranger):
    assert office.post(at("membership-end", stranger.memberships.get().pk)).status_code == 404


@pytest.mark.parametrize("name", ["user-lock", "user-unlock"])
def test_a_lock_takes_a_post(office, member, name):
    assert office.get(at(name, member.pk)).status_code == 405


@pytest.mark.parametrize("name", ["user", "user-edit", "user-password", "membership-new"])
def test_the_pages_of_an_account_open(office, member, name):
    assert office.get(at(name, member.pk)).status_code == 200


def test_a_name_taken_meanwhile_is_refused_beside_it(member, commune, keeper):
    other = User(username=member.username, full_name="Nguyễn Thị Mới")
    role = Membership(role=Role.COMMUNE_STAFF, commune=commune, from_on=clock.today())

    with pytest.raises(ValidationError) as refused:
        actions.create(other, role, by=keeper)

    assert list(refused.value.error_dict) == ["username"]
    assert not LogEntry.objects.exists()


@pytest.fixture
def hashed_where(monkeypatch):
    """Whether each password was worked out within a transaction of the write."""
    found = []

    def note(self, password, salt):
        # Each test runs within a transaction of its own.
        found.append(len(connection.savepoint_ids) > 0)
        return encode(self, password, salt)

    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", note)
    return found


def test_passwords_are_worked_out_before_the_write(office, commune, member, hashed_where):
    hashed_where.clear()

    office.post(NEW, new_person(commune))
    office.post(at("user-password", member.pk))

    assert hashed_where == [False, False]


def test_who_gets_no_turn_for_a_first_password_is_told(office, commune, member, monkeypatch):
    def no_turn(self, password, salt):
        raise slots.Busy

    monkeypatch.setattr(MD5PasswordHasher, "encode", no_turn)

    for address, form in ((NEW, "password_form"), (at("user-password", member.pk), "form")):
        response = office.post(address, new_person(commune))

        assert response.context[form].errors["first_password"] == [str(slots.BUSY)]
    assert not User.objects.filter(username="moi").exists()


def test_what_is_changed_of_accounts_counts_everywhere(office, commune, member):
    ways = [
        (at("user-edit", member.pk), {"full_name": member.full_name, "phone": "0912"}),
        (at("user-password", member.pk), {"first_password": FIRST}),
        (at("user-lock", member.pk), {}),
        (at("user-unlock", member.pk), {}),
        (NEW, new_person(commune)),
        (
            at("membership-new", member.pk),
            {
                "role": Role.COMMUNE_LEADER,
                "place": f"commune:{commune.pk}",
                "from_on": "08/09/2020",
            },
        ),
        (at("membership-end", member.memberships.get().pk), {"until_on": "30/09/2020"}),
    ]
    for address, typed in ways:
        before = written()
        office.post(address, typed)

        assert written() == before + 1, address
