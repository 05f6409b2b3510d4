"""A plan from its drafting to its first delay, in a browser, on the demo's day."""

import re

from playwright.sync_api import expect

from plans.models import Plan
from tests.browser import LOOKS

PLAN = "/plans/ky-lac/"
HEAD = "TT\tHạng mục công việc\tTiêu chí\tSố ngày\tViệc phải xong trước"
PASTED = f"{HEAD}\n5\tBê tông hóa 4,1 km đường trục thôn\t2.2\t24\t4\n"
SEND = "main button.btn-send"


def finish():
    return f"{Plan.objects.get(enrolment__commune__slug='ky-lac').finish_on:%d/%m/%Y}"


def test_a_plan_is_drafted_approved_delayed_and_tried(people):
    commune, leader = people("kylac"), people("lanhdao")
    draft(commune)
    approve(leader)
    report_a_delay(commune)
    moved = finish()
    assert moved != "25/12/2020"
    leader.goto(PLAN)
    expect(leader.locator(".say").first).to_contain_text(moved)
    try_what_if(leader)
    assert finish() == moved


def draft(commune):
    """A step typed with the keyboard, another pasted; then it is sent."""
    commune.goto("/plans/ky-lac/table/")
    commune.locator("#r14-name").focus()
    commune.keyboard.type("Nghiệm thu đường trục thôn")
    # Criterion, place, unit, quantity, first day, then the days and what must be done first.
    for text in ("2.2", "", "", "", "", "5", "5"):
        commune.keyboard.press("Tab")
        commune.keyboard.type(text)
    commune.keyboard.press("Enter")
    expect(commune).to_have_url(re.compile(f"{PLAN}$"))
    expect(commune.locator("tr[data-step='15']")).to_contain_text("Nghiệm thu đường")

    commune.goto("/plans/ky-lac/paste/")
    commune.locator("#id_text").fill(PASTED)
    commune.locator(SEND).click()
    expect(commune.locator("#read")).to_contain_text("24")
    commune.locator(SEND).click()
    expect(commune.locator(".say")).to_contain_text("25/12/2020")
    commune.locator("a[href$='/submit/']").click()
    commune.locator(SEND).click()
    expect(commune.locator(".msg-ok")).to_be_visible()


def approve(leader):
    leader.goto(PLAN)
    leader.locator("a[href$='/approve/']").click()
    leader.locator("#id_document").fill("21/KH-UBND")
    leader.locator(SEND).click()
    expect(leader.locator("main .head")).to_contain_text("21/KH-UBND")
    leader.goto("/plans/ky-lac/versions/2/?against=1")
    expect(leader.locator("tr[data-changed='5']")).to_contain_text("22 → 24")
    expect(leader.locator("#added")).to_contain_text("15. Nghiệm thu đường")


def report_a_delay(commune):
    commune.goto("/plans/ky-lac/report/")
    step = commune.locator("section[data-step='2']")
    step.locator("summary").click()
    step.locator("input[name^=left-]").fill("20")
    commune.locator(SEND).click()
    expect(commune).to_have_url(re.compile(f"{PLAN}$"))


def try_what_if(leader):
    leader.locator("#id_kind").select_option("shorten")
    leader.locator("#id_days").fill("6")
    leader.locator(".what-if button").click()
    expect(leader.locator("tr[data-variant]")).to_have_count(2)
    expect(leader.locator("tr[data-variant]").last).to_contain_text("sớm")


def test_pages_of_plans_can_be_read_by_all(people, axe):
    leader = people("lanhdao")
    for viewport, scheme in LOOKS:
        leader.set_viewport_size(viewport)
        leader.emulate_media(color_scheme=scheme)
        for address in (
            PLAN,
            f"{PLAN}?compare=2020-09-14",
            f"{PLAN}?as_of=2020-09-10",
            "/plans/",
            f"{PLAN}versions/",
            f"{PLAN}versions/1/?against=now",
            f"{PLAN}versions/1/",
        ):
            leader.goto(address)
            for fold in leader.locator("main details:visible > summary").all():
                fold.click()
            axe(leader)
            wide = leader.evaluate("document.documentElement.scrollWidth")
            assert wide <= viewport["width"], address


def test_a_telephone_shows_first_what_is_late_or_next(people):
    leader = people("lanhdao")
    leader.set_viewport_size({"width": 360, "height": 740})
    leader.goto(PLAN)
    shown = leader.locator(".t-plan tbody tr:visible")

    expect(shown).to_have_count(4)
    expect(leader.locator("tr[data-step='2']")).to_be_visible()
    expect(leader.locator("tr[data-step='9']")).to_be_hidden()
    fold = leader.locator(".rest-of > summary")
    assert fold.bounding_box()["y"] < 4 * 740
    fold.click()
    expect(shown).to_have_count(14)
