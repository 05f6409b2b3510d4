"""The frame of every page in a browser: the bar of a telephone, the menu, what has the focus."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import NARROW, WIDE

OWN = "/communes/ky-lac/"
CELL = f"{OWN}criteria/8/"
ON_ITS_SIDE = {"width": 740, "height": 360}
# What has the focus, and whether the bar at the foot of the screen covers it.
IS_COVERED = """() => {
  const bar = document.querySelector(".dock"), at = document.activeElement;
  if (bar.contains(at) || at === document.body) return false;
  const drawn = at.getBoundingClientRect();
  return drawn.bottom > 0 && drawn.bottom > bar.getBoundingClientRect().top + 1;
}"""
CONTRAST = """(one) => {
  const parts = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const light = (colour) => {
    const [red, green, blue] = parts(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ring = getComputedStyle(one), bar = getComputedStyle(one.closest(".top"));
  const both = [light(ring.outlineColor), light(bar.backgroundColor)].sort((a, b) => b - a);
  return ring.outlineStyle === "none" ? 0 : (both[0] + 0.05) / (both[1] + 0.05);
}"""
OPENED = "for (const one of document.querySelectorAll('main details')) one.open = true"
# Pages with lists that fold, beside those that every journey looks at.
LISTS = [
    *("/", "/?compare=2020-09-07", "/communes/", OWN, CELL, "/communes/ky-son/", "/me/"),
    *("/criteria/", "/review/", "/checks/", "/visits/", "/rounds/", "/difficulties/"),
    *("/tasks/?state=all", "/sessions/", f"{OWN}dossier/", f"{OWN}history/", "/help/"),
]


@pytest.fixture
def head(people):
    page = people("kylac")
    page.set_viewport_size(NARROW)
    return page


def position(locator):
    return locator.evaluate("one => getComputedStyle(one).position")


def test_the_bar_stays_at_the_foot_of_the_screen(head, axe):
    head.goto(OWN)
    bar = head.locator(".dock")

    assert position(bar) == "fixed"
    assert bar.evaluate("one => innerHeight - one.getBoundingClientRect().bottom") == 0
    for link in bar.locator("a").all():
        assert link.bounding_box()["height"] >= 56
    expect(bar.locator("[aria-current]")).to_have_text("Xã tôi")
    for scheme in ("light", "dark"):
        head.emulate_media(color_scheme=scheme)
        axe(head)
    # The end of the page is not under it.
    head.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last, top = head.locator("footer").bounding_box(), bar.bounding_box()["y"]
    assert last["y"] + last["height"] <= top + 1
    head.set_viewport_size(ON_ITS_SIDE)
    assert position(bar) == "static"
    head.set_viewport_size(WIDE)
    expect(bar).to_be_hidden()
    head.set_viewport_size(NARROW)
    head.emulate_media(media="print")
    expect(bar).to_be_hidden()


def test_where_an_answer_is_written_its_own_buttons_have_the_place(head):
    for address in (CELL, f"{CELL}claim/"):
        head.goto(address)
        bar = head.locator(".dock")
        assert position(head.locator(".act")) == "sticky"
        assert position(bar) == "static"
        end = bar.evaluate("one => one.getBoundingClientRect().bottom + scrollY")
        assert end == pytest.approx(head.evaluate("document.documentElement.scrollHeight"), abs=1)


def test_what_is_reached_by_tab_is_not_under_the_bar(head):
    head.goto(OWN)
    reached = set()
    for _press in range(60):
        head.keyboard.press("Tab")
        reached.add(head.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
        assert not head.evaluate(IS_COVERED), head.evaluate("document.activeElement.outerHTML")
    assert len(reached) > 20


def test_the_bar_leads_to_the_search_and_to_all_sections(head, complaints):
    for address in (OWN, "/communes/xx/"):
        head.goto(address)
        head.locator(".dock a[href='#find']").click()
        field = head.locator("#find input[type=search]")
        expect(field).to_be_in_viewport(ratio=1)
        top = head.locator(".dock").bounding_box()["y"]
        box = field.bounding_box()
        assert box["y"] + box["height"] <= top
        assert head.locator("input[type=search]:visible").count() == 1
        head.locator(".dock a[href='#menu']").click()
        expect(head.locator("#menu a[href='/tasks/']")).to_be_in_viewport(ratio=1)
    assert [re.search(r"status of (\d+)", said)[1] for said in complaints] == ["404"]
    complaints.clear()


def test_the_rest_of_the_menu_opens_without_a_script(people, new_context, axe):
    context = new_context(java_script_enabled=False, viewport=WIDE)
    context.add_cookies(people("dieuphoi").context.cookies())
    page = context.new_page()
    page.goto("/")
    page.locator(".nav-more summary").click()
    page.locator(".nav-more a[href='/rounds/']").click()
    expect(page).to_have_url(re.compile("/rounds/$"))

    page = people("dieuphoi")
    page.set_viewport_size(WIDE)
    page.goto("/checks/")
    menu = page.locator(".nav-more ul")
    page.locator(".nav-more summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        axe(page)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.locator(".nav-more summary").click()
    page.mouse.click(20, 600)
    expect(menu).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_on_the_bar_of_the_head_is_seen(people, scheme):
    page = people("lanhdao")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme=scheme)
    page.goto("/")
    page.locator("a.skip").focus()
    seen = []
    while len(seen) < 5:
        page.keyboard.press("Tab")
        one = page.locator(":focus")
        seen.append(one.evaluate("one => one.className || one.tagName"))
        assert one.evaluate(CONTRAST) >= 3, seen
    assert seen == ["brand", "form-control", "btn", "who", "SUMMARY"]


def test_what_is_pressed_is_large_enough_where_lists_are_open(people, axe):
    page = people("lanhdao")
    for address in LISTS:
        for width in (WIDE, NARROW):
            page.set_viewport_size(width)
            page.goto(address)
            page.evaluate(
                "for (const one of document.querySelectorAll('main details')) one.open = true"
            )
            axe(page, options={"runOnly": ["target-size"]})
