"""The area at a glance."""

import datetime as dt

import pytest
from django.utils.translation import gettext as _

from accounts.models import Role, User
from communes.models import Commune
from criteria.assessments import actions as assessment_actions
from criteria.assessments.recognition import revoke
from criteria.models import CriteriaSet, CriterionStatus, Level, Recognition, Result
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
from tests.pages import Page, as_person, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
SESSION_ON = dt.date(2020, 9, 8)
LAM_HOP_LACKS = [1, 2, 17, 20]
KY_LAC_LACKS = [1, 2, 6, 8, 10, 13, 15, 17, 18, 20]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def leader(demo):
    return as_person("lanhdao")


def apart():
    """An area where the demo has nothing."""
    return make_area(code="990", name="Thử")


@pytest.fixture
def reader(client, db):
    """A reader of an empty area."""
    client.force_login(make_user(role=Role.OBSERVER, area=apart()))
    return client


def ask(client, **query):
    return read(client, "/", **query)


@pytest.mark.parametrize("query", [{}, {"as_of": "2020-09-08"}, {"as_of": "2020-09-15"}])
def test_the_picture_of_the_session(leader, query):
    page = ask(leader, **query)

    assert "16/20" in page.row("lam-hop").text
    assert page.lacking("lam-hop") == LAM_HOP_LACKS
    assert "10/20" in page.row("ky-lac").text
    assert page.lacking("ky-lac") == KY_LAC_LACKS
    assert set(page.results("ky-lac").values()) == {"met", "not_met"}
    assert "08/09/2020" in page.row("ky-lac").text


def test_totals_and_average_count_only_what_was_assessed(leader):
    figures = ask(leader).figures

    assert figures[0].startswith("0/20")
    assert figures[1].startswith("16,25")  # (20 + 19 + 16 + 10) / 4
    assert figures[2].startswith("2")
    assert "107" in figures[2]  # days to 31/12/2020
    assert figures[3].startswith("0")  # claims that wait
    assert ask(as_person("quansat")).figures[3].startswith("16")  # not assessed


def test_what_does_not_apply_is_outside_the_denominator(leader):
    page = ask(leader)

    assert "19/19" in page.row("ky-xuan").text
    assert page.results("ky-xuan")[7] == "not_applicable"
    assert "20/20" in page.row("ky-giang").text


def test_a_commune_that_nobody_assessed_has_no_figure(leader):
    page = ask(leader)
    row = page.row("ky-son")

    assert (row.tag, row.text) == ("li", "Kỳ Sơn")
    assert page.results("ky-son") == {}
    said = page.one("tr", class_="fold-row").text
    assert said.startswith("16 xã chưa đánh giá từ Kỳ Bắc đến Kỳ Văn")
    assert page.slugs[:4] == ["ky-lac", "lam-hop", "ky-xuan", "ky-giang"]


def test_the_foot_of_the_matrix_counts_over_the_communes_judged(leader):
    page = ask(leader)
    foot = page.one("tfoot")

    found = {
        int(c["data-criterion"]): c.text for c in page.find("td", inside=foot, data_criterion=True)
    }

    assert (found[1], found[3], found[6], found[7]) == ("2/4", "4/4", "3/4", "3/3")


def test_the_criteria_that_most_lack_come_first(leader):
    page = ask(leader)
    section = page.one("section", id="weakest")

    rows = [row.text for row in page.find("tr", inside=section)][1:]

    assert [row.split()[0] for row in rows] == ["1", "2", "17", "20", "6"]
    assert "2/4" in rows[0]
    assert "3/4" in rows[4]
    assert "Kỳ Lạc" in rows[0]
    assert "Lâm Hợp" in rows[0]


