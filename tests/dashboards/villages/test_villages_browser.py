"""A list of villages from a spreadsheet, as an office does it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from communes.models import Village
from tests.factories import make_area, make_commune, make_user
from tests.pages import PASSWORD

ROWS = [
    "TT\tTên xã\tTên thôn\tSố hộ",
    "1\tKỳ Lạc\tLạc Sơn\t1.120",
    "2\t\tHoa Sơn\t95",
    "3\tKỳ Lạc\tLạc Tiến\tchưa rõ",
]


@pytest.mark.parametrize("width", [1366, 360])
def test_a_list_becomes_villages(new_context, transactional_db, axe, width):
    keeper = make_user(role=Role.COORDINATOR, area=make_area())
    make_commune().villages.create(name="Hòa Sơn", households=90)
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(keeper.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("login"))

    page.goto("/setup/villages/")
    axe(page)
    page.locator("#id_pasted").fill("\n".join(ROWS))
    page.locator("main form .btn-send").click()
    expect(page.locator("tr[data-kind=refused]")).to_have_count(1)
    expect(page.locator("button[name=make]")).to_have_count(0)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    listed = page.locator("#id_pasted")
    listed.fill(listed.input_value().replace("chưa rõ", "80"))
    page.locator("main form button[type=submit]").last.click()
    page.locator("#id_with_like").check()
    axe(page)
    page.locator("button[name=make]").click()
    expect(page).to_have_url(re.compile(r"/setup/villages/\?area="))
    expect(page.locator("main")).to_contain_text("4 thôn đã có")
    made = dict(Village.objects.values_list("name", "households"))
    assert made == {"Hòa Sơn": 90, "Hoa Sơn": 95, "Lạc Sơn": 1120, "Lạc Tiến": 80}
