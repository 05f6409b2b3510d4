"""First passwords of many people, on slips: given before nobody waits, printed once, readable."""

import io
import re
import unicodedata

import pytest
import typst
from django.test import Client
from django.urls import reverse

from accounts.area_accounts import actions
from accounts.area_accounts.passwords import LETTERS
from accounts.first_passwords import slips, views
from accounts.models import Membership, Role, User
from nrm_tracker import clock, slots
from nrm_tracker.bounded import typesetting
from nrm_tracker.bounded.running import Failed
from nrm_tracker.forms import Conflict
from tests.factories import make_agency, make_area, make_commune, make_user
from tests.pages import Page, everything_said, sign_in

LIST, SLIPS = reverse("accounts:first-passwords"), reverse("accounts:slips")
pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def keeper(commune):
    return make_user(username="dieuphoi", role=Role.COORDINATOR, area=commune.area)


@pytest.fixture
def office(keeper):
    client = Client()
    client.force_login(keeper)
    return client


def newcomer(commune, full_name="Nguyễn Thị Mới", **kwargs):
    """Somebody whose account was made from a list."""
    user = make_user(role=Role.COMMUNE_STAFF, commune=commune, **kwargs)
    user.full_name = full_name
    user.set_unusable_password()
    user.must_change_password = True
    user.save()
    return user


@pytest.fixture
def drawn(monkeypatch):
    """The passwords of each drawing of slips, by user name."""
    found = []

    def draw(passwords, *, office):
        found.append({user.username: password for user, password in passwords.items()})
        return real(passwords, office=office)

    real = slips.draw
    monkeypatch.setattr(slips, "draw", draw)
    return found


def test_who_has_no_own_password_is_listed_and_ticked_where_there_is_none(office, commune):
    old = make_user(role=Role.COMMUNE_LEADER, commune=commune)
    new, given = newcomer(commune), newcomer(commune, "An")
    given.set_password("mat-khau-dau-tien")
    given.save()

    page = Page(office.get(LIST))

    ticks = {one["value"]: "checked" in one.attrs for one in page.find("input", name="who")}
    assert ticks == {str(new.pk): True, str(given.pk): False}
    assert str(old.pk) not in ticks


def test_slips_are_printed_and_their_passwords_work(office, commune, drawn):
    users = [newcomer(commune), newcomer(commune, "Trần Văn Hai")]

    response = office.post(SLIPS, {"who": [user.pk for user in users]})

    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type ?/Page\b", response.content)) == len(users)
    (passwords,) = drawn
    for user in users:
        theirs = Client()
        password = passwords[user.username]
        assert set(password) <= {*LETTERS, "-"}
        assert sign_in(theirs, user, password).status_code == 302
        assert theirs.get(LIST).url == reverse("accounts:password-change")


def test_another_printing_makes_other_passwords(office, commune, drawn):
    user = newcomer(commune)
    for _n in range(2):
        office.post(SLIPS, {"who": [user.pk]})

    first, second = (one[user.username] for one in drawn)
    user.refresh_from_db()
    assert not user.check_password(first)
    assert user.check_password(second)


def test_a_slip_says_who_where_and_how(office, commune, settings, drawn):
    settings.SITE_URL, settings.COORDINATOR_PHONE = "https://nrm.example", "0239 123 456"
    user = newcomer(commune, "Đặng Quỳnh Ưỡn")

    pdf = office.post(SLIPS, {"who": [user.pk]}).content

    said = everything_said(pdf)
    for text in ("Đặng Quỳnh Ưỡn", user.username, "Kỳ Lạc", "https://nrm.example", "0239 123 456"):
        assert set(text) - {" "} <= said
    assert set(drawn[0][user.username]) <= said


def letters():
    marked = [
        unicodedata.normalize("NFC", base + tone)
        for base in "aăâeêioôơuưy"
        for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    ]
    small = {*marked, "đ", *"bcdghklmnpqrstvx"}
    return sorted(small | {one.upper() for one in small})


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_the_font_of_papers_draws_each_letter(weight):
    """A letter that a font lacks is drawn by the same box as every other that it lacks."""
    text = "".join(letters())
    page = f"""#set page(width: 90cm, height: auto)
#set text(font: "{typesetting.WORDS}", weight: "{weight}", fallback: false, ligatures: false)
{text}"""

    svg = typst.compile(page.encode(), format="svg", ignore_system_fonts=True).decode()

    assert len(set(re.findall(r'<symbol id="([^"]+)"', svg))) == len(text)


