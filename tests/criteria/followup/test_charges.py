"""Who is in charge of what, from when to when."""

import datetime as dt

import pytest
from django.template.loader import render_to_string

from accounts.models import Notice, Person, Role
from communes.models import Village
from criteria.followup import queries as followup_queries
from criteria.models import Charge
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate
from nrm_tracker import clock
from tests.factories import cell, make_area, make_commune, make_enrolment, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
NEW = "/communes/ky-lac/charges/new/"
AT_1 = f"{NEW}?criterion=1"


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def head(client, run):
    user = make_user(role=Role.COMMUNE_LEADER, commune=run.commune)
    client.force_login(user)
    return user


def typed(**changes):
    values = {
        "full_name": "Lê Văn Tám",
        "position": "Phó Chủ tịch",
        "phone": "0912 345 678",
        "from_on": "01/09/2020",
        "due_on": "31/12/2020",
    }
    return values | changes


def make_person(name="Lê Văn Tám", *, area=None, **kwargs):
    return Person.objects.create(full_name=name, area=area or make_area(), **kwargs)


def make_charge(run, person, *, number=1, on=dt.date(2020, 1, 1), **kwargs):
    return Charge.objects.create(
        person=person,
        commune=run.commune,
        criterion=cell(run, number).criterion if number else None,
        from_on=on,
        recorded_at=clock.at(on, 9),
        recorded_by=make_user(),
        **kwargs,
    )


def errors(response):
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# Putting in charge


def test_a_new_person_is_put_in_charge_of_a_criterion(client, run, head):
    response = client.post(AT_1, typed())

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/criteria/1/#charge")
    charge = Charge.objects.get()
    assert (charge.commune, charge.criterion) == (run.commune, cell(run).criterion)
    assert (charge.from_on, charge.until_on) == (dt.date(2020, 9, 1), None)
    assert (charge.due_on, charge.recorded_by) == (dt.date(2020, 12, 31), head)
    person = charge.person
    assert (person.full_name, person.position) == ("Lê Văn Tám", "Phó Chủ tịch")
    assert (person.phone, person.area) == ("0912 345 678", run.commune.area)
    assert person.organisation == run.commune.full_name


def test_the_name_alone_finds_who_is_known(client, run, head):
    user = make_user()
    known = make_person("Lê Văn Tám", position="Chủ tịch", user=user)

    response = client.post(
        AT_1, typed(full_name=" lê văn tám ", position="", phone="0912345678", due_on="")
    )

    assert response.status_code == 302
    assert Charge.objects.get().person == known
    known.refresh_from_db()
    assert (known.full_name, known.position) == ("Lê Văn Tám", "Chủ tịch")
    # What was not known is added.
    assert known.phone == "0912345678"
    assert [notice.user for notice in Notice.objects.all()] == [user]


@pytest.mark.parametrize(
    ("known", "changes"),
    [
        ({"position": "Chủ tịch"}, {}),
        ({"phone": "0999999999"}, {}),
        ({"name": "Lê Văn Tâm"}, {"full_name": "Lê Văn Tam"}),
        ({}, {"twice": True}),
    ],
)
def test_a_doubt_about_who_it_is_is_asked(client, run, head, known, changes):
    person = make_person(**known)
    if changes.pop("twice", False):
        make_person()

    response = client.post(AT_1, typed(**changes))

    assert list(errors(response)) == ["same_as"]
    assert str(person.pk) in response.text
    assert "0912 345 678" in response.text
    assert Charge.objects.count() == 0

    chosen = client.post(AT_1, typed(**changes, same_as=person.pk))
    assert chosen.status_code == 302
    assert Charge.objects.get().person == person


def test_another_person_of_the_same_name_is_added_when_that_is_said(client, run, head):
    known = make_person(position="Bí thư")

    assert list(errors(client.post(AT_1, typed(same_as="new", position="")))) == ["position"]
    response = client.post(AT_1, typed(same_as="new"))

    assert response.status_code == 302
    assert Charge.objects.get().person != known
    assert Person.objects.filter(full_name="Lê Văn Tám").count() == 2


def test_a_person_of_another_area_is_not_taken(client, run, head):
    far = make_person(area=make_area(code="446", name="Cẩm Xuyên"), position="Phó Chủ tịch")

    client.post(AT_1, typed())

    assert Charge.objects.get().person != far
    other = typed(full_name="Ai đó", same_as=far.pk, position="")
    assert list(errors(client.post(AT_1, other))) == ["position"]


def test_sent_twice_is_written_once(client, run, head):
    client.post(AT_1, typed())

    assert list(errors(client.post(AT_1, typed()))) == ["full_name"]
    assert (Charge.objects.count(), Person.objects.count()) == (1, 1)


