"""One commune, and the list of communes."""

import datetime as dt

import pytest
from django.utils.translation import gettext as _

from accounts.models import Role, User
from criteria.assessments import actions as assessment_actions
from criteria.assessments.recognition import revoke
from criteria.models import Level, Recognition, Result
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
    recognise_in,
)
from tests.pages import as_person, demo_cell, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
SESSION_ON = dt.date(2020, 9, 8)
LACKS = {"lam-hop": [1, 2, 17, 20], "ky-lac": [1, 2, 6, 8, 10, 13, 15, 17, 18, 20]}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def leader(demo):
    return as_person("lanhdao")


@pytest.fixture
def reader(client, db):
    area = make_area(code="990", name="Thử")
    client.force_login(make_user(role=Role.OBSERVER, area=area))
    return client


def ask(client, slug, **query):
    return read(client, f"/communes/{slug}/", **query)


# The list


def test_the_list_in_the_order_of_names(leader):
    page = read(leader, "/communes/")

    assert len(page.slugs) == 20
    names = [page.find("a", inside=page.row(slug))[0].text for slug in page.slugs]
    assert names[:5] == ["Kỳ Bắc", "Kỳ Châu", "Kỳ Đồng", "Kỳ Giang", "Kỳ Hải"]
    assert names[-1] == "Lâm Hợp"


def test_the_list_s_figures(leader):
    page = read(leader, "/communes/")

    assert "10/20" in page.row("ky-lac").text
    assert "31/12/2020" in page.row("ky-lac").text
    assert "16/20" in page.row("lam-hop").text
    assert "19/19" in page.row("ky-xuan").text
    assert "2017" in page.row("ky-xuan").text
    assert _("not assessed") in page.row("ky-son").text
    assert "0/20" not in page.row("ky-son").text.replace("20/20", "")
    bars = [(bar["value"], bar["max"]) for bar in page.find("progress")]
    assert sorted(bars) == [("10", "20"), ("16", "20"), ("19", "19"), ("20", "20")]


def test_the_list_of_an_earlier_day(leader):
    page = read(leader, "/communes/", as_of="2020-09-07", sort="-met")

    assert len(page.slugs) == 19
    assert page.slugs[:2] == ["ky-giang", "ky-xuan"]
    assert "10/20 " not in page.row("ky-lac").text
    assert _("not assessed") in page.row("ky-lac").text
    assert any("31/12/2017" in problem for problem in page.problems)
    assert all("as_of=2020-09-07" in link for link in page.links if link[:11] == "/communes/k")


def test_the_list_marks_how_much_changed(leader):
    record("ky-lac", 8, Result.MET, TODAY)

    page = read(leader, "/communes/", compare="2020-09-08")

    assert "▲1" in page.row("ky-lac").text
    assert "▲" not in page.row("lam-hop").text


# One commune


@pytest.mark.parametrize(("slug", "met"), [("lam-hop", 16), ("ky-lac", 10)])
@pytest.mark.parametrize("query", [{}, {"as_of": "2020-09-08"}])
def test_the_picture_of_the_session(leader, slug, met, query):
    page = ask(leader, slug, **query)

    assert page.figures[0] == f"{met}/20"
    assert page.lacking() == LACKS[slug]
    assert len(page.results()) == 20
    assert f"còn {20 - met} tiêu chí" in page.one("p", class_="sum").text


def test_a_commune_that_nobody_assessed(leader):
    page = ask(leader, "ky-son")

    assert len(page.figures) == 1
    assert "/" not in page.figures[0]
    assert set(page.results().values()) == {"not_assessed"}
    assert page.find("div", class_="empty")


def test_a_commune_where_a_criterion_does_not_apply(leader):
    page = ask(leader, "ky-xuan")

    assert page.figures[0] == "19/19"
    assert page.results()[7] == "not_applicable"


def test_a_day_before_the_session(leader):
    page = ask(leader, "ky-lac", as_of="2020-09-07")

    assert "/" not in page.figures[0]
    assert set(page.results().values()) == {"not_assessed"}


@pytest.mark.parametrize("day", ["1900-01-01", "2016-11-30"])
def test_a_day_before_the_enrolment(leader, day):
    page = ask(leader, "ky-lac", as_of=day, compare=day, known=day)

    assert set(page.results().values()) <= {"not_assessed"}


@pytest.mark.parametrize("day", ["2020-09-16", "xx", "31/02/2020", "0001-01-01"])
def test_what_is_no_day_is_said_and_today_is_shown(leader, day):
    page = ask(leader, "ky-lac", as_of=day)

    assert page.figures[0] == "10/20"
    assert len(page.problems) == 1


