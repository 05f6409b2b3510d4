"""What the administration says before anything is changed in it."""

import json
import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext
from zeal import zeal_ignore

from criteria.models import Indicator, Measurement
from nrm_tracker import clock
from nrm_tracker.third_party_messages import ADMIN_SCRIPTS
from tests.factories import make_administrator, make_commune, make_enrolment, make_set

# What the label says of itself. Where it was read is told above both (`LoggedAdmin.get_fieldsets`).
PLAIN = {
    *("name", "full_name", "kind", "role", "user", "username", "text", "note", "source", "checked"),
    *("area", "commune", "agency", "criterion", "criteria_set", "indicator", "tier", "legal_basis"),
    *("area_km2", "population", "households", "figures_source", "decided_on", "decision_number"),
    *("leader_name", "leader_position", "signer_name", "signer_position", "position", "phone"),
    *("password", "last_login", "date_joined"),
}
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


@pytest.mark.parametrize("words", ["a" * 60_000, "a " * 2_000, '"a' * 300])
def test_a_text_too_long_to_be_looked_for_finds_nothing(office, words):
    for name, pages in admin.site._registry.items():
        if pages.search_fields:
            found = office.get(
                reverse(f"admin:{name._meta.label_lower.replace('.', '_')}_changelist"),
                {"q": words},
            )
            assert found.status_code == 200, name
            assert found.context["cl"].result_count == 0, name
    field = {"app_label": "criteria", "model_name": "indicator", "field_name": "criterion"}
    found = office.get(reverse("admin:autocomplete"), {**field, "term": words})
    assert found.json()["results"] == []


def test_the_first_page_lists_the_rooms_of_the_house(office):
    rooms = office.get(reverse("admin:index")).context["app_list"]

    assert [room["name"] for room in rooms] == [
        "Địa bàn và đơn vị", "Nhân sự", "Tiêu chí và tiến độ", "Buổi làm việc",
        "Kế hoạch đường găng",
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


def test_a_field_whose_label_does_not_say_it_has_a_word_below_it(office, rf):
    request = rf.get("/admin/")
    request.user = make_administrator()
    unsaid = set()
    for kept in admin.site._registry.values():
        if not kept.has_change_permission(request):
            continue
        forms = [kept.get_form(request)]
        forms += [one.get_formset(request).form for one in kept.get_inline_instances(request)]
        unsaid |= {
            f"{form._meta.model.__name__}.{name}"
            for form in forms
            for name, field in form.base_fields.items()
            if not field.help_text and name not in PLAIN
        }

    assert unsaid == set()


def test_numbers_that_are_only_looked_at_are_written_as_on_pages(office):
    enrolment = make_enrolment()
    indicator = Indicator.objects.create(
        criterion=enrolment.criteria_set.criteria.get(number=1), code="1.1", kind="number"
    )
    value = Measurement.objects.create(
        indicator=indicator,
        enrolment=enrolment,
        number="1108.500",
        level=2,
        measured_on="2020-09-08",
        recorded_at=clock.now(),
        recorded_by=make_administrator(),
    )

    text = office.get(reverse("admin:criteria_measurement_change", args=[value.pk])).text
    assert "1.108,5<" in text
    assert "1108,5" not in text
