"""The answer of a commune on a phone: typed, reckoned at once, mended, by keyboard alone."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from criteria.measurements.queries import Measure, measures_of
from criteria.models import Claim, DraftValue
from criteria.templatetags.values import reckoned
from tests.browser import NARROW
from tests.criteria.claims import deeds
from tests.pages import demo_cell

CELL = deeds.CELL


@pytest.fixture
def head(people):
    page = people("kylac")
    page.set_viewport_size(NARROW)
    return page


def row(page, number):
    return page.locator(".t-ans tr[data-kind]").nth(number)


def fill(page, number, part, whole):
    row(page, number).locator(".f-numerator").fill(part)
    row(page, number).locator(".f-denominator").fill(whole)
    return row(page, number).locator("output")


def top_of(locator):
    return locator.evaluate("e => e.getBoundingClientRect().top + scrollY")


def is_under_the_bar(page):
    """Whether the bar with the buttons covers what has the focus."""
    return page.evaluate(
        """() => {
          const bar = document.querySelector(".act"), at = document.activeElement;
          if (bar.contains(at)) return false;
          const drawn = at.getBoundingClientRect();
          return drawn.top > 0 && drawn.bottom > bar.getBoundingClientRect().top + 1;
        }"""
    )


def test_a_returned_answer_begins_on_the_first_screen(head, axe):
    deeds.send(**{f"{deeds.prefix('15.1')}-numerator": "2.765"}, result="nearly")
    deeds.give_back("phong-yte", Claim.objects.get(), reason="Thiếu danh sách thẻ theo thôn")
    head.goto(CELL)

    assert top_of(row(head, 0).locator(".f-numerator")) <= 540
    assert head.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    bar = head.locator(".act")
    assert bar.evaluate("e => innerHeight - e.getBoundingClientRect().bottom") == 0
    draft, send = head.locator(".act button").all()
    looks = [
        one.evaluate("e => [getComputedStyle(e).borderTopStyle, getComputedStyle(e).color]")
        for one in (draft, send)
    ]
    assert looks[0][0] == "dashed"
    assert looks[0] != looks[1]
    for scheme in ("light", "dark"):
        head.emulate_media(color_scheme=scheme)
        axe(head)
    head.set_viewport_size({"width": 740, "height": 360})
    assert bar.evaluate("e => getComputedStyle(e).position") == "static"


def test_the_line_beside_a_value_is_what_the_server_says_of_it(head):
    head.goto(CELL)
    measures = measures_of(demo_cell("ky-lac", 15))

    for number in (0, 2):
        measure = measures[number]
        for part, whole in [
            (2765, 3397), (8496, 10000), (8504, 10000), (2887, 3397), (9999, 10000), (0, 7),
            (100, 308), (61, 308), (2421, 10000), (242, 1000), (3397, 3397), (1, 1234567),
        ]:  # fmt: skip
            value = DraftValue(numerator=Decimal(part), denominator=Decimal(whole))
            said = reckoned(Measure(measure.indicator, measure.threshold, value=value))
            plain = said.replace("<b>", "").replace("</b>", "")
            expect(fill(head, number, str(part), str(whole))).to_have_text(plain)
    for part, whole in [("x", "5"), ("6", "5"), ("", "5"), ("1,5", "3"), ("0", "0"), ("-1", "3")]:
        expect(fill(head, 0, part, whole)).to_have_text("chưa tính được")
    expect(fill(head, 0, "", "")).to_have_text("")
    row(head, 0).locator("summary").click()
    row(head, 0).locator(".f-number").fill("81,44%")
    said = "= 81,44%, còn 3,56 điểm phần trăm"
    expect(row(head, 0).locator("output")).to_have_text(said)
    row(head, 1).locator("input[value=no] + label").click()
    expect(row(head, 1).locator("output")).to_have_text("chưa đủ mức")


def test_what_is_wrong_is_found_from_above_and_nothing_typed_is_lost(head, axe):
    head.goto(CELL)
    fill(head, 0, "2.765", "3.397")
    fill(head, 2, "361", "308")
    head.locator("button[name=send]").click()

    alert = head.locator(".msg-err[role=alert]")
    expect(alert).to_contain_text("Số trẻ thuộc diện (361) lớn hơn tổng số trẻ (308).")
    expect(row(head, 2).locator("output")).to_have_text("chưa tính được")
    expect(row(head, 0).locator("output")).to_have_text("= 81,4%, còn 123 người")
    axe(head)
    alert.get_by_role("link", name="15.3").click()
    wrong = row(head, 2).locator(".f-numerator")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("361")
    assert not is_under_the_bar(head)


def test_nothing_that_is_reached_by_tab_lies_under_the_bar(head):
    head.goto(CELL)
    seen = set()
    for _press in range(80):
        head.keyboard.press("Tab")
        seen.add(head.evaluate("document.activeElement.name || document.activeElement.tagName"))
        assert not is_under_the_bar(head), head.evaluate("document.activeElement.outerHTML")
        if "send" in seen:
            break

    prefix = deeds.prefix("15.1")
    assert {
        f"{prefix}-numerator",
        f"{prefix}-denominator",
        "SUMMARY",
        "measured_on",
        "source",
    } <= seen
    assert {"result", "no_evidence_reason", "explanation", "keep", "send"} <= seen


def test_yes_or_no_by_the_arrow_keys_without_a_script_too(people, new_context):
    context = new_context(java_script_enabled=False)
    context.add_cookies(people("kylac").context.cookies())
    page = context.new_page()
    page.goto(CELL)
    row(page, 1).locator("input:checked").focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".act button[name=keep]").click()

    assert DraftValue.objects.get().yes_no is False
    expect(row(page, 1).locator("output")).to_have_text("chưa đủ mức")
