"""Where somebody would look for a button that is not theirs, the page says who does it."""

import datetime as dt

import pytest

from accounts.models import Ability, Role, User
from accounts.rights import actions as right_actions
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
LEADER, OFFICE = "Lãnh đạo huyện", "Văn phòng điều phối nông thôn mới"
OFFICER, GROUP = "Chuyên viên phòng, ban", "Thành viên Đoàn công tác"
HEAD, STAFF = "Lãnh đạo xã", "Cán bộ theo dõi nông thôn mới của xã"


def whose(what, *roles, note=""):
    return f"{what}: {'; '.join(roles)}{note and f' ({note})'}."


ALONE = (
    "chuyên viên chỉ khi cơ quan mình phụ trách duy nhất; Văn phòng điều phối ghi thay cơ quan, "
    "theo văn bản"
)
RECORDS = "Xã chưa gửi đề nghị thẩm tra tiêu chí này. " + whose(
    "Ghi kết quả khi xã chưa có đề nghị", LEADER, OFFICE, OFFICER, note=ALONE
)
ATTACH = whose("Đính kèm, sửa minh chứng", OFFICE, HEAD, STAFF)
DIFFICULTIES = whose("Nêu khó khăn, vướng mắc", OFFICE, HEAD, STAFF)
CHARGE = whose("Phân công người phụ trách", LEADER, OFFICE, HEAD)
COMMENT = whose("Trao đổi ý kiến ở tiêu chí của xã", LEADER, OFFICE, OFFICER, GROUP, HEAD, STAFF)
RECOGNISE = whose("Ghi quyết định công nhận, các bước hồ sơ", OFFICE)
ROUNDS = whose("Mở, đóng đợt rà soát", OFFICE)
CONVENE = whose("Tổ chức buổi làm việc, ghi và ban hành biên bản", LEADER, OFFICE)
VISIT = whose("Lập kế hoạch, ghi kết quả kiểm tra", LEADER, OFFICE, OFFICER, GROUP)
ENROL = whose("Đăng ký xã thực hiện bộ tiêu chí, theo dõi mục tiêu và lịch làm việc", OFFICE)
# The page, whom it tells who acts there, and in which words.
SAID = [
    ("/rounds/", "quansat kylac", [ROUNDS]),
    (
        "/rounds/{round}/",
        "quansat phong-yte",
        [f"Mỗi xã nộp phiếu của xã mình. {ROUNDS}"],
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
        [CONVENE],
    ),
    (
        "/sessions/{session}/",
        "quansat kylac phong-yte",
        [CONVENE],
    ),
    ("/tasks/", "quansat kylac phong-yte", [whose("Giao nhiệm vụ", LEADER, OFFICE)]),
    (
        "/visits/",
        "quansat kylac",
        [VISIT],
    ),
    (
        "/visits/{visit}/",
        "quansat kylac bhxh",
        [VISIT],
    ),
    (
        "/enrolments/",
        "quansat kylac lanhdao",
        [ENROL],
    ),
    (
        "/enrolments/{enrolment}/",
        "quansat kylac lanhdao",
        [ENROL],
    ),
    (
        "/communes/ky-lac/dossier/",
        "quansat kylac phong-yte lanhdao",
        [f"Dưới tên mỗi bước là đơn vị thực hiện. {RECOGNISE}"],
    ),
    ("/communes/ky-lac/", "quansat phong-yte", [DIFFICULTIES, CHARGE, RECOGNISE]),
    ("/communes/ky-lac/", "canbo-kylac", [CHARGE, RECOGNISE]),
    ("/communes/ky-lac/", "kylac", [RECOGNISE]),
    (CELL, "quansat bhxh", [RECORDS, ATTACH, DIFFICULTIES, CHARGE, COMMENT]),
    (CELL, "canbo-kylac", [CHARGE]),
]
# Whom the return of a commune tells it, the office is too.
OFFICE_PAGES = sorted({address for address, _who, _said in SAID} - {"/rounds/{round}/ky-lac/"})


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


@pytest.mark.parametrize("address", OFFICE_PAGES)
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

    confirms = whose(
        "Xác nhận hoàn thành, gia hạn, hủy nhiệm vụ",
        LEADER,
        OFFICE,
        note="người giao nhiệm vụ cũng xác nhận được; không ai tự xác nhận việc mình báo cáo",
    )
    assert said == f"{task.lead_name} báo cáo nhiệm vụ này. {confirms}"
    assert acts("lanhdao", task.get_absolute_url()) == []


def test_who_withdraws_a_claim_that_waits(named):
    deeds.send(result="nearly")

    said = "Lãnh đạo xã được rút đề nghị khi chưa có kết quả thẩm tra."
    assert said in acts("canbo-kylac", deeds.CELL)
    assert said not in acts("kylac", deeds.CELL)
    assert said not in acts("quansat", deeds.CELL)
    assert Claim.objects.get().is_waiting


def test_what_the_administration_gave_or_took_is_said(named):
    office = User.objects.get(username="quantri")
    for role, is_given in ((Role.LEADER, True), (Role.COORDINATOR, False)):
        right_actions.change(
            Ability.ROUNDS, role, is_given=is_given, reason="Theo quy chế", by=office
        )

    assert acts("quansat", "/rounds/") == [whose("Mở, đóng đợt rà soát", LEADER)]
    assert acts("dieuphoi", "/rounds/") == [whose("Mở, đóng đợt rà soát", LEADER)]
    assert acts("lanhdao", "/rounds/") == []