def test_several_people_may_answer_for_one_criterion(client, run, head):
    make_charge(run, make_person("Trần Thị Hoa"))

    assert client.post(AT_1, typed()).status_code == 302
    assert Charge.objects.filter(until_on=None).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "x" * 301}, "full_name"),
        ({"full_name": "Lê\x00Tám"}, "full_name"),
        ({"position": ""}, "position"),
        ({"position": "x" * 301}, "position"),
        ({"phone": "gọi sau"}, "phone"),
        ({"phone": "1" * 31}, "phone"),
        ({"from_on": ""}, "from_on"),
        ({"from_on": "16/09/2020"}, "from_on"),
        ({"from_on": "31/06/2020"}, "from_on"),
        ({"due_on": "31/08/2020"}, "due_on"),
        ({"due_on": "cuối năm"}, "due_on"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_the_field_and_kept(
    client, run, head, changes, field
):
    response = client.post(AT_1, typed(**changes))

    assert list(errors(response)) == [field]
    assert (Charge.objects.count(), Person.objects.count()) == (0, 0)
    assert "0912 345 678" in response.text or field == "phone"


def test_a_person_of_a_village(client, run, head):
    assert "village" not in client.get(NEW).context["form"].fields
    village = Village.objects.create(commune=run.commune, name="Sơn Bình")
    other = make_commune(slug="lam-hop", name="Lâm Hợp", code="2")
    foreign = Village.objects.create(commune=other, name="Minh Châu")

    assert list(errors(client.post(NEW, typed(village=foreign.pk)))) == ["village"]
    client.post(NEW, typed(village=village.pk))

    charge = Charge.objects.get()
    assert (charge.village, charge.criterion) == (village, None)
    assert followup_queries.followup_of_commune(run.commune, TODAY).head is None


# The head of the commune


def test_a_new_head_ends_the_charge_of_the_old_one_the_day_before(client, run, head):
    old = make_charge(run, make_person("Nguyễn Văn Cũ"), number=None)

    response = client.post(NEW, typed())

    assert response.url == "/communes/ky-lac/#charge"
    old.refresh_from_db()
    assert old.until_on == dt.date(2020, 8, 31)
    assert followup_queries.followup_of_commune(run.commune, TODAY).head.person == "Lê Văn Tám"
    assert (
        followup_queries.followup_of_commune(run.commune, old.until_on).head.person
        == "Nguyễn Văn Cũ"
    )


def test_a_head_recorded_late_ends_before_the_next_one(client, run, head):
    make_charge(run, make_person("Nguyễn Văn Mới"), number=None)

    client.post(NEW, typed(from_on="01/01/2019", due_on=""))

    charge = Charge.objects.get(person__full_name="Lê Văn Tám")
    assert charge.until_on == dt.date(2019, 12, 31)


def test_two_heads_cannot_begin_on_one_day(client, run, head):
    make_charge(run, make_person("Nguyễn Văn Mới"), number=None)

    assert list(errors(client.post(NEW, typed(from_on="01/01/2020")))) == ["from_on"]
    assert (Charge.objects.count(), Person.objects.count()) == (1, 1)


def test_a_charge_of_a_criterion_leaves_the_head_alone(client, run, head):
    old = make_charge(run, make_person("Nguyễn Văn Cũ"), number=None)

    client.post(AT_1, typed())

    old.refresh_from_db()
    assert old.until_on is None


# Ending


def test_a_charge_is_ended(client, run, head):
    charge = make_charge(run, make_person())

    response = client.post(f"/charges/{charge.pk}/end/", {"until_on": "10/09/2020"})

    assert response.url == "/communes/ky-lac/criteria/1/#charge"
    charge.refresh_from_db()
    assert charge.until_on == dt.date(2020, 9, 10)


@pytest.mark.parametrize("day", ["31/12/2019", "", "hôm nay"])
def test_a_charge_cannot_end_so(client, run, head, day):
    charge = make_charge(run, make_person())

    response = client.post(f"/charges/{charge.pk}/end/", {"until_on": day})

    assert list(errors(response)) == ["until_on"]
    charge.refresh_from_db()
    assert charge.until_on is None


def test_a_charge_that_has_ended_stands(client, run, head):
    charge = make_charge(run, make_person(), until_on=dt.date(2020, 9, 1))

    response = client.post(f"/charges/{charge.pk}/end/", {"until_on": "10/09/2020"})

    assert response.status_code == 409
    charge.refresh_from_db()
    assert charge.until_on == dt.date(2020, 9, 1)


def test_an_end_ahead_may_be_moved(client, run, head):
    charge = make_charge(run, make_person(), until_on=dt.date(2020, 12, 31))

    client.post(f"/charges/{charge.pk}/end/", {"until_on": "30/09/2020"})

    charge.refresh_from_db()
    assert charge.until_on == dt.date(2020, 9, 30)


# What pages show


def shown(run, day=TODAY, *, rights=None, result="not_met"):
    status = cell(run)
    found = followup_queries.followup_of_cell(status, day)
    context = {
        "followup": found,
        "rights": rights,
        "commune": run.commune,
        "criterion": status.criterion,
        "set_code": run.criteria_set.code,
        "result": result,
        "when": PageDate(Moment(day), TODAY),
    }
    return found, render_to_string("criteria/followup/_charge.html", context)


def test_a_cell_shows_who_is_in_charge_now_and_who_was(run):
    make_charge(run, make_person("Người Trước"), until_on=dt.date(2020, 5, 1))
    make_charge(run, make_person("Người Nay", phone="0900000000"), due_on=dt.date(2020, 9, 1))
    make_charge(run, make_person("Người Đầu"), number=None)
    make_charge(run, make_person("Người Khác"), number=2)

    found, page = shown(run)

    assert [row.person for row in found.charges] == ["Người Đầu", "Người Nay"]
    assert [row.person for row in found.past_charges] == ["Người Trước"]
    assert found.head.person == "Người Đầu"
    assert "tel:0900000000" in page
    assert "st-late" in page
    assert "st-late" not in shown(run, result="met")[1]
    assert [row.person for row in shown(run, dt.date(2020, 5, 1))[0].charges] == [
        "Người Đầu", "Người Trước", "Người Nay",
    ]  # fmt: skip
    assert followup_queries.followup_of_cell(cell(run), TODAY, dt.date(2019, 12, 31)).charges == []


def test_only_who_may_sees_the_ways_to_write(run):
    make_charge(run, make_person())

    assert "/end/" in shown(run, rights=followup_queries.Rights(charge=True))[1]
    assert f"{AT_1}&amp;set=ntm" in shown(run, rights=followup_queries.Rights(charge=True))[1]
    for rights in (None, followup_queries.Rights(work=True, comment=True)):
        assert "/charges/" not in shown(run, rights=rights)[1]