def test_a_commune_that_nearly_meets_a_criterion_is_told_so(leader):
    record("ky-lac", 6, Result.NEARLY, TODAY, reason="Đang xây")

    home, criteria = ask(leader), read(leader, "/criteria/")

    section = home.one("section", id="weakest")
    rows = [row.text for row in home.find("tr", inside=section)][1:]
    assert [row.split("3/4")[1].strip() for row in rows if row.startswith("6 ")] == [
        "Kỳ Lạc (cơ bản đạt)"
    ]
    assert "Kỳ Lạc (cơ bản đạt)" in criteria.one("tr", data_criterion="6").text
    assert "Lâm Hợp (" not in criteria.one("tr", data_criterion="1").text


def test_the_communes_with_a_target_come_first(leader):
    page = ask(leader)
    focus = page.one("section", id="focus")

    names = [e.text for e in page.find("a", inside=focus, class_="lnk")]

    assert names == ["Kỳ Lạc", "Lâm Hợp"]
    cells = [e for e in page.links if e.startswith("/communes/lam-hop/criteria/")]
    assert {int(e.split("/")[4]) for e in cells} >= set(LAM_HOP_LACKS)


def test_the_message_to_copy_carries_the_figures(leader):
    message = ask(leader).one("pre", id="message").text

    assert all(part in message for part in ("15/09/2020", "16/20", "10/20", ": 0/20", "16,25"))


def test_the_communes_assessed_are_ranked_by_bracket(leader):
    page = ask(leader)
    section = page.one("section", id="ranks")
    wide, narrow = page.find("svg", inside=section)

    for drawing in (wide, narrow):
        bars = [e.text for e in page.find("text", inside=drawing) if "/" in e.text]
        assert bars == ["20/20", "19/19", "16/20", "10/20"]
        assert len(page.find("path", inside=drawing, class_="tg")) == 1
    rows = [row.text for row in page.find("tr", inside=section)][1:]
    assert rows[0] == "Đủ tiêu chí 2 Kỳ Giang 20/20, Kỳ Xuân 19/19"
    assert rows[1:] == ["16–19 1 Lâm Hợp 16/20", "12–15 0", "Dưới 12 1 Kỳ Lạc 10/20"]


def test_every_judged_cell_leads_to_its_page(leader):
    page = ask(leader, as_of="2020-09-08")

    links = [e["href"] for e in page.find("a", inside=page.row("ky-lac"))]

    assert links[0] == "/communes/ky-lac/?as_of=2020-09-08"
    assert links[1:] == [f"/communes/ky-lac/criteria/{n}/?as_of=2020-09-08" for n in range(1, 21)]


def test_recording_through_the_form_changes_today_and_not_the_past(leader):
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "basis": "verification",
        "version": "1",
    }
    leader.post("/communes/ky-lac/criteria/8/assess/", data)

    assert "11/20" in ask(leader).row("ky-lac").text
    assert ask(leader).results("ky-lac")[8] == "met"
    assert "10/20" in ask(leader, as_of="2020-09-08").row("ky-lac").text
    assert "10/20" in ask(leader, as_of="2020-09-14").row("ky-lac").text
    assert "10/20" in read(leader, "/communes/", as_of="2020-09-08").row("ky-lac").text


# As of any day (rules 5 and 6)


def test_a_backdated_entry_changes_the_days_since_it_was_true(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))

    days = {"2020-09-09": "10/20", "2020-09-10": "11/20", "2020-09-15": "11/20"}
    for day, figure in days.items():
        assert figure in ask(leader, as_of=day).row("ky-lac").text, day


def test_known_hides_what_was_entered_later(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))

    assert "10/20" in ask(leader, known="2020-09-14").row("ky-lac").text
    assert "10/20" in ask(leader, as_of="2020-09-12", known="2020-09-12").row("ky-lac").text
    assert "11/20" in ask(leader, as_of="2020-09-12", known="2020-09-15").row("ky-lac").text
    nothing = ask(leader, known="2020-09-07")
    assert nothing.row("ky-lac").tag == "li"


