"""Odd values in every parameter and field of every address; none may end in an error of ours.

The suite tries briefly. `ODD_VALUES_SECONDS=490 ODD_VALUES_MOST=20` tries so long, at most so many
of each form, by default all; pytest's `-s` shows how many requests there were and what broke.
What may be sent is found by looking: the names that a view asks its parameters and its form for,
filled in as its page shows them, one of them odd. What is written is undone each time.
"""

import contextlib
import itertools
import logging
import random
import re
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client, override_settings
from django.urls import resolve, reverse

from tests import files
from tests.pages import Page

SECONDS, MOST = "ODD_VALUES_SECONDS", "ODD_VALUES_MOST"
VALUES = (
    "", " ", "\x00", "a\x00b", "0", "-1", "+1", "1.5", "1e999", "NaN", "Infinity", "0x1F", "٣", "²",
    "①", "x", "None", "[]", "{}", "%", "%(x)s", "{0}", "..", "a/b", "a:b", "area:" + "9" * 30,
    "9" * 10, "9" * 18, "9" * 19, "1" + "0" * 30, "-1" + "0" * 30, "9" * 5000, "1," + "0" * 5000,
    "01/01/0001", "0001-01-01", "31/12/1899", "01/01/1900", "31/12/9999", "9999-12-31",
    "31/12/99999999999999", "99999999999999", "29/02/2021", "24:00", "23:59:60", "-00:01",
    "\ufffe", "\u200b", "\u202e", "𝕏", "e\u0301" * 300, "ﷺ" * 400, "<b>&\"'", "x" * 70_000,
)  # fmt: skip
# What stands in an address in the place of a number or a name.
PLACES = (
    "0",
    "9" * 4,
    "9" * 18,
    "9" * 19,
    "1" + "0" * 30,
    "9" * 5000,
    "%00",
    "%FF",
    "x",
    "²",
    "-1",
)
ROLES = ("coor", "lead", "head", "staff", "offi", "group", "admi", "anon")
WELL = {"200", "302", "409"}


@dataclass(frozen=True)
class Target:
    """A method on an address by one who may use it, and what is sent with it."""

    method: str
    path: str
    role: str
    data: dict = field(default_factory=dict, hash=False)
    headers: dict = field(default_factory=dict, hash=False)

    @property
    def name(self):
        return resolve(self.path.partition("?")[0]).view_name

    def __str__(self):
        return f"{self.method} {self.path[:90]} as {self.role} with {str(self.data)[:300]}"


@dataclass
class Found:
    """What was sent and what broke, by what was raised and where."""

    sent: int = 0
    codes: Counter = field(default_factory=Counter)
    broken: dict = field(default_factory=dict)

    def __str__(self):
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(self.codes.items()))
        lines = [f"{self.sent} requests ({codes}); broken in {len(self.broken)} ways."]
        return "\n".join([*lines, *(f"{why}\n    {target}" for why, target in self.broken.items())])


def send(world, target):
    """The answer to a request, whose writes are undone."""
    client = Client(raise_request_exception=False, headers=target.headers)
    if target.role in world.sessions:
        client.cookies["sessionid"] = world.sessions[target.role]
    client.cookies.update(target.data.get("cookies", {}))
    with transaction.atomic():
        if "body" in target.data:
            kind = target.data.get("type", "application/x-www-form-urlencoded")
            response = client.generic("POST", target.path, target.data["body"], kind)
        else:
            sent = {name: value for name, value in target.data.items() if value is not None}
            response = getattr(client, target.method.lower())(target.path, sent)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return response


