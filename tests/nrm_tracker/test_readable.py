"""What nobody can read is refused at the door."""

import datetime as dt

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver, reverse
from import_export.formats.base_formats import CSV
from tablib import Dataset

from accounts.models import Membership
from communes.models import Commune
from criteria.models import Bracket, Threshold
from nrm_tracker.admin_import import DayWidget, SafeCSV
from nrm_tracker.forms import DayField, SeenField
from tests.factories import make_administrator, make_commune

FORM = "application/x-www-form-urlencoded"
LOGIN = "/accounts/login/"


@pytest.mark.parametrize("query", ["q=%00", "%00=1", "set=a%00b", "as_of=2020-09-08%00"])
def test_a_nul_in_an_address_is_refused_with_our_page(db, client, query):
    response = client.get(f"{LOGIN}?{query}")

    assert response.status_code == 400
    assert "Không đọc được" in response.text
    assert "default-src" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages"])
def test_a_nul_in_a_cookie_is_refused(db, name):
    client = Client(headers={"cookie": f'{name}="a\\000b"'})

    assert client.get(LOGIN).status_code == 400


@pytest.mark.parametrize(
    ("letters", "code"),
    [("utf-8", 200), ("UTF-8", 200), ("utf-16", 400), ("base64", 400), ("rot13", 400), ("", 400)],
)
def test_a_form_in_other_letters_is_refused(db, client, letters, code):
    response = client.generic("POST", LOGIN, b"username=a", f"{FORM}; charset={letters}")

    assert response.status_code == code


def test_a_nul_that_was_typed_is_told_beside_its_field(db, client):
    response = client.post(LOGIN, {"username": "a\x00b", "password": "x"})

    assert list(response.context["form"].errors) == ["username"]


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [
        ("01/01/1900", True),
        ("31/12/2199", True),
        ("31/12/1899", False),
        ("01/01/0001", False),
        ("01/01/2200", False),
        ("31/12/9999", False),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_refused(typed, is_taken):
    for read in (DayField().clean, DayWidget().clean):
        if is_taken:
            assert f"{read(typed):%d/%m/%Y}" == typed
        else:
            with pytest.raises((ValidationError, ValueError), match="01/01/1900"):
                read(typed)


@pytest.mark.parametrize("sent", ["9" * 19, "1" + "0" * 30, "9" * 5000, "-1", "x", "\x00", "²"])
def test_what_was_seen_is_a_number_of_a_row(sent):
    with pytest.raises(ValidationError):
        SeenField().clean(sent)


def patterns(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.namespace != "admin":
                yield from patterns(pattern)
        else:
            yield pattern.pattern


def test_every_number_in_an_address_has_an_end():
    for pattern in patterns(get_resolver()):
        kinds = {type(one).__name__ for one in pattern.converters.values()}
        assert kinds <= {"KeyConverter", "NumberConverter", "SlugConverter", "StringConverter"}


@pytest.fixture
def office(db):
    user = make_administrator()
    client = Client()
    client.force_login(user)
    return client


def test_every_day_in_the_administration_has_its_bounds(office, rf):
    request = rf.get("/")
    request.user = LogEntry.objects.model.user.field.related_model.objects.get()
    seen = 0
    written = admin.site._registry.items()
    for model, pages in [one for one in written if one[1].has_add_permission(request)]:
        inlines = [
            inline.get_formset(request).form for inline in pages.get_inline_instances(request)
        ]
        for form in [pages.get_form(request), *inlines]:
            days = [f for f in form.base_fields.values() if isinstance(f, forms.DateField)]
            assert all(isinstance(field, DayField) for field in days), model
            seen += len(days)
    assert seen > 10


@pytest.mark.parametrize("picked", ["9" * 19, "1" + "0" * 30, "x", "9" * 5000])
def test_forged_rows_to_delete_are_not_found(office, picked):
    data = {"action": "delete_selected", "_selected_action": picked, "post": "yes"}

    answer = office.post(reverse("admin:criteria_bracket_changelist"), data)

    assert answer.status_code == 404
    assert Bracket.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("accounts_membership_changelist", {"from_on__year": "99999999999999"}),
        ("accounts_membership_changelist", {"area__id__exact": "1" + "0" * 30}),
        ("accounts_membership_add", {"user": "x"}),
        ("accounts_membership_add", {"commune": "1" + "0" * 30}),
        ("communes_commune_changelist", {"_to_field": "x"}),
    ],
)
def test_odd_parameters_of_the_administration_are_no_failure(office, address, query):
    assert office.get(reverse(f"admin:{address}"), query).status_code in (200, 302, 400)


def test_an_odd_key_typed_into_the_administration_is_no_failure(office):
    make_commune()
    for model in (Membership, Commune, Threshold):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
        data = {"user": "x", "area": "x", "indicator": "1" + "0" * 30, "commune": "²"}
        assert office.post(reverse(name), data).status_code in (200, 400)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("+84 912 345 678", "'+84 912 345 678"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd", "'-cmd"),
        ("-1,5", "-1,5"),
        ("'quoted", "'quoted"),
        ("Xã", "Xã"),
    ],
)
def test_no_spreadsheet_finds_a_formula_in_a_csv(text, written):
    table = Dataset(["1", text], headers=["number", "text"])

    exported = SafeCSV().export_data(table)

    assert CSV().create_dataset(exported)["text"] == [written]
    assert SafeCSV().create_dataset(exported)["text"] == [text]


def test_a_cell_that_holds_a_day_is_read_as_one():
    assert DayWidget().clean(dt.datetime(2020, 9, 8)) == dt.date(2020, 9, 8)  # noqa: DTZ001 as workbooks have it
