"""The administration in a browser: what each of its pages says, to who sees it and who hears it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from nrm_tracker.admin import ReadOnlyAdmin
from tests.browser import LOOKS, sign_in

# Its style sheets import one another, which axe would put into the page.
RULES = {
    "preload": False,
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Elsewhere: no note may tell by how many hours the clocks differ."""
    return browser_context_args | {"timezone_id": "Europe/Paris"}


def pages():
    """The first page, and of each model the list, the form of a new row, and the first row; each
    with how it is looked at. Pages only to look at differ in nothing but their rows: once each. A
    new row and one that is there are the same form."""
    asked = RequestFactory().get("/")
    asked.user = User(is_superuser=True)
    yield reverse("admin:index"), LOOKS
    for model, rights in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        ways = LOOKS[1:] if isinstance(rights, ReadOnlyAdmin) else LOOKS
        yield reverse(f"{name}_changelist"), ways
        if rights.has_add_permission(asked):
            yield reverse(f"{name}_add"), LOOKS[:1]
        for row in model._default_manager.order_by("pk")[:1]:
            yield reverse(f"{name}_change", args=[row.pk]), LOOKS[1:]


def wrong_on(page):
    """What is wrong with the page as it stands."""
    found = [one["id"] for one in Axe().run(page, options=RULES).response["violations"]]
    found += ["wider than the screen"] if page.evaluate(OVERFLOW) else []
    return found + (["“bạn”"] if "bạn " in page.locator("body").inner_text().lower() else [])


def test_every_page_serves_who_sees_and_who_hears(demo, new_context, settings):
    # Django's own forms ask once for each line.
    settings.ZEAL_RAISE = False
    page = new_context().new_page()
    sign_in(page, "quantri")
    wrong = {}
    for address, ways in pages():
        for size, scheme in ways:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            # Anew: a change of colours that is under way is not what people see.
            page.goto(address)
            if found := wrong_on(page):
                wrong[f"{address} {scheme}"] = found

    assert not wrong
