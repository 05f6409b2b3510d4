"""Search from every page."""

import unicodedata

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from communes.models import WorkingGroup
from criteria.assessments import actions as assessment_actions
from criteria.models import Indicator
from meetings.publication import actions as publication_actions
from meetings.sessions import actions as session_actions
from nrm_tracker import text
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_set,
    make_task,
    make_user,
)
from tests.pages import as_person, demo_for_the_module, read

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def leader(demo):
    return as_person("lanhdao")


def found(client, words):
    page = read(client, "/search/", q=words)
    main = page.one("main")
    return [e["href"] for e in page.find("a", inside=main, class_="lnk")]


def communes(client, words):
    return [link for link in found(client, words) if link.startswith("/communes/")]


@pytest.mark.parametrize(
    "words",
    [
        "ky lac",
        "KY LAC",
        "Kỳ Lạc",
        unicodedata.normalize("NFD", "Kỳ Lạc"),
        "lac ky",
        "  lạc   kỳ ",
        "kỳ-lạc",
        "lac ky ky",
    ],
)
def test_marks_case_order_and_spelling_do_not_matter(leader, words):
    assert communes(leader, words) == ["/communes/ky-lac/"]


def test_dong_finds_what_is_written_with_another_letter(leader):
    assert "/communes/ky-dong/" in communes(leader, "dong")
    assert "/communes/ky-dong/" in communes(leader, "Đồng")
    assert "/communes/ky-dong/" in communes(leader, "đong")


@pytest.mark.parametrize("words", ["kylac", "xa ky lac", "Xã Kỳ Lạc", "KỲLẠC", "xã kylac"])
def test_a_name_is_found_with_its_kind_and_run_together(leader, words):
    assert communes(leader, words) == ["/communes/ky-lac/"]


def criteria(client, words):
    return [link for link in found(client, words) if link.startswith("/criteria/")]


@pytest.mark.parametrize(
    "words", ["tc 17", "TC17", "tiêu chí 17", "tieu chi  17", "tc 17 moi truong", "tc 17 môi"]
)
def test_a_criterion_is_found_by_its_number(leader, words):
    assert criteria(leader, words) == ["/criteria/17/?set=ntm-2016-ha-tinh"]


@pytest.mark.parametrize("words", ["tc 1", "tieu chi 1"])
def test_no_other_number_that_begins_alike_is_found(leader, words):
    assert criteria(leader, words) == ["/criteria/1/?set=ntm-2016-ha-tinh"]


@pytest.mark.parametrize("words", ["17.1", "tc 17.1", "tieu chi 17.1", "Tiêu chí 17.1"])
def test_an_indicator_is_found_by_its_code(leader, words):
    assert criteria(leader, words) == ["/criteria/17/?set=ntm-2016-ha-tinh"]
    indicator = Indicator.objects.get(
        code="17.1", criterion__criteria_set__code="ntm-2016-ha-tinh", criterion__number=17
    )
    assert indicator.text in read(leader, "/search/", q=words).one("main").text


@pytest.mark.parametrize("words", ["tc 99", "tc 17.99", "17.99", "tc 9999", "tc 17 khong co"])
def test_a_number_that_no_criterion_bears_finds_none(leader, words):
    assert criteria(leader, words) == []


def test_every_word_must_occur(leader):
    assert found(leader, "ky lac khong co") == []
    assert len(communes(leader, "ky")) == 19


def test_criteria_and_people_are_found_too(leader):
    person = Person.objects.get(full_name="Trần Đình Gia")

    people = [link for link in found(leader, "tran dinh gia") if link.startswith("/people/")]
    assert people == [f"/people/{person.pk}/"]
    assert "/criteria/8/?set=ntm-2016-ha-tinh" in found(leader, "thong tin truyen thong")
    for link in found(leader, "moi truong"):
        assert leader.get(link).status_code == 200


@pytest.mark.parametrize(
    "words", ["%", "_", "%%", "k_ lac", "ky%lac", "\\", "'", '"', "*", "[a-z]", "😀", "%00"]
)
def test_signs_of_a_query_are_no_signs_here(leader, words):
    everything = len(communes(leader, "ky"))

    assert len(found(leader, words)) < everything


@pytest.mark.parametrize("words", ["x" * 5000, "ky " * 2000, "😀" * 5000])
def test_however_much_is_asked(leader, words):
    assert leader.get("/search/", {"q": words}).status_code == 200
    assert leader.get("/accounts/area/", {"q": words}).status_code == 403
    assert as_person("dieuphoi").get("/accounts/area/", {"q": words}).status_code == 200


def test_nothing_asked_and_nothing_found_say_what_to_do(leader):
    for words in ("", "  ", "khong-co-gi-nhu-the"):
        page = read(leader, "/search/", q=words)
        assert page.find("div", class_="empty")
    assert leader.get("/search/").status_code == 200


def test_what_was_asked_is_shown_and_harmless(leader):
    page = read(leader, "/search/", q='<script>alert("1")</script>')

    assert "<script>alert" not in page.html
    assert page.one("input", id="q-top")["value"] == '<script>alert("1")</script>'


def test_what_is_out_of_reach_is_not_found(client, demo):
    far = make_area(code="990", name="Thử")
    make_commune(area=far, name="Kỳ Xa", slug="ky-xa", code="9")
    person = Person.objects.create(full_name="Người Xa", area=far)
    client.force_login(make_user(role=Role.OBSERVER, area=far))

    assert found(client, "xa") == ["/communes/ky-xa/", f"/people/{person.pk}/"]
    assert found(client, "ky lac") == []
    assert found(client, "moi truong") == []
    assert "/communes/ky-xa/" not in found(as_person("lanhdao"), "ky xa")


