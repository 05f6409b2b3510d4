"""What no linter looks for."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, transaction

from criteria.assessments import actions as assessment_actions
from criteria.models import Assessment
from tests.factories import cell, finding, make_enrolment, make_user

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]
ROOMS = {app.name for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
TEMPLATES = [
    path
    for path in [
        *settings.BASE_DIR.glob("templates/**/*"),
        *settings.BASE_DIR.glob("*/templates/**/*"),
    ]
    if path.suffix == ".html"
]
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
)
LONGEST_LINE = 160


@pytest.mark.parametrize("tool", ["importlinter", "mypy"])
def test_every_room_is_looked_at(tool):
    key = {"importlinter": "root_packages", "mypy": "packages"}[tool]

    assert set(PROJECT[tool][key]) == ROOMS


def test_no_column_asks_the_clock_by_itself():
    asking = [
        field
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]

    assert asking == []


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR))
)
def test_a_template_holds_no_script_and_no_style(path):
    assert INLINE.findall(path.read_text()) == []


def test_a_partial_says_what_it_expects():
    silent = [
        str(path.relative_to(settings.BASE_DIR))
        for path in TEMPLATES
        if (path.name.startswith("_") or path.parent.name == "components")
        and not path.read_text().startswith(("{# ", "{% extends"))
    ]

    assert silent == []


def test_the_lines_of_templates_can_be_read():
    texts = [*TEMPLATES, *settings.BASE_DIR.glob("templates/**/*.txt")]
    too_long = [
        f"{path.relative_to(settings.BASE_DIR)}:{number} ({len(line)})"
        for path in texts
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]

    assert too_long == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["before a flush", "after a flush"])
def test_history_is_guarded(turn):
    assessment_actions.assess(cell(make_enrolment()), finding(), by=make_user())

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Assessment.objects.all()._raw_delete("default")
    assert Assessment.objects.count() == 1