def test_known_hides_recognitions_entered_later(leader):
    Recognition.objects.create(
        enrolment_id=record("ky-tay", 8, Result.MET, SESSION_ON).status.enrolment_id,
        title="Xã đạt chuẩn",
        decided_on=dt.date(2020, 9, 1),
        recorded_by=User.objects.get(username="dieuphoi"),
        recorded_at=clock.now(),
    )

    assert ask(leader).figures[0].startswith("1/20")
    assert ask(leader, known="2020-09-14").figures[0].startswith("0/20")


def test_a_correction_rewrites_what_pages_show_but_not_what_was_known(leader):
    wrong = record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    right = finding(Result.NOT_MET, dt.date(2020, 9, 10))
    assessment_actions.correct(wrong, right, reason="Nhầm xã", by=wrong.recorded_by)

    assert "10/20" in ask(leader, as_of="2020-09-10").row("ky-lac").text
    assert "10/20" in ask(leader).row("ky-lac").text


def test_a_voided_entry_counts_no_longer(leader):
    wrong = record("ky-lac", 3, Result.NOT_MET, dt.date(2020, 9, 10))
    assert "9/20" in ask(leader).row("ky-lac").text

    assessment_actions.correct(wrong, None, reason="Nhầm xã", by=wrong.recorded_by)

    assert "10/20" in ask(leader).row("ky-lac").text


def test_compare_marks_what_changed(leader):
    record("ky-lac", 8, Result.MET, TODAY)
    record("ky-lac", 3, Result.NEARLY, TODAY)
    record("lam-hop", 1, Result.MET, TODAY)

    page = ask(leader, compare="2020-09-08")

    assert page.changed("ky-lac") == [3, 8]
    assert page.changed("lam-hop") == [1]
    assert page.changed("ky-giang") == []
    assert "▲1" in page.row("lam-hop").text
    assert "▲" not in page.row("ky-lac").text
    assert ask(leader).changed("ky-lac") == [3, 8]  # since the last session
    assert ask(leader, compare="2020-09-15").changed("ky-lac") == []


def test_compare_reaches_forward_too(leader):
    record("ky-lac", 8, Result.MET, TODAY)

    page = ask(leader, as_of="2020-09-08", compare="2020-09-15")

    assert page.changed("ky-lac") == [8]
    assert "▼1" in page.row("ky-lac").text


def test_a_day_before_anything(leader):
    for day in ("1900-01-01", "2010-01-01"):
        page = ask(leader, as_of=day, compare=day, known=day)
        assert page.slugs == []
        assert "/communes/ky-lac/" in page.html


def test_the_first_day(leader):
    page = ask(leader, as_of="2016-12-01")

    assert len(page.slugs) == 19
    assert "lam-hop" not in page.slugs
    assert any(link.startswith("/communes/lam-hop/") for link in page.links)
    assert "0/20" not in page.html


@pytest.mark.parametrize(
    "day",
    [
        "2020-09-16",
        "16/09/2020",
        "9999-12-31",
        "hôm qua",
        "31/02/2020",
        "2020-13-01",
        "20200908",
        "8.9.2020",
        "-1",
        "1" * 400,
        "0001-01-01",
        "31/12/1899",
        "<b>",
    ],
)
@pytest.mark.parametrize("name", ["as_of", "compare", "known"])
def test_what_is_no_day_is_said_and_today_is_shown(leader, name, day):
    response = leader.get("/", {name: day}, follow=True)
    page = Page(response)

    assert len(page.problems) == 1
    assert "10/20" in page.row("ky-lac").text
    assert "<b>”" not in page.html
    assert page.find("section", id="matrix")


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("as_of=08/09/2020", "/?as_of=2020-09-08"),
        ("as_of=8/9/2020&compare=01/09/2020", "/?as_of=2020-09-08&compare=2020-09-01"),
        ("known=08/09/2020&sort=name&set=x", "/?known=2020-09-08&sort=name&set=x"),
        ("as_of=&compare=&known=", "/"),
        ("as_of=+08/09/2020+", "/?as_of=2020-09-08"),
    ],
)
def test_days_as_forms_send_them_lead_to_one_address(leader, asked, lands):
    response = leader.get(f"/?{asked}")

    assert (response.status_code, response.url) == (302, lands)


