"""Pictures of help: each page that one shows still has what it points at.

`make pictures` draws them anew.
"""

import datetime as dt
import io
import os
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image, ImageChops
from playwright.sync_api import expect

from dashboards.help.help_texts import pages
from tests.browser import sign_in
from training import loading

DAY = dt.date(2020, 9, 15)
# A page of an office's screen, in its wide form; a picture has all of its width, and so much of its
# height around what it points at.
SCREEN, TALLEST, AROUND = {"width": 1000, "height": 800}, 400, 90
COLOURS = 16
# What stands around what is pointed at: from its top, if the picture reaches so far.
BLOCK = "section, form:not(.asof), fieldset, table, .sec, .head, .fig, main"
POINT = """one => {
  if (getComputedStyle(one).display == 'block') one.style.width = 'fit-content';
  one.style.outline = '3px solid #b02a37';
  one.style.outlineOffset = '3px';
}"""
# So many rows of points without anything are a place to cut.
GAP = 5
# How far its line lies around what is pointed at.
EDGE = 7


@pytest.fixture
def district(transactional_db):
    call_command("load_reference", without_places=True, stdout=io.StringIO())
    loading.load(DAY)


@pytest.fixture
def screen_of(new_context):
    """The page of each account, in a browser of its own."""
    opened = {}

    def screen(account):
        if account not in opened:
            opened[account] = new_context(viewport=SCREEN).new_page()
            opened[account].set_default_timeout(15_000)
            sign_in(opened[account], f"tap-huan-{account}")
        return opened[account]

    return screen


def test_each_page_has_what_its_picture_points_at(district, screen_of):
    wrong, drawn = [], {}
    for picture in (one for page in pages() for one in page.pictures):
        try:
            drawn[picture] = draw(screen_of(picture.account), picture)
        except Exception as error:  # all that is wrong is told at once
            wrong.append(f"{picture.file}: {' '.join(str(error).split())[:200]}")

    if wrong:
        pytest.fail("\n".join(wrong))
    if os.environ.get("MAKE_PICTURES"):
        keep(drawn)


def draw(screen, picture):
    """The picture as PNG of few colours."""
    screen.goto(picture.address)
    if picture.open:
        screen.locator("main").locator(picture.open).first.click()
        expect(screen).not_to_have_url(re.compile(f"{re.escape(picture.address)}$"))
    marked = [mark(screen, words) for words in picture.marks]
    area, kept = clip(screen, marked)
    taken = screen.screenshot(clip=area, full_page=True, animations="disabled")
    return small(trimmed(Image.open(io.BytesIO(taken)).convert("RGB"), *kept))


def mark(screen, words):
    """Where on the page the words are, which are outlined from now on."""
    main = screen.locator("main")
    ways = (
        main.get_by_role("button", name=words),
        main.get_by_text(words, exact=True),
        main.get_by_text(words),
    )
    seen = [way.locator("visible=true") for way in ways]
    found = next((one for one in seen if one.count()), seen[-1]).first
    # A button with its icon, not its words alone.
    whole = found.locator("xpath=ancestor-or-self::*[self::a or self::button or self::label][1]")
    one = whole.first if whole.count() else found
    one.evaluate(POINT)
    return one


def clip(screen, marked):
    """The part of the page around all that is marked, and between which rows of it that stands."""
    screen.evaluate("scrollTo(0, 0)")
    main = screen.locator("main").bounding_box()
    boxes = [one.bounding_box() for one in marked]
    top = min(box["y"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    block = marked[0].evaluate(f"one => one.closest('{BLOCK}').getBoundingClientRect().top") - 12
    start = max(main["y"], block if bottom + AROUND - block <= TALLEST else top - AROUND)
    end = min(main["y"] + main["height"], max(bottom + AROUND, start + TALLEST * 2 / 3))
    # At the foot of a page it has what stands above.
    start = max(main["y"], min(start, end - TALLEST * 2 / 3))
    assert end - start <= TALLEST, f"{end - start} points high: its marks lie too far apart"
    area = {"x": 0, "y": start, "width": screen.viewport_size["width"], "height": end - start}
    return area, (int(top - start) - EDGE, int(bottom - start) + EDGE)


def small(picture):
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True, bits=4)
    return written.getvalue()


def trimmed(picture, first, last):
    """Without half a line before the first row and after the last, and without the empty side of a
    form."""
    ground = Image.new("RGB", picture.size, picture.getpixel((0, picture.height // 2)))
    drawn = ImageChops.difference(picture, ground).convert("L")
    full = [bool(drawn.crop((0, y, drawn.width, y + 1)).getbbox()) for y in range(drawn.height)]
    gaps = [y for y in range(len(full) - GAP) if not any(full[y : y + GAP])]
    top = min((y for y in gaps if y <= first), default=0)
    end = max((y + GAP for y in gaps if y >= last), default=picture.height)
    right = drawn.crop((0, top, drawn.width, end)).getbbox()[2]
    return picture.crop((0, top, min(picture.width, right + GAP * 4), end))


def keep(drawn):
    for old in (settings.BASE_DIR / "static/help").glob("*.png"):
        old.unlink()
    for picture, content in drawn.items():
        picture.path.parent.mkdir(exist_ok=True)
        picture.path.write_bytes(content)
