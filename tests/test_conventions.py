"""What no linter looks for."""

import ast
import re
import tomllib
from functools import cache
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


def test_a_class_has_a_name_of_its_own():
    places: dict[str, list[str]] = {}
    for room in ROOMS:
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            if path.parent.name in {"migrations", "commands"}:
                continue
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(str(path))

    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_no_column_asks_the_clock_by_itself():
    asking = [
        field
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]

    assert asking == []


def test_a_width_is_asked_of_the_screen_or_said_of_paper_too():
    """A sheet is narrower than a screen: what is told of narrow screens would come out of it."""
    sheets = (settings.BASE_DIR / "static" / "css").glob("*.css")
    asked = [
        one for path in sheets for one in re.findall(r"@media [^{]*width[^{]*", path.read_text())
    ]

    assert [one for one in asked if not re.match(r"@media (screen and|print,) ", one)] == []


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


# Where each action that writes says in which area it wrote (`nrm_tracker.revision`).
COUNTED = ("accounts", "criteria", "meetings", "plans", "training", "demo")


@cache
def tree_of(module):
    """A module of the project as it is written, or nothing."""
    path = settings.BASE_DIR / f"{module.replace('.', '/')}.py"
    return ast.parse(path.read_text()) if path.exists() else None


@cache
def functions_of(module):
    return {node.name: node for node in tree_of(module).body if isinstance(node, ast.FunctionDef)}


@cache
def imports_of(module):
    """What each name that a module imports stands for, written in full."""
    found = {}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return found


def full_name(module, called):
    """What is called, as `module.function`; nothing where it is a method of something."""
    match called:
        case ast.Name(id=name) if name in functions_of(module):
            return f"{module}.{name}"
        case ast.Name(id=name):
            return imports_of(module).get(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in imports_of(module):
            return f"{imports_of(module)[owner]}.{name}"


def reaches(function, wanted, seen=frozenset()):
    """Whether a function calls the one wanted, by itself or through others of the project."""
    module, _, name = function.rpartition(".")
    node = functions_of(module).get(name) if tree_of(module) else None
    if node is None or function in seen:
        return False
    # What is only handed on is called as well, as `write = _draft if as_draft else _measure`.
    named = [n for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)]
    called = {full_name(module, one) for one in named} - {None}
    return wanted in called or any(reaches(one, wanted, seen | {function}) for one in called)


def is_atomic(node):
    return any(ast.unparse(one) == "transaction.atomic" for one in node.decorator_list)


def actions_that_write():
    for room in COUNTED:
        for path in sorted((settings.BASE_DIR / room).glob("**/*.py")):
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            for name, node in functions_of(module).items():
                if is_atomic(node) and not name.startswith("_"):
                    yield f"{module}.{name}"


@pytest.mark.parametrize("action", list(actions_that_write()))
def test_an_action_makes_the_pages_of_its_area_stale(action):
    assert reaches(action, "nrm_tracker.revision.bump")


# What may be sent twice: it does the same again, or knows its own by another key.
NOT_ONCE = {
    "accounts.area_accounts.views.user_lock",
    "accounts.area_accounts.views.user_new",
    "accounts.area_accounts.views.user_password",
    "accounts.area_accounts.views.user_unlock",
    "accounts.chosen_area.views.choose",
    "accounts.first_passwords.views.print_slips",
    "accounts.notifications.views.digest",
    "accounts.notifications.views.read",
    "accounts.sign_in.views.device_revoke",
    "accounts.sign_in.views.sign_out",
    "meetings.calendars.views.renew",
    "meetings.minutes.views.move_entry",
    "meetings.minutes.views.save_entry",
}


def views_that_take_forms():
    """Each with the names of its decorators."""
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).glob("**/*views.py")):
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            for name, node in functions_of(module).items():
                given = [ast.unparse(one) for one in node.decorator_list]
                if any(one in ("both", "require_POST") or "'POST'" in one for one in given):
                    yield f"{module}.{name}", given


def test_a_form_that_is_sent_twice_is_done_once():
    twice = {view for view, given in views_that_take_forms() if "once" not in given}

    assert twice == NOT_ONCE


def submits(function):
    """Whether a view hands what it writes to its form, by itself or through what it calls."""
    module, _, name = function.rpartition(".")
    node = functions_of(module).get(name) if tree_of(module) else None
    if node is None:
        return False
    named = [n for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)]
    called = {full_name(module, one) for one in named} - {None, function}
    return any(ast.unparse(one) == "form.submit" for one in named) or any(map(submits, called))


@pytest.mark.parametrize(
    "view", [view for view, given in views_that_take_forms() if "once" in given]
)
def test_what_is_done_once_is_known_by_its_write(view):
    assert submits(view) or reaches(view, "nrm_tracker.once.writing")
