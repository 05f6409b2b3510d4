"""A commune's page on a telephone: what its leader needs is a few taps and screens away."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from criteria.models import Claim
from tests.browser import NARROW, WIDE

SCREENS = 4
FINGER = 48


def begin(page, username):
    page.goto("/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(settings.DEMO_PASSWORD)
    page.locator("main button[type=submit]").click()


class Taps:
    """Taps what is named, and counts."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def on(self, selector):
        self.count += 1
        self.page.locator(selector).first.tap()


@pytest.mark.browser_context_args(viewport=NARROW, has_touch=True)
def test_a_leader_states_a_criterion_in_three_taps(page, demo):
    begin(page, "kylac")
    expect(page).to_have_url(re.compile(r"[0-9]/communes/ky-lac/$"))
    expect(page.locator(".sum")).to_contain_text("còn 10 tiêu chí")
    taps = Taps(page)

    taps.on("tr[data-criterion='8']")
    taps.on("#proposal label:has(input[value=nearly])")
    taps.on("#claim-form button[name=send]")

    expect(page.locator(".msg-ok")).to_be_visible()
    assert taps.count == 3
    claim = Claim.objects.get()
    assert (claim.state, claim.result) == (Claim.State.SUBMITTED, "nearly")
    assert claim.status.criterion.number == 8


@pytest.mark.browser_context_args(viewport=NARROW)
def test_the_page_is_short_and_its_rows_are_as_large_as_a_finger(page, demo, axe):
    begin(page, "kylac")

    rows = page.locator("#criteria tr[data-criterion]")
    seen = [row.bounding_box() for row in rows.all() if row.is_visible()]
    assert len(seen) == 10
    assert min(box["height"] for box in seen) >= FINGER
    foot = page.locator("footer").bounding_box()
    assert foot["y"] <= SCREENS * NARROW["height"]
    page.locator("label[for=show-all]").click()
    assert sum(row.is_visible() for row in rows.all()) == 20
    page.keyboard.press("ArrowLeft")
    assert sum(row.is_visible() for row in rows.all()) == 10
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        axe(page)


@pytest.mark.browser_context_args(viewport=NARROW)
def test_others_begin_with_what_is_to_be_met_and_see_all_by_one_tap(page, demo):
    begin(page, "lanhdao")
    page.goto("/communes/ky-lac/")

    rows = page.locator("tr[data-criterion]")
    assert sum(row.is_visible() for row in rows.all()) == 10
    assert page.locator("footer").bounding_box()["y"] <= SCREENS * NARROW["height"]
    page.locator("label[for=show-all]").click()
    assert sum(row.is_visible() for row in rows.all()) == 20
