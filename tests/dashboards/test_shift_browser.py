"""Nothing moves under the finger while a page comes over a slow line to a slow machine."""

import pytest

from tests.browser import NARROW, WIDE, sign_in

# Chromium's score of a page; 0.1 counts as good.
MOST = 0.02
SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 100_000,
    "uploadThroughput": 50_000,
}


def slow_page(context):
    page = context.new_page()
    engine = context.new_cdp_session(page)
    engine.send("Network.enable")
    engine.send("Network.setCacheDisabled", {"cacheDisabled": True})
    engine.send("Network.emulateNetworkConditions", SLOW_LINE)
    engine.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(SHIFTS)
    return page


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_what_is_read_stays_where_it_is(new_context, demo, size):
    moved = {}
    for reader, addresses in {
        "lanhdao": ["/", "/communes/ky-lac/"],
        "kylac": ["/communes/ky-lac/criteria/15/"],
    }.items():
        context = new_context(viewport=size)
        sign_in(context.new_page(), reader)
        for address in addresses:
            page = slow_page(context)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            moved[address] = page.evaluate("window.shifts")

    assert {one: score for one, score in moved.items() if score > MOST} == {}