def try_all(world, targets, seconds):
    """Send them in silence, as long as there is time: each refusal would be a warning."""
    found, until = Found(), time.monotonic() + seconds
    logging.disable(logging.CRITICAL)
    try:
        # Rows that are asked for one by one, as Django's administration does, are no error here.
        with override_settings(MIDDLEWARE=[m for m in settings.MIDDLEWARE if "zeal" not in m]):
            for target in itertools.takewhile(lambda _: time.monotonic() < until, targets):
                response = send(world, target)
                found.sent += 1
                found.codes[response.status_code] += 1
                if response.status_code >= 500:
                    found.broken.setdefault(_why(response), target)
    finally:
        logging.disable(logging.NOTSET)
    return found


def _why(response):
    kind, _error, trace = response.exc_info or (None, None, None)
    frames = traceback.extract_tb(trace)
    own = [
        frame
        for frame in frames
        if ".venv" not in frame.filename and "tests/" not in frame.filename
    ]
    places = [*own[-1:], *frames[-1:]]
    where = " > ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in places)
    return f"{kind and kind.__name__} at {where}"


@contextlib.contextmanager
def asked_for():
    """The names that anybody looks for in a request's parameters or form meanwhile."""
    names = set()

    def noting(method):
        def noted(self, name, *args, **kwargs):
            names.add(name)
            return method(self, name, *args, **kwargs)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for name in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, name, noting(getattr(QueryDict, name)))
        yield names


def of_project(world, lines, path_of):
    """Each name of an address with each method, as the table of the walk has them."""
    seen = set()
    for line in lines:
        role = next((role for role in ROLES if line.expected[role] in WELL), None)
        target = Target(line.method, path_of(line, world), role)
        if role and (line.method, target.name) not in seen:
            seen.add((line.method, target.name))
            yield target
    for name in ("accounts:login", "accounts:user-edit"):
        arguments = [world.own.user] if name.endswith("edit") else []
        yield Target("POST", reverse(name, args=arguments), "coor" if arguments else "anon")


def of_administration():
    """The pages of each table in the administration."""
    for model, pages in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        filters = dict.fromkeys(_filters(pages), "1")
        yield Target("GET", reverse(f"{name}_changelist"), "admi", filters)
        actions = {"action": "delete_selected", "_selected_action": "1", "index": "0"}
        for more in ({}, {"post": "yes"}, {"select_across": "1"}):
            yield Target("POST", reverse(f"{name}_changelist"), "admi", actions | more)
        rows = model._default_manager.order_by("pk").values_list("pk", flat=True)[:1]
        for page in ("change", "delete", "history"):
            for pk in rows:
                yield Target("GET", reverse(f"{name}_{page}", args=[pk]), "admi")
                yield Target("POST", reverse(f"{name}_{page}", args=[pk]), "admi")
        for page in ("add", "import", "export"):
            with contextlib.suppress(Exception):
                yield Target("GET", reverse(f"{name}_{page}"), "admi", _initials(model))
                yield Target("POST", reverse(f"{name}_{page}"), "admi")
        for one in pages.get_autocomplete_fields(None):
            about = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
            query = about | {"field_name": one, "term": "a", "page": "1"}
            yield Target("GET", reverse("admin:autocomplete"), "admi", query)


def _filters(pages):
    for name in pages.list_filter:
        if isinstance(name, str):
            yield from (
                f"{name}{kind}" for kind in ("", "__exact", "__id__exact", "__in", "__isnull")
            )
    if pages.date_hierarchy:
        day = pages.date_hierarchy
        yield from (f"{day}__{part}" for part in ("year", "month", "day", "gte", "lt"))
    yield from ("pk__in", "id__in", "id__exact", "id__gt", "q", "p", "o", "all", "e", "_to_field")
    yield from ("_popup", "_changelist_filters", "nowhere__exact")


def _initials(model):
    """What an address may propose for a new row."""
    return {f.name: "1" for f in model._meta.get_fields() if getattr(f, "editable", False)}


