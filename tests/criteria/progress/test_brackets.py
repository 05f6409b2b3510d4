"""Which brackets count in a province, and how many communes fall into each (rule 15a)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts.models import Role
from communes.models import Area
from criteria.assessments import actions
from criteria.models import Bracket, CriteriaSet, Result
from criteria.progress.brackets import bands
from criteria.progress.scoring import headline
from criteria.reviews import actions as round_actions
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
DAY, TODAY = dt.date(2020, 9, 8), dt.date(2020, 9, 15)


def bracket(name, **values):
    return Bracket.objects.create(name=name, **{"low": 0, "legend": "grey"} | values)


@pytest.fixture
def province():
    return make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)


def test_the_most_particular_count_alone(province):
    ten, other = make_set(code="ten"), make_set(code="other")
    nghe_an = make_area(code="40", name="Nghệ An", kind=Area.Kind.PROVINCE)
    bracket("mọi bộ")

    def named(criteria_set, place=None):
        return [row.name for row in Bracket.objects.of(criteria_set, place and place.pk)]

    assert named(ten, province) == named(None) == ["mọi bộ"]
    bracket("bộ mười", criteria_set=ten)
    assert (named(ten, province), named(other, province)) == (["bộ mười"], ["mọi bộ"])
    bracket("Hà Tĩnh", province=province)
    assert (named(ten, province), named(other, province)) == (["Hà Tĩnh"], ["Hà Tĩnh"])
    assert (named(ten, nghe_an), named(ten)) == (["bộ mười"], ["bộ mười"])
    bracket("Hà Tĩnh, bộ mười", province=province, criteria_set=ten)
    assert named(ten, province) == ["Hà Tĩnh, bộ mười"]
    assert named(other, province) == ["Hà Tĩnh"]


def test_two_provinces_may_use_one_name_and_a_band_begins_below_its_end(province):
    bracket("Dưới 5", high=4)
    bracket("Dưới 5", high=4, province=province)

    for values in ({"name": "Dưới 5"}, {"name": "Dưới 5", "province": province}):
        with pytest.raises(ValidationError, match="tên này"):
            Bracket(legend="grey", **values).full_clean()
    with pytest.raises(ValidationError, match="mức cuối"):
        Bracket(name="x", legend="grey", low=9, high=5).full_clean()


def test_the_set_of_ten_counts_10_5_to_9_and_under_5():
    call_command("load_reference", verbosity=0)
    of_ten = Bracket.objects.of(CriteriaSet.objects.get(code="ntm-2026"))
    rows = ["m" * 10, "m" * 9 + "a", "m" * 9 + "x", "m" * 5 + "x" * 5, "m" * 4 + "c" * 6, "." * 10]

    counted = bands([headline(row) for row in rows], of_ten)

    assert [(one.name, n) for one, n in counted] == [
        ("Đủ 10 tiêu chí", 2),
        ("5–9", 2),
        ("Dưới 5", 1),
    ]


def test_files_leave_what_is_a_provinces_own():
    call_command("load_reference", verbosity=0)
    province = Area.objects.get(kind=Area.Kind.PROVINCE)
    own = bracket("5–9", province=province, low=6, high=8)

    call_command("load_reference", verbosity=0)

    own.refresh_from_db()
    assert (own.low, own.high) == (6, 8)


@pytest.fixture
def shown(client, province):
    """A district of a province with brackets of its own, of which one commune meets one."""
    area = make_area(parent=province)
    criteria_set = make_set()
    runs = [
        make_enrolment(
            commune=make_commune(area=area, name=slug, slug=slug, code=slug),
            criteria_set=criteria_set,
        )
        for slug in ("a", "b", "c")
    ]
    for run, result in zip(runs, (Result.MET, Result.NOT_MET), strict=False):
        actions.assess(cell(run), finding(result, DAY), by=make_user())
    bracket("chung", low=0)
    bracket("Từ 1", low=1, province=province, legend="blue")
    bracket("Chưa có", high=0, province=province)
    client.force_login(make_user(role=Role.COORDINATOR, area=area))
    return area, runs


def counted(response):
    rows = Page(response).find("li", data_bracket=True)
    return {row["data-bracket"]: " ".join(row.text.split()) for row in rows}


def test_the_overview_and_a_closed_round_count_by_the_provinces_own(client, shown):
    area, runs = shown
    ranks = client.get("/").context["ranks"]
    assert {one.name: one.count for one in ranks.bands} == {"Từ 1": 1, "Chưa có": 1}

    by = make_user(role=Role.COORDINATOR, area=area)
    opened = round_actions.open_round(
        area, runs, name="Quý III", opens_on=TODAY, closes_on=TODAY, by=by
    )
    round_actions.close(opened, by=by)
    actions.assess(cell(runs[1]), finding(Result.MET, dt.date(2020, 9, 9)), by=make_user())

    assert counted(client.get(f"/rounds/{opened.pk}/")) == {
        "Từ 1": "Từ 1 1 xã",
        "Chưa có": "Chưa có 1 xã",
    }
