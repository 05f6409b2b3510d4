"""How the server bears many people at once: `python -m tests.bench.load`.

On SQLite and on PostgreSQL, in areas of 20 and 100 communes: so many people are signed in and each
does something every six seconds. Of ten, nine open pages, one opens a form and saves it: of
that area no page that was kept holds any more. The tag of a page that was seen before goes with it.
The server runs as `make run` starts it; this script, which plays the people, and PostgreSQL take
their share of the same processors.

LOAD_ONLY     sqlite or postgresql takes one
LOAD_PEOPLE   how many at once: 50,200,500
LOAD_SECONDS  how long each number is measured (15)

"Work" is what the server's workers work for an answer, in milliseconds: a busy machine disturbs it
less. Times what is asked for in a second, it tells how many processors so many people keep at work.
With its people signed in, a database takes two minutes at most; to fill it before takes one more.
"""

import asyncio
import itertools
import os
import random
import re
import secrets
import signal
import statistics
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.client import Client, etag_of, hidden, status_of, work_of
from tests.bench.pages import pages
from tests.bench.saves import SAVES
from tests.bench.sites import OURS, opened
from tests.bench.table import say
from tests.postgres import postgres

ONLY = os.environ.get("LOAD_ONLY", "")
PEOPLE = [int(count) for count in os.environ.get("LOAD_PEOPLE", "50,200,500").split(",")]
SECONDS = float(os.environ.get("LOAD_SECONDS", "15"))
SIZES = [20, 100]
# Between what one person does and does next.
PAUSE = 6
# An answer that takes longer is none: people have gone by then.
PATIENCE = 15
OF_COORDINATORS = [save for save in SAVES if save.who == "dieuphoi"]
# Somebody else wrote first: the answer that is meant.
CONFLICT = 409
# By the number of people, how long so many of a hundred answers may take, in seconds.
TARGETS = {200: (95, 0.5), 500: (99, 3)}
HEADS = [
    "people",
    "requests",
    "a sec",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "most",
    "work",
    "errors",
    "load",
]
COLUMNS = "{:>6} {:>8} {:>6} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>5}  {}"


@dataclass
class Told:
    """What came of one number of people: seconds that answers took, seconds that a processor worked
    for all of them, and what went wrong."""

    waits: list[float] = field(default_factory=list)
    work: float = 0
    errors: Counter = field(default_factory=Counter)

    def percentile(self, percent):
        if len(self.waits) < 2:
            return max(self.waits, default=0)
        return statistics.quantiles(self.waits, n=100, method="inclusive")[percent - 1]


class Person:
    """Somebody at work: opens one page after the other, or saves one form after the other."""

    def __init__(self, site, size, number, role, session, slug):
        cookies = {"sessionid": session, "csrftoken": secrets.token_hex(16)}
        self.client = Client(site.port, f"{role}-{number}", cookies)
        self.place = site.places[size] | {"slug": slug}
        self.chance = random.Random(number)  # noqa: S311 the same people each time
        self.paths = [page.path for page in pages(size)]
        self.writes = role == "coordinator"
        self.tags = {}
        self.turns = itertools.count()

    async def work(self, told, until):
        """From a moment of one's own on, until the end."""
        await asyncio.sleep(self.chance.uniform(0, PAUSE))
        while time.perf_counter() < until:
            try:
                await (self.save(told) if self.writes else self.look(told))
            except (OSError, TimeoutError) as error:
                told.errors[type(error).__name__] += 1
                told.waits.append(PATIENCE)
            pause = self.chance.uniform(0.5, 1.5) * PAUSE
            await asyncio.sleep(min(pause, max(until - time.perf_counter(), 0)))

    async def look(self, told):
        path = self.chance.choice(self.paths).format(**self.place)
        answer = await self.ask(told, self.client.request(path, self.tags.get(path, "")))
        self.tags[path] = etag_of(answer)

    async def save(self, told):
        save = self.chance.choice(OF_COORDINATORS)
        request = self.client.request(save.page.format(**self.place), packing="identity")
        answer = await self.ask(told, request)
        page = answer.split(b"\r\n\r\n", 1)[-1].decode()
        if 'name="csrfmiddlewaretoken"' not in page:
            return
        typed = save.typed(page, self.place, next(self.turns))
        typed["csrfmiddlewaretoken"] = hidden(page, "csrfmiddlewaretoken")
        request = self.client.post(save.to.format(**self.place), typed, save.accept)
        await self.ask(told, request, save.expected)

    async def ask(self, told, request, *expected):
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.client.port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
        told.waits.append(time.perf_counter() - began)
        status = status_of(answer) if answer else 0
        if status not in (expected or (200, 304)) and status != CONFLICT:
            path = request.split(b" ", 2)[1].decode()
            told.errors[f"{status} {re.sub('[0-9]+', 'N', path)}"] += 1
        return answer


