import re

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from criteria.models import Indicator, Threshold
from tests.factories import make_administrator, make_area, make_commune, make_set, make_user
from tests.pages import PASSWORD


@pytest.fixture
def indicator(transactional_db):
    criterion = make_set().criteria.first()
    return Indicator.objects.create(
        criterion=criterion, code="1.1", text="Đường nhựa hóa", kind="percent"
    )


@pytest.fixture
def django_admin_asks_again(settings):
    """Django's own forms ask once for each line, and again for who is signed in."""
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]


def sign_in(page, user, password=PASSWORD):
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill(password)
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("login"))


def test_the_administration_pages_keep_to_the_policy(
    page, indicator, tmp_path, django_admin_asks_again
):
    administrator = make_administrator()
    make_commune()
    sign_in(page, administrator)

    for path in (
        "/admin/",
        "/admin/accounts/user/add/",
        f"/admin/accounts/user/{administrator.pk}/password/",
        "/admin/communes/commune/?q=ky+lac",
        "/admin/criteria/threshold/",
        "/admin/criteria/threshold/export/",
        f"/admin/criteria/criteriaset/{indicator.criterion.criteria_set_id}/change/",
        f"/admin/criteria/criterion/{indicator.criterion_id}/delete/",
    ):
        page.goto(path)
        expect(page.locator("#site-name")).to_be_visible()

    table = tmp_path / "nguong.csv"
    head = "indicator,region,commune_group,valid_from,value,text"
    table.write_text(f'{head}\nntm/1/1.1,btb,,,"91,5",Đạt\n')
    page.goto("/admin/criteria/threshold/import/")
    page.locator("input[type=file]").set_input_files(table)
    page.locator("input[type=submit]").click()
    expect(page.locator(".import-preview ins", has_text="91,5")).to_be_visible()
    page.locator("input[name=confirm]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Threshold.objects.get().text == "Đạt"


def test_places_are_chosen_by_typing_without_marks(page, indicator, django_admin_asks_again):
    administrator = make_administrator()
    make_commune()
    sign_in(page, administrator)

    page.goto("/admin/accounts/membership/add/")
    page.locator(".field-commune .select2-selection").click()
    page.locator(".select2-search__field").fill("ky lac")
    page.locator(".select2-results__option", has_text="Kỳ Lạc").click()

    expect(page.locator(".field-commune .select2-selection__rendered")).to_contain_text("Kỳ Lạc")


def test_a_coordinator_makes_an_account_and_its_person_signs_in(
    page, new_context, transactional_db, base_url, axe
):
    keeper = make_user(role=Role.COORDINATOR, area=make_area())
    commune = make_commune()
    sign_in(page, keeper)
    page.goto("/accounts/area/")
    axe(page)
    page.goto("/accounts/area/new/")
    axe(page)
    page.locator("#id_username").fill("moi")
    page.locator("#id_role").select_option("commune_staff")
    page.locator("#id_place").select_option(f"commune:{commune.pk}")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#id_full_name")).to_have_class(re.compile("is-invalid"))
    axe(page)
    page.locator("#id_full_name").fill("Nguyễn Thị Mới")
    page.locator("main form button[type=submit]").click()
    password = page.locator("code").inner_text()
    axe(page)

    theirs = new_context().new_page()
    theirs.goto("/accounts/login/")
    axe(theirs)
    theirs.locator("#id_username").fill("moi")
    theirs.locator("#id_password").fill(password)
    theirs.locator("main form button[type=submit]").click()
    expect(theirs).to_have_url(re.compile("/accounts/password/"))
    axe(theirs)
    theirs.locator("#id_old_password").fill(password)
    theirs.locator("#id_new_password1").fill("mot-mat-khau-khac-7")
    theirs.locator("#id_new_password2").fill("mot-mat-khau-khac-7")
    theirs.locator("main form button[type=submit]").click()
    expect(theirs).to_have_url(f"{base_url}/communes/{commune.slug}/")
    theirs.goto("/accounts/devices/")
    axe(theirs)
