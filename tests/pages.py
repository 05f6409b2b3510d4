"""What tests of pages share: rows that last for a module, and pages read by their data."""

import contextlib
import re
import zlib
from html.parser import HTMLParser

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from criteria.assessments import actions as assessment_actions
from criteria.models import CriterionStatus
from nrm_tracker import revision
from tests.databases import databases
from tests.factories import finding

SET = "ntm-2016-ha-tinh"

VOID = {"input", "meta", "link", "br", "hr", "img", "path", "line", "circle", "rect"}


@contextlib.contextmanager
def kept_for_the_module(blocker):
    """What is written inside lasts until the end; each test's own writes are undone as usual."""
    with blocker.unblock():
        made = transaction.atomic()
        made.__enter__()
    try:
        with blocker.unblock():
            yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            made.__exit__(None, None, None)


class Element:
    """One element of a page with its attributes and all text inside."""

    def __init__(self, tag, attrs, parent):
        self.tag, self.attrs, self.parent, self.pieces = tag, attrs, parent, []

    def __getitem__(self, name):
        return self.attrs[name]

    @property
    def classes(self):
        return self.attrs.get("class", "").split()

    @property
    def text(self):
        return " ".join("".join(self.pieces).split())

    def is_inside(self, other):
        return self.parent is not None and (self.parent is other or self.parent.is_inside(other))


class Page(HTMLParser):
    """The elements of a response in order."""

    def __init__(self, response):
        assert response.status_code == 200, (response.status_code, response.headers)
        super().__init__()
        self.elements, self.open = [], []
        self.html = response.content.decode()
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), self.open[-1] if self.open else None)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), self.open[-1] if self.open else None))

    def handle_endtag(self, tag):
        names = [element.tag for element in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data):
        for element in self.open:
            element.pieces.append(data)

    def find(self, tag="", *, inside=None, **attrs):
        """The elements of that tag with those attributes; True: with any value."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            element
            for element in self.elements
            if (not tag or element.tag == tag)
            and (inside is None or element.is_inside(inside))
            and all(
                name in element.attrs and value in (True, element.attrs[name])
                for name, value in wanted.items()
            )
        ]

    def one(self, tag="", **attrs):
        (found,) = self.find(tag, **attrs)
        return found

    @property
    def slugs(self):
        """The communes of the page's table, in its order; those that it names in one line last."""
        return [row["data-commune"] for row in self._rows(data_commune=True)]

    def row(self, slug):
        (row,) = self._rows(data_commune=slug)
        return row

    def _rows(self, **attrs):
        return [row for row in self.find(**attrs) if row.tag in ("tr", "li")]

    def results(self, slug=None):
        """Results by number: of a commune's row in the matrix, or of a commune's own page."""
        inside = self.row(slug) if slug else None
        cells = self.find(inside=inside, data_criterion=True, data_result=True)
        return {int(cell["data-criterion"]): cell["data-result"] for cell in cells}

    def lacking(self, slug=None):
        return [number for number, result in self.results(slug).items() if result == "not_met"]

    def changed(self, slug=None):
        """The numbers of the cells that are marked as changed."""
        inside = self.row(slug) if slug else None
        cells = self.find(inside=inside, data_criterion=True, data_result=True)
        marked = [cell for cell in cells if {"new", "hl"} & set(cell.classes)]
        return [int(cell["data-criterion"]) for cell in marked]

    @property
    def figures(self):
        """The big figures at the head, in order."""
        return [e.text for e in self.elements if e.classes[:1] == ["fig"]]

    @property
    def problems(self):
        """What the page warns of."""
        kinds = {"msg-err", "msg-warn"}
        return [e.text for e in self.elements if kinds & set(e.classes)]

    @property
    def links(self):
        return [e["href"] for e in self.find("a", href=True)]


def read(client, address, **query):
    return Page(client.get(address, query))


@contextlib.contextmanager
def held_for_the_module(blocker, content):
    """What `databases` knows by this name, in the database until the end."""
    with blocker.unblock():
        databases.fill(content)
    try:
        with kept_for_the_module(blocker):
            yield
    finally:
        with blocker.unblock():
            databases.fill("migrated")


def demo_for_the_module(blocker):
    """Kỳ Anh district on the demo day."""
    return held_for_the_module(blocker, "demo")


def as_person(username):
    """The browser of an account of the demo."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def demo_cell(slug, number):
    return CriterionStatus.objects.select_related("enrolment__commune", "criterion").get(
        enrolment__commune__slug=slug,
        enrolment__criteria_set__code=SET,
        criterion__number=number,
    )


def record(slug, number, result, on, *, by="lanhdao", **kwargs):
    """What a person records today of a cell of the demo."""
    status, writer = demo_cell(slug, number), User.objects.get(username=by)
    return assessment_actions.assess(status, finding(result, on, **kwargs), by=writer)


PASSWORD = "mat-khau-thu"


CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/109.0.0.0 Safari/537.36"
)


LOGIN = reverse("accounts:login")


def sign_in(client, user, password=PASSWORD, **more):
    data = {"username": user.username, "password": password, **more}
    return client.post(LOGIN, data, headers={"user-agent": CHROME})


def listed(page, section):
    inside = page.one("section", id=section)
    return [int(row["data-visit"]) for row in page.find("tr", inside=inside, data_visit=True)]


def everything_said(pdf):
    """The letters that a PDF says it shows, as readers find them."""
    found = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"beginbfchar" in text or b"beginbfrange" in text:
            for code in re.findall(rb"> *<([0-9A-F]+)>", text):
                found |= set(bytes.fromhex(code.decode()).decode("utf-16-be"))
    return found


def written(*area_ids):
    """How often anything was written that pages of these areas show."""
    return sum(revision.Counted().of(area_ids).values())
