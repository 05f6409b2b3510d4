"""What comes out of the printer: a layout of its own, few pages, nothing that asks for a mouse."""

import re

import pytest

from meetings.models import WorkingSession
from tests.browser import NARROW, sign_in

LANDSCAPE, PORTRAIT = (842, 595), (595, 842)
ACTIONS = "button:not(.visually-hidden), .btn, .btn-link, nav, summary:has(+ form), .find"
# Where an action is a link among words.
VERBS = [
    "Giao nhiệm vụ",
    "Bổ sung mục",
    "Ghi biên bản",
    "Tải Word",
    "(Word)",
    "Đính chính",
    "Tất cả nhiệm vụ",
    "Ghi kết quả giải quyết",
    "Xem bảng số",
    "Xem tin nhắn",
    "Xếp theo",
    "Trợ giúp",
    "Về hôm nay",
    "Viết ý kiến",
    "Ghi nhận kết quả từ buổi làm việc này",
]


def sheets(pdf):
    """The size of each sheet of a PDF by Chromium, in points."""
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == pdf.count(b"/MediaBox")
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def printed(page, address):
    page.goto(address)
    return sheets(page.pdf(prefer_css_page_size=True))


def on_paper(page):
    """The words that stand on paper, once its folds are opened."""
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    said = page.locator("body").inner_text()
    shown = [one for one in page.locator(ACTIONS).all() if one.is_visible()]
    assert [one.inner_text() for one in shown] == []
    assert [verb for verb in VERBS if verb in said] == []
    return said


@pytest.fixture
def leader(page, demo):
    sign_in(page, "lanhdao")
    return page


@pytest.fixture
def session(demo):
    return f"/sessions/{WorkingSession.objects.get().pk}/"


def test_a_page_is_a_few_sheets(leader, session):
    most = {
        "/": (2, LANDSCAPE),
        "/communes/ky-lac/": (2, LANDSCAPE),
        "/communes/lam-hop/?compare=2020-09-01": (2, LANDSCAPE),
        session: (4, LANDSCAPE),
        f"{session}briefing/ky-lac/": (1, LANDSCAPE),
        "/communes/ky-lac/criteria/15/": (1, PORTRAIT),
        "/communes/ky-lac/history/": (2, PORTRAIT),
        "/tasks/": (2, LANDSCAPE),
    }
    for address, (count, size) in most.items():
        made = printed(leader, address)
        assert len(made) <= count, address
        assert set(made) == {size}, address


def test_a_plan_lies_across_a4_or_a3(leader):
    leader.goto("/plans/ky-lac/")

    for paper, size in (("A4", LANDSCAPE), ("A3", (1191, 843))):
        made = sheets(leader.pdf(format=paper, landscape=True))
        assert len(made) <= 4
        assert [max(map(abs, (a - size[0], b - size[1]))) <= 1 for a, b in made] == [True] * len(
            made
        ), made


def test_a_telephone_prints_the_same_sheets(leader):
    leader.set_viewport_size(NARROW)

    assert printed(leader, "/communes/ky-lac/") == [LANDSCAPE] * 2
    leader.emulate_media(media="print")
    # A row of a table, not the blocks of a telephone.
    row = leader.locator("tr[data-criterion='18']").first
    assert row.evaluate("row => getComputedStyle(row).display") == "table-row"


def test_no_action_is_on_paper(people, session):
    for username in ("lanhdao", "dieuphoi", "kylac"):
        page = people(username)
        for address in (
            "/",
            "/?as_of=2020-09-08",
            "/communes/ky-lac/",
            session,
            f"{session}briefing/ky-lac/",
            "/communes/ky-lac/criteria/15/",
            "/communes/ky-lac/history/",
            "/tasks/",
        ):
            page.emulate_media(media="screen")
            page.goto(address)
            said = on_paper(page)
            assert "Huyện Kỳ Anh" in said, address
            assert "Trang in ngày 15/09/2020" in said, address


def test_the_day_of_the_figures_is_on_paper(leader):
    leader.goto("/communes/ky-lac/?as_of=2020-09-10&compare=2020-09-01&known=2020-09-12")

    said = on_paper(leader)

    assert "Số liệu tính đến ngày 10/09/2020, so với ngày 01/09/2020" in said
    assert "12/09/2020 · Trang in ngày" in said
    assert "Xã Kỳ Lạc" in said


def test_folds_are_open_on_paper_but_those_left_out(leader, session):
    leader.goto(session)
    task = leader.locator("#tasks details.fold").first
    assert task.get_attribute("open") is None

    said = on_paper(leader)

    assert "UBND xã Lâm Hợp" in task.inner_text()
    assert "Kỳ Lạc, 20 Khu dân cư" in said
    leader.evaluate("dispatchEvent(new Event('afterprint'))")
    assert task.get_attribute("open") is None

    leader.emulate_media(media="screen")
    leader.goto("/communes/ky-lac/")
    leader.locator("#history summary").click()
    on_paper(leader)
    assert not leader.locator("#history").is_visible()
    assert leader.locator("#tasks .t-task").first.is_visible()


def test_results_differ_without_a_colour(leader):
    """By letter, and by edge: a result that is not met has the heaviest."""
    leader.goto("/")
    on_paper(leader)

    def edge(name):
        chip = leader.locator(f"#matrix .legend .r-{name}")
        width = chip.evaluate("one => parseFloat(getComputedStyle(one).borderBottomWidth)")
        return chip.inner_text().strip(), width

    assert edge("met") == ("Đ", 1)
    assert edge("not") == ("CĐ", 2)
    assert edge("near") == ("CB", 3)