def main():
    # Being told to stop ends the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        if ONLY != "postgresql":
            say("== SQLite ==")
            bear("")
        if ONLY != "sqlite":
            server = stack.enter_context(postgres())
            say(f"== PostgreSQL {server.version} ==")
            bear(server.url)


def bear(database):
    """Measure each number of people, the smallest first."""
    with opened(OURS, database, SIZES) as site:
        each = -(-max(PEOPLE) // len(SIZES))
        signed_in = [site.inside.tell("sign_in", size, each) for size in SIZES]
        people = [
            Person(site, size, number, *one)
            for number, group in enumerate(zip(*signed_in, strict=True))
            for size, one in zip(SIZES, group, strict=True)
        ]
        say(COLUMNS.format(*HEADS, ""))
        for count in sorted(PEOPLE):
            told = asyncio.run(crowd(people[:count], site.server))
            print_row(count, told)
        say(f"memory of the workers: {memory(site.server)} MB")


async def crowd(people, server):
    """All at work; how long answers take while the last come is not counted, what goes wrong is."""
    told = Told()
    until = time.perf_counter() + PAUSE * 1.5 + SECONDS
    at_work = [asyncio.create_task(one.work(told, until)) for one in people]
    await asyncio.sleep(PAUSE * 1.5)
    told.waits.clear()
    worked = sum(work_of(server).values())
    await asyncio.gather(*at_work)
    told.work = sum(work_of(server).values()) - worked
    return told


def print_row(count, told):
    times = [*(told.percentile(percent) for percent in (50, 95, 99)), max(told.waits, default=0)]
    times.append(told.work / max(len(told.waits), 1))
    shown = [f"{seconds * 1000:.0f}" for seconds in times]
    errors, load = sum(told.errors.values()), f"{os.getloadavg()[0]:.1f}"
    rate = f"{len(told.waits) / SECONDS:.0f}"
    say(COLUMNS.format(count, len(told.waits), rate, *shown, errors, load, verdict(count, told)))
    for what, often in told.errors.most_common(5):
        say(f"       {often} × {what}")


def verdict(count, told):
    """Beside the targets; none is set for other numbers."""
    if count not in TARGETS:
        return ""
    percent, most = TARGETS[count]
    is_kept = told.percentile(percent) <= most and not told.errors
    return f"{'ok' if is_kept else 'OVER'}: p{percent} ≤ {most * 1000:.0f} ms, no errors"


def memory(server):
    """In MB, what the workers and all below them hold, shared parts divided among them."""
    threads = Path(f"/proc/{server}/task").glob("*/children")
    below = [worker for thread in threads for worker in thread.read_text().split()]
    own = sum(
        int(re.search(r"Pss:\s+(\d+)", Path(f"/proc/{worker}/smaps_rollup").read_text())[1])
        for worker in below
    )
    return own // 1024 + sum(memory(worker) for worker in below)


if __name__ == "__main__":
    main()
