"""Edits in the administration are logged with the old and the new value, and the logs stay."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import Device
from communes.models import Agency, WorkingGroup
from criteria.models import Bracket, LevelName
from tests.factories import make_administrator, make_agency, make_area, make_commune, make_user
from tests.pages import sign_in

pytestmark = pytest.mark.django_db

LOGS = [LogEntry, AccessLog, AccessFailureLog, AccessAttempt, Device]


@pytest.fixture
def office(client):
    """An administrator's browser. Django's own forms ask once for each line."""
    user = make_administrator(username="quantri")
    client.force_login(user)
    with zeal_ignore():
        yield client


def page(row_or_model, name, *args):
    meta = row_or_model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=args)


def edit(client, row, **given):
    """Send the form of a row as it is, but for what is given."""
    address = page(row, "change", row.pk)
    shown = client.get(address).context
    forms = [shown["adminform"].form]
    for inline in shown["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = "on" if value is True else value
    answer = client.post(address, sent | given)
    assert answer.status_code == 302, answer.context["errors"]


def last_said():
    return LogEntry.objects.latest("pk").get_change_message()


def test_text_numbers_and_empty_values(office):
    commune = make_commune(name="Kỳ Lac")

    edit(
        office,
        commune,
        name="Kỳ Lạc",
        name_change="spelling",
        households="1234",
        figures_on="08/09/2020",
    )

    assert "Kỳ Lac → Kỳ Lạc" in last_said()
    assert "– → 1234" in last_said()
    assert "– → 08/09/2020" in last_said()


def test_rows_and_choices_by_their_names(office):
    commune = make_commune()
    other = make_area(code="448", name="Cẩm Xuyên")

    edit(office, commune, area=str(other.pk), kind="ward", checked="law", name_change="spelling")

    assert "Huyện Kỳ Anh → Huyện Cẩm Xuyên" in last_said()
    assert "Xã → Phường" in last_said()
    assert "Chưa đối chiếu văn bản gốc → Đã đối chiếu văn bản gốc" in last_said()


def test_several_rows_at_once(office):
    group = WorkingGroup.objects.create(
        area=make_area(), key="doan", name="Đoàn", decision_number="1447", leader_name="A"
    )
    one, two = make_commune(), make_commune(name="Lâm Hợp", slug="lam-hop", code="18841")
    group.communes.add(one)

    edit(office, group, communes=[str(one.pk), str(two.pk)])

    assert "Kỳ Lạc → Kỳ Lạc, Lâm Hợp" in last_said()


def test_a_line_of_a_page(office):
    commune = make_commune()
    commune.villages.create(name="Thôn 1")
    commune.villages.create(name="Thôn 2")

    edit(office, commune, **{"villages-1-name": "Thôn Hai"})

    assert "Thôn 2 → Thôn Hai" in last_said()


def test_what_was_deleted(office):
    level = LevelName.objects.create(level=2, name="Huyện thẩm tra")

    office.post(page(level, "delete", level.pk), {"post": "yes"})
    first = LogEntry.objects.latest("pk")
    bracket = Bracket.objects.create(name="Dưới 10", high=9, legend="grey")
    chosen = {"action": "delete_selected", "_selected_action": [bracket.pk], "post": "yes"}
    office.post(page(bracket, "changelist"), chosen)

    assert first.action_flag == DELETION
    assert "Huyện thẩm tra → –" in first.get_change_message()
    assert "Dưới 10 → –" in last_said()


def test_what_was_imported(office):
    make_agency(key="phong-yte", name="Phòng Y tê")
    rows = ["key,area,name,short_name", "phong-yte,447,Phòng Y tế,Y tế", "bhxh,447,BHXH,BHXH"]
    file = SimpleUploadedFile("bang.csv", "\n".join(rows).encode(), "text/csv")
    sent = {"import_file": file, "format": "0", "resource": ""}

    answer = office.post(page(Agency, "import"), sent)
    office.post(page(Agency, "process_import"), answer.context["confirm_form"].initial)

    said = {entry.object_repr: entry.get_change_message() for entry in LogEntry.objects.all()}
    assert Agency.objects.count() == 2
    assert "Phòng Y tê → Phòng Y tế" in said["Phòng Y tế"]
    assert said["BHXH"]


def test_a_password_is_in_no_log(office):
    user = make_user()

    office.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {
            "password1": "mot-mat-khau-moi",
            "password2": "mot-mat-khau-moi",
            "usable_password": "true",
        },
    )

    user.refresh_from_db()
    assert user.check_password("mot-mat-khau-moi")
    assert not LogEntry.objects.filter(change_message__contains="mot-mat-khau").exists()


@pytest.mark.parametrize("model", LOGS, ids=lambda model: model.__name__)
def test_nobody_deletes_a_log(office, model):
    request = office.get(page(model, "changelist")).wsgi_request
    rights = admin.site._registry[model]

    assert not rights.has_delete_permission(request)
    assert not rights.has_change_permission(request)
    assert not rights.has_add_permission(request)
    assert not rights.get_actions(request)


def test_signing_in_is_logged_and_shown(office, client, settings):
    settings.AXES_ENABLED = True
    user = make_user(username="kylac")
    client.logout()
    sign_in(client, user, "sai-mat-khau")
    sign_in(client, user)

    assert AccessFailureLog.objects.get().username == "kylac"
    assert "kylac" in [entry.username for entry in AccessLog.objects.all()]
