"""How a page is measured: in turns with the constant page, and on each site in turn.

A machine may be busy: an answer is compared with its neighbours in time only.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.bench.client import (
    body_of,
    constant_request,
    etag_of,
    load,
    send,
    status_of,
    together,
    work_of,
)
from tests.bench.pages import Budget, Page, pages
from tests.bench.sites import Site

KEPT_TURNS = 5
COLD_TURNS = 15
# Each worker keeps pages for itself: both are to have drawn the page so often.
OF_A_WORKER = 4
# Work that a worker does after its answer counts too.
SETTLED = 0.002


@dataclass(frozen=True)
class Turn:
    """An answer, in seconds and in seconds of the workers' work, and the constant page's."""

    took: float
    work: float
    constant: float
    constant_work: float


@dataclass
class Figures:
    """What was measured of a page on one site."""

    request: bytes = b""
    expected: int = 200
    etag: str = ""
    queries: int = 0
    sent: int = 0
    kept: list[Turn] = field(default_factory=list)
    # How long single answers took while two asked for the page again and again.
    waits: list[float] = field(default_factory=list)
    cold: list[Turn] = field(default_factory=list)
    workers: Counter = field(default_factory=Counter)


@dataclass
class Row:
    """A page or a save in the area with `size` communes; its figures by site."""

    size: int
    name: str
    budget: Budget
    figures: dict[Site, Figures] = field(default_factory=dict)


def measure_pages(sites, size, seconds):
    """The rows of all pages of the area with `size` communes."""
    rows = []
    for page in pages(size):
        row = Row(size, page.name, page.budget)
        for site in sites:
            if figures := look_at(page, site, size):
                row.figures[site] = figures
        rows.append(row)
    for _ in range(KEPT_TURNS):
        for row in rows:
            for site, figures in row.figures.items():
                ask_again(site, figures, seconds / KEPT_TURNS)
    # Last, because a write makes every tag stale.
    for row in rows:
        if row.budget.cold:
            ask_after_writes(row)
    return rows


def look_at(page: Page, site: Site, size: int):
    """What one look tells: queries and bytes. Nothing of a page that an earlier commit lacks."""
    client, path = site.client("lanhdao", size), site.address(page.path, size)
    figures = Figures(request=client.request(path))
    answer = send(site.port, figures.request)[0]
    if page.is_unchanged:
        figures.request, figures.expected = client.request(path, etag_of(answer)), 304
        answer = send(site.port, figures.request)[0]
    if status_of(answer) != figures.expected:
        if site.is_ours:
            sys.exit(f"{path}: {answer[:300]!r}")
        return None
    warm(site, figures.request)
    figures.etag, figures.sent = etag_of(answer), len(body_of(answer))
    if site.is_ours:
        asker = f"lanhdao-{size}", path, page.is_unchanged
        figures.queries = site.inside.tell("queries", *asker)
    return figures


def ask_again(site, figures, seconds):
    """A page that is kept and, right before it, the constant page."""
    constant = load(site, constant_request(site.port), 200, seconds / 2)
    asked = load(site, figures.request, figures.expected, seconds)
    figures.kept.append(Turn(1 / asked.rate, asked.work, 1 / constant.rate, constant.work))
    figures.waits += asked.waits


def ask_after_writes(row):
    """The first answer after a write, again and again, until both workers have given some."""
    for site, figures in row.figures.items():
        warm(site, figures.request)
    for turn in range(3 * COLD_TURNS):
        if turn >= COLD_TURNS and all(map(_both_answered, row.figures.values())):
            return
        for site, figures in row.figures.items():
            site.write_in(row.size)
            answer = take_turn(site, figures, figures.request)
            # The tag holds the number of the last write.
            is_stale = not figures.etag or etag_of(answer) != figures.etag
            if status_of(answer) != 200 or not is_stale:
                sys.exit(f"{row.name}, after a write: {answer[:300]!r}")
            figures.etag = etag_of(answer)


def take_turn(site, figures, request):
    """One answer beside the constant page; what it was."""
    before = work_of(site.server)
    constant = send(site.port, constant_request(site.port))[1]
    time.sleep(SETTLED)
    between = work_of(site.server)
    answer, took = send(site.port, request)
    time.sleep(SETTLED)
    after = work_of(site.server)
    constant_work = sum(between.values()) - sum(before.values())
    done = {worker: work - between.get(worker, 0) for worker, work in after.items()}
    figures.cold.append(Turn(took, sum(done.values()), constant, constant_work))
    if done:
        figures.workers[max(done, key=done.get)] += 1
    return answer


def _both_answered(figures):
    """Whether it is known of two workers that they answered."""
    enough = [worker for worker, count in figures.workers.items() if count >= OF_A_WORKER]
    return not figures.workers or len(enough) == 2


def warm(site, request):
    """Let every thread of both workers have its connection, its templates, the page itself."""
    answers = []
    together(lambda: answers.extend(send(site.port, request)[0] for _ in range(3)), 6)
    return answers[-1]
