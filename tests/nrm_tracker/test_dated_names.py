"""Names that are known for every day: of people, communes and agencies, wherever they stand."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Person, Role, User
from accounts.names import who_is, who_was
from communes.models import Agency, Commune
from criteria.assessments import actions as assessment_actions
from criteria.claims.queries import ClaimWord
from criteria.models import Charge, Comment, Difficulty
from nrm_tracker import clock
from nrm_tracker.dated_names import packed, unpacked
from tests.factories import cell, finding, make_agency, make_commune, make_enrolment, make_user
from tests.pages import read

BEFORE, CHANGED = dt.date(2020, 9, 8), dt.date(2020, 9, 10)
OLD, NEW = "Lê Thị Mai, Phó Chủ tịch", "Lê Thị Mai, Chủ tịch"


def renamed(row, before, after, on=CHANGED):
    row._call(after)
    row.rename(before, on)
    row.save()
    return row


def person(**kwargs):
    return User(full_name="Lê Thị Mai", position="Chủ tịch", **kwargs)


def test_a_row_is_called_as_on_the_day():
    head = person()
    head.rename(("Lê Thị Mai", "Công chức"), dt.date(2018, 1, 1))
    head.rename(("Lê Thị Mai", "Phó\tChủ\ntịch"), CHANGED)

    days = [dt.date(2017, 12, 31), dt.date(2018, 1, 1), BEFORE, CHANGED, None]
    called = [head.named_on(day).position for day in days]
    assert called == ["Công chức", "Phó Chủ tịch", "Phó Chủ tịch", "Chủ tịch", "Chủ tịch"]
    assert head.position == "Chủ tịch"


def test_a_moment_counts_by_its_local_day():
    head = person()
    head.rename(("Lê Thị Mai", "Phó Chủ tịch"), CHANGED)
    midnight = clock.end_of(CHANGED - dt.timedelta(days=1))

    assert head.named_on(midnight).position == "Chủ tịch"
    assert head.named_on(midnight - dt.timedelta(seconds=1)).position == "Phó Chủ tịch"


@pytest.mark.parametrize("day", [dt.date(2020, 9, 16), CHANGED, BEFORE])
def test_names_change_in_the_order_of_days(day):
    head = person()
    head.rename(("Lê Thị Mai", "Phó Chủ tịch"), CHANGED)

    with pytest.raises(ValidationError):
        head.rename(("Lê Thị Mai", "Chủ tịch"), day)


def promoted_twice():
    head = person()
    head.rename(("Lê Thị Mai", "Công chức"), dt.date(2018, 1, 1))
    head.rename(("Lê Thị Mai", "Phó Chủ tịch"), CHANGED)
    return head


def test_the_last_change_is_taken_back():
    head = promoted_twice()

    head.take_back()

    assert head.position == "Phó Chủ tịch"
    days = [dt.date(2017, 12, 31), BEFORE, CHANGED]
    assert [head.named_on(day).position for day in days] == [
        *("Công chức", "Phó Chủ tịch", "Phó Chủ tịch"),
    ]
    head.take_back()
    assert head.naming == (("Lê Thị Mai", "Công chức"), "")


def test_the_day_of_the_last_change_is_put_right():
    head = promoted_twice()

    head.redate(dt.date(2018, 1, 2))

    days = [dt.date(2017, 12, 31), dt.date(2018, 1, 1), dt.date(2018, 1, 2)]
    assert [head.named_on(day).position for day in days] == [
        "Công chức",
        "Phó Chủ tịch",
        "Chủ tịch",
    ]


@pytest.mark.parametrize("day", [dt.date(2018, 1, 1), dt.date(2017, 1, 1), dt.date(2020, 9, 16)])
def test_a_change_is_put_on_no_day_that_cannot_be(day):
    head = promoted_twice()
    before = head.naming

    with pytest.raises(ValidationError):
        head.redate(day)

    assert head.naming == before


def test_each_change_of_name_is_known_with_its_day():
    changes = promoted_twice().changes_of_name

    assert [(one.on, one.before[1], one.after[1]) for one in changes] == [
        (dt.date(2018, 1, 1), "Công chức", "Phó Chủ tịch"),
        (CHANGED, "Phó Chủ tịch", "Chủ tịch"),
    ]
    assert person().changes_of_name == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", [User, Person, Commune, Agency])
def test_columns_say_the_same_as_the_row(model):
    row = {
        User: make_user,
        Commune: make_commune,
        Agency: make_agency,
        Person: lambda: Person.objects.create(full_name="A", area=make_commune().area),
    }[model]()
    second = "ward" if model is Commune else "Mới"
    renamed(row, ("Trước", "Cũ"), ("Sau\nđó", second))

    (said,) = model.objects.filter(pk=row.pk).values_list(_own(model), flat=True)

    assert [unpacked(said, day) for day in (BEFORE, CHANGED)] == [
        ("Trước", "Cũ"),
        ("Sau\nđó", second),
    ]


def _own(model):
    """`packed`, of the row itself."""
    expression = packed("self", model)
    for source in expression.flatten():
        if hasattr(source, "name"):
            source.name = source.name.removeprefix("self__")
    return expression


@pytest.mark.django_db
def test_nobody_has_no_name():
    difficulty = Difficulty.objects.create(
        commune=make_commune(), cause="Thiếu đất", asked_of="district",
        stated_on=BEFORE, stated_by=make_user(), stated_at=clock.now(),
    )  # fmt: skip
    (said,) = Difficulty.objects.filter(pk=difficulty.pk).values_list(
        who_is("resolved_by"), flat=True
    )

    assert who_was(said, BEFORE) == ""


# Pages


@pytest.fixture
def run(db):
    return make_enrolment()


@pytest.fixture
def vice(client, run):
    """Who was promoted between two entries."""
    user = make_user(role=Role.LEADER, area=run.commune.area)
    client.force_login(user)
    for number, day in ((1, BEFORE), (2, CHANGED)):
        found = finding(on=BEFORE)
        assessment_actions.assess(cell(run, number), found, by=user, at=clock.at(day, 9))
    return renamed(user, ("Lê Thị Mai", "Phó Chủ tịch"), ("Lê Thị Mai", "Chủ tịch"))


@pytest.mark.parametrize("place", ["", "history/"])
def test_history_names_people_as_they_were(client, run, vice, place):
    for number, name in ((1, OLD), (2, NEW)):
        page = read(client, f"/communes/ky-lac/criteria/{number}/{place}")

        said = page.one("section", id="history").text
        assert (OLD in said, NEW in said) == (name == OLD, name == NEW)


@pytest.mark.parametrize("address", ["/communes/ky-lac/", "/communes/ky-lac/history/"])
def test_one_page_names_both(client, run, vice, address):
    said = read(client, address).one("section", id="history").text

    assert OLD in said
    assert NEW in said


def test_what_is_said_beside_a_cell_is_of_its_day(client, run, vice):
    at = clock.at(BEFORE, 9)
    Comment.objects.create(status=cell(run), by=vice, first_at=at, at=at, text="Cần bổ sung")
    Difficulty.objects.create(
        commune=run.commune, criterion=cell(run).criterion, cause="Thiếu đất",
        asked_of="district", stated_on=BEFORE, stated_by=vice, stated_at=at,
    )  # fmt: skip

    page = read(client, "/communes/ky-lac/criteria/1/")

    for section in ("comments", "difficulties"):
        assert OLD in page.one("section", id=section).text
    assert OLD in read(client, "/difficulties/").html


def test_who_is_in_charge_on_a_day(client, run, vice):
    head = Person.objects.create(full_name="Ngô Văn Tư", area=run.commune.area)
    Charge.objects.create(
        person=head, commune=run.commune, from_on=dt.date(2020, 1, 1),
        recorded_by=vice, recorded_at=clock.at(BEFORE, 9),
    )  # fmt: skip
    renamed(head, ("Ngô Văn Tư", "Phó Chủ tịch"), ("Ngô Văn Tư", "Chủ tịch"))

    charge = {
        day: read(client, "/communes/ky-lac/", as_of=day).one("section", id="charge").text
        for day in ("2020-09-09", "2020-09-10")
    }

    assert "Phó Chủ tịch" in charge["2020-09-09"]
    assert "Phó Chủ tịch" not in charge["2020-09-10"]


def test_the_word_of_an_agency_bears_its_name_of_the_day():
    names = "2020-09-10\tPhòng TNMT\tTNMT\x1ePhòng NNMT\x1eNNMT"
    word = ClaimWord(1, 1, None, "met", "", None, "", None, clock.at(BEFORE, 9), names, None, "", 1)

    assert word.who == "Phòng TNMT"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/communes/",
        "/communes/ky-lac/",
        "/communes/ky-lac/criteria/1/",
        "/communes/ky-lac/history/",
        "/criteria/1/",
        "/criteria/1/history/",
    ],
)
def test_a_commune_bears_the_name_of_the_day(client, run, vice, address):
    renamed(run.commune, ("Kỳ Lạc", "commune"), ("Lạc Sơn", "township"))

    then = read(client, address, as_of="2020-09-09").one("main").text
    now = read(client, address).one("main").text

    assert "Kỳ Lạc" in then
    assert "Lạc Sơn" not in then
    # What is true of a day before bears that day's name.
    assert ("Kỳ Lạc" in now) == (address == "/criteria/1/history/")
