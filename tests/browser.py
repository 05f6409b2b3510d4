"""What journeys in a browser share."""

import re

from django.conf import settings
from playwright.sync_api import expect

ROW = "tr[data-commune='{}']"


WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
# Each width and each scheme once: no colour depends on the width.
LOOKS = ((WIDE, "light"), (NARROW, "dark"))


def sign_in(page, username):
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(settings.DEMO_PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))
