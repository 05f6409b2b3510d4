"""The browser reaches the site, and what it complains of is noticed."""

import pytest

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)


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


def test_a_click_on_a_cell_of_a_page_of_all_leads_to_it(page, transactional_db):
    area, criteria_set = make_area(), make_set(size=3)
    leader = make_user(username="lanhdao", role=Role.LEADER, area=area)
    for n in range(51):
        commune = make_commune(area=area, name=f"Xã {n}", slug=f"xa-{n}", code=str(n))
        enrolment = make_enrolment(commune=commune, criteria_set=criteria_set)
        assessment_actions.assess(cell(enrolment, 2), finding(), by=leader)
    page.goto("/accounts/login/?next=/%3Frows=all%26as_of=2020-09-10")
    page.locator("#id_username").fill("lanhdao")
    page.locator("#id_password").fill("mat-khau-thu")
    page.locator("main button[type=submit]").click()

    page.locator("tr[data-commune=xa-50] td[data-criterion='2']").click()

    page.wait_for_url("**/communes/xa-50/criteria/2/?as_of=2020-09-10")
