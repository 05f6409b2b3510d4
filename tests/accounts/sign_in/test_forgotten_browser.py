"""A forgotten password, as its person goes through it."""

import re

from django.core import mail
from playwright.sync_api import expect

from tests.factories import make_user


def test_a_forgotten_password_is_chosen_anew(page, transactional_db, axe):
    user = make_user()
    user.email = "tam@nrm.example"
    user.save()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Quên mật khẩu?").click()
    axe(page)
    page.locator("#id_name").fill(user.username)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/accounts/forgotten/sent/"))
    axe(page)

    page.wait_for_timeout(500)
    page.goto(re.search(r"https?://[^/]+(/accounts/link/\S+)", mail.outbox[0].body)[1])
    axe(page)
    page.locator("#id_new_password1").fill("mot-mat-khau-khac-7")
    page.locator("#id_new_password2").fill("mot-mat-khau-khac-7")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill("mot-mat-khau-khac-7")
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("/accounts/"))
