import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _
from zeal import zeal_ignore

from accounts.access import access_of
from accounts.models import Role
from criteria import permissions
from criteria.assessments import actions as assessment_actions
from criteria.assessments import bulk as assessment_bulk
from criteria.models import Assessment, Basis, Level, Responsibility, Result, Standing
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
URL = "/criteria/1/assess/"
OF_COMMUNE = "/communes/ky-lac/assess/"
WHY = "Minh chứng lưu tại phòng"


@pytest.fixture
def criteria_set():
    return make_set()


@pytest.fixture
def runs(criteria_set):
    """Three communes of Kỳ Anh at the set."""
    names = {"ky-lac": "Kỳ Lạc", "ky-tay": "Kỳ Tây", "lam-hop": "Lâm Hợp"}
    return [
        make_enrolment(
            commune=make_commune(name=name, slug=slug, code=f"1884{n}"), criteria_set=criteria_set
        )
        for n, (slug, name) in enumerate(names.items())
    ]


@pytest.fixture
def leader(client, runs):
    return signed_in(client, Role.LEADER, area=make_area())


def signed_in(client, role=None, **place):
    user = make_user(role=role, **place)
    client.force_login(user)
    return user


def send(client, url, data):
    """Each cell goes through the verb of one cell: what is written may ask once a row."""
    with zeal_ignore():
        return client.post(url, data)


def head(**changes):
    values = {
        "assessed_on": "15/09/2020",
        "basis": "verification",
        "basis_text": "",
        "decided_by": "",
    }
    return values | changes


def row(status, result="", **changes):
    values = {"result": result, "version": str(status.version), "percent": "", "reason": ""}
    if result == "met":
        values["no_evidence_reason"] = WHY
    return {f"c{status.pk}-{name}": value for name, value in (values | changes).items()}


def rows(runs, *results, number=1):
    sent = {}
    for enrolment, result in zip(runs, results, strict=False):
        sent |= row(cell(enrolment, number), result)
    return sent


def problems(response):
    """What is wrong, by the commune's or the criterion's row; "" is the head."""
    assert response.status_code == 200
    form = response.context["form"]
    found = {
        (r.commune.slug, r.criterion.number): {n: list(e) for n, e in r.form.errors.items()}
        for r in form.rows
        if r.form and r.form.errors
    }
    if form.head.errors:
        found[""] = {name: list(errors) for name, errors in form.head.errors.items()}
    return found


def fields_of(page):
    """What the preview would send with its buttons."""
    hidden = page.find("input", type="hidden", name=True)
    return {e["name"]: e["value"] for e in hidden if e["name"] != "csrfmiddlewaretoken"}


# What is written


def test_a_leader_sees_what_will_change_and_then_records_it(client, runs, leader):
    assessment_actions.assess(cell(runs[0]), finding(Result.NOT_MET), by=leader)
    sent = head(decided_by="Trần Đình Gia", **rows(runs, "met", "nearly"))

    page = Page(send(client, URL, sent))

    assert [
        (e["data-commune"], e["data-result"], e["data-after"])
        for e in page.find("tr", data_after=True)
    ] == [
        ("ky-lac", "not_met", "met"),
        ("ky-tay", "not_assessed", "nearly"),
    ]
    assert Assessment.objects.count() == 1

    response = send(client, URL, fields_of(page) | {"confirm": "1"})

    assert (response.status_code, response.url) == (302, "/criteria/1/")
    written = Assessment.objects.exclude(result="not_met").order_by("pk")
    assert [(a.status, a.result, a.level) for a in written] == [
        (cell(runs[0]), "met", Level.DISTRICT),
        (cell(runs[1]), "nearly", Level.DISTRICT),
    ]
    assert {(a.recorded_by, a.decided_by, a.assessed_on) for a in written} == {
        (leader, "Trần Đình Gia", clock.today())
    }
    assert written[0].no_evidence_reason == WHY
    assert [cell(run).result for run in runs] == ["met", "nearly", "not_assessed"]


