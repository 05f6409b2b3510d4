"""The minutes in a browser: saved as one types, over a line that drops, by two at once."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Role
from meetings.models import Entry
from tests.factories import make_commune, make_entry, make_session, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session():
    return make_session(communes=[make_commune()])


@pytest.fixture
def open_minutes(new_context, live_server, session):
    """A browser with the minutes open, signed in as a coordinator of their own."""

    def opened():
        context = new_context()
        client = Client()
        client.force_login(make_user(role=Role.COORDINATOR, area=session.area))
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([cookie | {"value": client.cookies["sessionid"].value}])
        page = context.new_page()
        page.goto(f"/sessions/{session.pk}/minutes/")
        return page

    return opened


def last(page):
    return page.locator("form.entry").last


def state(form):
    return form.locator("[data-state]")


def test_what_is_typed_is_saved_without_a_button(open_minutes, axe):
    page = open_minutes()
    form = last(page)
    form.locator("[name=speaker]").fill("Bí thư Huyện ủy")
    form.locator("[name=kind]").select_option("conclusion")
    text = form.locator("textarea")
    text.press_sequentially("Làm rõ đường găng", delay=5)

    written = page.locator("form.entry").first
    expect(state(written)).to_have_text(re.compile(r"[0-9]{2}:[0-9]{2}"), timeout=10_000)
    entry = Entry.objects.get()
    assert (entry.speaker, entry.kind, entry.text) == (
        "Bí thư Huyện ủy", "conclusion", "Làm rõ đường găng",
    )  # fmt: skip

    expect(written.locator("a[href$='/tasks/new/']")).to_be_visible()

    text.press("Control+Enter")
    page.keyboard.type("Mục thứ hai")
    page.keyboard.press("Control+Enter")
    expect(page.locator("form.entry")).to_have_count(3)
    expect(state(page.locator("form.entry").nth(1))).to_have_text(re.compile("[0-9]{2}:[0-9]{2}"))
    assert [one.text for one in Entry.objects.all()] == ["Làm rõ đường găng", "Mục thứ hai"]
    axe(page)


def test_nothing_typed_is_lost_when_the_line_drops_and_the_browser_closes(
    open_minutes, session, complaints
):
    page = open_minutes()
    context = page.context
    context.set_offline(True)
    last(page).locator("textarea").fill("Viết khi mất mạng")
    offline = page.locator("#minutes").get_attribute("data-say-offline")
    expect(state(page.locator("form.entry").first)).to_have_text(offline, timeout=10_000)
    assert not Entry.objects.exists()
    page.close(run_before_unload=False)
    context.set_offline(False)
    # The browser notes each request that failed.
    complaints[:] = [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one]

    again = context.new_page()
    again.goto(f"/sessions/{session.pk}/minutes/")
    # Sent from here, or with the last breath of the page that was closed: once.
    saved = again.locator("form.entry [data-state]").filter(
        has_text=re.compile("[0-9]{2}:[0-9]{2}")
    )
    expect(saved).to_have_count(1)
    assert Entry.objects.get().text == "Viết khi mất mạng"
    again.reload()
    expect(again.locator("form.entry")).to_have_count(2)
    assert Entry.objects.count() == 1


def test_two_who_change_one_entry_see_both_texts(open_minutes, session, complaints):
    make_entry(session, "Bản đầu")
    first, second = open_minutes(), open_minutes()
    for page, text in ((first, "Bản của người thứ nhất"), (second, "Bản của người thứ hai")):
        form = page.locator("form.entry").first
        form.locator("textarea").fill(text)
        form.locator("[name=save]").click()
        if page is first:
            expect(state(form)).to_have_text(re.compile("[0-9]{2}:[0-9]{2}"))

    told = second.locator("[data-conflict]")
    expect(told).to_contain_text("Bản của người thứ nhất")
    expect(second.locator("form.entry textarea").first).to_have_value("Bản của người thứ hai")
    assert Entry.objects.get().text == "Bản của người thứ nhất"
    told.get_by_role("button").first.click()
    expect(state(second.locator("form.entry").first)).to_have_text(re.compile("[0-9]{2}:[0-9]{2}"))
    assert Entry.objects.get().text == "Bản của người thứ hai"
    complaints[:] = [one for one in complaints if "409" not in one]


def test_the_minutes_are_written_without_a_script(new_context, live_server, session):
    context = new_context(java_script_enabled=False)
    client = Client()
    client.force_login(make_user(role=Role.COORDINATOR, area=session.area))
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
    context.add_cookies([cookie | {"value": client.cookies["sessionid"].value}])
    page = context.new_page()
    page.goto(f"/sessions/{session.pk}/minutes/")

    for text in ("Một", "Hai"):
        last(page).locator("textarea").fill(text)
        last(page).locator("[name=save]").click()
    page.locator("form.entry").nth(1).locator("[value=up]").click()

    assert [entry.text for entry in Entry.objects.all()] == ["Hai", "Một"]
