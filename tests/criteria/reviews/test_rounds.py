"""Review rounds: opened, answered, closed, compared."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import Notice, Role
from criteria.assessments import actions as assessment_actions
from criteria.models import (
    Claim,
    Indicator,
    Level,
    Measurement,
    Result,
    Round,
    RoundCheck,
    RoundReturn,
)
from criteria.reviews import actions as review_actions
from criteria.reviews import queries as review_queries
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
OPENS, CLOSES = dt.date(2020, 9, 10), dt.date(2020, 9, 20)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def office(enrolment):
    return make_user(role=Role.COORDINATOR, area=enrolment.commune.area)


@pytest.fixture
def head(enrolment):
    return make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)


@pytest.fixture
def staff(enrolment):
    return make_user(role=Role.COMMUNE_STAFF, commune=enrolment.commune)


@pytest.fixture
def given(enrolment, office):
    return opened([enrolment], by=office).returns.get()


@pytest.fixture
def coordinator(client, office):
    client.force_login(office)
    return client


def opened(runs, *, by, **kwargs):
    values = {"name": "Đợt rà soát quý III", "opens_on": OPENS, "closes_on": CLOSES} | kwargs
    return review_actions.open_round(runs[0].commune.area, runs, by=by, **values)


def another(enrolment, slug, **kwargs):
    commune = make_commune(name=slug, slug=slug, code=slug, area=enrolment.commune.area)
    return make_enrolment(commune=commune, criteria_set=enrolment.criteria_set, **kwargs)


def typed(**changes):
    values = {
        "name": "Quý III",
        "opens_on": "10/09/2020",
        "closes_on": "20/09/2020",
        "communes": ["ky-lac"],
    }
    return values | changes


def errors(response):
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def own_word(status, result=Result.MET, *, by):
    found = finding(result, on=TODAY, level=Level.COMMUNE)
    return assessment_actions.assess(status, found, by=by)


def confirm_all(given, *, by):
    review_actions.confirm(given, given.enrolment.statuses.all(), by=by)


# Opening


def test_the_coordinator_opens_a_round(coordinator, enrolment, office, head, staff):
    response = coordinator.post("/rounds/new/", typed(name="  Quý III "))

    made = Round.objects.get()
    assert (response.status_code, response.url) == (302, f"/rounds/{made.pk}/")
    assert (made.area, made.number, made.name) == (enrolment.commune.area, 1, "Quý III")
    assert (made.opens_on, made.closes_on, made.opened_by) == (OPENS, CLOSES, office)
    assert [r.enrolment for r in made.returns.all()] == [enrolment]
    told = Notice.objects.all()
    assert {notice.user for notice in told} == {head, staff}
    assert {notice.address for notice in told} == {response.url}
    assert "Quý III" in told[0].text
    assert "20/09/2020" in told[0].text
    assert "Quý III" in str(coordinator.get(response.url).context["messages"]._loaded_data[0])


def test_the_form_offers_every_commune_that_runs_at_the_set(coordinator, enrolment):
    another(enrolment, "lam-hop")
    another(enrolment, "ky-tay", opened_on=dt.date(2020, 9, 16))

    page = read(coordinator, "/rounds/new/")

    boxes = page.find("input", name="communes")
    assert {box["value"] for box in boxes if "checked" in box.attrs} == {"ky-lac", "lam-hop"}


def test_a_round_takes_the_next_number_of_its_area(enrolment, office):
    there = make_area(code="446", name="Cẩm Xuyên")
    far = make_enrolment(
        commune=make_commune(area=there, slug="cam-my", code="1", name="Cẩm Mỹ"),
        criteria_set=enrolment.criteria_set,
    )

    runs = {"Quý III": enrolment, "Quý IV": enrolment, "Quý III, huyện khác": far}
    numbers = [opened([run], by=office, name=name).number for name, run in runs.items()]

    assert numbers == [1, 2, 1]


def test_a_round_sent_twice_is_opened_once(enrolment, office):
    opened([enrolment], by=office)

    with pytest.raises(ValidationError) as refused:
        opened([enrolment], by=office)

    assert list(refused.value.error_dict) == ["name"]
    assert Round.objects.count() == 1


def test_a_round_is_not_closed_before_it_opens(enrolment, office):
    made = opened([enrolment], by=office, opens_on=CLOSES, closes_on=CLOSES)

    with pytest.raises(ValidationError):
        review_actions.close(made, by=office)

    assert Round.objects.get().closed_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"opens_on": "hôm nay"}, "opens_on"),
        ({"opens_on": "01/01/0001"}, "opens_on"),
        ({"opens_on": "30/11/2016"}, "opens_on"),
        ({"closes_on": ""}, "closes_on"),
        ({"closes_on": "09/09/2020"}, "closes_on"),
        ({"opens_on": "01/09/2020", "closes_on": "14/09/2020"}, "closes_on"),
        ({"communes": []}, "communes"),
        ({"communes": ["cam-my"]}, "communes"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(coordinator, enrolment, changes, field):
    response = coordinator.post("/rounds/new/", typed(**changes))

    assert list(errors(response)) == [field]
    assert not Round.objects.exists()
    assert not Notice.objects.exists()
    if field != "name":
        assert 'value="Quý III"' in response.content.decode()


def test_another_set_or_area_is_named_in_the_address(coordinator, enrolment):
    higher = make_set(code="nang-cao")
    make_enrolment(commune=enrolment.commune, criteria_set=higher)

    coordinator.post("/rounds/new/?set=nang-cao", typed())

    assert RoundReturn.objects.get().enrolment.criteria_set == higher
    for query in ("?set=khong-co", "?area=99999"):
        assert coordinator.get(f"/rounds/new/{query}").status_code == 404


def test_one_round_looks_over_one_set(enrolment, office):
    other = make_enrolment(commune=enrolment.commune, criteria_set=make_set(code="nang-cao"))

    with pytest.raises(ValidationError) as refusal:
        opened([enrolment, other], by=office)

    assert list(refusal.value.error_dict) == ["communes"]
    assert not Round.objects.exists()


# Confirming


@pytest.mark.parametrize("who", ["head", "staff"])
def test_the_commune_confirms_several_cells_at_once(client, given, request, who):
    user = request.getfixturevalue(who)
    client.force_login(user)
    address = f"/rounds/{given.round_id}/ky-lac/"

    response = client.post(f"{address}confirm/", {"criteria": ["1", "3"]})

    assert (response.status_code, response.url) == (302, address)
    checks = RoundCheck.objects.select_related("status__criterion")
    assert [check.status.criterion.number for check in checks] == [1, 3]
    assert {check.confirmed_by for check in checks} == {user}
    page = read(client, address)
    assert [box["value"] for box in page.find("input", name="criteria")] == ["2"]


def test_to_confirm_twice_is_to_confirm_once(given, head):
    statuses = list(given.enrolment.statuses.all())

    assert review_actions.confirm(given, statuses[:2], by=head) == 2
    assert review_actions.confirm(given, statuses, by=head) == 1
    assert RoundCheck.objects.count() == 3


@pytest.mark.parametrize("ticked", [[], ["9"], ["x"], ["1", "9"], [str(10**30)]])
def test_what_is_no_criterion_is_not_confirmed(client, given, head, ticked):
    client.force_login(head)

    response = client.post(f"/rounds/{given.round_id}/ky-lac/confirm/", {"criteria": ticked})

    assert list(errors(response)) == ["criteria"]
    assert not RoundCheck.objects.exists()
    ticks = [b["value"] for b in Page(response).find("input", name="criteria", checked=True)]
    assert ticks == [number for number in ticked if number == "1"]


def test_a_cell_of_another_commune_is_left_alone(given, head):
    near = another(given.enrolment, "lam-hop")

    assert review_actions.confirm(given, near.statuses.all(), by=head) == 0


def test_before_it_opens_a_round_takes_nothing(client, enrolment, office, head):
    found = opened([enrolment], by=office, opens_on=dt.date(2020, 9, 16))
    client.force_login(head)

    response = client.post(f"/rounds/{found.pk}/ky-lac/confirm/", {"criteria": ["1"]})

    assert "16/09/2020" in errors(response)["__all__"][0]
    assert not RoundCheck.objects.exists()
    page = read(client, f"/rounds/{found.pk}/ky-lac/")
    assert not page.find("input", name="criteria")


# Submitting


def test_a_return_is_submitted_when_everything_is_confirmed_or_updated(client, given, head):
    review_actions.confirm(given, [cell(given.enrolment, 1), cell(given.enrolment, 2)], by=head)
    own_word(cell(given.enrolment, 3), by=head)
    client.force_login(head)
    address = f"/rounds/{given.round_id}/ky-lac/"

    assert f"{address}submit/" in read(client, address).html
    response = client.post(f"{address}submit/")

    assert (response.status_code, response.url) == (302, address)
    given.refresh_from_db()
    assert given.submitted_by == head
    assert clock.local_day(given.submitted_at) == TODAY
    page = read(client, f"/rounds/{given.round_id}/")
    assert page.one("tr", data_return="ky-lac").text.count("3/3") == 1
    assert page.figures[:2] == ["1/1", "0"]


def test_the_criteria_left_are_named(client, given, head):
    review_actions.confirm(given, [cell(given.enrolment, 2)], by=head)
    client.force_login(head)

    response = client.post(f"/rounds/{given.round_id}/ky-lac/submit/")

    (said,) = errors(response)["__all__"]
    assert "1 Tiêu chí 1; 3 Tiêu chí 3" in said
    given.refresh_from_db()
    assert given.submitted_at is None
    assert (
        f"/rounds/{given.round_id}/ky-lac/submit/"
        not in read(client, f"/rounds/{given.round_id}/ky-lac/").html
    )


def test_what_updates_a_cell(given, head):
    status = cell(given.enrolment, 1)
    indicator = Indicator.objects.create(criterion=status.criterion, code="1.1", kind="number")
    before, now = clock.at(dt.date(2020, 9, 9), 23), clock.at(OPENS, 0)
    drafted = {"status": status, "drafted_at": before, "drafted_by": head, "result": "met"}

    def left():
        return [criterion.number for criterion in review_queries.still_open(given)]

    def measure(at, level=Level.COMMUNE):
        return Measurement.objects.create(
            enrolment=given.enrolment, indicator=indicator, level=level, number=1,
            measured_on=OPENS, recorded_at=at, recorded_by=head,
        )  # fmt: skip

    measure(before)
    measure(now, Level.DISTRICT)
    assessment_actions.assess(status, finding(on=OPENS), by=head, at=now)
    claim = Claim.objects.create(**drafted)
    assert left() == [1, 2, 3]

    claim.state, claim.submitted_at, claim.submitted_by = "submitted", now, head
    claim.save()
    assert left() == [2, 3]

    claim.delete()
    measure(now)
    assert left() == [2, 3]


def test_a_word_of_before_the_round_is_no_update(given, head):
    found = finding(on=OPENS, level=Level.COMMUNE)
    assessment_actions.assess(
        cell(given.enrolment), found, by=head, at=clock.at(dt.date(2020, 9, 9), 23)
    )

    assert len(review_queries.still_open(given)) == 3


def test_a_return_is_submitted_once(client, given, head):
    confirm_all(given, by=head)
    client.force_login(head)
    client.post(f"/rounds/{given.round_id}/ky-lac/submit/")
    first = RoundReturn.objects.get().submitted_at

    assert errors(client.post(f"/rounds/{given.round_id}/ky-lac/submit/"))["__all__"]
    response = client.post(f"/rounds/{given.round_id}/ky-lac/confirm/", {"criteria": ["1"]})
    assert errors(response)["__all__"]
    assert RoundReturn.objects.get().submitted_at == first


def test_staff_confirm_and_do_not_submit(client, given, staff):
    confirm_all(given, by=staff)
    client.force_login(staff)

    assert client.post(f"/rounds/{given.round_id}/ky-lac/submit/").status_code == 403
    page = read(client, f"/rounds/{given.round_id}/ky-lac/")
    assert f"/rounds/{given.round_id}/ky-lac/submit/" not in page.html


# Closing


def test_closing_keeps_where_each_commune_stands(coordinator, given, office, head):
    enrolment = given.enrolment
    assessment_actions.assess(cell(enrolment, 1), finding(Result.NEARLY), by=office)
    own_word(cell(enrolment, 1), by=head)
    own_word(cell(enrolment, 2), Result.NOT_MET, by=head)
    wrong = own_word(cell(enrolment, 3), by=head)
    assessment_actions.correct(wrong, None, reason="Nhầm", by=head)
    another(enrolment, "lam-hop")
    address = f"/rounds/{given.round_id}/"

    assert (
        "Kỳ Lạc" in read(coordinator, f"{address}close/").one("p", class_="msg msg-warn fld").text
    )
    response = coordinator.post(f"{address}close/")

    assert (response.status_code, response.url) == (302, address)
    given.refresh_from_db()
    assert (given.results, given.own_results) == ("n..", "mx.")
    found = Round.objects.get()
    assert (clock.local_day(found.closed_at), found.closed_by) == (TODAY, office)
    page = read(coordinator, address)
    assert page.figures[:2] == ["0/1", "1"]
    assert page.results("ky-lac") == {1: "nearly", 2: "not_assessed", 3: "not_assessed"}
    own = read(coordinator, address, view="own")
    assert own.results("ky-lac") == {1: "met", 2: "not_met", 3: "not_assessed"}


def test_what_is_kept_does_not_change(coordinator, given, office):
    review_actions.close(given.round, by=office)
    assessment_actions.assess(cell(given.enrolment), finding(on=TODAY), by=office)

    page = read(coordinator, f"/rounds/{given.round_id}/")

    assert page.results("ky-lac")[1] == "not_assessed"


def test_a_round_is_closed_once_and_takes_no_returns(coordinator, client, given, office, head):
    confirm_all(given, by=head)
    review_actions.close(given.round, by=office)
    closed_at = Round.objects.get().closed_at

    assert errors(coordinator.post(f"/rounds/{given.round_id}/close/"))["__all__"]
    assert Round.objects.get().closed_at == closed_at
    client.force_login(head)
    for verb, data in (("confirm", {"criteria": ["1"]}), ("submit", {})):
        response = client.post(f"/rounds/{given.round_id}/ky-lac/{verb}/", data)
        assert errors(response)["__all__"]
    given.refresh_from_db()
    assert given.submitted_at is None


def test_a_closed_round_is_compared_with_the_one_before(coordinator, enrolment, office):
    for result, name in ((Result.NOT_MET, "I"), (Result.MET, "II"), (Result.MET, "III")):
        assessment_actions.assess(cell(enrolment), finding(result, on=TODAY), by=office)
        last = opened([enrolment], by=office, name=name)
        review_actions.close(last, by=office)
    still_running = opened([enrolment], by=office, name="IV")
    address = f"/rounds/{last.pk}/"

    usual, first = read(coordinator, address), read(coordinator, address, against=1)
    second = read(coordinator, f"/rounds/{Round.objects.get(name='II').pk}/")

    assert usual.changed("ky-lac") == []
    assert first.changed("ky-lac") == [1]
    assert "▲1" in first.row("ky-lac").text
    assert second.changed("ky-lac") == [1]
    assert usual.problems == []
    for wrong in (still_running.number, 3, 99, "x"):
        page = read(coordinator, address, against=wrong)
        assert (len(page.problems), page.changed("ky-lac")) == (1, [])


def test_who_is_late(coordinator, given, office, head):
    Round.objects.update(closes_on=dt.date(2020, 9, 12))
    another(given.enrolment, "lam-hop")

    page = read(coordinator, f"/rounds/{given.round_id}/")
    assert page.figures[:2] == ["0/1", "1"]
    assert _("Late by %(days)s days") % {"days": 3} in page.one("tr", data_return="ky-lac").text

    confirm_all(given, by=head)
    review_actions.submit_return(given, by=head)
    page = read(coordinator, f"/rounds/{given.round_id}/")
    assert page.figures[:2] == ["1/1", "0"]
    late = _("Submitted %(days)s days late") % {"days": 3}
    assert late in page.one("tr", data_return="ky-lac").text


def test_a_round_that_waits_is_listed(coordinator, given):
    page = read(coordinator, "/rounds/")

    row = page.one("tr", data_round="1")
    assert "0/1" in row.text
    assert f"/rounds/{given.round_id}/" in page.links


@pytest.mark.parametrize("closed", [False, True])
def test_thirty_communes_cost_as_many_queries_as_one(client, enrolment, office, closed):
    runs = [enrolment]
    review_actions.close(opened(runs, by=office, name="Đợt trước"), by=office)
    asked = []
    for count in (1, 30):
        runs += [another(enrolment, f"xa-{n}") for n in range(len(runs), count)]
        found = opened(runs, by=office, name=f"{count}")
        confirm_all(found.returns.first(), by=office)
        if closed:
            review_actions.close(found, by=office)
        client.force_login(office)
        for address in ("/rounds/", f"/rounds/{found.pk}/", f"/rounds/{found.pk}/ky-lac/"):
            with CaptureQueriesContext(connection) as queries:
                read(client, address)
            asked.append((address.count("/"), len(queries)))

    assert asked[:3] == asked[3:]
    assert max(number for _, number in asked) <= 20


def test_what_waits_for_a_commune_names_the_round(client, enrolment, office):
    made = opened([enrolment], by=office)
    client.force_login(make_user(role=Role.COMMUNE_STAFF, commune=enrolment.commune))

    assert f"/rounds/{made.pk}/{enrolment.commune.slug}/" in read(client, "/me/").links
    made.returns.update(submitted_at=clock.now(), submitted_by=office)
    assert f"/rounds/{made.pk}/{enrolment.commune.slug}/" not in read(client, "/me/").links


# Frozen figures, and what came too late for them


@pytest.fixture
def closed(enrolment, given, office, head):
    """A round that closed with the first criterion met, by its own word the second too."""
    assessment_actions.assess(cell(enrolment), finding(on=OPENS), by=office)
    own_word(cell(enrolment, 2), by=head)
    review_actions.close(given.round, by=office)
    given.refresh_from_db()
    return given


def test_the_page_of_a_commune_shows_what_a_closed_round_froze(
    coordinator, enrolment, closed, office
):
    assessment_actions.assess(cell(enrolment, 2), finding(on=TODAY), by=office)

    page = read(coordinator, "/communes/ky-lac/")

    row = page.one("tr", data_round="1")
    figures = [cell.text for cell in page.find("td", inside=row)]
    assert figures == [f"1/3 {_('Own view')}: 1/3", "2/3", "2"]
    assert page.find("a", inside=row)[0]["href"] == closed.get_absolute_url()


def test_a_commune_shows_no_round_before_it_closed(coordinator, enrolment, closed):
    assert not read(coordinator, "/communes/ky-lac/", as_of="2020-09-14").find(data_round=True)
    assert not read(coordinator, "/communes/ky-lac/", known="2020-09-14").find(data_round=True)


def test_the_return_of_a_closed_round_keeps_what_was_frozen(coordinator, enrolment, closed, office):
    assessment_actions.assess(cell(enrolment, 2), finding(on=TODAY), by=office)

    page = read(coordinator, closed.get_absolute_url())

    rows = page.find("tr", data_frozen=True)
    assert [row["data-frozen"] for row in rows] == ["met", "not_assessed", "not_assessed"]
    assert [row["data-result"] for row in rows] == ["met", "met", "not_assessed"]
    changed = [_("changed since closing") in row.text for row in rows]
    assert changed == [False, True, False]


@pytest.mark.parametrize(
    ("day", "is_late"),
    [
        (OPENS, True),
        (TODAY, True),
        (OPENS - dt.timedelta(days=1), False),
    ],
)
@pytest.mark.parametrize(
    "address",
    [
        "/communes/ky-lac/",
        "/communes/ky-lac/history/",
        "/communes/ky-lac/criteria/3/",
        "/communes/ky-lac/criteria/3/history/",
    ],
)
def test_an_entry_of_a_frozen_day_is_marked_as_late(
    coordinator, enrolment, closed, office, address, day, is_late
):
    assessment_actions.assess(cell(enrolment, 3), finding(on=day), by=office)

    said = _("after round %(number)s closed") % {"number": 1}
    assert (said in read(coordinator, address).one("section", id="history").text) == is_late


def test_a_value_of_a_frozen_day_is_marked_as_late(coordinator, enrolment, closed, office):
    indicator = Indicator.objects.create(
        criterion=cell(enrolment).criterion, code="1.1", text="Số nhà", kind="number"
    )
    Measurement.objects.create(
        enrolment=enrolment, indicator=indicator, number=7, measured_on=TODAY,
        level=Level.COMMUNE, recorded_by=office, recorded_at=clock.now(),
    )  # fmt: skip

    page = read(coordinator, "/communes/ky-lac/criteria/1/history/")

    said = _("after round %(number)s closed") % {"number": 1}
    values = [event.text for event in page.find("li", data_kind="measurement")]
    assert [said in text for text in values] == [True]


def test_what_was_entered_before_the_closing_is_not_late(coordinator, enrolment, closed):
    page = read(coordinator, "/communes/ky-lac/criteria/1/history/")

    assert _("after round %(number)s closed") % {"number": 1} not in page.html


def test_a_commune_outside_of_the_round_is_never_late(coordinator, enrolment, closed, office):
    other = another(enrolment, "ky-bac")
    assessment_actions.assess(cell(other, 3), finding(on=TODAY), by=office)

    page = read(coordinator, "/communes/ky-bac/")

    assert not page.find(data_round=True)
    assert _("after round %(number)s closed") % {"number": 1} not in page.html
