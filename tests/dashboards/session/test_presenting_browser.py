"""A session presented on a projector, its minutes typed beside."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from communes.models import Commune
from criteria.models import Result
from meetings.models import Entry, Task
from tests.browser import WIDE, sign_in
from tests.factories import make_entry, make_session, make_task
from tests.pages import record

LARGE = {"width": 1920, "height": 1080}
LONG = "Hoàn thành việc chỉnh trang khu dân cư, vườn hộ và đường trục thôn theo kế hoạch đã duyệt"
HOUR = re.compile("[0-9]{2}:[0-9]{2}")
# How far the window scrolls, and the item in it.
OVER = """() => [document.documentElement, document.querySelector("main")].map(
  (one) => [one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth])"""


@pytest.fixture
def session(demo):
    """With a commune that has everything to tell: nothing met, much changed, late and open."""
    clerk = User.objects.get(username="dieuphoi")
    bare, other = (Commune.objects.get(slug=slug) for slug in ("ky-tay", "ky-lac"))
    area = bare.area
    before = make_session(communes=[bare], by=clerk, on=dt.date(2020, 9, 1), state="held")
    for n in range(8):
        said = make_entry(before, f"{LONG} {n}", by=clerk)
        day = {"due_on": dt.date(2020, 9, 10), "assigned_on": dt.date(2020, 9, 1)}
        late = day if n % 2 else {}
        make_task(entry=said, area=area, commune=bare, title=f"{n} {LONG}", by=clerk, **late)
    Task.objects.update(assigned_at=dt.datetime(2020, 9, 1, tzinfo=dt.UTC))
    for number in (6, 7, 8, 17, 18, 20):
        record("ky-tay", number, Result.NOT_MET, dt.date(2020, 9, 10))
    made = make_session(communes=[bare, other], by=clerk, on=dt.date(2020, 9, 15))
    for n in range(9):
        said = make_entry(made, f"{n} {LONG}. {LONG}.", speaker="Bí thư Huyện ủy", by=clerk)
        make_task(entry=said, area=area, commune=other, title=f"{n} {LONG}", by=clerk)
        make_entry(made, f"{n} {LONG}", kind=Entry.Kind.REPORT, commune=bare, by=clerk)
    return made


def last(page):
    return page.locator("form.entry").last


def test_an_item_is_seen_whole_and_what_is_typed_beside_it_is_kept(people, session, axe):
    page = people("dieuphoi")
    for size in (WIDE, LARGE):
        page.set_viewport_size(size)
        for item in ("?commune=ky-lac", "?commune=ky-tay", "?commune="):
            for address in ("present", "screen"):
                page.goto(f"/sessions/{session.pk}/{address}/{item}")
                assert page.evaluate(OVER) == [[0, 0], [0, 0]], (size, address, item)
    page.set_viewport_size(WIDE)
    page.goto(f"/sessions/{session.pk}/present/")
    # The list of entries stands at its end, where the next one is typed.
    expect(last(page).locator("[name=save]")).to_be_in_viewport()
    axe(page)

    text = last(page).locator("textarea")
    text.fill("Xã đề nghị hỗ trợ xi măng")
    text.press("ArrowRight")
    expect(page.locator("main")).to_have_attribute("data-commune", "ky-lac")
    # At once: what was typed goes first.
    page.locator("a[rel=next]").click()
    expect(page.locator("main")).to_have_attribute("data-commune", "ky-tay")
    entry = Entry.objects.get(text="Xã đề nghị hỗ trợ xi măng")
    assert entry.commune.slug == "ky-lac"
    expect(page.get_by_text("Xã đề nghị hỗ trợ xi măng")).to_have_count(0)
    page.locator("a[rel=prev]").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"#entry-{entry.pk} textarea")).to_have_value("Xã đề nghị hỗ trợ xi măng")

    text = last(page).locator("textarea")
    text.fill("Giao Phòng KT-HT trả lời")
    text.press("Control+Enter")
    expect(page.locator("form.entry").nth(-2).locator("[data-state]")).to_have_text(HOUR)
    text = last(page).locator("textarea")
    text.fill("Mục tiếp theo của xã")
    text.press("Control+Enter")
    expect(page.locator("form.entry").nth(-2).locator("[data-state]")).to_have_text(HOUR)
    added = Entry.objects.filter(commune__slug="ky-lac").order_by("position").values_list("text")
    assert [said for (said,) in added][-2:] == ["Giao Phòng KT-HT trả lời", "Mục tiếp theo của xã"]


def test_criteria_are_decided_by_keys_and_nothing_typed_is_lost(people, session, axe):
    page = people("dieuphoi")
    page.set_viewport_size(WIDE)
    page.goto(f"/sessions/{session.pk}/present/?commune=ky-lac")
    last(page).locator("textarea").fill("Xã đã trình đồ án")
    page.locator("a[rel=next]").focus()

    page.keyboard.type("17")
    expect(page.locator("[data-typed]")).to_have_text("Tiêu chí 17: nhấn Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#decide")).to_have_attribute("data-criterion", "17")
    assert page.evaluate(OVER) == [[0, 0], [0, 0]]
    axe(page)
    page.keyboard.press("b")
    page.keyboard.press("Enter")

    expect(page.locator("[data-cell='17']")).to_have_attribute("data-result", "nearly")
    expect(page.locator("#decide")).to_have_count(0)
    assert session.assessments.get().assessment.status.criterion.number == 17
    assert Entry.objects.filter(text="Xã đã trình đồ án").exists()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("#decide")).to_have_attribute("data-criterion", "1")
    page.keyboard.press("Escape")
    expect(page.locator("#decide")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator(".scr-keys dl")).to_be_visible()
    axe(page)


def test_the_time_of_each_item_is_counted_against_a_limit(people, session):
    page = people("quansat")
    page.clock.install()
    page.goto(f"/sessions/{session.pk}/screen/?commune=ky-lac")
    face, clock = page.locator("[data-face]"), page.locator("[data-clock]")

    page.clock.fast_forward("10:30")
    expect(face).to_have_text(re.compile("10:3[0-9]"))
    expect(clock).to_have_class(re.compile("over"))
    page.keyboard.press("+")
    expect(clock).to_contain_text("/ 11 phút")
    expect(clock).not_to_have_class(re.compile("over"))
    page.keyboard.press("t")
    page.clock.fast_forward("05:00")
    expect(face).to_have_text(re.compile("10:3[0-9]"))

    page.keyboard.press("ArrowRight")
    expect(page.locator("main")).to_have_attribute("data-commune", "ky-tay")
    expect(face).to_have_text(re.compile("00:0[0-9]"))
    page.clock.fast_forward("02:00")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("main")).to_have_attribute("data-commune", "ky-lac")
    expect(face).to_have_text(re.compile("10:3[0-9]"))
    page.keyboard.press("r")
    expect(face).to_have_text("00:00")


def test_it_is_presented_and_typed_without_a_script(new_context, session):
    page = new_context(java_script_enabled=False, viewport=WIDE).new_page()
    sign_in(page, "dieuphoi")
    page.goto(f"/sessions/{session.pk}/present/?commune=ky-tay")

    last(page).locator("textarea").fill("Nhất trí")
    last(page).locator("[name=save]").click()

    expect(page.locator("main")).to_have_attribute("data-commune", "ky-tay")
    expect(page.locator("form.entry textarea").nth(-2)).to_have_value("Nhất trí")
    assert Entry.objects.get(text="Nhất trí").commune.slug == "ky-tay"
    expect(page.locator("[data-clock]")).to_be_hidden()
    page.locator("[data-cell='2'] a").click()
    page.locator("#decide label[data-key=C]").click()
    page.locator("#decide button[type=submit]").click()
    expect(page.locator("[data-cell='2']")).to_have_attribute("data-result", "not_met")
    page.locator("a[rel=next]").click()
    expect(page.locator("h1")).to_have_text("Kết luận")


def test_who_only_reads_turns_the_items_alone(people, session):
    page = people("quansat")
    page.goto(f"/sessions/{session.pk}/present/")

    page.keyboard.press("ArrowRight")

    expect(page.locator("main")).to_have_attribute("data-commune", "ky-tay")
    expect(page.locator("form")).to_have_count(0)
