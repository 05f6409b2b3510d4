"""A second click sends nothing; who goes back finds the form ready again."""

import re

from playwright.sync_api import expect

from criteria.models import Comment

CELL = "/communes/ky-lac/criteria/8/"
COMMENT = f"{CELL}comments/new/"


def test_a_second_click_sends_nothing(people):
    page, posted = people("lanhdao"), []
    page.on("request", lambda asked: asked.method == "POST" and posted.append(asked.url))
    page.goto(COMMENT)
    page.locator("main [name=text]").fill("Cần làm rõ tiến độ")
    button = page.locator("main button[type=submit]")

    button.dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile(f"{CELL}.*#comments"))

    assert len(posted) == 1
    assert Comment.objects.filter(text="Cần làm rõ tiến độ").count() == 1

    page.go_back()
    expect(page.locator("main [name=text]")).to_be_visible()
    assert page.locator("main button[aria-disabled]").count() == 0
    page.locator("main [name=text]").fill("Cần làm rõ thêm")
    button.click()
    expect(page).to_have_url(re.compile(f"{CELL}.*#comments"))
    assert Comment.objects.filter(text="Cần làm rõ thêm").count() == 1