def test_days_as_forms_send_them_lead_to_one_address(leader):
    response = leader.get("/communes/ky-lac/?as_of=08/09/2020&compare=")

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/?as_of=2020-09-08")


def test_a_backdated_entry_and_what_was_known(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))

    assert ask(leader, "ky-lac", as_of="2020-09-09").figures[0] == "10/20"
    assert ask(leader, "ky-lac", as_of="2020-09-10").figures[0] == "11/20"
    assert ask(leader, "ky-lac").figures[0] == "11/20"
    assert ask(leader, "ky-lac", known="2020-09-14").figures[0] == "10/20"
    assert ask(leader, "ky-lac", as_of="2020-09-10", known="2020-09-10").results()[8] == "not_met"


def test_a_correction(leader):
    wrong = record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    assessment_actions.correct(wrong, None, reason="Nhầm xã", by=wrong.recorded_by)

    page = ask(leader, "ky-lac")

    assert page.figures[0] == "10/20"
    assert "Nhầm xã" in page.one("section", id="history").text
    assert page.find("span", class_="gone")


def test_a_correction_of_a_later_day_moves_the_entry(leader):
    wrong = record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    right = finding(Result.MET, dt.date(2020, 9, 12))
    assessment_actions.correct(wrong, right, reason="Sai ngày", by=wrong.recorded_by)

    assert ask(leader, "ky-lac", as_of="2020-09-11").figures[0] == "10/20"
    assert ask(leader, "ky-lac", as_of="2020-09-12").figures[0] == "11/20"


@pytest.mark.parametrize(
    "query",
    [{"compare": "2020-09-08"}, {"as_of": "2020-09-08", "compare": "2020-09-15"}],
    ids=["back", "forward"],
)
def test_compare_marks_what_changed(leader, query):
    record("ky-lac", 8, Result.MET, TODAY)
    record("ky-lac", 3, Result.NEARLY, TODAY)

    page = ask(leader, "ky-lac", **query)

    assert page.changed() == [3, 8]


def test_compare_with_a_day_of_nothing(leader):
    assert ask(leader, "ky-lac", compare="2020-09-07").changed() == list(range(1, 21))


def test_the_own_view_stands_beside_and_not_inside(leader):
    record("ky-lac", 8, Result.MET, TODAY, by="kylac", level=Level.COMMUNE)

    page = ask(leader, "ky-lac")

    assert page.figures[0] == "10/20"
    assert page.results()[8] == "not_met"
    assert str(_("Met")) in page.one("tr", data_criterion="8").text


def test_an_old_figure_is_said_to_be_old(leader):
    record("ky-son", 1, Result.MET, dt.date(2019, 1, 1))

    assert any("01/01/2019" in problem for problem in ask(leader, "ky-son").problems)
    assert not ask(leader, "ky-lac").problems
    # A recognition stands until it is revoked.
    recognise_in(2017)
    assert not ask(leader, "ky-giang").problems


# Recognition


def test_a_recognition_known_only_by_year(leader):
    recognise_in(2017)
    page = ask(leader, "ky-giang")

    assert "năm 2017" in page.one("p", class_="msg msg-ok").text
    assert "31/12/2017" not in page.one("p", class_="msg msg-ok").text
    assert _("Not checked against the document") in page.one("p", class_="msg msg-ok").text
    assert not ask(leader, "ky-giang", as_of="2017-12-30").find("p", class_="msg msg-ok")


def test_a_revoked_recognition_by_day(leader):
    revoke(recognise_in(2017), on=dt.date(2020, 9, 10), decision="9/QĐ-UBND")

    before, after = (ask(leader, "ky-giang", as_of=day) for day in ("2020-09-09", "2020-09-10"))

    assert before.find("p", class_="msg msg-ok")
    assert "9/QĐ-UBND" not in before.html
    assert not after.find("p", class_="msg msg-ok")
    assert "9/QĐ-UBND" in after.one("p", class_="msg msg-err").text
    assert after.figures[0] == "20/20"


def test_a_recognition_that_was_not_known_yet(leader):
    Recognition.objects.create(
        enrolment=demo_cell("ky-tay", 1).enrolment,
        title="Xã đạt chuẩn",
        decided_on=dt.date(2020, 9, 1),
        recorded_by=User.objects.get(username="dieuphoi"),
        recorded_at=clock.now(),
    )

    assert ask(leader, "ky-tay").find("p", class_="msg msg-ok")
    assert not ask(leader, "ky-tay", known="2020-09-14").find("p", class_="msg msg-ok")


