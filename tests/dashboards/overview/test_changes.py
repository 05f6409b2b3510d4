"""What changed since the last session, and which claims wait."""

import datetime as dt

import pytest

from accounts.models import User
from criteria.assessments import actions as assessment_actions
from criteria.claims.waiting import waiting_claims
from criteria.models import Claim, Result
from criteria.progress.moment import Moment
from nrm_tracker import clock
from tests.pages import as_person, demo_cell, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def leader(demo):
    return as_person("lanhdao")


def told(client, **query):
    """What the section says, and its lines by the commune that each is about."""
    page = read(client, "/", **query)
    lines = {line["data-change"]: line.text for line in page.find("li", data_change=True)}
    return page.one("section", id="changes").text, lines


def test_without_a_typed_day_it_tells_since_the_last_session(leader):
    record("ky-lac", 8, Result.MET, TODAY, decided_by="Phòng VH-TT")
    record("ky-lac", 13, Result.NEARLY, dt.date(2020, 9, 14))
    record("lam-hop", 1, Result.NEARLY, TODAY)

    said, lines = told(leader)

    assert said.startswith("Từ buổi làm việc 08/09 Buổi làm việc ngày 08/09/2020")
    assert list(lines) == ["ky-lac", "lam-hop"]
    assert lines["ky-lac"] == (
        "Kỳ Lạc 10 → 11 ▲1 "
        "8 Thông tin, TT CĐChưa đạt → ĐĐạt Phòng VH-TT, 15/09/2020 "
        "13 Tổ chức SX CĐChưa đạt → CBCơ bản đạt thẩm tra, 14/09/2020"
    )
    assert "16, không tăng" in lines["lam-hop"]
    assert said.endswith("18 xã khác không thay đổi")


def test_where_nothing_changed_it_says_so(leader):
    said, lines = told(leader)

    assert lines == {}
    assert said.endswith("20 xã không thay đổi")


def test_another_day_may_be_compared_with_by_a_link(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    record("ky-lac", 10, Result.MET, dt.date(2020, 9, 14))
    page = read(leader, "/")

    assert "?compare=2020-09-10" in page.links
    _, lines = told(leader, compare="2020-09-10")
    assert "10 Thu nhập" in lines["ky-lac"]
    assert "8 Thông tin" not in lines["ky-lac"]
    compared = read(leader, "/", compare="2020-09-10")
    assert compared.one("section", id="changes").text.startswith("Từ ngày 10/09/2020")
    assert "?" in compared.links  # back to the last session


def test_before_any_session_it_is_the_last_thirty_days(leader):
    said, lines = told(leader, as_of="2020-09-08")

    assert said.startswith("Từ ngày 09/08/2020 Chưa có buổi làm việc nào trước đó: 30 ngày qua")
    assert lines["ky-lac"] == "Kỳ Lạc 10/20 Được đánh giá lần đầu Thường trực Huyện ủy, 08/09/2020"


def test_what_was_entered_later_is_not_known_earlier(leader, settings):
    settings.DEMO_DAY = "2020-09-14"
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    settings.DEMO_DAY = "2020-09-15"
    record("ky-lac", 10, Result.MET, dt.date(2020, 9, 10))

    _, known = told(leader, known="2020-09-14")
    _, now = told(leader)

    assert "10 → 11" in known["ky-lac"]
    assert "10 Thu nhập" not in known["ky-lac"]
    assert "10 → 12" in now["ky-lac"]


def test_what_was_corrected_is_not_told(leader):
    wrong = record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))
    assessment_actions.correct(wrong, None, reason="Nhầm xã", by=wrong.recorded_by)

    assert told(leader)[1] == {}


def test_of_many_changes_the_first_are_told(leader):
    for number in (1, 2, 6, 8, 10, 15):
        record("ky-lac", number, Result.MET, TODAY)
    for slug in ("ky-son", "ky-bac", "ky-tay", "ky-thu", "ky-tan", "ky-van", "ky-phu"):
        record(slug, 1, Result.MET, TODAY)

    page = read(leader, "/")
    _, lines = told(leader)

    assert len(lines) == 6
    assert next(iter(lines)) == "ky-lac"
    assert lines["ky-lac"].endswith("và 2 tiêu chí khác")
    assert page.one("li", data_more=True).text == "2 xã nữa cũng thay đổi"
    assert "/communes/?compare=2020-09-08" in page.links


# Claims


def submitted(slug, number, on, **kwargs):
    by = User.objects.get(username="kylac")
    at = clock.at(on, 9)
    return Claim.objects.create(
        status=demo_cell(slug, number), result="met", state="submitted",
        drafted_by=by, drafted_at=at, submitted_by=by, submitted_at=at, **kwargs,
    )  # fmt: skip


def waiting(client, **query):
    page = read(client, "/", **query)
    return [line.text for line in page.find("li", data_claim=True)]


@pytest.mark.usefixtures("demo")
def test_claims_that_wait_stand_longest_first_for_leaders_and_coordinators():
    submitted("ky-lac", 15, TODAY)
    submitted("lam-hop", 17, dt.date(2020, 9, 12))

    for person in ("lanhdao", "dieuphoi"):
        assert waiting(as_person(person)) == [
            "3 ngày Lâm Hợp · 17 Môi trường đề nghị ĐĐạt",
            "từ hôm nay Kỳ Lạc · 15 Y tế đề nghị ĐĐạt",
        ]
        assert read(as_person(person), "/").figures[3] == "2 đề nghị thẩm tra"
    for person in ("quansat", "kylac"):
        assert waiting(as_person(person)) == []
        assert not read(as_person(person), "/").find("section", id="waiting")


def test_a_past_day_tells_what_waited_then(leader):
    closed_at = clock.at(dt.date(2020, 9, 14), 8)
    claim = submitted("ky-lac", 15, dt.date(2020, 9, 10))
    Claim.objects.filter(pk=claim.pk).update(state="withdrawn", closed_at=closed_at)

    assert waiting(leader) == []
    assert waiting(leader, as_of="2020-09-13") == ["3 ngày Kỳ Lạc · 15 Y tế đề nghị ĐĐạt"]
    assert waiting(leader, as_of="2020-09-09") == []


def test_of_many_claims_the_first_are_named_and_all_counted(demo, django_assert_num_queries):
    for number in range(1, 8):
        submitted("ky-lac", number, TODAY)
    area_id = demo_cell("ky-lac", 1).enrolment.commune.area_id

    with django_assert_num_queries(1):
        found = waiting_claims({area_id}, Moment(TODAY))

    assert (found.count, len(found.first), found.longest) == (7, 5, 0)
    assert found.first[0].address == "/communes/ky-lac/criteria/1/?set=ntm-2016-ha-tinh"
