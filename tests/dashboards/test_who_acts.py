"""Where somebody would look for a button that is not theirs, the page says who does it."""

import datetime as dt

import pytest

from accounts.models import User
from communes.models import Agency, Area, Commune
from criteria.models import Claim, Enrolment
from criteria.reviews import actions as review_actions
from meetings.models import Task, Visit, WorkingSession
from meetings.visits import actions as visit_actions
from tests.criteria.claims import deeds
from tests.pages import as_person, demo_for_the_module, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
CELL = "/communes/ky-lac/criteria/8/"
RECORDS = (
    "Xã chưa gửi đề nghị thẩm tra tiêu chí này. Kết quả do lãnh đạo, Văn phòng điều phối ghi nhận, "
    "hoặc cơ quan phụ trách khi chỉ một cơ quan phụ trách."
)
ATTACH = "Cán bộ, lãnh đạo của xã và Văn phòng điều phối đính kèm minh chứng."
DIFFICULTIES = "Cán bộ, lãnh đạo của xã và Văn phòng điều phối ghi khó khăn, vướng mắc."
CHARGE = "Lãnh đạo xã, lãnh đạo cấp trên hoặc Văn phòng điều phối ghi người phụ trách."
COMMENT = (
    "Xã, cơ quan phụ trách, Đoàn công tác phụ trách xã, lãnh đạo và Văn phòng điều phối được viết "
    "ý kiến."
)
RECOGNISE = "Văn phòng điều phối ghi nhận việc công nhận."
# The page, whom it tells who acts there, and in which words.
SAID = [
    ("/rounds/", "quansat kylac", ["Văn phòng điều phối mở và kết thúc đợt rà soát."]),
    (
        "/rounds/{round}/",
        "quansat phong-yte",
        ["Mỗi xã nộp phiếu của xã mình; Văn phòng điều phối kết thúc đợt rà soát."],
    ),
    (
        "/rounds/{round}/ky-lac/",
        "quansat lamhop dieuphoi",
        ["Cán bộ, lãnh đạo của xã xác nhận từng tiêu chí; lãnh đạo xã nộp phiếu."],
    ),
    (
        "/rounds/{round}/ky-lac/",
        "canbo-kylac",
        ["Khi mọi tiêu chí đã xác nhận hoặc cập nhật, lãnh đạo xã nộp phiếu."],
    ),
    (
        "/sessions/",
        "quansat kylac phong-yte",
        ["Lãnh đạo và Văn phòng điều phối triệu tập buổi làm việc."],
    ),
    (
        "/sessions/{session}/",
        "quansat kylac phong-yte",
        ["Lãnh đạo và Văn phòng điều phối ghi, ban hành và đính chính biên bản."],
    ),
    ("/tasks/", "quansat kylac phong-yte", ["Lãnh đạo và Văn phòng điều phối giao nhiệm vụ."]),
    (
        "/visits/",
        "quansat kylac",
        [
            "Phòng, ban, Đoàn công tác, lãnh đạo và Văn phòng điều phối lập kế hoạch kiểm tra.",
        ],
    ),
    (
        "/visits/{visit}/",
        "quansat kylac bhxh",
        ["Đơn vị đi kiểm tra ghi kết quả; lãnh đạo và Văn phòng điều phối cũng ghi được."],
    ),
    (
        "/enrolments/",
        "quansat kylac lanhdao",
        ["Văn phòng điều phối đăng ký bộ tiêu chí cho xã và đặt mục tiêu."],
    ),
    (
        "/enrolments/{enrolment}/",
        "quansat kylac lanhdao",
        ["Văn phòng điều phối điều chỉnh mục tiêu."],
    ),
    (
        "/communes/ky-lac/dossier/",
        "quansat kylac phong-yte lanhdao",
        [
            "Dưới tên mỗi bước là đơn vị thực hiện. Văn phòng điều phối ghi từng bước vào đây, "
            "kèm văn bản.",
        ],
    ),
    ("/communes/ky-lac/", "quansat phong-yte", [DIFFICULTIES, CHARGE, RECOGNISE]),
    ("/communes/ky-lac/", "canbo-kylac", [CHARGE, RECOGNISE]),
    ("/communes/ky-lac/", "kylac", [RECOGNISE]),
    (CELL, "quansat bhxh", [RECORDS, ATTACH, DIFFICULTIES, CHARGE, COMMENT]),
    (CELL, "canbo-kylac", [CHARGE]),
]
# Whom the return of a commune tells it, the office is too.
OFFICE = sorted({address for address, _who, _said in SAID} - {"/rounds/{round}/ky-lac/"})


@pytest.fixture(scope="module")
def named(django_db_setup, django_db_blocker):
    """What the addresses name."""
    with demo_for_the_module(django_db_blocker), django_db_blocker.unblock():
        office = User.objects.get(username="dieuphoi")
        commune = Commune.objects.get(slug="ky-lac")
        run = Enrolment.objects.get(commune=commune)
        visit = visit_actions.plan(
            Visit(
                commune=commune,
                agency=Agency.objects.get(key="phong-yte", area__code="447"),
                kind=Visit.Kind.values[0],
                purpose="Kiểm tra danh sách",
                planned_on=TODAY,
            ),
            by=office,
        )
        opened = review_actions.open_round(
            Area.objects.get(code="447"),
            [run],
            name="Quý III",
            opens_on=TODAY,
            closes_on=dt.date(2020, 9, 30),
            by=office,
        )
        yield {
            "round": opened.pk,
            "session": WorkingSession.objects.get().pk,
            "visit": visit.pk,
            "enrolment": run.pk,
        }


def acts(username, address, **query):
    page = read(as_person(username), address, **query)
    return [one.text for one in page.find(data_acts=True)]


@pytest.mark.parametrize(("address", "usernames", "said"), SAID)
def test_who_may_not_reads_who_does(named, address, usernames, said):
    for username in usernames.split():
        assert acts(username, address.format(**named)) == said, username


@pytest.mark.parametrize("address", OFFICE)
def test_who_may_is_told_nothing(named, address):
    assert acts("dieuphoi", address.format(**named)) == []


@pytest.mark.parametrize("address", [CELL, "/communes/ky-lac/", "/communes/ky-lac/dossier/"])
def test_on_a_past_day_nobody_acts(named, address):
    assert acts("quansat", address, as_of="2020-09-10") == []


def test_the_steps_of_a_dossier_are_read_by_the_commune(named):
    page = read(as_person("kylac"), "/communes/ky-lac/dossier/")

    assert len(page.find("tr", data_step=True)) == 10
    assert [link for link in page.links if "/dossier/" in link and "step" in link] == []


def test_a_task_names_who_reports_on_it(named):
    task = Task.objects.unfinished().filter(lead_agency__isnull=False).first()
    task = task or Task.objects.unfinished().first()
    (said,) = acts("quansat", task.get_absolute_url())

    assert said == (
        f"{task.lead_name} báo cáo nhiệm vụ này; người giao, lãnh đạo hoặc Văn phòng điều phối "
        "xác nhận."
    )
    assert acts("lanhdao", task.get_absolute_url()) == []


def test_who_withdraws_a_claim_that_waits(named):
    deeds.send(result="nearly")

    said = "Lãnh đạo xã được rút đề nghị khi chưa có kết quả thẩm tra."
    assert said in acts("canbo-kylac", deeds.CELL)
    assert said not in acts("kylac", deeds.CELL)
    assert said not in acts("quansat", deeds.CELL)
    assert Claim.objects.get().is_waiting