def test_one_commune_at_every_criterion(client, runs, leader):
    sent = head(basis="session", basis_text="Buổi làm việc ngày 08/09/2020")
    for number, result in ((1, "met"), (2, "not_met"), (3, "")):
        sent |= row(cell(runs[0], number), result)

    response = send(client, OF_COMMUNE, sent | {"confirm": "1"})

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/")
    assert Standing.objects.get().results == "mx."
    assert set(Assessment.objects.values_list("basis", flat=True)) == {Basis.SESSION}
    (said,) = client.get(OF_COMMUNE).context["messages"]
    assert "2" in str(said)


def test_what_was_typed_can_be_changed_after_the_preview(client, runs, leader):
    sent = head(**rows(runs, "met"))

    page = Page(send(client, URL, sent | {"edit": "1"}))

    status = cell(runs[0])
    select = page.one("select", name=f"c{status.pk}-result")
    (chosen,) = page.find("option", inside=select, selected=True)
    assert chosen["value"] == "met"
    assert page.one("input", name=f"c{status.pk}-no_evidence_reason")["value"] == WHY
    assert not Assessment.objects.exists()


def test_the_preview_names_the_past_days_that_will_differ(client, runs, leader):
    for run in runs[:2]:
        assessment_actions.assess(cell(run, 2), finding(on=dt.date(2020, 9, 8)), by=leader)

    page = Page(send(client, URL, head(assessed_on="07/09/2020", **rows(runs, "met", "met"))))
    send(client, URL, fields_of(page) | {"confirm": "1"})

    days = {"days": "07/09/2020 – 14/09/2020", "count": 2}
    said = _("Past days that will differ: %(days)s; communes with other figures: %(count)s.")
    assert said % days in page.problems[0]
    (told,) = client.get(URL).context["messages"]
    said = _("Past days changed: %(days)s; communes with other figures: %(count)s.")
    assert said % days in str(told)


def test_a_result_under_a_later_one_is_told(client, runs, leader):
    assessment_actions.assess(cell(runs[0]), finding(Result.NOT_MET), by=leader)

    page = Page(send(client, URL, head(assessed_on="07/09/2020", **rows(runs, "met"))))

    assert page.one("tr", data_after=True)["data-after"] == "not_met"
    assert _("A later result stands over it.") in page.html


def test_an_agency_assesses_what_it_alone_answers_for(client, runs, criteria_set):
    criteria = {c.number: c for c in criteria_set.criteria.all()}
    agency = make_agency(criteria=[criteria[1], criteria[2]])
    second = make_agency(key="phong-yte", name="Phòng Y tế")
    Responsibility.objects.create(agency=second, criterion=criteria[2])
    officer = signed_in(client, Role.AGENCY_OFFICER, agency=agency)

    page = Page(client.get(OF_COMMUNE))
    sent = head(**rows(runs, "met")) | {"confirm": "1"}

    assert len(page.find("tr", data_result=True)) == 3
    assert len(page.find("select", name=True)) - len(page.find("select", name="basis")) == 1
    assert send(client, OF_COMMUNE, sent).status_code == 302
    assert Assessment.objects.get().recorded_by == officer
    assert client.get(URL).status_code == 200
    assert client.get("/criteria/2/assess/").status_code == 403
    answering = {n: Responsibility.objects.filter(criterion__number=n) for n in (1, 2, 3)}
    access = access_of(officer, clock.today())
    opened = [n for n, rows in answering.items() if permissions.may_assess_somewhere(access, rows)]
    assert opened == [1]
    assert (
        send(client, "/criteria/2/assess/", head(**rows(runs, "met", number=2))).status_code == 403
    )


def test_a_row_that_is_not_one_s_own_is_never_written(client, runs, criteria_set):
    agency = make_agency(criteria=[criteria_set.criteria.get(number=1)])
    signed_in(client, Role.AGENCY_OFFICER, agency=agency)
    sent = head(**row(cell(runs[0], 1), "met"), **row(cell(runs[0], 2), "met"), confirm="1")

    send(client, OF_COMMUNE, sent)

    assert [a.status for a in Assessment.objects.all()] == [cell(runs[0], 1)]