def with_fields(world, target):
    """The targets that a view's own questions make of one: its form filled in, by each button."""
    shown = send(world, replace(target, method="GET", data={}))
    filled, buttons = {}, []
    if target.method == "POST" and shown.status_code == 200 and "html" in shown["Content-Type"]:
        filled, buttons = fill(Page(shown), target.path)
    for button in [None, *buttons]:
        data = filled | target.data | (button or {})
        with asked_for() as names:
            send(world, replace(target, data=data))
        missing = {name: None for name in names if isinstance(name, str) and name not in data}
        yield replace(target, data=data | missing)


def fill(page, path):
    """The fields of a page's forms that are sent back to it, and its buttons."""
    filled, buttons = {}, []
    for one in page.find("form"):
        action = one.attrs.get("action", "")
        if one.attrs.get("method") != "post" or (action and action.partition("?")[0] != path):
            continue
        for element in page.find(inside=one, name=True):
            name, kind = element["name"], element.attrs.get("type", element.tag)
            if element.tag == "button" or kind == "submit":
                buttons.append({name: element.attrs.get("value", "")})
            elif name != "csrfmiddlewaretoken" and not filled.get(name):
                filled[name] = _typed(page, element, name, kind)
    return filled, buttons


def _typed(page, element, name, kind):
    known = element.attrs.get("value") or ""
    if element.tag == "select":
        options = [o.attrs.get("value") or "" for o in page.find("option", inside=element)]
        chosen = [
            o["value"] for o in page.find("option", inside=element, selected=True, value=True)
        ]
        return next(filter(None, [*chosen, *options]), "")
    if kind == "file":
        return files.pdf()
    if known:
        return known
    if element.tag == "textarea" and element.text:
        return element.text
    if re.search(r"(_on|_by|_until|day|date)(_0)?$", name):
        return "15/09/2020"
    return "Thử nghiệm" if kind in ("text", "textarea") else ""


def oddly(target):
    """One name odd at a time; the address odd; the request as a whole odd."""
    for name in target.data:
        for value in VALUES:
            if isinstance(target.data[name], SimpleUploadedFile):
                value = files.upload("a.pdf", value.encode())
            yield replace(target, data=target.data | {name: value})
        yield replace(target, data=target.data | {name: None})
    if target.method == "POST":
        yield from _odd_bodies(target)
    yield from _odd_addresses(target)
    for cookie in ("sessionid", "csrftoken", "django_language", "messages"):
        for value in ("\x00", '"\\000"', "x" * 5000, "é", "1:2:3"):
            headers = {"cookie": f"{cookie}={value}".encode().decode("latin-1")}
            yield replace(target, role="anon", headers=headers)


def _odd_addresses(target):
    parts = target.path.split("/")
    for place, part in enumerate(parts):
        if part.isdecimal() or part == "ky-lac":
            for odd in PLACES:
                yield replace(target, path="/".join([*parts[:place], odd, *parts[place + 1 :]]))


def _odd_bodies(target):
    form = "application/x-www-form-urlencoded"
    letters = ("utf-16", "utf-7", "base64", "hex", "rot13", "idna", "unicode_escape", "x" * 500)
    kinds = [f"{form}; charset={name}" for name in letters]
    kinds += [
        "multipart/form-data",
        "multipart/form-data; boundary=é",
        "text/plain",
        "application/json",
    ]
    kinds += [f"multipart/form-data; boundary=x; charset={name}" for name in letters]
    for kind in [form, *kinds]:
        for body in (b"", b"\xff\xfe\x00=\x80&%ed%a0%80=%00", b"a=" * 2000, _PARTS):
            yield replace(target, data={"body": body, "type": kind})


_PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="\xff\x00"\r\n'
    b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n"
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00/\xff"\r\n\r\n\x00\r\n--x--'
)


def requests(world, lines, path_of, most=None):
    """All requests, address by address in a random order; at most so many of each."""
    targets = [*of_project(world, lines, path_of), *of_administration()]
    random.shuffle(targets)
    for target in targets:
        for one in with_fields(world, target):
            odd = list(oddly(one))
            yield from random.sample(odd, min(most or len(odd), len(odd)))