@pytest.mark.parametrize("name", ["Ấp ²", "Tổ ٣", "Ⅷ", "½", "①", "", "\u0301", "ß", "İ"])
def test_a_key_is_made_of_any_name(name):
    keys = text.search_key(name) + text.sort_key(name)

    assert set(keys) <= set("0123456789abcdefghijklmnopqrstuvwxyz ")


@pytest.fixture
def spoken(client):
    """A session with an entry and a task, and a working group, in an area of its own."""
    commune = make_commune(area=make_area(code="990", name="Thử"), slug="xa-thu", code="9")
    office = make_user(role=Role.COORDINATOR, area=commune.area)
    session = make_session(communes=[commune], by=office, title="Làm việc về vườn mẫu")
    entry = make_entry(session, "Chỉnh trang vườn hộ, đường làng ngõ xóm", by=office)
    task = make_task(commune=commune, area=commune.area, by=office, title="Trồng cây hai bên đường")
    group = WorkingGroup.objects.create(
        area=commune.area, key="doan", name="Đoàn công tác giúp xã", decision_number="99-QĐ/HU"
    )
    client.force_login(office)
    return {
        "session": f"/sessions/{session.pk}/",
        "entry": f"/sessions/{session.pk}/#entry-{entry.pk}",
        "task": f"/tasks/{task.pk}/",
        "group": f"/working-groups/{group.pk}/",
    }


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("LAM VIEC vuon", {"session"}),
        ("vuon", {"session", "entry"}),
        ("ngo xom", {"entry"}),
        ("ngõ xóm đường", {"entry"}),
        ("duong", {"entry", "task"}),
        ("trong cay duong", {"task"}),
        ("doan giup xa", {"group"}),
        ("doan 99 qd hu", {"group"}),
        ("vuon khong co", set()),
        ("doan khong co", set()),
    ],
)
def test_what_was_said_and_assigned_is_found(client, spoken, words, kinds):
    assert set(found(client, words)) == {spoken[kind] for kind in kinds}


def test_what_was_said_and_assigned_elsewhere_is_not_found(client, spoken):
    client.force_login(make_user(role=Role.LEADER, area=make_area(code="991", name="Khác")))

    for words in ("vuon", "duong", "doan"):
        assert found(client, words) == []


def test_however_much_is_found_it_costs_the_same(client, spoken):
    area = make_area(code="990")
    office = make_user(role=Role.COORDINATOR, area=area)

    def asked():
        client.get("/search/", {"q": "duong"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": "duong"})
        return len(queries)

    few = asked()
    for n in range(40):
        commune = make_commune(area=area, name=f"Đường {n}", slug=f"d{n}", code=f"d{n}")
        session = make_session(communes=[commune], by=office, title=f"Về đường {n}")
        make_entry(session, f"Đường {n}", by=office)
        make_task(commune=commune, area=area, by=office, title=f"Làm đường {n}")
        WorkingGroup.objects.create(area=area, key=f"k{n}", name=f"Đoàn đường {n}")

    assert asked() == few <= 20


def test_the_end_of_a_long_entry_is_found(client):
    commune = make_commune(name="Kỳ Mới", slug="ky-moi", code="1")
    session = make_session(communes=[commune])
    entry = make_entry(session, f"{'Xây dựng nông thôn mới. ' * 400}Cuối cùng là đường găng.")
    client.force_login(make_user(role=Role.LEADER, area=commune.area))

    assert f"#entry-{entry.pk}" in client.get("/search/?q=duong gang").content.decode()


@pytest.fixture
def papers(client):
    """A finding and minutes, each with its number, and the address of each."""
    commune = make_commune(area=make_area(code="990", name="Thử"), slug="xa-so", code="9")
    enrolment = make_enrolment(commune=commune, criteria_set=make_set(code="thu"))
    office = make_user(role=Role.COORDINATOR, area=commune.area)
    found_met = finding(document_number="318/QĐ-UBND")
    assessment_actions.assess(cell(enrolment), found_met, by=office, version=0)
    session = make_session(communes=[commune], by=office)
    session_actions.hold(session, [])
    make_entry(session)
    publication_actions.publish(session, minutes_number="45-BB/HU", notice_number="", by=office)
    client.force_login(office)
    return {
        "318/QĐ-UBND": "/communes/xa-so/criteria/1/?set=thu",
        "45-BB/HU": f"/sessions/{session.pk}/",
        "1980/QĐ-TTg": "/criteria/?set=thu",
    }


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("318/QĐ-UBND", "318/QĐ-UBND"),
        ("318/qd–ubnd", "318/QĐ-UBND"),
        ("318/QĐ‑UBND", "318/QĐ-UBND"),
        ("318 / QĐ − UBND", "318/QĐ-UBND"),
        ("318", "318/QĐ-UBND"),
        ("45—bb/hu", "45-BB/HU"),
        ("45 BB", "45-BB/HU"),
        ("1980—qd ttg", "1980/QĐ-TTg"),
    ],
)
def test_a_document_is_found_by_its_number_whatever_the_hyphen(client, papers, words, number):
    assert papers[number] in found(client, words)


def test_a_document_of_another_number_is_not_found(client, papers):
    for words in ("319/QĐ-UBND", "318/QĐ-TTg", "QĐ-UBND"):
        assert not set(papers.values()) & set(found(client, words))


def test_a_document_elsewhere_is_not_found(client, papers):
    client.force_login(make_user(role=Role.LEADER, area=make_area(code="991", name="Khác")))

    assert found(client, "318/QĐ-UBND") == found(client, "45-BB/HU") == []


def test_what_was_looked_for_is_marked(leader):
    page = read(leader, "/search/", q="LAC ky")

    marks = [mark.text for mark in page.find("mark", inside=page.one("main"))]
    assert marks[:2] == ["Kỳ", "Lạc"]
