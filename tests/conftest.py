"""What every test has: the database that was asked for, a folder for files, a watched browser."""

import os
from pathlib import Path

import hypothesis
import pytest
import xdist
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import expect

from tests.browser import sign_in
from tests.databases import databases
from tests.mail_server import Server

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
STANDS_STILL = "Promise.allSettled(document.getAnimations().map(one => one.finished))"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The machine may be busy: how long an example or a page takes says nothing.
expect.set_options(timeout=30_000)
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")


def pytest_itemcollected(item):
    """A test that opens a page is a browser test, one that reads rows is one of the database."""
    asked = set(item.fixturenames)
    if {"page", "context", "new_context", "browser"} & asked:
        item.add_marker("browser")
    if "django_db_setup" in asked or item.get_closest_marker("django_db"):
        item.add_marker("database")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Modules with a browser come first: the last of all should not be a long one."""
    long = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in long)


def pytest_sessionstart():
    wanted = os.environ.get("TEST_DATABASE", connection.vendor)
    if connection.vendor != wanted:
        raise pytest.UsageError(f"The suite was to run on {wanted}, not on {connection.vendor}.")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        databases.drop_made()


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"Database: {connection.display_name}")


@pytest.fixture(scope="session")
def django_db_setup(request, tmp_path_factory, django_test_environment, django_db_blocker):
    """SQLite in a file, as offices have it: threads would share the connection of one in memory."""
    base, worker = tmp_path_factory.getbasetemp(), xdist.get_xdist_worker_id(request)
    folder = (base if worker == "master" else base.parent) / "databases"
    # The doctor warns of a folder that all accounts of the machine may read.
    folder.mkdir(mode=0o700, exist_ok=True)
    with django_db_blocker.unblock():
        databases.start(folder, worker)
    yield
    with django_db_blocker.unblock():
        databases.stop()


@pytest.fixture(autouse=True, scope="session")
def files_apart(tmp_path_factory):
    """Uploads of tests stay out of the project's folder, and wait for nobody else's."""
    apart = {
        "MEDIA_ROOT": tmp_path_factory.mktemp("files"),
        "SLOTS_ROOT": tmp_path_factory.mktemp("slots"),
    }
    with override_settings(**apart):
        yield


@pytest.fixture(autouse=True, scope="session")
def emptied_by_a_copy():
    """After a transactional test the database is a new one: triggers forbid emptying it."""

    def teardown(case):
        databases.fill("migrated")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


# Whether what is pressed is at least 24 px wide and high, or far enough from its neighbours. Of
# what is well nothing is told: to name each element takes most of the time.
OF_AXE = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not Path(CHROMIUM).exists():
        pytest.fail(f"No browser at {CHROMIUM}: apt-get install chromium, or set CHROMIUM.")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture
def complaints():
    """What the browser complained of; a test that provokes a complaint removes it from here."""
    found = []
    yield found
    assert not found, "The browser complained:\n" + "\n".join(found)


@pytest.fixture
def new_context(new_context, live_server, complaints):
    """Contexts that note errors, warnings and requests to anywhere else."""

    def watch_console(message):
        address = message.location["url"]
        # Django's own pages name no icon, and the browser looks for one.
        if message.type in ("error", "warning") and not address.endswith("/favicon.ico"):
            complaints.append(f"console {message.type}: {message.text} ({address})")

    def watch_request(request):
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            complaints.append(f"request to {request.url}")

    def watched(**kwargs):
        context = new_context(**kwargs)
        context.on("console", watch_console)
        context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
        context.on("request", watch_request)
        return context

    return watched


@pytest.fixture
def axe():
    """`axe(page)`: the page, once nothing on it moves, has no accessibility violations."""

    def check(page, context=None, options=OF_AXE):
        # A colour on its way from light to dark has a contrast of its own.
        page.evaluate(STANDS_STILL)
        results = Axe().run(page, context, options)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def server(settings, monkeypatch):
    """`server(on_open=…, on_send=…)`: how the mail server behaves from now on."""
    settings.EMAIL_BACKEND = "tests.mail_server.Server"

    def behave(on_open=lambda: None, on_send=lambda messages: None):
        monkeypatch.setattr(Server, "on_open", staticmethod(on_open), raising=False)
        monkeypatch.setattr(Server, "on_send", staticmethod(on_send), raising=False)

    behave()
    return behave


@pytest.fixture
def demo(transactional_db):
    databases.fill("demo")


@pytest.fixture
def people(new_context, demo):
    """The page of each person, in a browser of their own."""
    opened = {}

    def page_of(username):
        if username not in opened:
            page = new_context().new_page()
            sign_in(page, username)
            opened[username] = page
        return opened[username]

    return page_of