@pytest.mark.parametrize(
    ("day", "is_stale"), [("2018-03-31", False), ("2018-04-01", True), ("2020-09-08", False)]
)
def test_a_figure_over_90_days_old_is_said_to_be(leader, day, is_stale):
    page = ask(leader, as_of=day)

    assert bool(page.problems) == is_stale
    if is_stale:
        assert "31/12/2017" in page.problems[0]
        assert "?as_of=2017-12-31" in page.links


# Sets (rule 15)


def enrolled(*names, criteria_set, **kwargs):
    made = []
    for name in names:
        code = str(Commune.objects.count())
        commune = make_commune(name=name, slug=f"xa-{code}", code=code, area=apart())
        made.append(make_enrolment(commune=commune, criteria_set=criteria_set, **kwargs))
    return made


def test_the_set_of_most_is_shown_and_the_others_listed(reader):
    old, new = make_set(size=4), make_set(code="moi", size=3, valid_from=TODAY)
    first, second = enrolled("An", "Bình", criteria_set=old)
    (third,) = enrolled("Châu", criteria_set=new)
    assessment_actions.assess(cell(first), finding(), by=make_user())
    assessment_actions.assess(cell(third), finding(), by=make_user())

    by_default, other = ask(reader), ask(reader, set="moi")

    assert by_default.slugs == [first.commune.slug, second.commune.slug]
    assert "1/4" in by_default.row(first.commune.slug).text
    assert "Châu</a> 1/3" in " ".join(by_default.html.split())
    assert other.slugs == [third.commune.slug]
    assert "1/3" in other.row(third.commune.slug).text
    assert "An</a> 1/4" in " ".join(other.html.split())
    assert all("set=moi" in link for link in other.links if link.startswith("/communes/xa"))


def test_of_two_sets_with_as_many_the_newer_is_shown(reader):
    enrolled("An", criteria_set=make_set(size=4))
    (new,) = enrolled("Châu", criteria_set=make_set(code="moi", size=3, valid_from=TODAY))

    assert ask(reader).slugs == [new.commune.slug]


def test_an_advanced_set_is_never_the_default(reader):
    (basic,) = enrolled("An", criteria_set=make_set(size=4))
    advanced = make_set(code="nang-cao", size=3, tier=CriteriaSet.Tier.ADVANCED, valid_from=TODAY)
    enrolled("Bình", "Châu", criteria_set=advanced)

    assert ask(reader).slugs == [basic.commune.slug]


@pytest.mark.parametrize("code", ["khong-co", "' OR 1=1", "x" * 5000])
def test_an_unknown_set_shows_the_default(reader, code):
    (run,) = enrolled("An", criteria_set=make_set())

    assert ask(reader, set=code).slugs == [run.commune.slug]


def test_an_empty_area_says_so(reader):
    page = ask(reader)

    assert page.slugs == page.figures == []
    assert page.find("div", class_="empty")


def test_a_cell_of_a_set_leads_to_the_cell_of_that_set(reader):
    """Where a commune runs at two sets, the matrix of the one does not open the other."""
    old, new = make_set(size=4), make_set(code="moi", size=3, valid_from=TODAY)
    first, _second, _third = enrolled("An", "Bình", "Châu", criteria_set=old)
    make_enrolment(commune=first.commune, criteria_set=new)
    assessment_actions.assess(cell(first, 4), finding(), by=make_user())
    page = ask(reader)

    (link,) = [
        e["href"]
        for e in page.find("a", inside=page.row(first.commune.slug))
        if "criteria/4" in e["href"]
    ]

    assert Page(reader.get(link)).one("div", data_criterion="4")["data-result"] == "met"


