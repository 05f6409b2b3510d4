"""The agencies of an area, and what each answers for, kept in one table."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry

from accounts.models import Membership, Role
from communes.models import Agency, Area, Checked
from criteria.agencies.usual import usual_agencies
from criteria.models import Indicator, Responsibility
from nrm_tracker import revision
from tests.factories import (
    make_administrator,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
URL = "/setup/agencies/"
FROM = dt.date(2020, 9, 1)


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def criteria_set():
    made = make_set(code="ntm-2016-ha-tinh", size=20)
    criterion = made.criteria.get(number=14)
    Indicator.objects.create(criterion=criterion, code="14.3", text="Đào tạo", kind="percent")
    return made


@pytest.fixture
def administrator(client, area, criteria_set):
    user = make_administrator()
    client.force_login(user)
    return client


def typed(client, address=URL, **changes):
    """What the page would send, as a browser does, with changes."""
    page = read(client, address)
    form = page.one("form", action=True, novalidate=True)
    inputs = page.find("input", inside=form, name=True)
    return {one["name"]: one.attrs.get("value", "") for one in inputs} | changes


def send(client, address=URL, **changes):
    return client.post(address, typed(client, address, **changes))


def answers():
    """Who answers for what, until when."""
    return {
        (row.agency.name, row.indicator.code if row.indicator else str(row.criterion.number)): (
            row.from_on,
            row.until_on,
        )
        for row in Responsibility.objects.select_related("agency", "criterion", "indicator")
    }


def errors(answer):
    form = answer.context["form"]
    return {row.prefix: row.errors for row in form.filled if row.errors}


def test_an_empty_area_begins_with_the_usual_agencies(administrator, area):
    page = read(administrator, URL)

    assert "Các cơ quan thường gặp (gợi ý)" in page.html
    assert send(administrator).status_code == 302
    assert area.agencies.count() == len(usual_agencies(Area.Kind.DISTRICT, "ntm-2016-ha-tinh"))
    police = area.agencies.get(name="Công an huyện")
    assert police.source == "Phân công thường gặp; chưa đối chiếu quyết định phân công"
    assert police.checked == Checked.UNREAD
    assert answers()["Công an huyện", "19"] == (None, None)
    assert answers()["Phòng Lao động - Thương binh và Xã hội", "14.3"] == (None, None)


def test_a_row_of_the_proposal_is_changed_or_cleared_before_it_is_made(administrator, area):
    sent = typed(administrator, source="Quyết định 12/QĐ-UBND", from_on="01/09/2020")
    cleared = {"n1-name": "", "n1-short_name": "", "n1-answers": ""}
    changed = {"n0-name": "Phòng Quản lý đô thị", "n0-short_name": "", "n0-answers": "1, 14.3"}

    administrator.post(URL, sent | cleared | changed)

    made = area.agencies.get(name="Phòng Quản lý đô thị")
    assert (made.short_name, made.source) == ("Phòng Quản lý đô thị", "Quyết định 12/QĐ-UBND")
    assert answers()["Phòng Quản lý đô thị", "14.3"] == (FROM, None)
    assert not area.agencies.filter(name="Phòng Nông nghiệp và Phát triển nông thôn").exists()


@pytest.mark.parametrize("kind", Area.Kind.values)
def test_the_proposal_is_of_the_kind_of_the_area(administrator, kind):
    area = make_area(code="77", name="Khác", kind=kind)
    revision.bump()

    names = [
        one["value"]
        for one in read(administrator, f"{URL}?area={area.pk}").find("input", name="n0-name")
    ]

    assert names == [usual_agencies(kind, "")[0].name]
    assert names[0].startswith("Sở" if kind == "province" else "Phòng")


def test_every_proposal_names_criteria_that_its_set_has(db):
    """Of the sets that are loaded with the application."""
    from django.core.management import call_command

    from criteria.models import Criterion

    call_command("load_reference", verbosity=0)
    for code in ("ntm-2016-ha-tinh", "ntm-2021"):
        known = {
            str(number)
            for number in Criterion.objects.filter(criteria_set__code=code).values_list(
                "number", flat=True
            )
        }
        known |= set(
            Indicator.objects.filter(criterion__criteria_set__code=code).values_list(
                "code", flat=True
            )
        )
        for kind in Area.Kind.values:
            said = {one for agency in usual_agencies(kind, code) for one in agency.answers}
            assert said <= known


def test_what_an_agency_answers_for_changes_from_a_day(administrator, area, criteria_set):
    first, second = criteria_set.criteria.filter(number__lte=2).order_by("number")
    agency = make_agency(area=area, name="Phòng Y tế", criteria=[first, second])

    page = read(administrator, URL)
    assert page.one("input", name=f"a{agency.pk}-answers")["value"] == "1; 2"
    send(administrator, **{f"a{agency.pk}-answers": "2; 3", "from_on": "01/09/2020"})

    assert answers() == {
        ("Phòng Y tế", "1"): (None, FROM - dt.timedelta(days=1)),
        ("Phòng Y tế", "2"): (None, None),
        ("Phòng Y tế", "3"): (FROM, None),
    }
    assert "1 đến 31/08/2020" in read(administrator, URL).html
    assert "− 1" in LogEntry.objects.get().change_message


def test_without_a_day_what_was_wrong_is_put_right(administrator, area, criteria_set):
    agency = make_agency(area=area, name="Phòng Y tê", criteria=[criteria_set.criteria.first()])

    send(
        administrator,
        **{f"a{agency.pk}-name": "Phòng Y tế", f"a{agency.pk}-answers": "2", "from_on": ""},
    )

    agency.refresh_from_db()
    assert (agency.name, agency.changes_of_name) == ("Phòng Y tế", [])
    assert answers() == {("Phòng Y tế", "2"): (None, None)}


def test_a_new_name_holds_from_the_day(administrator, area):
    agency = make_agency(area=area, name="Phòng Y tế")

    send(administrator, **{f"a{agency.pk}-name": "Trung tâm Y tế", "from_on": "01/09/2020"})

    agency.refresh_from_db()
    assert agency.named_on(FROM - dt.timedelta(days=1)).name == "Phòng Y tế"
    assert agency.named_on(FROM).name == "Trung tâm Y tế"


def test_an_answer_that_ended_goes_on_from_the_day_after(administrator, area, criteria_set):
    agency = make_agency(area=area, criteria=[criteria_set.criteria.first()])
    agency.responsibilities.update(until_on=dt.date(2020, 8, 31))
    name = f"a{agency.pk}-answers"

    later = send(administrator, **{name: "1", "from_on": "05/09/2020"})

    assert "đến 31/08/2020" in errors(later)[f"a{agency.pk}"]["answers"][0]
    assert send(administrator, **{name: "1", "from_on": "01/09/2020"}).status_code == 302
    assert agency.responsibilities.get().until_on is None


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"answers": "1; 25; 3.9"}, "answers", "25; 3.9"),
        ({"answers": "một"}, "answers", "một"),
        ({"name": ""}, "name", "tên cơ quan"),
        ({"name": "x" * 301}, "name", "300"),
        ({"name": "phong TU PHAP"}, "name", "hàng khác"),
    ],
)
def test_what_cannot_be_is_said_beside_its_row_and_nothing_is_written(
    administrator, area, changes, field, said
):
    make_agency(area=area, key="tu-phap", name="Phòng Tư pháp")
    sent = {"n0-name": "Phòng Mới", "n0-answers": "1"} | {
        f"n0-{name}": value for name, value in changes.items()
    }

    answer = send(administrator, **sent)

    wrong = errors(answer)
    told = " ".join(str(one[field]) for one in wrong.values())
    assert answer.status_code == 200
    assert said in told
    assert Agency.objects.count() == 1
    assert changes.get(field, "") in read_again(answer)


def read_again(answer):
    return answer.content.decode()


def test_a_name_of_tomorrow_and_a_day_that_is_none_are_refused(administrator, area):
    agency = make_agency(area=area, name="Phòng Y tế")
    name = f"a{agency.pk}-name"

    tomorrow = send(administrator, **{name: "Khác", "from_on": "16/09/2020"})
    none = send(administrator, **{name: "Khác", "from_on": "32/09/2020"})

    assert list(errors(tomorrow)[f"a{agency.pk}"]) == ["name"]
    assert list(none.context["form"].errors) == ["from_on"]
    agency.refresh_from_db()
    assert agency.name == "Phòng Y tế"


def test_of_two_who_write_at_once_the_second_is_told(administrator, area):
    agency = make_agency(area=area, name="Phòng Y tế")
    first = typed(administrator, **{f"a{agency.pk}-answers": "1"})
    second = typed(administrator, **{f"a{agency.pk}-answers": "2"})
    administrator.post(URL, first)

    answer = administrator.post(URL, second)

    assert answer.status_code == 409
    assert set(answers()) == {("Phòng Y tế", "1")}
    again = {**second, "seen": answer.context["form"]["seen"].value()}
    assert administrator.post(URL, again).status_code == 302
    assert ("Phòng Y tế", "2") in answers()


@pytest.mark.parametrize("count", ["9" * 30, "-1", "x", "61", ""])
def test_a_count_of_rows_that_cannot_be_breaks_nothing(administrator, count):
    assert send(administrator, new_count=count).status_code in (200, 302)


def test_agencies_of_another_area_are_neither_shown_nor_changed(administrator, area):
    other = make_area(code="448", name="Khác")
    foreign = make_agency(area=other, key="xa", name="Phòng Xa")
    revision.bump()

    page = read(administrator, f"{URL}?area={area.pk}")
    send(
        administrator,
        f"{URL}?area={area.pk}",
        **{f"a{foreign.pk}-name": "Bị sửa", f"a{foreign.pk}-answers": "1"},
    )

    assert "Phòng Xa" not in page.html
    foreign.refresh_from_db()
    assert (foreign.name, foreign.responsibilities.count()) == ("Phòng Xa", 0)


def test_the_set_is_the_one_that_the_communes_run_at(administrator, area):
    other = make_set(code="khac", size=2, name="Bộ khác")
    make_enrolment(commune=make_commune(area=area), criteria_set=other)

    assert read(administrator, URL).html.count("Bộ khác") >= 1
    assert administrator.get(URL).context["criteria_set"] == other
    named = administrator.get(f"{URL}?set=ntm-2016-ha-tinh").context["criteria_set"]
    assert named.code == "ntm-2016-ha-tinh"


def test_without_a_set_the_reference_data_comes_first(client, area):
    user = make_administrator()
    client.force_login(user)

    assert "Chưa có bộ tiêu chí nào" in read(client, URL).html
    assert client.post(URL, {}).status_code == 200


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.OBSERVER])
def test_others_keep_no_agencies(client, area, criteria_set, role):
    client.force_login(make_user(role=role, area=area))

    assert client.get(URL).status_code == 403
    assert client.post(URL, {}).status_code == 403
    assert not Membership.objects.filter(role="x").exists()


def test_the_page_costs_the_same_for_few_agencies_and_for_many(
    administrator, area, criteria_set, django_assert_max_num_queries
):
    for number in range(30):
        make_agency(
            area=area,
            key=f"co-quan-{number}",
            name=f"Cơ quan {number}",
            criteria=criteria_set.criteria.all()[:5],
        )
    with django_assert_max_num_queries(14):
        administrator.get(URL)
