"""The life of a criterion, from the first figure to 11/20, by those who live it."""

import pytest
from playwright.sync_api import expect

from criteria.models import Assessment, Claim, Evidence, Measurement
from tests import files
from tests.browser import LOOKS, ROW, WIDE

CELL = "/communes/ky-lac/criteria/15/"
WHY = "Thiếu biên bản cân đo trẻ dưới 5 tuổi"


def value_of(page, number):
    return page.locator("#claim tr[data-kind]").nth(number)


def enter_the_values(page):
    page.goto(CELL)
    value_of(page, 0).locator(".f-numerator").fill("3.108")
    value_of(page, 0).locator(".f-denominator").fill("3.397")
    page.locator(".once .f-source").fill("BHXH huyện")
    value_of(page, 1).locator("input[value=yes] + label").click()
    value_of(page, 2).locator(".f-numerator").fill("61")
    value_of(page, 2).locator(".f-denominator").fill("308")
    page.locator("#claim input[name=result][value=met]").check()


def attach(page, caption, *, is_personal=False):
    page.goto(f"{CELL}evidence/new/")
    picture = files.picture("tram-y-te.jpg")
    sent = {"name": picture.name, "mimeType": "image/jpeg", "buffer": picture.read()}
    page.locator("input[type=file]").set_input_files(sent)
    page.locator("#id_captions").fill(caption)
    if is_personal:
        page.locator("#id_has_personal_data").check()
    page.locator("main button.btn-send").click()
    expect(page.locator("#evidence")).to_contain_text(caption)


def judge(page, verdict="met"):
    page.goto(CELL)
    page.locator(f"#word input[value={verdict}]").check()
    page.locator("#word button.btn-send").click()
    expect(page.locator(".msg-ok")).to_be_visible()


def send(page):
    page.locator("button[name=send]").click()
    expect(page.locator("#claimed")).to_be_visible()


def give_back(page):
    """Return the claim; the first try lacks the reason."""
    page.goto(CELL)
    page.locator("#word a[href*='/return/']").click()
    page.locator("main button.btn-send").click()
    expect(page.locator("#id_return_reason")).to_have_attribute("aria-invalid", "true")
    page.locator("#id_return_reason").fill(WHY)
    page.locator("#id_return_add_by").fill("30/09/2020")
    page.locator("main button.btn-send").click()
    expect(page.locator(".msg-ok")).to_be_visible()


def the_commune_fills_in(staff, head, axe):
    enter_the_values(staff)
    axe(staff)
    expect(staff.locator("button[name=send]")).to_have_count(0)
    staff.locator(".act button[name=keep]").click()
    expect(staff.locator(".msg-ok")).to_be_visible()
    attach(staff, "Trạm y tế xã")
    attach(staff, "Danh sách thẻ theo hộ", is_personal=True)
    assert not Measurement.objects.exists()

    head.goto(CELL)
    expect(value_of(head, 0).locator(".f-numerator")).to_have_value("3.108")
    send(head)
    expect(head.locator("tr[data-indicator='15.1']")).to_contain_text("91,5%")


def a_stranger_cannot_touch_it(page):
    page.goto(CELL)
    expect(page.locator("#word")).to_have_count(0)
    assert page.request.get(f"/claims/{Claim.objects.get().pk}/word/").status == 403


def the_commune_adds_what_was_missing(head, axe):
    head.goto("/me/")
    expect(head.locator("main")).to_contain_text(WHY)
    axe(head)
    head.locator(f"li[data-criterion='15'] a[href^='{CELL}']").first.click()
    expect(head.locator("#returned")).to_contain_text(WHY)
    attach(head, "Biên bản cân đo tháng 9")
    head.goto(CELL)
    head.locator("#claim textarea[name=explanation]").fill("Đã bổ sung biên bản cân đo")
    send(head)


def everybody_sees_what_came_of_it(leader):
    leader.goto("/")
    expect(leader.locator(ROW.format("ky-lac")).locator(".tot")).to_contain_text("11/20")
    leader.goto("/?as_of=2020-09-08")
    expect(leader.locator(ROW.format("ky-lac")).locator(".tot")).to_have_text("10/20")
    leader.goto(f"{CELL}history/")
    history = leader.locator("main")
    for told in ("BHXH", "Phòng Y tế", "Lãnh đạo xã Kỳ Lạc", WHY, "15/09/2020"):
        expect(history).to_contain_text(told)
    assert Assessment.objects.get(claim__isnull=False).result == "met"


