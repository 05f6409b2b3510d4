"""Files of the administration, with the reference data that every office has."""

import dataclasses

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from zeal import zeal_ignore

from communes.models import Commune
from nrm_tracker import limits
from tests.factories import make_administrator
from tests.pages import held_for_the_module

pytestmark = pytest.mark.django_db
REGISTRY = dict(sorted(admin.site._registry.items(), key=lambda row: row[0]._meta.label))


@pytest.fixture(scope="module", autouse=True)
def reference(django_db_setup, django_db_blocker):
    with held_for_the_module(django_db_blocker, "reference"):
        yield


@pytest.fixture
def office(client):
    """An administrator's browser. Django's own forms ask once for each line."""
    client.force_login(make_administrator(username="quantri"))
    with zeal_ignore():
        yield client


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize(("kind", "ending"), [("0", "csv"), ("1", "xlsx")])
@pytest.mark.parametrize(
    "model",
    [m for m, shown in REGISTRY.items() if getattr(shown, "resource_classes", None)],
    ids=lambda model: model._meta.label,
)
def test_a_file_that_went_out_comes_back_unchanged(office, model, kind, ending):
    sent = office.post(page(model, "export"), {"format": kind, "resource": ""})
    # By this mark a spreadsheet reads Vietnamese letters.
    assert sent.content.startswith(b"\xef\xbb\xbf") == (ending == "csv")
    name = f"bang.{ending}"
    file = SimpleUploadedFile(name, sent.content)

    answer = office.post(
        page(model, "import"), {"import_file": file, "format": kind, "resource": ""}
    )

    result = answer.context["result"]
    assert (result.base_errors, result.row_errors(), result.invalid_rows) == ([], [], [])
    assert result.totals["skip"] == model._default_manager.count() > 0


BELOW = "A sheet has something below row %(limit)s. Delete what does not belong there."
UNPACKED = "The workbook is too large when it is unpacked: too many cells, texts or formats."


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("0", {"packed": 50}, "The file is larger than %(limit)s MB."),
        ("0", {"rows": 3}, "The table has more than %(limit)s rows."),
        ("1", {"packed": 50}, "The file is larger than %(limit)s MB."),
        ("1", {"rows": 3}, BELOW),
        ("1", {"elements": 20}, UNPACKED),
    ],
)
def test_an_import_may_hold_so_much(office, monkeypatch, kind, changes, said):
    sent = office.post(page(Commune, "export"), {"format": kind, "resource": ""}).content
    monkeypatch.setattr(limits, "IMPORT", dataclasses.replace(limits.IMPORT, **changes))
    sent = {"import_file": SimpleUploadedFile("bang", sent), "format": kind, "resource": ""}

    answer = office.post(page(Commune, "import"), sent)

    (refused,) = answer.context["form"].errors["import_file"]
    assert refused == _(said) % {"limit": changes.get("rows", 0)}
