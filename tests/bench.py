"""How fast the pages are, as ratios to a constant page: `python -m tests.bench`.

On SQLite and on PostgreSQL: areas of 20, 300 and 3,000 communes with years of history, the real
server, a person signed in over HTTP. Every page is measured in turns with `/healthz`, which goes
through the same middleware, and compared with its neighbour in time only: the machine may be busy.
BENCH_SECONDS is how long each page is measured, BENCH_ONLY=sqlite or postgresql takes one.

"Ratio" compares requests a second, and is what budgets are of. "Work" compares the processor time
of the server's processes, which a busy machine disturbs less. "Cold" is the first answer after a
write, as a ratio of times; the other figures are of pages asked for again and again.
"""

import gzip
import http.client
import io
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import postgres

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
ROUNDS = 5
COLD_ROUNDS = 3
CLAIMS = 60
THREADS = 2
SIZES = (20, 300, 3000)
PASSWORD = "mat-khau-do-toc-do"
DAY, EARLIER = "2019-06-30", "2018-06-30"
DEMO = {"DEMO_MODE": "1", "DEMO_DAY": "2020-09-15", "HTTPS": "0", "DEBUG": "0"}
HEALTH = "/healthz"


@dataclass(frozen=True)
class Budget:
    """What a page may cost (design, section 9). Empty: measured, not judged."""

    ratio: float | None = None
    bytes: int | None = None


PAGED = Budget(10, 20_000)
NOTHING = Budget()


@dataclass
class Page:
    """One address of one area, what was measured of it, and what it may cost."""

    size: int
    path: str
    budget: Budget = NOTHING
    unchanged: bool = False
    ratios: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    queries: int = 0
    raw: int = 0
    packed: int = 0

    @property
    def ratio(self):
        return statistics.median(self.ratios)


def pages(size, slug, session):
    """What is measured of an area with `size` communes."""
    if size == 20:
        home = Budget(15, 20_000)
        return [
            Page(size, "/", home),
            Page(size, f"/?as_of={DAY}", home),
            Page(size, f"/?as_of={DAY}&compare={EARLIER}", home),
            Page(size, "/", Budget(4), unchanged=True),
        ]
    lists = [
        Page(size, path, PAGED)
        for path in (
            "/",
            f"/?as_of={DAY}",
            f"/?as_of={DAY}&compare={EARLIER}",
            "/communes/",
            f"/communes/?as_of={DAY}&compare={EARLIER}",
            "/criteria/",
            "/criteria/15/",
            "/me/",
        )
    ]
    others = [
        Page(size, f"/communes/{slug}/"),
        Page(size, f"/communes/{slug}/criteria/8/"),
        Page(size, "/search/?q=ky"),
        Page(size, f"/communes/{slug}/history/"),
        Page(size, "/difficulties/", PAGED),
        Page(size, "/rounds/", PAGED),
        Page(size, "/review/", PAGED),
        Page(size, "/checks/", PAGED),
        Page(size, "/sessions/"),
        Page(size, f"/sessions/{session}/"),
        Page(size, "/tasks/", PAGED),
        Page(size, "/tasks/?state=late"),
        Page(size, "/visits/", PAGED),
        Page(size, "/", Budget(4), unchanged=True),
        Page(size, f"/?as_of={DAY}&compare={EARLIER}", Budget(4), unchanged=True),
    ]
    if size == 300:
        full = Budget(25, 40_000)
        lists += [
            Page(size, "/?rows=all", full),
            Page(size, f"/?rows=all&as_of={DAY}&compare={EARLIER}", full),
        ]
    return lists + others


# The server and those who ask it