def test_a_coordinator_names_for_whom_and_by_which_document(client, runs):
    agency = make_agency()
    signed_in(client, Role.COORDINATOR, area=make_area())
    sent = rows(runs, "met", "nearly")

    assert problems(send(client, URL, head(level="2", **sent)))[""].keys() == {
        "on_behalf_of",
        "document_number",
    }
    sent |= head(level="2", on_behalf_of=agency.pk, document_number="15/BC-VHTT")
    send(client, URL, sent | {"confirm": "1"})

    assert set(Assessment.objects.values_list("level", "on_behalf_of", "document_number")) == {
        (Level.DISTRICT, agency.pk, "15/BC-VHTT")
    }


def test_an_agency_speaks_for_its_own_area_only(client, runs, criteria_set):
    there = make_area(code="446", name="Cẩm Xuyên")
    far = make_commune(area=there, name="Cẩm Mỹ", slug="cam-my", code="18800")
    far_run = make_enrolment(commune=far, criteria_set=criteria_set)
    agency = make_agency()
    user = signed_in(client, Role.COORDINATOR, area=make_area())
    user.memberships.create(role=Role.COORDINATOR, area=there, from_on=dt.date(2016, 1, 1))
    sent = head(level="2", on_behalf_of=agency.pk, document_number="1")
    sent |= rows([*runs, far_run], "", "", "", "met")

    assert problems(send(client, URL, sent)) == {
        ("cam-my", 1): {"__all__": [_("The agency is of another area.")]}
    }
    assert not Assessment.objects.exists()


def test_who_leads_one_area_records_no_provincial_result_there(client, runs, criteria_set):
    there = make_area(code="446", name="Cẩm Xuyên")
    far = make_commune(area=there, name="Cẩm Mỹ", slug="cam-my", code="18800")
    far_run = make_enrolment(commune=far, criteria_set=criteria_set)
    user = signed_in(client, Role.COORDINATOR, area=make_area())
    user.memberships.create(role=Role.LEADER, area=there, from_on=dt.date(2016, 1, 1))
    sent = head(level="3", decided_by="Tỉnh", document_number="1")
    sent |= rows([*runs, far_run], "", "", "", "met")

    assert problems(send(client, URL, sent | {"confirm": "1"})).keys() == {("cam-my", 1)}
    assert not Assessment.objects.exists()


def test_every_row_opens_blank(client, runs, leader):
    page = Page(client.get(URL))

    for run in runs:
        select = page.one("select", name=f"c{cell(run).pk}-result")
        values = [o["value"] for o in page.find("option", inside=select)]
        assert values == ["", "met", "nearly", "not_met", "not_applicable"]
        chosen = [o["value"] for o in page.find("option", inside=select, selected=True)]
        assert chosen in ([], [""])


