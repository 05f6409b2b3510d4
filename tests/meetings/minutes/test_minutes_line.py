"""The minutes over a bad line, and when others are at work: nothing is lost, nothing comes back."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Membership, Role
from meetings.minutes import actions as minutes_actions
from meetings.models import Entry
from tests.factories import make_commune, make_entry, make_session, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"[0-9]{2}:[0-9]{2}")


@pytest.fixture
def session():
    return make_session(communes=[make_commune()])


@pytest.fixture
def writer(session):
    return make_user(role=Role.COORDINATOR, area=session.area)


@pytest.fixture
def sign_in(live_server):
    def signed_in(context, user):
        client = Client()
        client.force_login(user)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([cookie | {"value": client.cookies["sessionid"].value}])

    return signed_in


@pytest.fixture
def open_minutes(new_context, sign_in, session, writer):
    """A page with the minutes open; `by` somebody else, or with other settings."""

    def opened(by=None, **settings):
        context = new_context(**settings)
        sign_in(context, by or writer)
        page = context.new_page()
        page.goto(f"/sessions/{session.pk}/minutes/")
        return page

    return opened


def first(page):
    return page.locator("form.entry").first


def last(page):
    return page.locator("form.entry").last


def state(form):
    return form.locator("[data-state]")


def text(form):
    return form.locator("textarea")


def said(page, name):
    return page.locator("#minutes").get_attribute(f"data-say-{name}")


def nothing_kept(page):
    """Whether the browser keeps nothing unsent of these minutes."""
    return page.evaluate(
        "Object.entries(localStorage).every(([key, value]) => "
        "!key.startsWith('minutes') || value === '{}')"
    )


def quiet(complaints, *expected):
    """The browser notes each request that failed: those were meant."""
    complaints[:] = [one for one in complaints if not any(text in one for text in expected)]


def test_a_change_taken_back_does_not_return(open_minutes, session):
    make_entry(session, "Bản đã lưu")
    page = open_minutes()
    text(first(page)).focus()
    page.keyboard.press("End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    assert nothing_kept(page)

    page.reload()
    page.wait_for_timeout(1200)

    expect(text(first(page))).to_have_value("Bản đã lưu")
    assert Entry.objects.get().text == "Bản đã lưu"
    assert Entry.objects.get().version == 1


def test_a_blank_entry_that_was_emptied_again_does_not_return(open_minutes, complaints):
    page = open_minutes()
    page.context.set_offline(True)
    text(last(page)).fill("Nhầm")
    text(first(page)).fill("")
    assert nothing_kept(page)
    page.context.set_offline(False)

    page.reload()
    page.wait_for_timeout(1200)

    expect(page.locator("form.entry")).to_have_count(1)
    assert not Entry.objects.exists()
    quiet(complaints, "ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(
    open_minutes, session, complaints, is_closed
):
    page = open_minutes()
    lost = []

    def lose(route):
        lost.append(route.fetch())
        route.abort()

    page.route("**/minutes/save/", lose, times=1)
    text(last(page)).fill("Một")
    expect(state(first(page))).to_have_text(said(page, "offline"))
    assert Entry.objects.get().text == "Một"
    text(first(page)).fill("Một, hai")
    if is_closed:
        context = page.context
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto(f"/sessions/{session.pk}/minutes/")
    expect(state(first(page))).to_have_text(SAVED, timeout=15_000)

    expect(page.locator("[data-conflict]")).to_have_count(0)
    assert (Entry.objects.get().text, Entry.objects.get().version) == ("Một, hai", 2)
    assert len(lost) == 1
    quiet(complaints, "ERR_FAILED")


def test_the_text_of_a_deleted_entry_is_saved_anew_or_let_go(
    open_minutes, session, complaints, axe
):
    one, two = make_entry(session, "Một"), make_entry(session, "Hai")
    page = open_minutes()
    for entry in (one, two):
        minutes_actions.delete(entry, version=1)
    for place, typed in ((0, "Một, viết thêm"), (1, "Hai, viết thêm")):
        text(page.locator("form.entry").nth(place)).fill(typed)
        text(last(page)).focus()
    gone = page.locator("[data-gone]")
    expect(gone).to_have_count(2)

    page.reload()
    expect(gone).to_have_count(2)
    axe(page)
    gone.first.get_by_role("button").first.click()
    expect(page.locator("[data-state]", has_text=SAVED)).to_have_count(1)
    gone.get_by_role("button").last.click()
    expect(gone).to_have_count(0)

    assert [entry.text for entry in Entry.objects.all()] == ["Một, viết thêm"]
    assert nothing_kept(page)
    quiet(complaints, "400")


def test_a_new_entry_is_moved_at_once(open_minutes, session):
    make_entry(session, "Một")
    page = open_minutes()
    text(last(page)).fill("Hai")
    expect(state(page.locator("form.entry").nth(1))).to_have_text(SAVED)

    page.keyboard.press("Alt+ArrowUp")

    expect(text(first(page))).to_have_value("Hai")
    assert [entry.text for entry in Entry.objects.all()] == ["Hai", "Một"]
    expect(first(page).locator("a[href$='/delete/']")).to_be_visible()


def test_what_was_typed_is_kept_when_an_entry_is_moved_without_a_script(open_minutes, session):
    make_entry(session, "Một")
    make_entry(session, "Hai")
    page = open_minutes(java_script_enabled=False)
    text(page.locator("form.entry").nth(1)).fill("Hai, viết thêm")

    page.locator("form.entry").nth(1).locator("[value=up]").click()

    assert [entry.text for entry in Entry.objects.all()] == ["Hai, viết thêm", "Một"]


def test_who_may_no_longer_write_is_told_so(open_minutes, session, writer, complaints):
    page = open_minutes()
    Membership.objects.filter(user=writer).update(role=Role.OBSERVER)

    text(last(page)).fill("Không còn quyền")

    expect(state(first(page))).to_have_text(said(page, "denied"))
    assert not Entry.objects.exists()
    assert not nothing_kept(page)
    quiet(complaints, "403")


def test_signed_in_again_the_same_person_writes_on_and_another_does_not(
    open_minutes, session, writer, sign_in, complaints
):
    page = open_minutes()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    text(last(page)).fill("Viết khi hết phiên")
    expect(state(first(page))).to_have_text(said(page, "signed-out"))
    # Who signs in has another token from then on.
    page.context.clear_cookies()
    sign_in(page.context, make_user(role=Role.COORDINATOR, area=session.area))
    text(first(page)).press_sequentially(".")
    text(last(page)).focus()
    expect(state(first(page))).to_have_text(said(page, "other"))
    assert not Entry.objects.exists()

    page.context.clear_cookies()
    sign_in(page.context, writer)
    text(first(page)).press_sequentially(".")
    expect(state(first(page))).to_have_text(SAVED)

    assert Entry.objects.get().text == "Viết khi hết phiên.."
    assert Entry.objects.get().written_by == writer
    quiet(complaints, "403")


def test_leaving_asks_only_while_something_is_unsent(open_minutes):
    page = open_minutes()
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    # The dialog appears on older browsers only where this is set.
    page.evaluate("addEventListener('beforeunload', (event) => window.told = event.returnValue)")
    text(last(page)).fill("Đã lưu")
    page.evaluate(
        "const leaving = document.createEvent('BeforeUnloadEvent');"
        "leaving.initEvent('beforeunload', false, true);"
        "dispatchEvent(leaving)"
    )
    assert page.evaluate("window.told") not in (None, "", False)
    expect(state(first(page))).to_have_text(SAVED)
    page.close(run_before_unload=True)
    assert asked == []