class Client:
    """A person signed in over HTTP; its requests are sent as ready bytes, to cost little."""

    def __init__(self, port, server, username):
        self.port, self.server = port, server
        self.cookies = {}
        page = self.fetch("/accounts/login/").decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = f"csrfmiddlewaretoken={token}&username={username}&password={PASSWORD}"
        self._exchange("POST", "/accounts/login/", form)
        if "sessionid" not in self.cookies:
            sys.exit(f"{username} could not sign in.")

    def fetch(self, path):
        return self._exchange("GET", path)[1]

    def request(self, path, etag=""):
        """The bytes of a request for `path`."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self._cookie}"]
        lines += ["Accept-Encoding: gzip", "Connection: close"]
        if etag:
            lines.append(f"If-None-Match: {etag}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def post(self, path, form):
        """The bytes of a form sent to `path`."""
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self._cookie}"]
        lines += ["Content-Type: application/x-www-form-urlencoded", "Connection: close"]
        lines.append(f"Content-Length: {len(form)}")
        return ("\r\n".join(lines) + "\r\n\r\n" + form).encode()

    @property
    def _cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _exchange(self, method, path, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self._cookie} if self.cookies else {}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, form, headers)
        response = connection.getresponse()
        body = response.read()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        connection.close()
        return response, body


def constant_request(port):
    """The constant page, asked for by nobody: with a session, its middleware would read it."""
    return f"GET {HEALTH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()


def send(port, request):
    """The whole answer to a request, and how many seconds it took."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts), time.perf_counter() - began


def status_of(answer):
    return int(answer[9:12])


def etag_of(answer):
    found = re.search(rb"(?i)\r\netag: ([^\r]+)", answer.split(b"\r\n\r\n", 1)[0])
    return found[1].decode() if found else ""


@dataclass(frozen=True)
class Load:
    """What came of asking for some seconds."""

    rate: float
    times: list[float]
    work: float


def work_of(server):
    """How long the server's processes have worked; zero where the system does not say."""
    try:
        workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        spent = [Path(f"/proc/{worker}/schedstat").read_text().split()[0] for worker in workers]
    except OSError:
        return 0
    return sum(map(int, spent)) / 1e9


def load(client, request, expected, seconds):
    """Ask from two threads for some seconds."""
    port = client.port
    times = []
    wrong = []

    def ask():
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            answer, took = send(port, request)
            times.append(took)
            if status_of(answer) != expected:
                wrong.append(answer[:200])

    worked, began = work_of(client.server), time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        sys.exit(f"{request.decode().splitlines()[0]}: {wrong[0]!r}")
    rate = len(times) / (time.perf_counter() - began)
    return Load(rate, times, (work_of(client.server) - worked) / len(times))


def free_port():
    if port := os.environ.get("BENCH_PORT"):
        return int(port)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def start_server(port):
    """gunicorn as `make run` starts it."""
    gunicorn = Path(sys.executable).with_name("gunicorn")
    server = subprocess.Popen(
        [gunicorn, "nrm_tracker.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
         "--threads", "4",
         "--timeout", "60", "--no-control-socket", "--log-level", "warning"]
    )  # fmt: skip
    health = constant_request(port)
    until = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < until:
        try:
            if status_of(send(port, health)[0]) == 200:
                return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    sys.exit("The server did not start.")


# One database


def measure_database():
    """Fill the database of DATABASE_URL, start the server on it, measure, print."""
    import django

    django.setup()
    from django.db import connection

    began = time.perf_counter()
    areas = fill_areas()
    connection.close()
    say(f"filled in {time.perf_counter() - began:.0f} s")
    port = free_port()
    server = start_server(port)
    try:
        clients = {size: Client(port, server.pid, f"lanhdao-{size}") for size in SIZES}
        measured = [page for size in SIZES for page in pages(size, *areas[size])]
        for page in measured:
            look_at(page, clients[page.size])
        for _ in range(ROUNDS):
            for page in measured:
                take_turn(page, clients[page.size])
        # Last, because a write makes every tag stale.
        for page in measured:
            if not page.unchanged:
                ask_after_writes(page, clients[page.size])
        claims = save_claims(Client(port, server.pid, "xa-300"), areas[300][0])
        first = first_visit(clients[300])
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    print_table(measured, first)
    kept = "ok" if claims[0] <= 10 else "OVER"
    say(f"saving a claim: {claims[1] * 1000:.1f} ms, {claims[0]:.1f}×, {kept} ≤ 10×")


