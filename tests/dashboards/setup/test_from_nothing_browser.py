"""From an empty database to a working office by clicking alone: a district of 2020, a province of
2026. Each step is opened from the page of the step before."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from accounts.models import Membership, Role
from communes.models import Area, Commune
from criteria.models import CriteriaSet, Enrolment, Result
from tests.factories import make_administrator
from tests.pages import PASSWORD

GIVEN, CHOSEN = "mat-khau-dau-tien-1", "nui-cao-song-dai-2026"
# As LibreOffice saves it: of the others a workbook is made.
SAVED = Path(__file__).parents[2] / "criteria" / "imports" / "ky-anh-2020.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Office:
    """What is set up; `answered` is the criterion that the agency answers for."""

    day: str
    unit: str
    kind: Area.Kind
    communes: int
    set_code: str
    size: int
    agency: str
    answered: int
    commune: str
    opened_on: str
    target_on: str

    @property
    def words(self):
        return self.unit.partition(" ")[2]

    @property
    def slug(self):
        return Commune.objects.get(name=self.commune).slug


KY_ANH = Office(
    day="2020-09-15",
    unit="Huyện Kỳ Anh",
    kind=Area.Kind.DISTRICT,
    communes=20,
    set_code="ntm-2016-ha-tinh",
    size=20,
    agency="Phòng Tài nguyên và Môi trường",
    answered=17,
    commune="Lâm Hợp",
    opened_on="01/09/2020",
    target_on="31/12/2020",
)
HA_TINH = Office(
    day="2026-03-02",
    unit="Tỉnh Hà Tĩnh",
    kind=Area.Kind.PROVINCE,
    communes=69,
    set_code="ntm-2026",
    size=10,
    agency="Sở Nông nghiệp và Môi trường",
    answered=8,
    commune="Kỳ Lạc",
    opened_on="01/03/2026",
    target_on="31/12/2030",
)


@pytest.mark.parametrize("office", [KY_ANH, HA_TINH], ids=lambda one: one.words)
def test_an_office_is_set_up_by_clicking(
    new_context, transactional_db, settings, monkeypatch, axe, office
):
    settings.DEMO_DAY = office.day
    monkeypatch.setattr("accounts.first_passwords.views.made_up", lambda: GIVEN)
    make_administrator(username="quan-tri")
    admin = _sign_in(new_context, "quan-tri", PASSWORD)

    expect(admin).to_have_url(re.compile("/setup/$"))
    for step in (_choose_area, _bring_sets, _record_agencies, _enrol, _make_accounts):
        step(admin, office)
        axe(admin)

    coordinator = _first_sign_in(new_context, "dieu-phoi")
    _take_over_results(coordinator, office)
    axe(coordinator)
    _sees_the_first_picture(coordinator, office)
    axe(coordinator)

    _claim(_first_sign_in(new_context, "lanh-dao-xa"), office)
    _judge(_first_sign_in(new_context, "can-bo"), office)
    coordinator.goto(f"/communes/{office.slug}/")
    row = coordinator.locator(f"[data-criterion='{office.answered}']").first
    expect(row).to_have_attribute("data-result", "met")


def _sign_in(new_context, username, password):
    page = new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.set_default_timeout(15_000)
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(password)
    page.locator("main form button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("login"))
    return page


def _first_sign_in(new_context, username):
    """With the password of the slip, which is changed at once."""
    page = _sign_in(new_context, username, GIVEN)
    page.locator("#id_old_password").fill(GIVEN)
    page.locator("#id_new_password1").fill(CHOSEN)
    page.locator("#id_new_password2").fill(CHOSEN)
    page.locator("main form button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("password"))
    return page


def _step(page, key, link=""):
    """Open a step of the set-up, found by the menu, by its first link or by the one named."""
    page.locator(".nav-more summary").click()
    page.locator(".nav-more").get_by_role("link", name="Thiết lập ban đầu").click()
    step = page.locator(f"li[data-step={key}]")
    (step.get_by_role("link", name=link) if link else step.locator("a")).first.click()


def _send(page):
    page.locator("main form .btn-send").first.click()


def _choose_area(page, office):
    _step(page, "area")
    page.locator("main #id_q").fill(office.words)
    page.locator("main form[role=search] button").click()
    page.get_by_role("link", name=office.unit, exact=True).first.click()
    page.locator("#id_region").select_option("btb")
    _send(page)
    expect(page).to_have_url(re.compile(r"/setup/[?]area="))
    communes = Commune.objects.filter(area__name=office.words, area__kind=office.kind)
    assert communes.count() == office.communes


def _bring_sets(page, office):
    _step(page, "sets")
    _send(page)
    row = page.locator(f"tr[data-set={office.set_code}]")
    expect(row.locator(".num").first).to_have_text(str(office.size))


def _choose_set(page, office):
    """The set of the day is shown already; another is chosen by its link."""
    other = page.locator(f"main .head a[href*='set={office.set_code}']")
    if other.count():
        other.first.click()


def _record_agencies(page, office):
    _step(page, "agencies")
    _choose_set(page, office)
    row = page.locator("main tr", has=page.locator(f"input[value='{office.agency}']"))
    row.locator("input[name$=answers]").fill(str(office.answered))
    _send(page)
    expect(page.locator("#messages")).to_contain_text("Đã thêm")


def _enrol(page, office):
    _step(page, "enrolments")
    _choose_set(page, office)
    page.locator("#id_opened_on").fill(office.opened_on)
    page.locator("#id_target_on").fill(office.target_on)
    _send(page)
    expect(page.locator("#messages .msg-ok")).to_be_visible()
    runs = Enrolment.objects.filter(criteria_set__code=office.set_code)
    assert runs.count() == office.communes


def _make_accounts(page, office):
    rows = [
        ("Họ và tên", "Chức vụ", "Vai trò", "Đơn vị", "Tên đăng nhập"),
        ("Nguyễn Văn Điều", "Chuyên viên", "Điều phối viên", office.unit, "dieu-phoi"),
        ("Trần Thị Xã", "Chủ tịch", "Lãnh đạo xã", f"Xã {office.commune}", "lanh-dao-xa"),
        ("Lê Văn Ban", "Chuyên viên", "", office.agency, "can-bo"),
    ]
    _step(page, "accounts")
    page.locator("#id_pasted").fill("\n".join("\t".join(row) for row in rows))
    _send(page)
    for number, (*_others, username) in enumerate(rows[1:]):
        page.locator(f"#id_p{number}-username").fill(username)
    page.locator("button[name=make]").click()
    expect(page).to_have_url(re.compile("/first-passwords/"))
    with page.expect_download() as download:
        _send(page)
    assert download.value.suggested_filename.endswith(".pdf")
    assert set(Membership.objects.values_list("user__username", "role")) == {
        ("dieu-phoi", Role.COORDINATOR),
        ("lanh-dao-xa", Role.COMMUNE_LEADER),
        ("can-bo", Role.AGENCY_OFFICER),
    }


def _take_over_results(page, office):
    """The first picture, as the office has it in a workbook."""
    _step(page, "picture")
    name = CriteriaSet.objects.get(code=office.set_code).name
    page.locator("#id_criteria_set").select_option(label=name)
    sent = {"name": "hien-trang.xlsx", "mimeType": XLSX, "buffer": _workbook(office)}
    page.locator("#id_file").set_input_files(sent)
    for step in ("sheet", "columns", "basis"):
        _send(page)
        expect(page).to_have_url(re.compile(f"/{step}/"))
    page.locator("#id_assessed_on").fill(office.opened_on)
    page.locator("#id_basis").select_option("document")
    page.locator("#id_basis_text").fill("Báo cáo hiện trạng của các xã")
    page.locator("#id_on_behalf_of").select_option(label=office.agency)
    page.locator("#id_document_number").fill("12/BC")
    page.locator("#id_no_evidence_reason").fill("Hồ sơ giấy lưu tại xã")
    _send(page)
    expect(page).to_have_url(re.compile("/words/"))
    _send(page)
    expect(page).to_have_url(re.compile("/preview/"))
    new = page.locator("[data-kind=new]")
    expect(new).to_have_attribute("data-count", str(office.communes * office.size))
    _send(page)
    expect(page.locator("#messages .msg-ok")).to_be_visible(timeout=90_000)


def _workbook(office):
    """A title, a head, results in the words of offices; each commune meets one criterion more."""
    if office is KY_ANH:
        return SAVED.read_bytes()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["BIỂU TỔNG HỢP KẾT QUẢ THỰC HIỆN CÁC TIÊU CHÍ"])
    sheet.append(["TT", "Tên xã", *(f"TC {n}" for n in range(1, office.size + 1)), "Tổng"])
    runs = Enrolment.objects.filter(criteria_set__code=office.set_code)
    for number, run in enumerate(runs.order_by("commune__sort_key").select_related("commune")):
        met = number % office.size
        words = ["Đạt" if n <= met else "Chưa đạt" for n in range(1, office.size + 1)]
        sheet.append([number + 1, run.commune.full_name, *words, met])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _sees_the_first_picture(page, office):
    page.goto("/")
    total = page.locator(f"tr[data-commune={office.slug}] .tot")
    run = Enrolment.objects.get(commune__slug=office.slug)
    met = run.statuses.filter(result=Result.MET).count()
    expect(total).to_have_text(f"{met}/{office.size}")


def _claim(page, office):
    page.goto(f"/communes/{office.slug}/criteria/{office.answered}/")
    page.locator("#claim input[name=result][value=met]").check()
    page.locator("#claim [name=explanation]").fill("Đã hoàn thành")
    page.locator("#claim [name=no_evidence_reason]").fill("Hồ sơ giấy lưu tại xã")
    page.locator("button[name=send]").click()
    expect(page.locator("#claimed")).to_be_visible()


def _judge(page, office):
    page.goto("/me/")
    page.locator(
        f"main a[href*='/communes/{office.slug}/criteria/{office.answered}/']"
    ).first.click()
    page.locator("#word input[value=met]").check()
    page.locator("#word button.btn-send").click()
    expect(page.locator(".msg-ok")).to_be_visible()
