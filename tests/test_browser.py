"""The browser reaches the site, and what it complains of is noticed."""

import pytest


def test_a_visitor_is_asked_to_sign_in(page):
    page.goto("/admin/")

    assert "/login/" in page.url
    assert page.locator("html").get_attribute("lang") == "vi"


def test_a_request_to_elsewhere_is_noticed(page, complaints):
    page.route("http://elsewhere.example/", lambda route: route.fulfill(body="ok"))

    page.goto("http://elsewhere.example/")

    assert complaints == ["request to http://elsewhere.example/"]
    complaints.clear()


@pytest.mark.parametrize("kind", ["error", "warn"])
def test_what_the_console_says_is_noticed(page, complaints, kind):
    page.goto("/healthz")

    page.evaluate(f"console.{kind}('oh')")

    assert [": oh (" in said for said in complaints] == [True]
    complaints.clear()


def test_a_field_without_a_label_is_noticed(page, axe):
    head = "<!doctype html><html lang=vi><title>t</title><main><h1>t</h1>"
    page.set_content(f"{head}<label>a <input></label></main>")
    axe(page)

    page.set_content(f"{head}<input></main>")
    with pytest.raises(AssertionError, match="label"):
        axe(page)