# Bad input


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"assessed_on": ""}, "assessed_on"),
        ({"assessed_on": "31/02/2020"}, "assessed_on"),
        ({"basis": "self"}, "basis"),
        ({"basis": "session"}, "basis_text"),
        ({"basis_text": "đ" * 501}, "basis_text"),
        ({"decided_by": "a\x00b"}, "decided_by"),
    ],
)
def test_what_is_wrong_at_the_head_is_told_there(client, runs, leader, changes, field):
    sent = head(**rows(runs, "met")) | changes

    assert list(problems(send(client, URL, sent))[""]) == [field]
    assert list(problems(send(client, URL, sent | {"confirm": "1"}))[""]) == [field]
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"result": "superb"}, "result"),
        ({"result": "not_assessed"}, "result"),
        ({"result": "not_applicable"}, "reason"),
        ({"result": "", "percent": "90"}, "result"),
        ({"result": "", "reason": "x"}, "result"),
        ({"percent": "120"}, "percent"),
        ({"percent": "abc"}, "percent"),
        ({"percent": "7\x00"}, "percent"),
        ({"reason": "đ" * 2001}, "reason"),
        ({"no_evidence_reason": "đ" * 2001}, "no_evidence_reason"),
        ({"version": ""}, "__all__"),
        ({"version": "mới"}, "__all__"),
    ],
)
def test_what_is_wrong_in_a_row_is_told_beside_it(client, runs, leader, changes, field):
    values = {"result": "met", "no_evidence_reason": WHY} | changes
    sent = head(**rows(runs, "met", "met")) | row(cell(runs[2]), **values)

    found = problems(send(client, URL, sent | {"confirm": "1"}))

    assert {place: list(errors) for place, errors in found.items()} == {("lam-hop", 1): [field]}
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_all_that_is_wrong_is_told_at_once(client, runs, leader, confirm):
    bare = row(cell(runs[0]), "met", no_evidence_reason="")
    other = row(cell(runs[1]), "not_met", percent="120")
    sent = head(basis="session") | bare | other | row(cell(runs[2]), "not_met")

    found = problems(send(client, URL, sent | confirm))

    assert {place: list(errors) for place, errors in found.items()} == {
        "": ["basis_text"],
        ("ky-lac", 1): ["no_evidence_reason"],
        ("ky-tay", 1): ["percent"],
    }
    assert not Assessment.objects.exists()


def test_what_was_typed_comes_back(client, runs, leader):
    status = cell(runs[0])
    sent = head(**row(status, "met", percent="120", reason='<b>"Chưa rõ"</b>'))

    page = Page(send(client, URL, sent))

    assert page.one("input", name=f"c{status.pk}-percent")["value"] == "120"
    assert page.one("input", name=f"c{status.pk}-reason")["value"] == '<b>"Chưa rõ"</b>'


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_met_needs_evidence_or_a_reason_in_each_row(client, runs, leader, confirm):
    bare = row(cell(runs[1]), "met", no_evidence_reason="")
    sent = head(**rows(runs, "met")) | bare | row(cell(runs[2]), "not_met")

    found = problems(send(client, URL, sent | confirm))

    assert {place: list(errors) for place, errors in found.items()} == {
        ("ky-tay", 1): ["no_evidence_reason"]
    }
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_a_refusal_by_one_cell_writes_none(client, runs, leader, criteria_set, confirm):
    late = make_commune(name="Kỳ Bắc", slug="ky-bac", code="18899")
    late_run = make_enrolment(
        commune=late, criteria_set=criteria_set, opened_on=dt.date(2020, 9, 10)
    )
    sent = head(assessed_on="08/09/2020", **rows([*runs, late_run], "met", "met", "met", "met"))

    found = problems(send(client, URL, sent | confirm))

    assert found.keys() == {("ky-bac", 1)}
    assert "10/09/2020" in found["ky-bac", 1]["__all__"][0]
    assert not Assessment.objects.exists()
    assert {cell(run).version for run in runs} == {0}


def test_a_day_to_come_is_refused(client, runs, leader):
    found = problems(send(client, URL, head(assessed_on="16/09/2020", **rows(runs, "met"))))

    assert "16/09/2020" in found["ky-lac", 1]["__all__"][0]


def test_nothing_chosen_is_nothing_to_record(client, runs, leader):
    assert problems(send(client, URL, head(**rows(runs, "", "", "")))).keys() == {""}
    assert problems(send(client, URL, {})).keys() == {""}


# Two writers


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_the_second_of_two_writers_is_told_beside_the_row(client, runs, leader, confirm):
    sent = head(**rows(runs, "met", "met"))
    other = make_user()
    theirs = finding(Result.NOT_MET, clock.today(), reason="Còn thiếu 2 km")
    assessment_actions.assess(cell(runs[1]), theirs, by=other)

    response = send(client, URL, sent | confirm)

    assert response.status_code == 409
    assert Assessment.objects.count() == 1
    html = response.content.decode()
    assert other.full_name in html
    assert "Còn thiếu 2 km" in html
    form = response.context["form"]
    assert [f.status.enrolment.commune.slug for f in form.conflicts] == ["ky-tay"]
    again = dict(form.sent) | {"confirm": "1"}
    assert send(client, URL, again).status_code == 302
    assert Assessment.objects.count() == 3