def test_the_font_of_codes_draws_what_passwords_and_names_have():
    text = LETTERS + "-@.+_ABCDEFGHIJKLMNOPQRSTUVWXYZijlo01:/"
    page = f"""#set page(width: 90cm, height: auto)
#set text(font: "{typesetting.CODE}", fallback: false)
#"{text}\""""

    svg = typst.compile(page.encode(), format="svg", ignore_system_fonts=True).decode()

    assert len(set(re.findall(r'<symbol id="([^"]+)"', svg))) == len(set(text))


def test_what_typst_warns_of_is_an_error(monkeypatch):
    monkeypatch.setattr(typesetting, "WORDS", "Không Có Phông Này")

    with pytest.raises(ValueError, match="font"):
        typesetting.pdf(io.BytesIO(slips.TEMPLATE.read_bytes()), said=SAMPLE)


SAMPLE = {
    "language": "vi",
    "title": "Tài khoản",
    "office": "Văn phòng",
    "steps": [],
    "notes": [],
    "people": [{"facts": [("Họ tên", ["An #strong[x] $1$"])], "keys": [("Mật khẩu", "a-b")]}],
}


def test_what_people_are_called_is_text_and_no_markup():
    _nothing, pdf = typesetting.pdf(io.BytesIO(slips.TEMPLATE.read_bytes()), said=SAMPLE)

    assert {"#", "[", "$"} <= everything_said(pdf)


@pytest.mark.parametrize("who", [[], ["x"], ["9" * 30], ["0"]])
def test_nobody_chosen_is_told(office, commune, who):
    newcomer(commune)

    response = office.post(SLIPS, {"who": who})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["who"]


def test_too_many_at_once_are_refused(office, commune, monkeypatch):
    monkeypatch.setattr("accounts.first_passwords.forms.MOST", 1)
    users = [newcomer(commune), newcomer(commune)]

    response = office.post(SLIPS, {"who": [user.pk for user in users]})

    assert list(response.context["form"].errors) == ["who"]


def test_nobody_of_elsewhere_gets_a_password(office, commune, keeper):
    far = make_commune(
        area=make_area(code="436", name="Hương Khê"), name="Xa", slug="xa", code="18500"
    )
    stranger, both = newcomer(far), newcomer(commune)
    Membership.objects.create(
        user=both, role=Role.COMMUNE_LEADER, commune=far, from_on=clock.today()
    )
    administrator = newcomer(commune, staff=True)
    locked = newcomer(commune)
    User.objects.filter(pk=locked.pk).update(is_active=False)
    User.objects.filter(pk=keeper.pk).update(must_change_password=False)

    for user in (stranger, both, administrator, locked, keeper):
        response = office.post(SLIPS, {"who": [user.pk]})
        assert list(response.context["form"].errors) == ["who"], user
    assert not Page(office.get(LIST)).find("input", name="who")


def failing(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.parametrize(
    ("place", "name", "error"),
    [
        (slips, "draw", Failed("x")),
        (slips, "draw", slots.Busy("work")),
        (views, "make_password", slots.Busy("password")),
        (actions, "give_first_passwords", Conflict("Mới")),
    ],
)
def test_what_fails_changes_no_password(office, commune, monkeypatch, place, name, error):
    user = newcomer(commune)
    monkeypatch.setattr(place, name, failing(error))

    response = office.post(SLIPS, {"who": [user.pk]})

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert Page(response).one("input", value=str(user.pk)).attrs.get("checked", "no") != "no"
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_a_password_given_meanwhile_is_not_lost(keeper, commune):
    seen = newcomer(commune)
    now = User.objects.get(pk=seen.pk)
    now.set_password("mat-khau-khac")
    now.save()

    with pytest.raises(Conflict):
        actions.give_first_passwords({seen: "hash"}, by=keeper)

    now.refresh_from_db()
    assert now.check_password("mat-khau-khac")


def test_the_list_costs_the_same_for_many(office, commune, django_assert_max_num_queries):
    agency = make_agency(area=commune.area)
    for _n in range(5):
        user = newcomer(commune)
        Membership.objects.create(
            user=user, role=Role.AGENCY_OFFICER, agency=agency, from_on=clock.today()
        )

    with django_assert_max_num_queries(9):
        office.get(LIST)