# Order and pages


def orders(reader, sort):
    page = ask(reader, sort=sort)
    return [page.find("a", inside=page.row(slug))[0].text for slug in page.slugs]


def test_orders(reader):
    criteria_set = make_set(size=3)
    runs = enrolled("Ân", "Đức", "Anh", "Dân", "Ánh", "Ăn", criteria_set=criteria_set)
    by = make_user()
    assessment_actions.assess(cell(runs[1], 1), finding(on=dt.date(2020, 9, 9)), by=by)
    assessment_actions.assess(cell(runs[3], 1), finding(), by=by)
    assessment_actions.assess(cell(runs[3], 2), finding(), by=by)
    assessment_actions.assess(cell(runs[2], 1), finding(Result.NOT_MET), by=by)

    # Those of which nothing is known are named after the others.
    assert orders(reader, "name") == ["Anh", "Dân", "Đức", "Ánh", "Ăn", "Ân"]
    assert orders(reader, "-name") == ["Đức", "Dân", "Anh", "Ân", "Ăn", "Ánh"]
    assert orders(reader, "-met")[:3] == ["Dân", "Đức", "Anh"]
    assert orders(reader, "met")[:3] == ["Anh", "Đức", "Dân"]
    assert orders(reader, "-missing")[:3] == ["Anh", "Đức", "Dân"]
    assert orders(reader, "-day")[0] == "Đức"
    assert orders(reader, "met")[3:] == orders(reader, "-met")[3:] == ["Ánh", "Ăn", "Ân"]
    assert orders(reader, "x") == orders(reader, "focus")


def test_the_51st_commune_is_on_the_second_page(reader):
    enrolled(*(f"Xã {n}" for n in range(1, 52)), criteria_set=make_set())

    first, second = ask(reader, sort="name"), ask(reader, sort="name", page="2")

    assert (len(first.slugs), len(second.slugs)) == (50, 1)
    assert "Xã 51" in second.row(second.slugs[0]).text
    assert not set(first.slugs) & set(second.slugs)
    assert any("page=2" in link and "sort=name" in link for link in first.links)
    assert len(ask(reader, rows="all").slugs) == 51
    assert first.figures[3].startswith("51")
    for page in ("0", "-1", "3", "x", "9" * 50):
        assert ask(reader, page=page).slugs


@pytest.mark.parametrize(("count", "links"), [(50, True), (51, False)])
def test_of_more_than_a_page_s_rows_only_the_names_lead_on(reader, count, links):
    made = enrolled(*(f"Xã {n}" for n in range(count)), criteria_set=make_set())
    assessment_actions.assess(cell(made[0]), finding(), by=User.objects.first())

    page = ask(reader, rows="all")

    slug = made[0].commune.slug
    assert (f"/communes/{slug}/criteria/1/" in page.links) == links
    assert f"/communes/{slug}/" in page.links
    assert bool(page.find("table", data_leads="cells")) != links
    assert page.results(slug)[1] == "met"


# Recognition by day (rule 12)


@pytest.fixture
def revoked(leader):
    revoke(recognise_in(2017), on=dt.date(2020, 9, 10), decision="9/QĐ-UBND")


@pytest.mark.usefixtures("revoked")
def test_a_recognition_counts_until_the_day_it_is_revoked(leader):
    counts = {
        "2017-12-30": "0/",
        "2017-12-31": "1/",
        "2020-09-09": "1/",
        "2020-09-10": "0/",
        "2020-09-15": "0/",
    }

    for day, count in counts.items():
        assert ask(leader, as_of=day).figures[0].startswith(count), day


@pytest.mark.usefixtures("revoked")
def test_the_matrix_says_by_day_that_a_recognition_holds_or_was_revoked(leader):
    before = ask(leader, as_of="2020-09-09").row("ky-giang").text
    after = ask(leader).row("ky-giang").text

    assert "2017" in before
    assert _("Recognition revoked") not in before
    assert _("Recognition revoked") in after
    assert "20/20" in after