# Who, where, how much


def test_a_set_that_nobody_runs_at_is_not_there(client, runs, leader):
    make_set(code="khac")

    for query in ("?set=khac", "?set=khong-co"):
        assert client.get(URL + query).status_code == 404
        assert client.get(OF_COMMUNE + query).status_code == 404
    assert client.get(URL + "?set=ntm").status_code == 200
    assert client.get("/criteria/4/assess/").status_code == 404
    assert client.get(f"/criteria/{10**30}/assess/").status_code == 404


def test_only_communes_within_reach_are_shown(client, runs, criteria_set):
    there = make_area(code="446", name="Cẩm Xuyên")
    far = make_commune(area=there, name="Cẩm Mỹ", slug="cam-my", code="18800")
    far_run = make_enrolment(commune=far, criteria_set=criteria_set)
    signed_in(client, Role.LEADER, area=make_area())

    page = Page(client.get(URL))
    send(client, URL, head(**row(cell(far_run), "met"), confirm="1"))

    assert page.slugs == ["ky-lac", "ky-tay", "lam-hop"]
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("role", [Role.LEADER, Role.COORDINATOR, Role.AGENCY_OFFICER])
def test_the_same_queries_for_one_and_for_many(client, criteria_set, role):
    agency = make_agency(criteria=criteria_set.criteria.all())
    place = {"agency": agency} if role == Role.AGENCY_OFFICER else {"area": make_area()}
    make_enrolment(criteria_set=criteria_set)
    signed_in(client, role, **place)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert client.get(URL).status_code == 200
    for n in range(60):
        commune = make_commune(name=f"Xã {n:02}", slug=f"xa-{n}", code=f"2{n:04}")
        make_enrolment(commune=commune, criteria_set=criteria_set)

    with CaptureQueriesContext(connection) as many:
        response = client.get(URL)

    assert len(response.context["form"].rows) == 50
    assert len(many) == len(one) <= 20
    second = client.get(URL, {"page": "2"})
    assert len(second.context["form"].rows) == 11


def test_a_row_stays_though_the_page_moved_under_it(client, criteria_set, leader):
    last = make_commune(name="Xã Z", slug="xa-z", code="29999")
    status = cell(make_enrolment(commune=last, criteria_set=criteria_set))
    for n in range(60):
        commune = make_commune(name=f"Xã {n:02}", slug=f"xa-{n}", code=f"2{n:04}")
        make_enrolment(commune=commune, criteria_set=criteria_set)

    send(client, URL, head(**row(status, "nearly"), confirm="1"))

    assert Assessment.objects.get().status == status


def test_both_verbs_agree(runs):
    """What is rehearsed is what would be written, and leaves nothing behind."""
    by = make_user()
    wanted = [
        assessment_bulk.Wanted(
            cell(run), finding(on=dt.date(2020, 9, 8), no_evidence_reason=WHY), 0
        )
        for run in runs
    ]

    seen = assessment_bulk.rehearse(wanted, by=by)

    assert not Assessment.objects.exists()
    assert not Standing.objects.exists()
    written = assessment_bulk.assess_all(wanted, by=by)
    assert seen.past_days == written.past_days
    assert {pk: a.result for pk, a in seen.heads.items()} == {
        pk: a.result for pk, a in written.heads.items()
    }
    with pytest.raises(assessment_bulk.BulkRefused) as refused:
        assessment_bulk.assess_all(wanted, by=by)
    assert refused.value.problems.keys() == {w.status.pk for w in wanted}
    assert not any(isinstance(p, ValidationError) for p in refused.value.problems.values())
