"""What the administration says before anything is changed in it."""

import json
import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext
from zeal import zeal_ignore

from nrm_tracker.third_party_messages import ADMIN_SCRIPTS
from tests.factories import make_administrator, make_commune, make_set

CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")


@pytest.fixture
def office(client, db):
    client.force_login(make_administrator(username="quantri"))
    with zeal_ignore():
        yield client


def unnamed(text):
    """The controls that neither a label nor their own words name."""
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    return [
        control
        for control in CONTROL.findall(text)
        if not re.search(r'type="(?:hidden|submit)"', control)
        and "aria-label=" not in control
        and not labelled & set(re.findall(r'\bid="([^"]+)"', control))
    ]


def test_the_first_page_lists_the_rooms_of_the_house(office):
    rooms = office.get(reverse("admin:index")).context["app_list"]

    assert [room["name"] for room in rooms] == [
        "Địa bàn và đơn vị", "Nhân sự", "Tiêu chí và tiến độ", "Buổi làm việc"
    ]  # fmt: skip
    assert all(room["about"] for room in rooms)
    people = rooms[1]
    assert {"User", "Membership", "Person"} == {one["object_name"] for one in people["models"]}
    assert {"AccessLog", "LogEntry"} <= {one["object_name"] for one in people["looked_at"]}


def test_a_package_is_called_by_what_it_keeps(office):
    text = office.get(reverse("admin:axes_accesslog_changelist")).text

    assert "Lượt đăng nhập" in text
    assert "axes<" not in text.lower()


def test_each_control_of_a_set_names_what_it_is_and_of_which_row(office):
    criteria_set = make_set()
    address = reverse("admin:criteria_criteriaset_change", args=[criteria_set.pk])

    text = office.get(address).text

    assert unnamed(text) == []
    first = criteria_set.criteria.first()
    assert f'aria-label="Tên viết tắt: {first}"' in text
    assert 'aria-label="Tên viết tắt: dòng mới"' in text


def test_each_control_of_a_list_names_its_row(office):
    commune = make_commune()

    text = office.get(reverse("admin:communes_commune_changelist")).text

    assert f'aria-label="Tình trạng đối chiếu: {commune}"' in text


def test_a_day_is_typed_as_everywhere_else(office):
    text = office.get(reverse("admin:criteria_criteriaset_add")).text

    assert 'name="valid_from"' in text
    assert "DateTimeShortcuts" not in text


def test_scripts_speak_in_our_register(office):
    said = office.get(reverse("admin:jsi18n")).text

    catalog, _end = json.JSONDecoder().raw_decode(said.partition("const newcatalog = ")[2])
    assert [catalog[one] for one in ADMIN_SCRIPTS] == [gettext(one) for one in ADMIN_SCRIPTS]
    assert not any("bạn" in catalog[one].lower() for one in ADMIN_SCRIPTS)


def test_what_a_document_says_ends_with_where_it_was_read(office):
    form = office.get(reverse("admin:criteria_bracket_add")).context["adminform"]

    assert form.fieldsets[-1][1]["fields"] == ["source", "checked"]