def fill_areas():
    """An area of each size with its leader; returns of each a commune's slug and a session."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Role
    from tests import filler
    from tests.factories import make_user

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=io.StringIO())
    criteria_set = filler.article_set()
    slugs = {}
    for size in SIZES:
        area = filler.make_district(f"P{size}", f"Khu vực {size}")
        # A province reads its districts: 3,000 communes lie in ten of them.
        parts = [area] if size < 1000 else [
            filler.make_district(f"D{size}{n}", f"Huyện {n}", parent=area) for n in range(10)
        ]  # fmt: skip
        user = make_user(username=f"lanhdao-{size}", role=Role.LEADER, area=area)
        user.set_password(PASSWORD)
        user.save()
        for part in parts:
            communes = filler.fill(part, size // len(parts), criteria_set, by=user)
        # A session as long as they get, and five thousand tasks.
        session = filler.hold_session(
            communes[0].area, communes[:2], by=user, entries=100, tasks=60
        )
        filler.assign(communes[0].area, communes, 5000, by=user)
        slugs[size] = communes[0].slug, session.pk
        head = make_user(username=f"xa-{size}", role=Role.COMMUNE_LEADER, commune=communes[0])
        head.set_password(PASSWORD)
        head.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return slugs


def look_at(page, client):
    """What needs one look: the queries, asked in process, and the bytes, raw and as sent."""
    from django.contrib.auth import get_user_model
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client as TestClient
    from django.test.utils import CaptureQueriesContext

    asker = TestClient(raise_request_exception=True, SERVER_NAME="127.0.0.1")
    user = get_user_model().objects.get(username=f"lanhdao-{page.size}")
    asker.force_login(user, "accounts.backends.PersonBackend")
    etag = asker.get(page.path).headers.get("ETag", "")
    extra = {"HTTP_IF_NONE_MATCH": etag} if page.unchanged else {}
    # As many as there ever are: what this process kept is thrown away.
    caches["pages"].clear()
    caches["frames"].clear()
    with CaptureQueriesContext(connection) as captured:
        asker.get(page.path, **extra)
    page.queries = len(captured)
    connection.close()
    page.request = client.request(page.path)
    if page.unchanged:
        page.request = client.request(page.path, etag_of(send(client.port, page.request)[0]))
    for _ in range(4):
        answer = send(client.port, page.request)[0]
    head, body = answer.split(b"\r\n\r\n", 1)
    page.expected = 304 if page.unchanged else 200
    if status_of(answer) != page.expected:
        sys.exit(f"{page.path}: {head[:300]!r}")
    page.packed = len(body)
    page.raw = len(gzip.decompress(body)) if b"gzip" in head else len(body)


def take_turn(page, client):
    """The page and, right before it, the constant page."""
    part = SECONDS / ROUNDS
    constant = load(client, constant_request(client.port), 200, part / 2)
    asked = load(client, page.request, page.expected, part)
    page.ratios.append(constant.rate / asked.rate)
    page.work.append(asked.work / constant.work if constant.work else 0)
    page.rates.append(asked.rate)
    page.times += asked.times


def ask_after_writes(page, client):
    """The first answer after something was written, against the constant page alone."""
    from django.db import connection

    from nrm_tracker import revision

    health = constant_request(client.port)
    for _ in range(COLD_ROUNDS):
        constant = statistics.median(send(client.port, health)[1] for _ in range(5))
        revision.bump()
        page.cold.append(send(client.port, page.request)[1] / constant)
    connection.close()


def save_claims(client, slug):
    """How long a commune's leader waits for a draft to be kept: as a ratio, and in seconds.

    The page is opened before each save, as the redirect does; the save alone is measured.
    """
    address = f"/communes/{slug}/criteria/15/claim/"
    page = client.fetch(address).decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    names = re.findall(r'name="(i\d+-(?:numerator|denominator))"', page)
    version = int(re.search(r'name="version" value="(\d+)"', page)[1])
    health = constant_request(client.port)
    saved, constant = [], []
    for n in range(CLAIMS):
        typed = {"csrfmiddlewaretoken": token, "result": "met", "keep": "1", "version": version + n}
        typed |= {name: 80 + n if name.endswith("numerator") else 200 for name in names}
        request = client.post(address, urllib.parse.urlencode(typed))
        constant.append(send(client.port, health)[1])
        client.fetch(address)
        answer, took = send(client.port, request)
        if status_of(answer) != 302:
            sys.exit(f"{address}: {answer[:200]!r}")
        saved.append(took)
    took = statistics.median(saved)
    return took / statistics.median(constant), took


def first_visit(client):
    """The bytes of `/` and of every style sheet, script and icon that it names."""
    page = client.fetch("/").decode()
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    total = {}
    for path in ["/", *sorted(named)]:
        request = client.request(path).replace(b"gzip", b"gzip, br")
        total[path] = len(send(client.port, request)[0].split(b"\r\n\r\n", 1)[1])
    return sum(total.values())


# The table


def print_table(measured, first):
    say(
        f"{'communes':>8} {'page':<46} {'rps':>6} {'p50 ms':>7} {'p95 ms':>7} {'queries':>7}"
        f" {'bytes':>8} {'sent':>7} {'ratio':>6} {'work':>6} {'cold':>6}"
    )
    for page in measured:
        times = sorted(page.times)
        cold = f"{statistics.median(page.cold):.1f}" if page.cold else ""
        name = f"{page.path} (unchanged)" if page.unchanged else page.path
        say(
            f"{page.size:>8} {name:<46} {statistics.median(page.rates):>6.0f}"
            f" {statistics.median(times) * 1000:>7.1f}"
            f" {times[int(len(times) * 0.95)] * 1000:>7.1f}"
            f" {page.queries:>7} {page.raw:>8} {page.packed:>7} {page.ratio:>6.1f}"
            f" {statistics.median(page.work):>6.1f} {cold:>6}"
            f"  {verdict(page)}"
        )
    for path in sorted({page.path for page in measured if not page.unchanged}):
        counts = {p.size: p.queries for p in measured if p.path == path and not p.unchanged}
        if len(set(counts.values())) > 1:
            say(f"over: {path} asks {counts} queries")
    say(f"first visit: {first} bytes sent, {'ok' if first <= 100_000 else 'over'} (100,000)")


def verdict(page):
    """ok or over for each budget of the page."""
    said = []
    if page.budget.ratio:
        said.append((page.ratio <= page.budget.ratio, f"≤ {page.budget.ratio:g}×"))
    if page.budget.bytes:
        said.append((page.packed <= page.budget.bytes, f"≤ {page.budget.bytes // 1000} kB"))
    said.append((page.queries <= 20, "≤ 20 queries"))
    return "; ".join(f"{'ok' if kept else 'OVER'} {what}" for kept, what in said)


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main():
    only = os.environ.get("BENCH_ONLY", "")
    with tempfile.TemporaryDirectory(prefix="nrm-bench-") as home:
        environment = os.environ | DEMO | {
            "SECRET_KEY": "only-for-the-bench",
            "STATIC_ROOT": f"{home}/static",
            "DJANGO_SETTINGS_MODULE": "nrm_tracker.settings",
            "DATABASE_URL": f"sqlite:///{home}/nrm.sqlite3",
        }  # fmt: skip
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, env=environment, check=True)
        one = [sys.executable, "-m", "tests.bench", "one"]
        if only != "postgresql":
            say("== SQLite ==")
            subprocess.run(one, env=environment, check=True)
        if only != "sqlite":
            with postgres() as server:
                say(f"== PostgreSQL {server.version} ==")
                subprocess.run(one, env=environment | {"DATABASE_URL": server.url}, check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["one"]:
        measure_database()
    else:
        main()
