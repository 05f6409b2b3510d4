"""People who ask over HTTP, and how long the server takes to answer them."""

import http.client
import re
import socket
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from tests.bench.in_tree import PASSWORD

THREADS = 2
HEALTH = "/healthz"


class Client:
    """A person signed in; their requests are sent as ready bytes, to cost little."""

    def __init__(self, port, username, cookies=None):
        """Signs in, unless `cookies` say that it was done."""
        self.port = port
        self.cookies = cookies or {}
        if not cookies:
            self._sign_in(username)

    def _sign_in(self, username):
        page = self.fetch("/accounts/login/")
        typed = {"username": username, "password": PASSWORD}
        typed["csrfmiddlewaretoken"] = hidden(page, "csrfmiddlewaretoken")
        self._exchange("POST", "/accounts/login/", urllib.parse.urlencode(typed))
        if "sessionid" not in self.cookies:
            sys.exit(f"{username} could not sign in.")

    def fetch(self, path):
        return self._exchange("GET", path)[1].decode()

    def request(self, path, etag="", packing="gzip"):
        """The bytes of a request for `path`."""
        lines = [f"GET {path} HTTP/1.1", *self._names(), f"Accept-Encoding: {packing}"]
        if etag:
            lines.append(f"If-None-Match: {etag}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def post(self, path, typed, accept):
        """The bytes of a form sent to `path`."""
        form = urllib.parse.urlencode(typed)
        lines = [f"POST {path} HTTP/1.1", *self._names(), f"Accept: {accept}"]
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + form).encode()

    def _names(self):
        return [f"Host: 127.0.0.1:{self.port}", f"Cookie: {self._cookie}", "Connection: close"]

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


def body_of(answer):
    return answer.split(b"\r\n\r\n", 1)[1]


def etag_of(answer):
    found = re.search(rb"(?i)\r\netag: ([^\r]+)", answer.split(b"\r\n\r\n", 1)[0])
    return found[1].decode() if found else ""


def hidden(page, name):
    """What a form of the page sends unseen."""
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def work_of(server):
    """How many seconds each of the server's workers has worked, where the system says it.

    All of a worker's threads count: requests are answered in its pool.
    """
    try:
        workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return {worker: _work(worker) for worker in workers}
    except OSError:
        return {}


def _work(worker):
    threads = Path(f"/proc/{worker}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


@dataclass(frozen=True)
class Load:
    """What came of asking for some seconds."""

    rate: float
    waits: list[float]
    work: float


def load(site, request, expected, seconds):
    """Ask from two threads for some seconds."""
    waits, wrong = [], []

    def ask():
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            answer, took = send(site.port, request)
            waits.append(took)
            if status_of(answer) != expected:
                wrong.append(answer[:200])

    worked, began = sum(work_of(site.server).values()), time.perf_counter()
    together(ask, THREADS)
    if wrong:
        sys.exit(f"{request.decode().splitlines()[0]}: {wrong[0]!r}")
    rate = len(waits) / (time.perf_counter() - began)
    return Load(rate, waits, (sum(work_of(site.server).values()) - worked) / len(waits))


def together(ask, count):
    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
