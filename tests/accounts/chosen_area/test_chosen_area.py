"""The area that is looked at: named by the address, chosen in the head, or one's own."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from communes.models import Area
from meetings.models import WorkingSession
from tests.factories import (
    OPENED,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_session,
    make_set,
    make_task,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
CHOOSE = reverse("accounts:choose-area")


@pytest.fixture
def here():
    return make_area()


@pytest.fixture
def there():
    return make_area(code="448", name="Cẩm Xuyên")


@pytest.fixture
def lists(here, there):
    """Both areas with a commune in the same set, a session and a task."""
    criteria_set = make_set()
    for area, slug, name in ((here, "xa-mot", "Xã Một"), (there, "xa-hai", "Xã Hai")):
        commune = make_commune(area=area, slug=slug, name=name, code=slug)
        make_enrolment(commune=commune, criteria_set=criteria_set)
        make_session(communes=[commune], title=f"Làm việc với {name}")
        make_task(area=area, lead_commune=commune, commune=commune, title=f"Việc của {name}")


@pytest.fixture
def leader(here, there, lists):
    """Leads two districts, the first of them longer."""
    user = make_user(role=Role.LEADER, area=here)
    day = dt.date(2018, 1, 1)
    Membership.objects.create(user=user, role=Role.LEADER, area=there, from_on=day)
    return user


@pytest.fixture
def office(client, leader):
    client.force_login(leader)
    return client


def choose(client, area, back="/"):
    return client.post(CHOOSE, {"area": area.pk, "back": back})


def shown(client, address="/"):
    """The area that the head of a page names."""
    return read(client, address).one("summary", id="area").text


LISTS = ("/", "/communes/", "/sessions/", "/tasks/", "/enrolments/", "/visits/", "/search/?q=xa")


@pytest.mark.parametrize("address", LISTS)
def test_lists_are_of_the_area_chosen(office, there, address):
    before = office.get(address).content.decode()
    choose(office, there)
    after = office.get(address).content.decode()

    assert ("Xã Một" in before, "Xã Hai" in before) == (True, False)
    assert ("Xã Một" in after, "Xã Hai" in after) == (False, True)


def test_a_kept_page_is_of_one_area(office, here, there):
    first = office.get("/communes/")
    choose(office, there)
    second = office.get("/communes/", headers={"If-None-Match": first["ETag"]})
    choose(office, here)
    third = office.get("/communes/", headers={"If-None-Match": first["ETag"]})

    assert (second.status_code, third.status_code) == (200, 304)


def test_the_address_goes_before_the_choice_for_one_page(office, here, there):
    choose(office, there)

    assert "Huyện Kỳ Anh" in shown(office, f"/communes/?area={here.pk}")
    assert "Huyện Cẩm Xuyên" in shown(office, "/communes/")


@pytest.mark.parametrize("address", ["/", "/communes/xa-mot/", "/rounds/new/", "/setup/"])
@pytest.mark.parametrize("named", ["99999999", "x", "9" * 5000])
def test_an_area_out_of_reach_is_not_found(office, address, named):
    assert office.get(f"{address}?area={named}").status_code == 404


def test_only_an_area_that_is_reached_is_chosen(office, here):
    far = make_area(code="999", name="Xa")

    assert choose(office, far).status_code == 404
    assert office.post(CHOOSE, {}).status_code == 404
    assert office.get(CHOOSE).status_code == 405
    assert "Huyện Kỳ Anh" in shown(office)


def test_a_choice_that_is_no_longer_reached_gives_way_to_the_own_area(office, leader, there):
    choose(office, there)
    leader.memberships.filter(area=there).delete()

    assert not read(office, "/").find("summary", id="area")
    assert office.get("/communes/").context["board"].rows[0].slug == "xa-mot"


@pytest.mark.parametrize(
    ("back", "then"),
    [
        ("/", "/"),
        ("/communes/", "/communes/"),
        ("/communes/?as_of=2020-09-08&commune=x&page=2", "/communes/?as_of=2020-09-08"),
        ("/communes/xa-mot/criteria/1/?as_of=2020-09-08", "/communes/"),
        ("/sessions/7/minutes/", "/sessions/"),
        ("/tasks/?state=late", "/tasks/"),
        ("/people/3/", "/"),
        ("/search/?q=xa", "/search/?q=xa"),
        ("/setup/", "/"),
        ("/accounts/area/new/", "/"),
        ("https://example.org/communes/", "/communes/"),
        ("//example.org", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_choosing_returns_to_the_section(office, there, back, then):
    answer = choose(office, there, back)

    assert (answer.status_code, answer.url) == (302, then)


def test_who_keeps_both_areas_stays_in_the_set_up(client, here, there):
    user = make_user(role=Role.COORDINATOR, area=here)
    Membership.objects.create(user=user, role=Role.COORDINATOR, area=there, from_on=OPENED)
    client.force_login(user)

    assert choose(client, there, "/setup/").url == "/setup/"
    assert choose(client, there, "/accounts/area/5/").url == "/accounts/area/"


def test_who_reaches_one_area_has_nothing_to_choose(client, here):
    client.force_login(make_user(role=Role.LEADER, area=here))

    page = read(client, "/")

    assert not page.find("summary", id="area")
    assert page.one("a", class_="brand").text.endswith("Huyện Kỳ Anh")


def test_a_provinces_own_see_its_districts_together_or_one(client, here, lists):
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    Area.objects.filter(code__in=["447", "448"]).update(parent=province)
    client.force_login(make_user(role=Role.LEADER, area=province))

    both = client.get("/communes/").context["board"].rows
    choose(client, here)
    one = client.get("/communes/").context["board"].rows

    assert [row.slug for row in both] == ["xa-hai", "xa-mot"]
    assert [row.slug for row in one] == ["xa-mot"]


def test_an_administrator_begins_at_an_area_with_communes(client, there):
    make_area(code="001", name="An")
    make_commune(area=there)
    client.force_login(make_user(staff=True))

    assert "Huyện Cẩm Xuyên" in shown(client)


def test_of_many_areas_the_head_offers_some_and_a_page_finds_all(client, here):
    for n in range(1, 61):
        make_area(code=f"x{n}", name=f"Huyện số {n}")
    client.force_login(make_user(staff=True))

    page = read(client, "/communes/", q=1)
    [link] = [link for link in page.links if link.startswith("/accounts/areas/")]
    found = client.get(f"{reverse('accounts:areas')}?q=so 60")

    assert len(client.get("/").context["request"].access.offered) == 12
    assert link == "/accounts/areas/?back=%2Fcommunes%2F%3Fq%3D1"
    assert [str(area) for area in found.context["page"]] == ["Huyện Huyện số 60"]
    assert client.get(reverse("accounts:areas")).context["page"].paginator.num_pages == 2


def test_what_is_written_goes_to_the_area_of_the_page(office, here, there):
    form = read(office, "/sessions/new/").one("form", id="call")["action"]
    choose(office, there)

    office.post(
        f"/sessions/new/{form}",
        {
            "version": "0",
            "form": "party",
            "title": "Làm việc",
            "communes": [here.communes.get().pk],
            "held_on": "10/09/2020",
            "chairs": "Trần Văn Chủ",
        },
    )

    assert WorkingSession.objects.filter(area=here).count() == 2


def test_nothing_is_written_where_only_others_are_allowed(client, here, there, lists):
    """Who leads one area and looks at another sees no button and is refused."""
    user = make_user(role=Role.OBSERVER, area=there)
    Membership.objects.create(
        user=user, role=Role.COORDINATOR, area=here, from_on=dt.date(2018, 1, 1)
    )
    client.force_login(user)

    for address in ("/sessions/new/", "/tasks/new/", "/rounds/new/", "/enrolments/new/", "/setup/"):
        section = address.split("/")[1]
        assert client.get(address).status_code == 403, address
        if address != "/setup/":
            assert address not in client.get(f"/{section}/").content.decode()
    assert not read(client, "/").find("a", href="/setup/")
    choose(client, here)
    for address in ("/sessions/new/", "/tasks/new/", "/rounds/new/", "/enrolments/new/", "/setup/"):
        assert client.get(address).status_code == 200, address


def test_the_head_says_the_role_in_the_area_looked_at(client, here, there):
    user = make_user(role=Role.LEADER, area=here)
    agency = make_agency(area=there, name="Phòng Y tế")
    Membership.objects.create(
        user=user, role=Role.AGENCY_OFFICER, agency=agency, from_on=dt.date(2018, 1, 1)
    )
    client.force_login(user)

    assert "Phòng Y tế" not in read(client, "/").one("a", class_="who").text
    choose(client, there)
    assert "Phòng Y tế" in read(client, "/").one("a", class_="who").text