def test_only_the_coordinator_is_offered_to_record_a_recognition(demo):
    link = "/communes/ky-lac/recognition/"

    assert link in ask(as_person("dieuphoi"), "ky-lac").links
    assert link not in ask(as_person("dieuphoi"), "ky-lac", as_of="2020-09-08").links
    for username in ("lanhdao", "kylac", "quansat", "quantri", "bhxh"):
        assert link not in ask(as_person(username), "ky-lac").links


# Sets, and the life of a unit


def test_another_set(reader):
    commune = make_commune(slug="thu", name="Thử", code="1", area=make_area(code="990"))
    old = make_enrolment(commune=commune, criteria_set=make_set(size=4))
    new = make_enrolment(
        commune=commune, criteria_set=make_set(code="moi", size=3, valid_from=TODAY)
    )
    by = make_user()
    assessment_actions.assess(cell(old, 1), finding(), by=by)
    assessment_actions.assess(cell(new, 2), finding(), by=by)

    assert ask(reader, "thu").figures[0] == "1/3"
    assert "?set=ntm" in ask(reader, "thu").links
    other = ask(reader, "thu", set="ntm")
    assert other.figures[0] == "1/4"
    assert other.results()[1] == "met"
    assert "/communes/thu/criteria/1/?set=ntm" in other.links
    for code in ("khong-co", "x" * 5000):
        assert ask(reader, "thu", set=code).figures[0] == "1/3"


@pytest.fixture
def merged(reader):
    area = make_area(code="990")
    lives = {"area": area, "name": "Kỳ Cũ"}
    old = make_commune(slug="cu", code="2", dissolved_on=dt.date(2020, 9, 1), **lives)
    new = make_commune(
        area=area, slug="moi", code="3", name="Kỳ Mới", established_on=dt.date(2020, 9, 1)
    )
    old.successors.add(new)
    criteria_set = make_set()
    run = make_enrolment(commune=old, criteria_set=criteria_set)
    assessment_actions.assess(cell(run), finding(on=dt.date(2020, 8, 1)), by=make_user())
    run.closed_on = old.dissolved_on
    run.save()
    make_enrolment(commune=new, criteria_set=criteria_set, opened_on=new.established_on)
    return old


@pytest.mark.usefixtures("merged")
def test_a_dissolved_unit_opens_on_its_last_day(reader):
    page = ask(reader, "cu")

    assert page.figures[0] == "1/3"
    assert page.one("input", id="id_as_of")["value"] == "31/08/2020"
    assert any("01/09/2020" in problem for problem in page.problems)
    assert "/communes/moi/" in page.links
    assert ask(reader, "cu", as_of="2020-09-10").figures[0] == "1/3"
    assert ask(reader, "cu", as_of="2020-07-31").results()[1] == "not_assessed"


@pytest.mark.usefixtures("merged")
def test_a_unit_not_yet_established_is_not_found(reader):
    assert reader.get("/communes/moi/", {"as_of": "2020-08-31"}).status_code == 404
    assert reader.get("/communes/moi/criteria/1/", {"as_of": "2020-08-31"}).status_code == 404
    assert reader.get("/communes/moi/", {"as_of": "2020-09-01"}).status_code == 200


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize("address", ["/", "/communes/", "/criteria/1/"])
def test_each_day_lists_the_units_that_existed(reader, address):
    assert read(reader, address, as_of="2020-08-31").slugs == ["cu"]
    assert read(reader, address, as_of="2020-09-01").slugs == ["moi"]


@pytest.mark.usefixtures("merged")
def test_nothing_is_written_to_a_dissolved_unit_s_page(client, merged):
    client.force_login(make_user(role=Role.LEADER, area=merged.area))

    page = read(client, "/communes/cu/criteria/1/")

    assert not page.find("section", id="assess")


@pytest.mark.parametrize(("on", "said"), [(dt.date(2017, 12, 31), " (2017)"), (None, "")])
def test_figures_without_a_day_name_no_year(reader, on, said):
    make_commune(slug="moi", area=make_area(code="990"), population=3940, figures_on=on)

    head = ask(reader, "moi").find("p", class_="meta")[0].text

    assert f"3.940 người{said}" in " ".join(head.split())
    assert ("(" in head) is bool(said)


def test_an_unenrolled_commune(reader):
    make_commune(slug="thu", name="Thử", code="1", area=make_area(code="990"))

    page = ask(reader, "thu")

    assert page.find("div", class_="empty")
    assert not page.results()


def test_nothing_is_recorded_of_a_unit_after_its_end(client, merged):
    client.force_login(make_user(role=Role.LEADER, area=merged.area))
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "basis": "verification",
        "version": "1",
    }

    response = client.post("/communes/cu/criteria/1/assess/", data)

    assert response.status_code == 200
    assert "assessed_on" in response.context["form"].errors