# Not modified


def etag(client, **query):
    return client.get("/", query).headers["ETag"]


def test_a_page_unchanged_since_the_last_write_is_not_sent_again(leader):
    tag = etag(leader)

    again = leader.get("/", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert "private" in again.headers["Cache-Control"]


def test_after_a_write_it_is_sent_again(leader):
    tag = etag(leader)
    status = CriterionStatus.objects.get(
        enrolment__commune__slug="ky-lac", criterion__number=8, enrolment__closed_on=None
    )
    assessment_actions.assess(status, finding(on=dt.date(2020, 9, 15)), by=make_user())

    assert leader.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_nobody_is_shown_what_another_was_sent(leader):
    tag = etag(leader)

    for username in ("quansat", "kylac", "quantri"):
        answer = as_person(username).get("/", headers={"If-None-Match": tag})
        assert answer.status_code == 200
    assert as_person("lanhdao").get("/", headers={"If-None-Match": tag}).status_code == 200


def test_another_language_is_another_page(leader):
    tag = etag(leader)
    leader.post("/i18n/setlang/", {"language": "en"})

    answer = leader.get("/", headers={"If-None-Match": etag(leader)})
    assert answer.status_code == 304
    assert etag(leader) != tag


def test_a_page_with_a_message_is_never_kept(leader):
    data = {
        "result": "met",
        "no_evidence_reason": "Hồ sơ lưu tại xã",
        "assessed_on": "15/09/2020",
        "basis": "verification",
        "version": "1",
    }
    leader.post("/communes/ky-lac/criteria/8/assess/", data)

    with_message = leader.get("/")
    assert "ETag" not in with_message.headers
    assert "msg-ok" in with_message.text
    without = leader.get("/")
    assert "msg-ok" not in without.text
    assert without.headers["ETag"]


def test_the_tag_changes_with_the_day(leader, settings):
    tag = etag(leader)
    settings.DEMO_DAY = "2020-09-16"

    assert leader.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_what_the_commune_says_of_itself_is_not_in_the_figures(leader):
    record("ky-lac", 8, Result.MET, TODAY, by="kylac", level=Level.COMMUNE)

    assert "10/20" in ask(leader).row("ky-lac").text


def test_nearly_met_is_not_told_as_not_met(leader):
    record("ky-lac", 13, Result.NEARLY, TODAY)
    page = ask(leader)

    message = page.one("pre", id="message").text
    not_met, nearly = message.partition("Lâm Hợp")[0].split("Chưa đạt: ")[1].split("Cơ bản đạt: ")
    assert "13 Tổ chức" not in not_met
    assert nearly.startswith("13 Tổ chức sản xuất.")
    row = page.find("tr", inside=page.one("section", id="focus"))[1].text
    assert "20 KDC, vườn Cơ bản đạt: 13 Tổ chức SX" in row


def test_the_chart_says_which_communes_it_leaves_out(leader):
    section = ask(leader).one("section", id="progress").text

    assert "Không vẽ: Kỳ Giang, Kỳ Xuân" in section
    assert "15/09/2020" in section


def test_a_verification_is_called_by_the_level_that_made_it(reader):
    run = make_enrolment(commune=make_commune(area=apart(), slug="xa-moi", code="9"))
    by = make_user()
    assessment_actions.assess(cell(run), finding(on=SESSION_ON), by=by)
    assert ask(reader).row("xa-moi").text.endswith("08/09/2020, thẩm tra")

    found = finding(on=TODAY, level=Level.PROVINCE)
    assessment_actions.assess(cell(run, 2), found, by=by)

    assert ask(reader).row("xa-moi").text.endswith("15/09/2020, thẩm định")
    assert ask(reader, as_of="2020-09-08").row("xa-moi").text.endswith("08/09/2020, thẩm tra")
