"""A list of people from a spreadsheet to slips, as an office does it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Role, User
from tests.factories import make_agency, make_area, make_commune, make_user
from tests.pages import PASSWORD

ROWS = [
    "Họ và tên\tChức vụ\tVai trò\tĐơn vị\tEmail",
    "Nguyễn Văn An\tChủ tịch\t\tUBND xã Kỳ Lạc\tan@nrm.example",
    "Trần Thị Bình\tChuyên viên\t\tPhòng Không Có\t",
]


@pytest.mark.parametrize("width", [1366, 360])
def test_a_list_becomes_accounts_with_slips(new_context, transactional_db, axe, width):
    keeper = make_user(role=Role.COORDINATOR, area=make_area())
    make_commune()
    make_agency(name="Phòng Y tế", key="phong-yte")
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(keeper.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("login"))

    page.goto("/accounts/area/many/")
    axe(page)
    page.locator("#id_pasted").fill("\n".join(ROWS))
    page.locator("main form .btn-send").click()
    expect(page.locator("#id_p1-place")).to_have_class(re.compile("is-invalid"))
    expect(page.locator("#id_p0-username")).to_have_value("kylac")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.locator("#id_p1-place").fill("Phòng Y tế")
    page.locator("main form button[type=submit]").last.click()
    page.locator("button[name=make]").click()
    expect(page).to_have_url(re.compile("/first-passwords/"))
    expect(page.locator("input[name=who]:checked")).to_have_count(2)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    with page.expect_download() as download:
        page.locator("main form .btn-send").click()
    assert download.value.suggested_filename == "phieu-tai-khoan.pdf"
    assert User.objects.get(username="kylac").has_usable_password()