def personal_evidence_is_guarded(page, *, sees):
    page.goto(CELL)
    expect(page.locator("#evidence")).to_contain_text("Trạm y tế xã")
    shown = page.locator("#evidence", has_text="Danh sách thẻ theo hộ")
    expect(shown).to_have_count(1 if sees else 0)
    personal = Evidence.objects.get(has_personal_data=True)
    answer = page.request.get(f"/evidence/{personal.pk}/file/")
    assert answer.status == (200 if sees else 403)


def test_the_life_of_a_criterion(people, axe):
    the_commune_fills_in(people("canbo-kylac"), people("kylac"), axe)
    a_stranger_cannot_touch_it(people("phong-tnmt"))
    people("bhxh").goto("/me/")
    people("bhxh").locator(f"li[data-kind] a[href^='{CELL}']").first.click()
    axe(people("bhxh"))
    judge(people("bhxh"))
    give_back(people("phong-yte"))
    the_commune_adds_what_was_missing(people("kylac"), axe)
    judge(people("bhxh"))
    judge(people("phong-yte"))
    everybody_sees_what_came_of_it(people("lanhdao"))
    personal_evidence_is_guarded(people("quansat"), sees=False)
    personal_evidence_is_guarded(people("thanhtra"), sees=True)


def looked_at(username):
    """The pages of this part that each opens."""
    return {
        "lanhdao": [
            CELL,
            f"{CELL}history/",
            "/communes/ky-lac/",
            "/communes/ky-lac/history/",
            "/communes/ky-lac/dossier/",
            "/communes/ky-lac/assess/",
            "/criteria/15/",
            "/criteria/15/assess/",
            "/criteria/15/history/",
            "/difficulties/",
            "/rounds/",
            "/review/",
            "/checks/",
            "/accounts/notices/",
        ],
        "dieuphoi": [
            CELL,
            f"{CELL}measure/",
            f"{CELL}evidence/new/",
            "/communes/ky-lac/difficulties/new/?criterion=15",
            "/communes/ky-lac/charges/new/?criterion=15",
            "/communes/ky-lac/dossier/1/",
            "/communes/ky-lac/sheet/",
            "/rounds/new/",
        ],
        "kylac": [CELL, f"{CELL}claim/", f"{CELL}comments/new/"],
    }[username]


@pytest.mark.parametrize("username", ["lanhdao", "dieuphoi", "kylac"])
def test_every_page_is_fit_for_everybody(people, axe, username):
    page = people(username)
    for address in looked_at(username):
        page.set_viewport_size(WIDE)
        assert page.goto(address).status == 200, address
        for width, scheme in LOOKS:
            page.set_viewport_size(width)
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], address
            axe(page)


def test_a_claim_with_the_keyboard_alone(people):
    page = people("kylac")
    page.goto(CELL)

    page.keyboard.press("Tab")
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.f-numerator')"):
            break
    page.keyboard.type("3.108")
    page.keyboard.press("Tab")
    page.keyboard.type("3.397")
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('button[name=keep]')"):
            break
    page.keyboard.press("Enter")

    expect(page.locator(".msg-ok")).to_be_visible()
    expect(value_of(page, 0).locator(".f-denominator")).to_have_value("3.397")


def test_what_was_typed_is_there_after_evidence_was_attached(people, new_context):
    signed_in = people("kylac").context.cookies()
    context = new_context(java_script_enabled=False)
    context.add_cookies(signed_in)
    page = context.new_page()
    enter_the_values(page)
    page.locator("#claim textarea[name=explanation]").fill("Đã rà soát từng hộ")

    page.locator("#evidence button[name=attach]").first.click()
    page.locator("#id_url").fill("https://ky-lac.example/so-the.pdf")
    page.locator("main button.btn-send").click()

    expect(page.locator(".msg-ok")).to_be_visible()
    expect(value_of(page, 0).locator(".f-numerator")).to_have_value("3.108")
    expect(value_of(page, 1).locator("input[value=yes]")).to_be_checked()
    expect(page.locator("#claim textarea[name=explanation]")).to_have_value("Đã rà soát từng hộ")
    assert not Claim.objects.exists()
    send(page)
    assert Claim.objects.get().is_waiting
