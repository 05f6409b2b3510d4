"""People at work, in a browser, on the demo's day."""

import datetime as dt
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import Person, User
from criteria.models import Assessment, Claim, Enrolment, Level, Recognition
from nrm_tracker import clock
from tests.browser import LOOKS, NARROW, ROW, WIDE
from tests.criteria.claims import deeds
from tests.pages import record

RECORD = "#assess button.btn-send"
NO_EVIDENCE = "Biên bản gửi sau"


def sign_in(page, username):
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/$"))
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(settings.DEMO_PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def lacking(scope):
    cells = scope.locator("[data-criterion][data-result=not_met]")
    return [int(cell.get_attribute("data-criterion")) for cell in cells.all()]


def test_a_leader_sees_where_each_stands_and_asks_who_said_so(page, demo):
    sign_in(page, "lanhdao")
    expect(page.locator(ROW.format("lam-hop")).locator(".tot")).to_have_text("16/20")
    expect(page.locator(ROW.format("ky-lac")).locator(".tot")).to_have_text("10/20")
    assert lacking(page.locator(ROW.format("lam-hop"))) == [1, 2, 17, 20]

    page.locator("#matrix a[href*='sort=-met']").click()
    expect(page.locator("tr[data-commune]").first).to_have_attribute("data-commune", "ky-giang")

    page.locator(ROW.format("ky-lac")).locator("th a").click()
    expect(page.locator(".fig").first).to_have_text("10/20")
    assert lacking(page) == [1, 2, 6, 8, 10, 13, 15, 17, 18, 20]

    page.locator("tr[data-criterion='8'] a").click()
    expect(page.locator("div[data-criterion='8']")).to_have_attribute("data-result", "not_met")
    expect(page.locator("#history")).to_contain_text("17:00 08/09/2020")

    page.locator("#id_as_of").fill("7/9/2020")
    page.locator("#asof button").click()
    expect(page).to_have_url(re.compile(r"/communes/ky-lac/criteria/8/\?as_of=2020-09-07$"))
    expect(page.locator("div[data-criterion='8']")).to_have_attribute("data-result", "not_assessed")
    expect(page.locator("#assess")).to_have_count(0)


def test_a_coordinator_records_for_an_agency_and_mends_what_was_wrong(page, demo, axe):
    sign_in(page, "dieuphoi")
    page.goto("/communes/ky-lac/criteria/8/")
    page.locator("#record a[href*='/assess/']").click()
    page.locator("input[name=result][value=met]").check()
    page.locator("#id_assessed_on").fill("16/09/2020")
    page.locator("#id_basis").select_option("verification")
    page.locator("#id_reason").fill("Đã lắp đủ trạm")
    page.locator("#id_no_evidence_reason").fill(NO_EVIDENCE)
    page.locator("main button.btn-send").click()

    expect(page.locator("#id_on_behalf_of")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_document_number")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_reason")).to_have_value("Đã lắp đủ trạm")
    expect(page.locator("input[name=result][value=met]")).to_be_checked()
    axe(page)

    page.locator("#id_on_behalf_of").select_option(index=1)
    page.locator("#id_document_number").fill("12/BC-VHTT")
    page.locator("main button.btn-send").click()
    expect(page.locator("#id_assessed_on")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_document_number")).to_have_value("12/BC-VHTT")

    page.locator("#id_assessed_on").fill("15/09/2020")
    page.locator("main button.btn-send").click()

    expect(page.locator("div[data-criterion='8']")).to_have_attribute("data-result", "met")
    expect(page.locator("#history")).to_contain_text("12/BC-VHTT")
    page.goto("/")
    expect(page.locator(ROW.format("ky-lac")).locator(".tot")).to_contain_text("11/20")
    page.goto("/?as_of=2020-09-08")
    expect(page.locator(ROW.format("ky-lac")).locator(".tot")).to_have_text("10/20")
    page.goto("/?compare=2020-09-08")
    expect(page.locator(ROW.format("ky-lac")).locator("td.new")).to_have_count(1)
    written = Assessment.objects.get(document_number="12/BC-VHTT")
    assert written.recorded_by.username == "dieuphoi"
    assert written.on_behalf_of


def test_a_commune_s_leader_states_its_own_view(page, demo):
    sign_in(page, "kylac")
    page.goto("/communes/ky-lac/")
    page.locator("a[href^='/communes/ky-lac/criteria/8/']").first.click()
    expect(page.locator("#assess")).to_have_count(0)
    page.locator("#claim a[href*='/own-view/']").click()
    page.locator("input[name=result][value=met]").check()
    page.locator("main button.btn-send").click()

    expect(page.locator("div[data-criterion='8']")).to_have_attribute("data-result", "not_met")
    expect(page.locator(".msg-ok")).to_be_visible()
    assert Assessment.objects.get(level=Level.COMMUNE).recorded_by.username == "kylac"
    page.goto("/")
    expect(page.locator(ROW.format("ky-lac")).locator(".tot")).to_have_text("10/20")


def test_an_administrator_reaches_what_is_kept_for_them(page, demo):
    sign_in(page, "quantri")
    page.locator(".nav-more summary").click()
    page.locator(".nav-more a[href='/styleguide/']").click()
    expect(page.locator("h1")).to_be_visible()
    page.locator(".nav-more summary").click()
    page.locator(".nav-more a[href='/admin/']").click()
    expect(page.locator("#site-name")).to_be_visible()


def tab_to(page, selector, most=120):
    """Press Tab until that has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never reached {selector} on {page.url}")


def test_with_the_keyboard_alone(page, demo):
    page.goto("/")
    tab_to(page, "#id_username")
    page.keyboard.type("lanhdao")
    tab_to(page, "#id_password", most=3)
    page.keyboard.type(settings.DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"[0-9]/$"))

    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "#focus a[href='/communes/ky-lac/criteria/8/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/communes/ky-lac/criteria/8/$"))

    tab_to(page, "#assess input[name=result]")
    page.keyboard.press("Space")
    expect(page.locator("#assess input[name=result][value=met]")).to_be_checked()
    tab_to(page, "#id_basis")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#id_basis")).to_have_value("verification")
    tab_to(page, "#id_no_evidence_reason")
    page.keyboard.type(NO_EVIDENCE)
    tab_to(page, RECORD)
    page.keyboard.press("Enter")

    expect(page.locator("div[data-criterion='8']")).to_have_attribute("data-result", "met")
    expect(page.locator(".msg-ok")).to_be_visible()


def above(page, upper, lower):
    return page.locator(upper).bounding_box()["y"] < page.locator(lower).bounding_box()["y"]


@pytest.mark.browser_context_args(
    viewport=NARROW, permissions=["clipboard-read", "clipboard-write"]
)
def test_on_a_telephone_the_summary_comes_first_and_is_copied(page, demo):
    sign_in(page, "lanhdao")

    assert above(page, ".figs", "#focus")
    assert above(page, "#focus", "#matrix")
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copied]")).not_to_be_empty()
    page.locator(".dock a[href='#menu']").click()
    expect(page.locator("#menu")).to_be_in_viewport()
    page.locator("#menu a[href='/communes/']").click()
    page.locator(ROW.format("lam-hop")).locator("a").click()
    expect(page.locator(".fig").first).to_have_text("16/20")
    page.locator("tr[data-criterion='1'] a").click()
    page.locator("#assess input[value=met]").check()
    page.locator("#id_basis").select_option("verification")
    page.locator(RECORD).click()
    expect(page.locator("#id_no_evidence_reason")).to_have_attribute("aria-invalid", "true")
    page.locator("#id_no_evidence_reason").fill(NO_EVIDENCE)
    page.locator("main button.btn-send").click()
    expect(page.locator("div[data-criterion='1']")).to_have_attribute("data-result", "met")


class Telephone:
    """A person's telephone, on the page where they begin; it counts what they tap."""

    def __init__(self, page):
        self.page, self.taps = page, 0
        page.set_viewport_size(NARROW)
        page.goto("/start/")

    def tap(self, selector):
        self.page.locator(selector).click()
        self.taps += 1

    def says(self, selector, text):
        expect(self.page.locator(selector).first).to_contain_text(text)


def test_a_commune_states_a_criterion_by_three_taps(people):
    head = Telephone(people("kylac"))

    head.tap("tr[data-criterion='8'] a")
    head.tap("#claim label:has(input[name=result][value=nearly])")
    head.tap("button[name=send]")

    head.says("#sent", "Đã gửi, đang chờ")
    claim = Claim.objects.get()
    assert (claim.result, claim.is_waiting, head.taps) == ("nearly", True, 3)


def test_a_commune_is_one_tap_from_what_waits_and_from_its_own_page(people):
    deeds.send(result="nearly")
    deeds.give_back("phong-yte", Claim.objects.get(), reason="Thiếu danh sách thẻ theo thôn")
    head = Telephone(people("kylac"))
    head.says(".q", "15 Y tế")
    head.says(".dock .count", "1")

    head.tap(".dock a[href='/me/']")
    head.says(".q", "Thiếu danh sách thẻ theo thôn")
    head.tap(".dock a[href='/communes/ky-lac/']")
    head.says("h1", "Kỳ Lạc")


def test_a_leader_reads_what_changed_since_the_last_session_by_none(people):
    record("ky-lac", 15, "met", dt.date(2020, 9, 14))
    leader = Telephone(people("lanhdao"))

    leader.says("#changes h2", "Từ buổi làm việc 08/09")
    leader.says("[data-change='ky-lac']", "10 → 11 ▲1")
    leader.says("[data-change='ky-lac'] [data-cell='15']", "Y tế")
    expect(leader.page.locator("[data-change='ky-lac']")).to_be_visible()
    assert above(leader.page, "#changes", "#focus")
    assert leader.taps == 0


def test_an_officer_verifies_a_claim_by_three(people):
    deeds.send()
    officer = Telephone(people("phong-yte"))

    officer.tap(".q-v")
    officer.tap("#word label:has-text('Đạt') >> nth=0")
    officer.tap("#word button.btn-send")

    officer.says(".msg-ok", "")
    assert Claim.objects.get().decisions.get().verdict == "met"
    assert officer.taps == 3


def test_a_coordinator_finds_who_waits_by_none_and_for_whom_by_one(people):
    deeds.send()
    office = Telephone(people("dieuphoi"))

    office.says("#waiting [data-claim]", "Kỳ Lạc · 15 Y tế")
    office.tap("[data-claim='ky-lac-15'] a")
    office.says("#sent", "Phòng Y tế")
    assert office.taps == 1


def test_an_observer_reads_who_acts_and_is_two_taps_from_a_commune(people):
    observer = Telephone(people("quansat"))

    observer.tap(".dock a[href='/communes/']")
    observer.tap("tr[data-commune='ky-lac'] th a")
    observer.says("#difficulties [data-acts]", "Văn phòng điều phối")
    assert observer.taps == 2


def pages(username):
    """What each looks at; the forms are the coordinator's, and one the commune leader's."""
    found = Assessment.objects.filter(status__enrolment__commune__slug="ky-lac").first()
    recognition = Recognition.objects.create(
        enrolment=Enrolment.objects.get(commune__slug="ky-giang"),
        title="Xã đạt chuẩn nông thôn mới",
        decided_on="2019-12-25",
        recorded_by=User.objects.get(username="dieuphoi"),
        recorded_at=clock.now(),
    )
    person = Person.objects.get(full_name="Trần Đình Gia")
    cell = "/communes/ky-lac/criteria/8/"
    return {
        "lanhdao": [
            "/",
            "/?compare=2020-09-07&as_of=2020-09-08",
            "/?as_of=2010-01-01",
            "/?as_of=xx",
            "/communes/",
            "/communes/ky-lac/",
            "/communes/ky-son/",
            "/communes/ky-giang/?compare=2017-01-01",
            cell,
            "/criteria/",
            "/criteria/8/",
            "/me/",
            f"/people/{person.pk}/",
            "/search/?q=ky",
            "/search/?q=khong-co",
            "/accounts/password/",
            "/accounts/devices/",
        ],
        "dieuphoi": [
            f"{cell}assess/",
            "/communes/ky-lac/recognition/",
            f"/assessments/{found.pk}/correct/",
            "/accounts/area/",
            "/accounts/area/new/",
            f"/recognitions/{recognition.pk}/revoke/",
        ],
        "kylac": [f"{cell}own-view/"],
        "quantri": ["/styleguide/"],
    }[username]


@pytest.mark.parametrize("username", ["lanhdao", "dieuphoi", "kylac", "quantri"])
def test_every_page_is_fit_for_everybody(page, demo, axe, username):
    """Nothing found at both widths, in light and in dark; no page is wider than the screen."""
    sign_in(page, username)
    for address in pages(username):
        page.set_viewport_size(WIDE)
        assert page.goto(address).status == 200, address
        for width, scheme in LOOKS:
            page.set_viewport_size(width)
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], address
            axe(page)


def test_the_pages_of_those_who_are_turned_away(page, demo, axe, complaints):
    page.goto("/accounts/login/")
    axe(page)
    sign_in(page, "quansat")
    for address, status in (("/communes/xx/", 404), ("/accounts/area/", 403)):
        assert page.goto(address).status == status
        axe(page)
    assert [re.search(r"status of (\d+)", said)[1] for said in complaints] == ["404", "403"]
    complaints.clear()
